"""What money that goes back does to invoices, ledgers and bank accounts, in every case, to the last cent."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from paylink_tui.domain import givebacks, trust_postings
from paylink_tui.domain.cascade import alike
from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till, Transfer
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.standing import (
    LiveAllocation,
    OwnerLedger,
    Standing,
    cascade,
    choose_from,
    everything,
    freed,
    shares,
)
from tests.domain.golden import same

TRUST = Till(1, AccountKind.TRUST, "USD")
OPERATING = Till(2, AccountKind.OPERATING, "USD")


def owner(client: int | None, part: int, out: int, holds: int, held: int, ledger: int) -> OwnerLedger:
    matter = ledger if client == 1 else None
    told = (client, f"C{client}", f"Client {client}", f"c{client}@x.example", matter, f"M-{matter or ''}")
    return OwnerLedger(*told, part, out, holds, held, ledger)


def paid(invoice: int, day: int, amount: int, ledger: int, owed: int = 0) -> LiveAllocation:
    due = date(2026, 11, day)
    return LiveAllocation(
        invoice, f"INV-{invoice}", due, due, owed, amount, ledger, invoice, None, "2026-11-01"
    )


SPLIT = (
    (owner(1, 6_000, 500, 900, 0, 11), owner(1, 3_000, 0, 100, 50, 12), owner(2, 1_000, 0, 700, 0, 13)),
    (
        paid(1, 5, 2_000, 11, 100),
        paid(2, 9, 2_500, 11),
        paid(1, 5, 400, 12, 100),
        paid(3, 7, 1_500, 12, 7),
        paid(4, 1, 300, 99),
    ),
)
NOBODYS = ((owner(None, 10_000, 0, 8_000, 0, 14),), ())


def standing(till: Till, parts: tuple[tuple[OwnerLedger, ...], tuple[LiveAllocation, ...]]) -> Standing:
    owners, applied = parts
    return Standing(till, 10_000, 500, 300, 200, 310, owners is not NOBODYS[0], owners, applied)


def told(one: Standing, event: str, amount: int) -> str:
    choice = everything(one, amount) if event == "return" else choose_from(one, amount)
    seen = cascade(one, event, amount, choice)
    lines = [
        f"## {event} of {amount} on {one.till.kind.value}, owners {len(one.owners)}",
        f"gives {choice.gives}, stays {choice.stays}",
        f"freed {freed(one, choice)}, shares {shares(one, choice)}",
        *map(str, seen.invoices),
        *map(str, seen.owners),
        f"{seen.event} {seen.currency} {seen.amount}: fee {seen.fee_kept}, operating {seen.from_operating}, "
        f"short {seen.short_in_trust}, frozen {seen.frozen}",
    ]
    return "\n".join(lines) + "\n"


def test_every_way_back_of_a_split_and_of_nobodys_money() -> None:
    cases = product(
        (SPLIT, NOBODYS), (TRUST, OPERATING), ("refund", "return", "chargeback"), (1, 3_000, 9_000)
    )
    same("money back", "\n".join(told(standing(till, parts), *more) for parts, till, *more in cases))  # type: ignore[arg-type]


def test_what_is_left_of_each_part_and_what_no_invoice_has() -> None:
    one = standing(TRUST, SPLIT)
    assert one.left == 9_000
    assert one.lefts() == [5_500, 3_000, 500]
    assert one.lefts(lambda part: part.client_id == 2) == [0, 0, 500]
    assert [one.unapplied(at) for at in range(3)] == [1_000, 1_100, 500]
    gone = Standing(TRUST, 100, 60, 30, 20, 0, True, (owner(1, 100, 150, 0, 0, 11),), (paid(1, 1, 50, 11),))
    assert (gone.left, gone.lefts(), gone.unapplied(0)) == (0, [0], 0)
    parts = (owner(1, 100, 100, 0, 0, 11), owner(2, 50, 0, 50, 0, 12))
    assert Standing(TRUST, 150, 100, 0, 0, 0, True, parts, ()).lefts() == [0, 50]


def test_a_choice_among_some_parts_leaves_the_others_whole() -> None:
    choice = choose_from(standing(TRUST, SPLIT), 4_000, lambda part: part.ledger_id == 12)
    assert choice.gives == (0, 3_000, 0)
    assert choice.stays == (2_000, 2_500, 0, 0, 300)


def test_the_ledger_of_an_owner_and_of_nobody() -> None:
    one = standing(TRUST, SPLIT)
    assert one.ledger(one.owners[0]) == LedgerAccount(LedgerKind.TRUST, "USD", 1, 1, 11)
    nobody = standing(OPERATING, NOBODYS)
    assert nobody.ledger(nobody.owners[0]) == LedgerAccount(LedgerKind.UNIDENTIFIED, "USD", 2)


def moved(transfers: list[Transfer]) -> str:
    return "\n".join(
        f"{one.kind.value}: {one.amount} to {_account(one.debit)} from {_account(one.credit)}"
        for one in transfers
    )


def _account(one: LedgerAccount) -> str:
    parts = (one.bank_account_id, one.client_id, one.matter_id)
    return f"{one.kind.value} {one.currency} {' '.join('-' if part is None else str(part) for part in parts)}"


@pytest.mark.parametrize("till", [TRUST, OPERATING])
def test_every_posting_of_money_that_goes_back_or_moves_by_hand(till: Till) -> None:
    mine = [(till.owned(1, 5), 70), (till.owned(2, None), 0), (till.owned(3, None), 5)]
    other = OPERATING if till is TRUST else None
    cases = {
        "taken back": givebacks.take_back(till, mine, 25),
        "taken back, nothing missing": givebacks.take_back(till, mine, 0),
        "set aside": givebacks.reserve(till, mine),
        "refunded": givebacks.refund(till, 60, 15),
        "refunded, nothing missing": givebacks.refund(till, 60),
        "refunded, nothing set aside": givebacks.refund(till, 0, 1),
        "refunded nothing": givebacks.refund(till, 0),
        "disputed": givebacks.open_dispute(till.currency, 75),
        "held": [givebacks.hold(till, 1, 5, 70)],
        "dispute lost": givebacks.lose_dispute(till, other, mine, 25),
        "dispute lost, nothing missing": givebacks.lose_dispute(till, other, mine, 0),
        "short": [givebacks.shortage(till, 9)],
        "restored": givebacks.restore(till, OPERATING, 9),
        "received by hand": trust_postings.receive(till, 1, 5, 8),
        "paid out by hand": trust_postings.disburse(till, 1, None, 8),
        "moved by hand": trust_postings.move(till, 1, 5, None, 8),
    }
    same(
        f"postings {till.kind.value}",
        "\n\n".join(f"## {name}\n{moved(one)}" for name, one in cases.items()) + "\n",
    )


@pytest.mark.parametrize(
    ("payer", "client", "same_people"),
    [
        (("", "A@x.example"), ("", "a@X.example"), True),
        (("", ""), ("", ""), False),
        (("Dana Ruiz", ""), ("RUIZ, Joe", ""), True),
        (("Dana R", ""), ("Joe R", ""), False),
        (("Bo Li", "a@x"), ("Li Na", "b@x"), True),
        (("Dana", "a@x"), ("Joe", "b@x"), False),
    ],
)
def test_people_are_alike_by_address_or_by_a_word_of_their_names(
    payer: tuple[str, str], client: tuple[str, str], same_people: bool
) -> None:
    assert alike(payer, client) == same_people
