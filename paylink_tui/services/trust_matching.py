"""Saying which postings a bank line is: solved, accepted, chosen by hand, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from paylink_tui.domain.bank_matching import AFTER, solve
from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, NotFound, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.trust import BankItem, Proposal, StatementLine
from paylink_tui.services import trust_position
from paylink_tui.store.read import trust_bank
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import trust as rows
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

_EVER = "9999-12-31"


class MatchDesk:
    """Matches bank lines with the book; what is matched adds up to its line, to the cent."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    async def line(self, number: int) -> StatementLine:
        """One line.

        Raises:
            NotFound: there is none.
        """
        found = await trust_bank.line(self._database.reader, number)
        if found is None:
            fix = "List them with: paylink trust lines ACCOUNT"
            raise NotFound(f"There is no line {number} on any statement.", fix)
        return found

    async def solve(self, account: BankAccount) -> tuple[Proposal, ...]:
        """What each line without a match seems to be; what is cancelled in the book is tried last."""
        reader = self._database.reader
        lines = await trust_bank.lines(reader, account.id, "", _EVER, unmatched=True)
        if not lines:
            return ()
        zone = (await trust_position.office(reader, self._clock.now())).zone
        until = (max(one.posted_on for one in lines) + AFTER).isoformat()
        items = await trust_bank.waiting(reader, account.id, until, zone)
        found = await asyncio.to_thread(solve, lines, items)
        known = {one.line.id for one in found}
        rest = [one for one in lines if one.id not in known]
        cancelled = await trust_bank.waiting(reader, account.id, until, zone, cancelled=True) if rest else ()
        return (*found, *solve(rest, cancelled))

    async def waiting(self, account: BankAccount) -> tuple[BankItem, ...]:
        """Every posting the bank does not have yet, also those that were cancelled in the book."""
        reader = self._database.reader
        zone = (await trust_position.office(reader, self._clock.now())).zone
        return (
            *await trust_bank.waiting(reader, account.id, _EVER, zone),
            *await trust_bank.waiting(reader, account.id, _EVER, zone, cancelled=True),
        )

    async def items_of(self, one: StatementLine) -> tuple[BankItem, ...]:
        """The postings a line is matched to."""
        reader = self._database.reader
        zone = (await trust_position.office(reader, self._clock.now())).zone
        return await trust_bank.of_transfers(reader, one.account_id, one.matched, zone) if one.matched else ()

    async def accept(self, proposals: Sequence[Proposal]) -> tuple[StatementLine, ...]:
        """Match lines as proposed, all or none.

        Raises:
            ChangedMeanwhile: somebody matched one of them since.
            Refused: as `match`.
        """
        async with unit_of_work(self._database, self._actor, self._clock.now(), bulk=True) as unit:
            for one in proposals:
                await self._match(unit, one.line.id, [item.transfer_id for item in one.items], "solved")
        return tuple([await self.line(one.line.id) for one in proposals])

    async def match(self, line_id: int, transfer_ids: Sequence[int]) -> StatementLine:
        """Match a line with postings a person chose.

        Raises:
            NotFound, BadInput: no such line, or none chosen.
            Refused: `trust-three-way` when they are not its account's, do not add up to it, or its month
                is closed; ChangedMeanwhile when it, or one of them, is matched already.
        """
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            await self._match(unit, line_id, list(dict.fromkeys(transfer_ids)), "chosen")
        return await self.line(line_id)

    async def _match(self, unit: UnitOfWork, line_id: int, transfers: list[int], how: str) -> None:
        reader = Inside(unit.connection, self._database.dialect)
        one = await trust_bank.line(reader, line_id)
        if one is None or not transfers:
            raise BadInput("a line and the postings it is must be named")
        await _refuse_closed(unit, one)
        zone = (await trust_position.office(reader, unit.now)).zone
        items = await trust_bank.of_transfers(reader, one.account_id, transfers, zone)
        _refuse_wrong(one, transfers, items)
        taken = await trust_bank.matched_of(reader, transfers)
        if one.matched or taken:
            told = f"Line {line_id} is matched." if one.matched else "One of the postings is another line's."
            raise ChangedMeanwhile(
                "trust-three-way", told, "Take that match back first: paylink trust unmatch"
            )
        await rows.match(unit, line_id, transfers, how)
        after = {"transfers": transfers, "amount": one.amount, "how": how}
        unit.record("match", "statement_line", line_id, after=after)
        unit.touch("account", one.account_id)

    async def unmatch(self, line_id: int) -> StatementLine:
        """Take a line's matches back.

        Raises:
            NotFound: there is no such line.
            Refused: `trust-three-way` when its month is closed, or nothing is matched.
        """
        one = await self.line(line_id)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            await _refuse_closed(unit, one)
            taken = await rows.unmatch(unit, line_id)
            if not taken:
                raise Refused("trust-three-way", f"Line {line_id} is not matched, so nothing is taken back.")
            unit.record("unmatch", "statement_line", line_id, before={"transfers": taken})
            unit.touch("account", one.account_id)
        return replace(one, matched=())


async def _refuse_closed(unit: UnitOfWork, one: StatementLine) -> None:
    if one.posted_on.isoformat()[:7] <= await books.closed_month(unit):
        told = f"Line {one.id} is of {one.posted_on:%B %Y}, which is closed; its matches stay."
        raise Refused("trust-three-way", told)


def _refuse_wrong(one: StatementLine, transfers: Sequence[int], items: Sequence[BankItem]) -> None:
    if len(items) != len(transfers):
        raise Refused(
            "trust-three-way",
            "A bank line matches postings of its own bank account only.",
            "See: paylink trust outstanding ACCOUNT",
        )
    total = sum(item.amount for item in items)
    if total != one.amount:
        told = f"They come to {display(total)}, and line {one.id} is {display(one.amount)}."
        raise Refused("trust-three-way", told, "Choose postings that add up to the line, to the cent.")
