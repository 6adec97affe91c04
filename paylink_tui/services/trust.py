"""Trust accounting: entries by hand, what may be spent, the bank's statements, the three numbers, months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.months import last_day, read_month
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.trust import (
    BankItem,
    ClosedMonth,
    EntryPreview,
    EntryView,
    ListingLine,
    Month,
    NewEntry,
    Outstanding,
    Proposal,
    Reconciliation,
    StatementLine,
    StatementReport,
    ThreeWay,
    TrustPosition,
)
from paylink_tui.services import trust_position, trust_three_way
from paylink_tui.services.trust_entries import EntryDesk
from paylink_tui.services.trust_matching import MatchDesk
from paylink_tui.services.trust_months import MonthDesk
from paylink_tui.services.trust_statements import StatementDesk
from paylink_tui.store.read import accounts, trust_bank, trust_owners
from paylink_tui.store.read import trust_position as reading

if TYPE_CHECKING:
    from paylink_tui.domain.jurisdictions import Jurisdiction
    from paylink_tui.domain.parties import BankAccount, Client, Matter
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.roles import RoleService
    from paylink_tui.store.database import Database

_EVER = "9999-12-31"


class TrustService:
    """The firm's trust accounts; one door for all that is done to them by hand."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        directory: DirectoryService,
        firm: FirmService,
        roles: RoleService,
        place: Jurisdiction,
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._directory = directory
        self._firm = firm
        self.place = place
        """The rules of the firm's jurisdiction."""
        self._entries = EntryDesk(database, clock, actor, directory, firm, roles)
        self._statements = StatementDesk(database, clock, actor)
        self._matches = MatchDesk(database, clock, actor)
        self._months = MonthDesk(database, clock, actor, firm, roles, place)

    async def preview(self, new: NewEntry) -> EntryPreview:
        """What `enter` would do, refusing what it would refuse; see `EntryDesk.preview`."""
        return await self._entries.preview(new)

    async def enter(self, new: NewEntry, key: str | None = None) -> EntryView:
        """Make an entry; the same key makes it once. See `EntryDesk.enter` for what it raises."""
        return await self._entries.enter(new, key)

    async def approve(self, name: str) -> EntryView:
        """Approve `E5`, which posts it; see `EntryDesk.approve`."""
        return await self._entries.approve(name)

    async def withdraw(self, name: str, reason: str) -> EntryView:
        """Take back `E5`, which waits for approval; see `EntryDesk.withdraw`."""
        return await self._entries.withdraw(name, reason)

    async def undo(self, name: str, reason: str) -> EntryView:
        """Reverse what `E5` posted; see `EntryDesk.undo`."""
        return await self._entries.undo(name, reason)

    async def entry(self, name: str) -> EntryView:
        """The entry `E5`.

        Raises:
            NotFound: there is none.
        """
        return await self._entries.get(name)

    async def entries(
        self, account: str | None = None, state: str | None = None, limit: int = 200
    ) -> tuple[EntryView, ...]:
        """Entries, the newest first; see `EntryDesk.list`."""
        return await self._entries.list(account, state, limit)

    async def position(
        self, client: str, matter: str | None = None, account: str | None = None
    ) -> TrustPosition:
        """What one ledger holds: the matter's, or without one the client's own.

        On one trust account, or on all of the firm's currency.

        Raises:
            NotFound: a name. Refused: `link-client` for another client's matter.
        """
        owner = await self._directory.client_named(client)
        its = await self._matter(owner, matter)
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        if account is None:
            return await trust_position.position(reader, at, owner, its, await accounts.firm_currency(reader))
        where = await self._firm.account(account)
        return await trust_position.position(reader, at, owner, its, where.currency, where.id)

    async def positions(self, client: str) -> tuple[TrustPosition, ...]:
        """Every trust ledger of a client: its own and each matter's.

        Raises:
            NotFound: the client.
        """
        owner = await self._directory.client_named(client)
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        found = []
        for _, number, currency in await reading.ledgers_of(reader, owner.id):
            its = await self._matter(owner, number or None)
            found.append(await trust_position.position(reader, at, owner, its, currency))
        return tuple(found)

    async def ledgers(
        self, words: str = "", *, after: TrustPosition | None = None, limit: int | None = None
    ) -> tuple[TrustPosition, ...]:
        """Trust ledgers that are not empty, by client and matter; `after` is the last of the page before."""
        reader = self._database.reader
        last = (after.client_name, after.client_id, after.matter_number) if after else None
        at = await trust_position.office(reader, self._clock.now())
        found = await trust_owners.owners(reader, words, last, limit)
        return tuple(
            [await trust_position.position(reader, at, one.client, one.matter, one.currency) for one in found]
        )

    async def three_way(
        self, account: str | None = None, on: date | None = None, bank_balance: int | None = None
    ) -> tuple[ThreeWay, ...]:
        """Bank, book and client ledgers of one trust account or of each, now or at the end of a day.

        `bank_balance` (minor units) stands in for what the statements say.

        Raises:
            NotFound: the account. Refused: `trust-three-way` for another account than trust.
        """
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        if account is not None:
            chosen = [await self._trust_account(account)]
        else:
            chosen = [one for one in await self._firm.accounts() if one.kind is AccountKind.TRUST]
        return tuple(
            [(await trust_three_way.three_way(reader, at, one, on, bank_balance))[0] for one in chosen]
        )

    async def listing(self, account: str, on: date | None = None) -> tuple[ListingLine, ...]:
        """What every ledger of a trust account holds, by client, now or at the end of a day.

        Raises:
            NotFound, Refused: as `three_way`.
        """
        one = await self._trust_account(account)
        day = None if on is None else on.isoformat()
        return tuple(
            [
                ListingLine(code or "", name or "", matter, kind, int(held))
                for code, name, matter, kind, held in await trust_bank.listing(
                    self._database.reader, one.id, day
                )
            ]
        )

    async def import_statement(
        self, account: str, name: str, data: bytes, *, dates: str | None = None, dry_run: bool = False
    ) -> StatementReport:
        """Import a bank's statement, OFX or CSV; see `StatementDesk.run`."""
        return await self._statements.run(
            await self._firm.account(account), name, data, dates, dry_run=dry_run
        )

    async def lines(
        self, account: str, month: str | None = None, *, unmatched: bool = False
    ) -> tuple[StatementLine, ...]:
        """The bank's lines, of one month or of all, by day.

        Raises:
            NotFound: the account. BadInput: the month.
        """
        one = await self._firm.account(account)
        if month is None:
            since, until = "", _EVER
        else:
            since, until = f"{read_month(month)}-01", last_day(month).isoformat()
        return await trust_bank.lines(self._database.reader, one.id, since, until, unmatched=unmatched)

    async def outstanding(self, account: str, day: date | None = None) -> tuple[Outstanding, ...]:
        """What book and bank do not both have by a day (today), aged, the oldest first.

        Raises:
            NotFound: the account.
        """
        one = await self._firm.account(account)
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        return await trust_three_way.outstanding(reader, at, one.id, day or at.today)

    async def unmatched(self, account: str) -> tuple[BankItem, ...]:
        """Postings that no bank line is matched to, also those cancelled in the book.

        Raises:
            NotFound: the account.
        """
        return await self._matches.waiting(await self._firm.account(account))

    async def items_of(self, line: StatementLine) -> tuple[BankItem, ...]:
        """The postings a bank line is matched to, oldest first; none when it is not matched."""
        return await self._matches.items_of(line)

    async def solve(self, account: str) -> tuple[Proposal, ...]:
        """What each line without a match seems to be; see `domain.bank_matching`.

        Raises:
            NotFound: the account.
        """
        return await self._matches.solve(await self._firm.account(account))

    async def accept(self, proposals: Sequence[Proposal]) -> tuple[StatementLine, ...]:
        """Match lines as proposed; see `MatchDesk.accept`."""
        return await self._matches.accept(proposals)

    async def match(self, line_id: int, transfer_ids: Sequence[int]) -> StatementLine:
        """Match a line by hand; see `MatchDesk.match`."""
        return await self._matches.match(line_id, transfer_ids)

    async def unmatch(self, line_id: int) -> StatementLine:
        """Take a line's matches back; see `MatchDesk.unmatch`."""
        return await self._matches.unmatch(line_id)

    async def line(self, line_id: int) -> StatementLine:
        """One line of the bank.

        Raises:
            NotFound: there is none.
        """
        return await self._matches.line(line_id)

    async def reconcile(
        self, account: str, month: str | None = None, bank_balance: int | None = None, dry_run: bool = True
    ) -> Reconciliation:
        """An account's three numbers at the end of a month, kept unless `dry_run`; see
        `MonthDesk.reconcile`."""
        one = await self._trust_account(account)
        wanted = None if month is None else read_month(month)
        return await self._months.reconcile(one, wanted, bank_balance, dry_run=dry_run)

    async def close(self, month: str, approve: str | None = None) -> ClosedMonth:
        """Close a month; see `MonthDesk.close`."""
        return await self._months.close(read_month(month), approve)

    async def months(self) -> tuple[Month, ...]:
        """How far each month is, the newest first."""
        return await self._months.months()

    async def _trust_account(self, name: str) -> BankAccount:
        found = await self._firm.account(name)
        if found.kind is not AccountKind.TRUST:
            told = f"{found.name} is an operating account; three numbers are kept for trust accounts."
            raise Refused("trust-three-way", told, "Name a trust account: paylink accounts list")
        return found

    async def _matter(self, client: Client, name: str | None) -> Matter | None:
        if not name:
            return None
        found = await self._directory.matter_named(name, client_id=client.id)
        if found.client_id != client.id:
            told = f"Matter {found.number} is another client's."
            raise Refused("link-client", told, "Name one of its own.")
        return found
