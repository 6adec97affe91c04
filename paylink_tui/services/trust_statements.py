"""Taking in a bank's statement: all of a file or nothing of it, and every line of the bank once."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.statement import MAX_BYTES, ToldLine, ToldStatement
from paylink_tui.domain.statement_csv import read_csv
from paylink_tui.domain.statement_days import DayOrder
from paylink_tui.domain.statement_ofx import is_ofx, read_ofx
from paylink_tui.domain.text import storable, visible
from paylink_tui.domain.trust import StatementReport
from paylink_tui.store.read import trust_bank
from paylink_tui.store.unit_of_work import UnitOfWork, looking, unit_of_work
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import trust as rows
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

_NAME = 200


class StatementDesk:
    """Imports statements."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    async def run(
        self, account: BankAccount, name: str, data: bytes, dates: str | None, *, dry_run: bool
    ) -> StatementReport:
        """Import a statement's new lines; the same file again changes nothing (`txn-once`).

        Args:
            account: Whose statement it is.
            name: The file's, for messages and the audit log.
            data: Its bytes: OFX 1.x or 2.x, or CSV.
            dates: `mdy` or `dmy`, where its days could be read both ways.
            dry_run: Check everything and write nothing.

        Raises:
            ImportFailed: with line, column and reason; nothing is written.
            BadInput: too large, not text, or the same lines were told in another format.
        """
        told = await asyncio.to_thread(_read, name, data, account.currency, _order(dates))
        digest = hashlib.sha256(data).hexdigest()
        where = self._database, self._actor, self._clock.now()
        async with looking(*where) if dry_run else unit_of_work(*where, bulk=True) as unit:
            reader = Inside(unit.connection, self._database.dialect)
            if await trust_bank.statement_of(reader, account.id, digest):
                return _report(account, name, told, new=0, repeated=True)
            new = await self._new_lines(unit, account, name, told)
            report = _report(account, name, told, new=len(new), repeated=False)
            if not dry_run:
                await _keep(unit, account, report, digest, new)
        return report

    async def _new_lines(
        self, unit: UnitOfWork, account: BankAccount, name: str, told: ToldStatement
    ) -> list[ToldLine]:
        """The lines that no earlier statement told.

        Raises:
            ImportFailed: one contradicts what was told before, or lies in a closed month.
        """
        reader = Inside(unit.connection, self._database.dialect)
        known = await trust_bank.known_fitids(reader, account.id, [one.fitid for one in told.lines])
        closed = await books.closed_month(unit)
        problems, new = Problems(name), []
        for one in told.lines:
            before = known.get(one.fitid)
            if before is None:
                new.append(one)
                if one.posted_on.isoformat()[:7] <= closed:
                    problems.add(one.row, "date", one.posted_on.isoformat(), "is in a closed month")
            elif before != (one.posted_on.isoformat(), one.amount):
                problems.add(one.row, "", one.fitid, "was told with another day or amount before")
        if not known:
            await _refuse_other_format(reader, account, new, problems)
        problems.stop_if_any()
        return new


async def _refuse_other_format(
    reader: Inside, account: BankAccount, new: list[ToldLine], problems: Problems
) -> None:
    """The same lines in another file format would count twice: nothing in them says they are the same."""
    if not new:
        return
    days = [one.posted_on.isoformat() for one in new]
    there = await trust_bank.told_lines(reader, account.id, min(days), max(days))
    others = {what for fitid, what in there.items() if fitid.startswith("csv:") != _is_csv(new[0])}
    for one in new:
        if (one.posted_on.isoformat(), one.amount) in others:
            told = (
                "was told already, in a file of the other format; keep to one format for an account's month"
            )
            problems.add(one.row, "", one.description, told)


def _is_csv(one: ToldLine) -> bool:
    return one.fitid.startswith("csv:")


async def _keep(
    unit: UnitOfWork, account: BankAccount, report: StatementReport, digest: str, new: list[ToldLine]
) -> None:
    first, last = report.first_on or report.closing_on, report.last_on or report.closing_on
    if first is None or last is None:
        raise BadInput("the statement has no line and no balance; there is nothing to import")
    values: dict[str, Any] = {
        "account_id": account.id,
        "name": report.name,
        "format": report.format,
        "content_hash": digest,
        "first_on": first.isoformat(),
        "last_on": last.isoformat(),
        "closing_balance": report.closing_balance,
        "closing_on": report.closing_on and report.closing_on.isoformat(),
    }
    lines = [
        {
            "fitid": one.fitid,
            "posted_on": one.posted_on.isoformat(),
            "amount": one.amount,
            "description": one.description,
            "number": one.number,
        }
        for one in new
    ]
    number = await rows.add_statement(unit, lines, **values)
    after = {"name": report.name, "account": account.name, "lines": report.new, "sha256": digest}
    unit.record("import statement", "statement", number, after=after)
    unit.touch("account", account.id)


def _report(
    account: BankAccount, name: str, told: ToldStatement, *, new: int, repeated: bool
) -> StatementReport:
    days = [one.posted_on for one in told.lines]
    return StatementReport(
        account.name,
        visible(storable(name), _NAME),
        told.format,
        new,
        len(told.lines) - new,
        min(days, default=None),
        max(days, default=None),
        told.closing_balance if told.closing_on else None,
        told.closing_on if told.closing_balance is not None else None,
        repeated,
    )


def _read(name: str, data: bytes, currency: str, order: DayOrder | None) -> ToldStatement:
    if len(data) > MAX_BYTES:
        raise BadInput(f"{visible(name, _NAME)} is larger than {MAX_BYTES // 2**20} MiB.", "Split it.")
    text = _text(name, data)
    if is_ofx(text):
        return read_ofx(text, name, currency)
    return read_csv(text, name, currency, order)


def _text(name: str, data: bytes) -> str:
    """The file's text: UTF-8, or the code page OFX 1.x is written in when it is not.

    Raises:
        BadInput: it is no text.
    """
    if b"\0" in data:
        fix = "Export the statement as OFX (QFX, QBO) or CSV."
        raise BadInput(f"{visible(name, _NAME)} is not a text file.", fix)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _order(dates: str | None) -> DayOrder | None:
    if dates is None:
        return None
    try:
        return DayOrder(dates)
    except ValueError:
        raise BadInput(f"there is no order of dates {dates[:20]!r}", "Write mdy or dmy.") from None
