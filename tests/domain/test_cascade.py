"""Which allocations stay when money goes back: properties over any parts and any invoices."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.cascade import Applied, Choice, alike, choose


@st.composite
def books(draw: st.DrawFn) -> tuple[list[int], list[Applied]]:
    """Parts, and allocations that never take more of a part than it is."""
    lefts, applied = [], []
    for owner in range(draw(st.integers(1, 3))):
        taken = draw(st.lists(st.integers(1, 500), max_size=4))
        for number, amount in enumerate(taken):
            due = draw(st.dates(date(2026, 1, 1), date(2026, 3, 1)))
            applied.append(Applied(owner, (due, due, f"{owner}-{number}"), amount))
        lefts.append(sum(taken) + draw(st.integers(0, 500)))
    return lefts, applied


@given(books(), st.integers(0, 4000))
def test_exactly_what_is_needed_is_given_and_no_more_is_undone_than_must_be(
    book: tuple[list[int], list[Applied]], need: int
) -> None:
    lefts, applied = book
    chosen = choose(need, lefts, applied)
    free = sum(lefts) - sum(one.amount for one in applied)
    undone = sum(one.amount - stays for one, stays in zip(applied, chosen.stays, strict=True))
    assert sum(chosen.gives) == min(need, sum(lefts))
    assert undone == max(0, min(need, sum(lefts)) - free)
    for owner, left in enumerate(lefts):
        kept = sum(stays for one, stays in zip(applied, chosen.stays, strict=True) if one.owner == owner)
        assert 0 <= chosen.gives[owner] <= left - kept


@given(books(), st.integers(0, 4000))
def test_the_newest_invoice_is_owed_again_first(book: tuple[list[int], list[Applied]], need: int) -> None:
    lefts, applied = book
    pairs = list(zip(applied, choose(need, lefts, applied).stays, strict=True))
    for newer, newer_stays in pairs:
        for older, older_stays in pairs:
            if newer.owner == older.owner and newer.order > older.order and newer_stays:
                assert older_stays == older.amount
        assert 0 <= newer_stays <= newer.amount


@given(books(), st.integers(0, 4000))
def test_the_last_part_gives_before_an_earlier_one_is_un_applied(
    book: tuple[list[int], list[Applied]], need: int
) -> None:
    lefts, applied = book
    chosen = choose(need, lefts, applied)
    touched = [one.owner for one, stays in zip(applied, chosen.stays, strict=True) if stays < one.amount]
    for owner in range(min(touched, default=len(lefts)) + 1, len(lefts)):
        assert chosen.gives[owner] == lefts[owner]


def test_payer_and_client_look_alike_by_a_word_of_their_names_or_by_their_address() -> None:
    assert alike(("Dana Ruiz", ""), ("Ruiz Family Trust", ""))
    assert alike(("D. R.", "Dana@Example.com"), ("Acme", "dana@example.com"))
    assert not alike(("Dana Ruiz", ""), ("Acme Holdings", ""))
    assert not alike(("", ""), ("", ""))


def test_a_part_gives_no_more_than_is_left_of_it_whatever_it_paid() -> None:
    old, new = (date(2026, 1, 1), date(2026, 1, 1), "1"), (date(2026, 2, 1), date(2026, 2, 1), "2")
    applied = [Applied(0, old, 40), Applied(1, old, 30), Applied(0, new, 25)]
    assert choose(100, [50, 5], applied) == Choice((50, 5), (15, 25, 0))
    assert choose(100, [-3, 0], applied) == Choice((0, 0), (40, 30, 25))
