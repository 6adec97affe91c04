from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paylink_tui.domain.export_book import ROOTS, BookAccount, segment
from paylink_tui.domain.ledger import LIABILITIES, LedgerKind

CODES = st.text(st.sampled_from("Cc1-x _:&\u00e9"), max_size=6) | st.text(max_size=50)


def test_every_kind_of_ledger_has_a_name_in_other_programs() -> None:
    assert set(ROOTS) == {kind.value for kind in LedgerKind}
    assert len(set(ROOTS.values())) == len(ROOTS)
    for kind in LIABILITIES:
        assert ROOTS[kind].startswith("Liabilities:")


@settings(deadline=None)
@given(CODES, CODES)
def test_two_names_never_become_one(one: str, other: str) -> None:
    if one != other:
        assert segment(one, 1) != segment(other, 2)


@settings(deadline=None)
@given(CODES, st.integers(1, 10**9))
def test_a_part_is_what_both_programs_take(text: str, number: int) -> None:
    part = segment(text, number)
    assert part.isascii()
    assert part.replace("-", "").isalnum()
    assert part[0].isdigit() or part[0].isupper()


def test_a_client_and_its_matter_are_beside_each_other() -> None:
    client = BookAccount(1, "trust", 1, "IOLTA", 7, "C1")
    matter = BookAccount(2, "trust", 1, "IOLTA", 7, "C1", 3, "M-101")
    assert client.name == "Liabilities:Trust:IOLTA:C1:ClientLevel"
    assert matter.name == "Liabilities:Trust:IOLTA:C1:M-101"
    assert matter.parents == client.parents == ("Liabilities:Trust:IOLTA", "Liabilities:Trust:IOLTA:C1")


def test_bank_accounts_of_one_name_in_other_letters_are_two_accounts() -> None:
    one, other = BookAccount(1, "bank", 1, "Trust account"), BookAccount(2, "bank", 2, "trust-account")
    assert one.name != other.name
    assert one.name != BookAccount(3, "bank", 3, "Trust account").name
