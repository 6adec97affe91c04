"""Export: transactions as CSV, the ledger for hledger and Beancount, a bank account's book as OFX."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.errors import BadInput
from paylink_tui.store.read import accounts, book

if TYPE_CHECKING:
    from paylink_tui.domain.export_book import BookWriter
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.firm import FirmService
    from paylink_tui.store.database import Database

FORMS: Final = ("csv", "hledger", "beancount", "ofx")
START, END = "0001-01-01", "9999-12-31"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported.

    `since` and `until` are days of the firm's zone, both included: of being paid for `csv`, of being
    posted for the others. `query` (the filter bar's language) and `ids` choose transactions for `csv`.
    """

    form: str
    query: str = ""
    since: date | None = None
    until: date | None = None
    account: str = ""
    ids: tuple[int, ...] | None = None


class ExportService:
    """Writes the books for other programs, a page at a time: memory does not grow with the transactions."""

    def __init__(self, database: Database, clock: Clock, firm: FirmService) -> None:
        self._reader = database.reader
        self._clock = clock
        self._firm = firm

    def pieces(self, asked: ExportRequest) -> AsyncIterator[str]:
        """The text of an export, piece by piece.

        Raises:
            BadInput: what was asked does not fit together, or the query cannot be read.
            NotFound: no bank account has that name.
        """
        _check(asked)
        if asked.form == "csv":
            return self._csv(asked)
        if asked.form == "ofx":
            return self._ofx(asked)
        return self._ledger(asked)

    async def sums(self, asked: ExportRequest) -> dict[str, tuple[int, int]]:
        """How many transactions a `csv` export would have, and their minor units, by currency.

        Raises:
            BadInput: the query cannot be read.
        """
        from paylink_tui.services.listing import read_query
        from paylink_tui.store.read import payment_sums

        if asked.ids is not None:
            return await payment_sums.sums_of(self._reader, asked.ids)
        filter = await read_query(self._reader, _whole_query(asked), self._clock.now())
        return await payment_sums.matching_sums(self._reader, filter)

    async def write(self, asked: ExportRequest, file: Path, *, force: bool = False) -> int:
        """Write an export to a file that appears when it is whole; how many bytes it has.

        Raises:
            PayLinkError: the file exists and `force` is off, or it cannot be written.
        """
        from paylink_tui.services.files import new_file

        written = 0
        with new_file(file, force=force) as stream:
            async for piece in self.pieces(asked):
                written += stream.write(piece.encode())
        return written

    async def _csv(self, asked: ExportRequest) -> AsyncIterator[str]:
        from paylink_tui.domain.export_csv import CsvTotals, csv_head, csv_rows, csv_tail
        from paylink_tui.store.read import payments

        only = (await self._firm.account(asked.account)).id if asked.account else None
        totals = CsvTotals()
        query = _whole_query(asked)
        pages = _chosen(asked.ids) if asked.ids is not None else self._matching(query)
        yield csv_head()
        async for ids in pages:
            found = await payments.by_ids(self._reader, ids)
            yield csv_rows([one for one in found if only in (None, one.account_id)], totals)
        told = [query, f"account {asked.account}" if asked.account else ""]
        if asked.ids is not None:
            told = [f"{len(asked.ids)} marked transactions"]
        yield csv_tail(totals, ", ".join(filter(None, told)))

    async def _matching(self, query: str) -> AsyncIterator[Sequence[int]]:
        from paylink_tui.domain.table import Sort
        from paylink_tui.services.listing import PAGE, read_query
        from paylink_tui.store.read.payment_window import PaymentWindow

        window = PaymentWindow(self._reader, await read_query(self._reader, query, self._clock.now()), Sort())
        seen = 0
        page = await window.page(0, PAGE)
        while page.rows:
            yield [row.id for row in page.rows]
            seen += len(page.rows)
            if page.at_end:
                return
            page = await window.after(page.rows[-1], seen, PAGE)

    async def _ofx(self, asked: ExportRequest) -> AsyncIterator[str]:
        from paylink_tui.domain.export_ofx import ofx_head, ofx_lines, ofx_tail

        account, firm = await self._firm.account(asked.account), await self._firm.get()
        upto = await book.newest(self._reader)
        today = self._clock.now().date()
        first = asked.since or await book.first_day(self._reader, upto) or today
        last = asked.until or max(today, first)
        since, until = first.isoformat(), last.isoformat()
        yield ofx_head(account, firm.name if firm else "", self._clock.now(), first, last)
        async for lines in book.bank_lines(self._reader, account.id, upto, since, until):
            yield ofx_lines(lines, account.currency)
        held = await book.bank_balance(self._reader, account.id, upto, until)
        yield ofx_tail(held, account.currency, last)

    async def _ledger(self, asked: ExportRequest) -> AsyncIterator[str]:
        from paylink_tui.services.export_ledger import LedgerExport

        firm = await self._firm.get()
        currencies = {one.currency for one in await accounts.bank_accounts(self._reader)}
        since = asked.since.isoformat() if asked.since else START
        until = asked.until.isoformat() if asked.until else END
        work = LedgerExport(self._reader, _writer(asked.form), since, until)
        async for piece in work.pieces(firm.name if firm else "PayLink", sorted(currencies)):
            yield piece


def _writer(form: str) -> BookWriter:
    if form == "hledger":
        from paylink_tui.domain.export_hledger import HledgerWriter

        return HledgerWriter()
    from paylink_tui.domain.export_beancount import BeancountWriter

    return BeancountWriter()


def _check(asked: ExportRequest) -> None:
    if asked.form not in FORMS:
        raise BadInput(f"there is no export named {asked.form!r}", f"Choose among {', '.join(FORMS)}.")
    if asked.since and asked.until and asked.until < asked.since:
        raise BadInput("the export would end before it starts", "Swap --since and --until.")
    if asked.query and asked.form != "csv":
        raise BadInput(f"a query chooses transactions; {asked.form} takes none", "Use it with csv.")
    if asked.form == "ofx" and not asked.account:
        raise BadInput("ofx is the book of one bank account", "Name it with --account.")
    if asked.account and asked.form in ("hledger", "beancount"):
        raise BadInput(
            "a ledger is exported whole, or it would not balance", "Leave --account out, or use csv or ofx."
        )


def _whole_query(asked: ExportRequest) -> str:
    """The query with the days in it, as the filter bar would show it."""
    if not (asked.since or asked.until):
        return asked.query.strip()
    days = f"paid:{asked.since or ''}..{asked.until or ''}"
    return f"{asked.query.strip()} {days}".strip()


async def _chosen(ids: Sequence[int]) -> AsyncIterator[Sequence[int]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]
