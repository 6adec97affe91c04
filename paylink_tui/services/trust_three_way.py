"""The three numbers of a trust account at the end of a day, read from the book and the bank's statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from paylink_tui.domain import three_way as adding
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.three_way import BankSide
from paylink_tui.domain.trust import Outstanding, ThreeWay
from paylink_tui.services.trust_position import Office
from paylink_tui.store.read import trust_bank
from paylink_tui.store.reader import Reader

_OWED = ("trust", "held", "refunding", "unidentified")


async def three_way(
    reader: Reader, at: Office, account: BankAccount, on: date | None = None, given: int | None = None
) -> tuple[ThreeWay, tuple[Outstanding, ...]]:
    """Bank, book and client ledgers, and what is outstanding between bank and book.

    Args:
        reader: Where to read.
        at: The firm's day.
        account: A trust account.
        on: The end of which day; None is now, from the totals the ledger keeps.
        given: The bank's balance (minor units) as a person read it, instead of the statements' own.

    An account without any statement has nothing outstanding: its book is compared with the bank as it is.
    """
    day = on or at.today
    told = await trust_bank.has_lines(reader, account.id)
    found = await outstanding(reader, at, account.id, day) if told else ()
    bank = await _bank(reader, account.id, day, given, told=told)
    book = await _book(reader, account.id, on)
    into, out = adding.sums(found)
    trust, held, refunding, unidentified = (book.get(kind, 0) for kind in _OWED)
    three = ThreeWay(
        account_id=account.id,
        account_name=account.name,
        currency=account.currency,
        on=day,
        bank_balance=bank.balance,
        bank_on=bank.on,
        outstanding_in=into,
        outstanding_out=out,
        book=-book.get("bank", 0),
        trust=trust,
        held=held,
        refunding=refunding,
        unidentified=unidentified,
        shortage=-book.get("shortage", 0),
        unexplained=bank.unexplained,
    )
    return replace(three, why=adding.reasons(three, bank)), found


async def outstanding(reader: Reader, at: Office, account_id: int, day: date) -> tuple[Outstanding, ...]:
    """What the book and the bank of an account do not both have by a day, aged, the oldest first."""
    waiting = await trust_bank.waiting(reader, account_id, day.isoformat(), at.zone)
    early = await trust_bank.at_bank_before(reader, account_id, day.isoformat(), at.zone)
    return adding.outstanding(waiting, early, day)


async def _book(reader: Reader, account_id: int, on: date | None) -> dict[str, int]:
    if on is None:
        return await trust_bank.book_now(reader, account_id)
    return await trust_bank.book_on(reader, account_id, on.isoformat())


async def _bank(reader: Reader, account_id: int, day: date, given: int | None, *, told: bool) -> BankSide:
    known = await trust_bank.balance(reader, account_id, day.isoformat())
    balance, on = known or (None, None)
    if given is not None:
        balance, on = given, day
    if not told or balance is None:
        return BankSide(balance, on, 0, ())
    listed = await trust_bank.line_sum(reader, account_id, "", day.isoformat())
    unexplained = await trust_bank.lines(reader, account_id, "", day.isoformat(), unmatched=True)
    return BankSide(balance, on, balance - listed, unexplained)
