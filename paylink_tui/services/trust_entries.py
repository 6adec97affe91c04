"""Trust money moved by hand: entered, approved by a second person, withdrawn, undone by reversal."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, NotFound, Refused
from paylink_tui.domain.roles import same_person
from paylink_tui.domain.text import storable
from paylink_tui.domain.trust import EntryKind, EntryPreview, EntryState, EntryView, NewEntry
from paylink_tui.domain.trust_risk import spending_warnings
from paylink_tui.services import trust_funds, trust_position, trust_undo
from paylink_tui.services.drawing import operating_till
from paylink_tui.services.posting import refuse_closed
from paylink_tui.services.trust_input import Resolved, resolve, transfers
from paylink_tui.services.trust_undo import again
from paylink_tui.store.read import trust_entries as reading
from paylink_tui.store.unit_of_work import UnitOfWork, looking, unit_of_work
from paylink_tui.store.write import commands
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import trust as rows

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.roles import RoleService
    from paylink_tui.store.database import Database


class EntryDesk:
    """Makes trust entries; each posts one journal, now or once it is approved."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        directory: DirectoryService,
        firm: FirmService,
        roles: RoleService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._directory = directory
        self._firm = firm
        self._roles = roles

    async def get(self, name: str) -> EntryView:
        """One entry by its name.

        Raises:
            NotFound: there is none.
        """
        found = await reading.entry(self._database.reader, _number(name))
        if found is None:
            raise NotFound(f"There is no trust entry {name[:20]!r}.", "List them with: paylink trust entries")
        return found

    async def list(self, account: str | None, state: str | None, limit: int) -> tuple[EntryView, ...]:
        """Entries, the newest first.

        Raises:
            NotFound: the account. BadInput: the state.
        """
        if state is not None and state not in tuple(EntryState):
            raise BadInput(f"there is no state {state[:20]!r}", f"States: {', '.join(EntryState)}")
        account_id = (await self._firm.account(account)).id if account else None
        return await reading.entries(self._database.reader, account_id, state, limit)

    async def preview(self, new: NewEntry) -> EntryPreview:
        """What `enter` would do, refusing what it would refuse; nothing stays."""
        one = await self._resolved(new)
        second = await self._second_person(one)
        async with looking(self._database, self._actor, self._clock.now()) as unit:
            before, amount = await self._checked(unit, one)
            target = -1 if one.target is None else await books.balance(unit, one.target)
        after = before + (amount if new.kind in (EntryKind.RECEIPT, EntryKind.SHORTAGE) else -amount)
        moves = None if one.target is None else target
        warnings = await self._warnings(one, amount)
        entry = self._view(one, amount)
        return EntryPreview(
            entry, before, after, moves, None if moves is None else moves + amount, second, warnings
        )

    async def enter(self, new: NewEntry, key: str | None = None) -> EntryView:
        """Make an entry and post it, or leave it to a second person when it is above the firm's limit.

        Raises:
            Refused: `trust-named`, `link-client`, `trust-never-negative`, `trust-cleared`,
                `trust-shortage`, or `trust-three-way` when it is dated into a closed month.
            BadInput, NotFound: values and names.
        """
        one = await self._resolved(new)
        wait = await self._second_person(one)
        async with self._unit() as unit:
            number = await commands.earlier_result(unit, key, "trust entry", _inputs(one))
            if number is None:
                _, amount = await self._checked(unit, one)
                number = await self._write(unit, one, amount, wait=wait)
                await commands.remember(unit, key, "trust entry", _inputs(one), number)
        return await self.get(str(number))

    async def _write(self, unit: UnitOfWork, one: Resolved, amount: int, *, wait: bool) -> int:
        day = one.new.dated_on or self._today(await unit.zone())
        state = EntryState.REQUESTED if wait else EntryState.POSTED
        columns = one.row(amount, day)
        number = await rows.add_entry(unit, **columns, state=state.value)
        unit.touch("account", one.account.id)
        if not wait:
            await self._post(unit, number)
        unit.record(f"trust {one.new.kind}", "trust_entry", number, after={**columns, "state": state.value})
        return number

    async def _post(self, unit: UnitOfWork, number: int) -> None:
        row = await rows.lock_entry(unit, number)
        assert row is not None
        restores = row.kind == EntryKind.RESTORE
        operating = await operating_till(unit, row.currency, "trust-shortage") if restores else None
        journal_id = await books.open_journal(unit, f"trust {row.kind}", row.dated_on, trust_entry_id=number)
        await books.post(unit, journal_id, transfers(row, operating))
        _touch(unit, row)

    async def approve(self, name: str) -> EntryView:
        """Approve what somebody else asked for, which posts it.

        Raises:
            NotFound: there is none.
            Refused: `role-approver`, `second-person`, or as `enter`; ChangedMeanwhile when it is decided.
        """
        asked = await self.get(name)
        await self._roles.require_approver(self._actor)
        one = await self._resolved(again(asked))
        async with self._unit() as unit:
            row = await self._waiting(unit, asked.id)
            if same_person(row.requested_by, unit.actor):
                told = f"{asked.name} was asked for by {unit.actor}; somebody else must approve it."
                raise Refused("second-person", told, "Ask another approver.")
            await trust_funds.check(unit, one, row.dated_on)
            approval = {"approved_by": unit.actor, "approved_at": unit.at}
            await rows.change_entry(unit, asked.id, state=EntryState.POSTED.value, **approval)
            await self._post(unit, asked.id)
            before, after = {"state": row.state}, {"state": "posted", "approved_by": unit.actor}
            unit.record("approve trust entry", "trust_entry", asked.id, before=before, after=after)
        return await self.get(name)

    async def withdraw(self, name: str, reason: str) -> EntryView:
        """Take back what waits for approval; nothing was posted.

        Raises:
            NotFound, BadInput: no such entry, no reason; ChangedMeanwhile when it is decided.
        """
        number, why = (await self.get(name)).id, _reason(reason)
        async with self._unit() as unit:
            row = await self._waiting(unit, number)
            await rows.change_entry(unit, number, state=EntryState.WITHDRAWN.value)
            unit.touch("account", row.account_id)
            states = {"state": row.state}, {"state": "withdrawn"}
            unit.record(
                "withdraw trust entry", "trust_entry", number, before=states[0], after=states[1], reason=why
            )
        return await self.get(name)

    async def undo(self, name: str, reason: str) -> EntryView:
        """Reverse what an entry posted; in a closed month's stead, in the first open one.

        Raises:
            NotFound, BadInput: no such entry, no reason.
            Refused: `link-undo` when nothing was posted or its money was spent since, `trust-three-way`
                when the bank has it.
        """
        entry, why = await self.get(name), _reason(reason)
        one = await self._resolved(again(entry))
        async with self._unit() as unit:
            row = await rows.lock_entry(unit, entry.id)
            journals = await rows.live_journals_of_entry(unit, entry.id)
            await trust_undo.check(unit, entry, one, journals)
            await books.reverse(
                unit, journals, f"undo trust {entry.kind}", self._today(await unit.zone()).isoformat(), why
            )
            _touch(unit, row)
            unit.record(
                "undo trust entry",
                "trust_entry",
                entry.id,
                before={"undone": False},
                after={"undone": True},
                reason=why,
            )
        return await self.get(name)

    async def _waiting(self, unit: UnitOfWork, number: int) -> Any:
        row = await rows.lock_entry(unit, number)
        assert row is not None
        if row.state != EntryState.REQUESTED:
            told = f"E{number} is {row.state}" + (f", by {row.approved_by}." if row.approved_by else ".")
            raise ChangedMeanwhile("txn-states", told, "See: paylink trust entries")
        return row

    async def _resolved(self, new: NewEntry) -> Resolved:
        return await resolve(self._directory, await self._firm.account(new.account), new)

    async def _checked(self, unit: UnitOfWork, one: Resolved) -> tuple[int, int]:
        if one.new.dated_on is not None:
            await refuse_closed(unit, one.new.dated_on)
            if one.new.dated_on > self._today(await unit.zone()):
                raise BadInput("the date is in the future", "Enter it on its day.")
        day = one.new.dated_on
        return await trust_funds.check(unit, one, None if day is None else day.isoformat())

    async def _second_person(self, one: Resolved) -> bool:
        if one.new.kind is not EntryKind.DISBURSEMENT or one.new.amount is None:
            return False
        return await self._roles.second_person_needed(one.new.amount, one.account.currency, self._actor)

    async def _warnings(self, one: Resolved, amount: int) -> tuple[str, ...]:
        if one.new.kind is not EntryKind.DISBURSEMENT or one.client is None:
            return ()
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        where = one.account.currency, one.account.id
        found = await trust_position.position(reader, at, one.client, one.matter, *where)
        return spending_warnings(found, amount, at.today)

    def _view(self, one: Resolved, amount: int) -> EntryView:
        new, client = one.new, one.client
        now = self._clock.now()
        return EntryView(
            0,
            new.kind,
            one.account.id,
            one.account.name,
            one.account.currency,
            client.id if client else None,
            client.code if client else "",
            client.name if client else "",
            one.matter.number if one.matter else "",
            one.to_matter.number if one.to_matter else "",
            amount,
            *(new.method, new.number, new.payee, new.purpose),
            new.dated_on or now.date(),
            EntryState.REQUESTED,
            self._actor,
            now,
            "",
            None,
        )

    def _unit(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(self._database, self._actor, self._clock.now())

    def _today(self, zone: str) -> date:
        return self._clock.now().astimezone(ZoneInfo(zone)).date()


def _inputs(one: Resolved) -> list[Any]:
    day = one.new.dated_on and one.new.dated_on.isoformat()
    return [one.row(one.new.amount or 0, date.min), day]


def _touch(unit: UnitOfWork, row: Any) -> None:
    unit.touch("account", row.account_id)
    if row.client_id is not None:
        unit.touch("client", row.client_id)


def _reason(reason: str) -> str:
    clean = storable(reason).strip()
    if not clean:
        raise BadInput("a reason is needed; it is kept for ever")
    return clean


def _number(name: str) -> int:
    digits = name[1:] if name[:1].upper() == "E" else name
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise NotFound(f"{name[:20]!r} is no trust entry; write it like E5.", "See: paylink trust entries")
    return int(digits)
