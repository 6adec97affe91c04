"""Reconciling trust accounts month by month, and closing the months whose three numbers agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.jurisdictions import Jurisdiction
from paylink_tui.domain.money import display
from paylink_tui.domain.months import last_day, month_of, next_month
from paylink_tui.domain.parties import AccountKind, BankAccount
from paylink_tui.domain.roles import Role, same_person
from paylink_tui.domain.trust import ClosedMonth, Month, Outstanding, Reconciliation, ThreeWay
from paylink_tui.services import trust_position
from paylink_tui.services.trust_three_way import three_way
from paylink_tui.store.read import trust_months as reading
from paylink_tui.store.unit_of_work import looking, unit_of_work
from paylink_tui.store.write import trust as rows
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.roles import RoleService
    from paylink_tui.services.trust_position import Office
    from paylink_tui.store.database import Database
    from paylink_tui.store.reader import Reader

RULE = "trust-three-way"


class MonthDesk:
    """Keeps reconciliations and closes months (`trust-three-way`)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        firm: FirmService,
        roles: RoleService,
        place: Jurisdiction,
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._firm = firm
        self._roles = roles
        self._place = place

    async def reconcile(
        self, account: BankAccount, month: str | None, given: int | None, *, dry_run: bool
    ) -> Reconciliation:
        """An account's three numbers at the end of a month, by default the first one not closed; kept
        unless `dry_run`.

        Raises:
            Refused: `trust-three-way` when it is to be kept and something blocks it.
        """
        wanted = month or await self._next(account.id)
        where = self._database, self._actor, self._clock.now()
        async with looking(*where) if dry_run else unit_of_work(*where) as unit:
            reader = Inside(unit.connection, self._database.dialect)
            at = await trust_position.office(reader, self._clock.now())
            three, found = await three_way(reader, at, account, last_day(wanted), given)
            closed = await reading.closed(reader)
            told = self._told(wanted, three, found, at, closed[-1].month if closed else "", given)
            if dry_run:
                return told
            if told.blocks:
                raise Refused(
                    RULE,
                    f"{account.name} cannot be reconciled for {wanted}. {told.blocks[0]}",
                    f'See all: paylink trust reconcile "{account.name}" --month {wanted}',
                )
            number = await rows.keep_reconciliation(unit, **_numbers(account.id, wanted, three))
            after = {"account": account.name, "month": wanted, "book": three.book, "bank": three.bank_balance}
            unit.record("reconcile", "reconciliation", number, after=after)
            unit.touch("account", account.id)
        return replace(told, saved=True, prepared_by=self._actor, prepared_at=self._clock.now())

    def _told(
        self,
        month: str,
        three: ThreeWay,
        found: tuple[Outstanding, ...],
        at: Office,
        closed: str,
        given: int | None,
    ) -> Reconciliation:
        blocks = _blocks(month, three, at.today, closed)
        warnings = _warnings(three, found, given)
        if at.today > self._place.reconcile_until(month):
            until = self._place.reconcile_until(month)
            warnings.append(f"It was to be reconciled by {until} ({self._place.name}).")
        return Reconciliation(
            month, three, False, outstanding=found, blocks=tuple(blocks), warnings=tuple(warnings)
        )

    async def close(self, month: str, approve: str | None) -> ClosedMonth:
        """Close a month and everything before it; it takes no posting any more.

        Args:
            month: `2026-11`: the one after the newest closed month, or any to begin with.
            approve: The approver who signs, needed when the firm has one besides who closes.

        Raises:
            Refused: `trust-three-way` when it is not over, not the next one, or a trust account that was
                used is not reconciled as its book is now; `second-person`, `role-approver`.
        """
        approver = await self._approver(approve)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            reader = Inside(unit.connection, self._database.dialect)
            at = await trust_position.office(reader, self._clock.now())
            done = await reading.closed(reader)
            _refuse_early(month, at.today, done[-1].month if done else "")
            await self._refuse_unreconciled(reader, at, month)
            head = await reading.audit_head(reader)
            await rows.close_month(unit, month=month, approved_by=approver, audit_head=head)
            after = {"month": month, "approved_by": approver, "audit_head": head}
            unit.record("close month", "month", int(month.replace("-", "")), after=after)
        return ClosedMonth(month, self._actor, self._clock.now(), approver or "", head)

    async def _approver(self, approve: str | None) -> str | None:
        others = [
            one.name
            for one in await self._roles.members()
            if one.role is Role.APPROVER and not same_person(one.name, self._actor)
        ]
        if approve is None:
            if others:
                fix = f"Name who signs: --approve {others[0]}"
                raise Refused("second-person", "A month is closed by two people.", fix)
            return None
        if same_person(approve, self._actor):
            told = "Who closes a month cannot be the one who approves it."
            raise Refused("second-person", told, "Name somebody else.")
        await self._roles.require_approver(approve)
        return approve

    async def _refuse_unreconciled(self, reader: Reader, at: Office, month: str) -> None:
        """Every trust account used by then is reconciled, and its book is still what was reconciled."""
        kept = {one.account_id: one for one in await reading.kept(reader, month) if one.month == month}
        used = await reading.first_used(reader)
        for account in await self._trust_accounts():
            if used.get(account.id, "9") > month:
                continue
            fix = f'Reconcile it: paylink trust reconcile "{account.name}" --month {month} --save'
            known = kept.get(account.id)
            if known is None:
                raise Refused(RULE, f"{account.name} is not reconciled for {month}.", fix)
            three, _ = await three_way(reader, at, account, last_day(month), known.bank_balance)
            if (three.book, three.ledgers) != (known.book, known.ledgers) or three.shortage:
                told = f"{account.name} was posted to since it was reconciled for {month}."
                raise Refused(RULE, told, fix)
            outstanding = three.outstanding_in, three.outstanding_out
            if outstanding != (known.outstanding_in, known.outstanding_out) or three.unexplained:
                told = f"The bank's lines of {account.name} changed since it was reconciled for {month}."
                raise Refused(RULE, told, fix)

    async def months(self) -> tuple[Month, ...]:
        """Every month from the first one trust was used in until now, the newest first."""
        reader = self._database.reader
        at = await trust_position.office(reader, self._clock.now())
        used = await reading.first_used(reader)
        if not used:
            return ()
        closed = {one.month: one for one in await reading.closed(reader)}
        kept = {(one.account_id, one.month) for one in await reading.kept(reader)}
        accounts = await self._trust_accounts()
        months, found = min(used.values()), []
        while months <= month_of(at.today):
            mine = [one for one in accounts if used.get(one.id, "9") <= months]
            found.append(self._month(months, mine, kept, closed.get(months), at.today))
            months = next_month(months)
        newest = max(closed, default="")
        return tuple(one for one in reversed(found) if one.closed or one.month > newest)

    def _month(
        self,
        month: str,
        accounts: list[BankAccount],
        kept: set[tuple[int, str]],
        closed: ClosedMonth | None,
        today: date,
    ) -> Month:
        until = self._place.reconcile_until(month)
        done = tuple(one.name for one in accounts if (one.id, month) in kept)
        left = tuple(one.name for one in accounts if (one.id, month) not in kept)
        return Month(month, until, done, left, closed, closed is None and today > until)

    async def _trust_accounts(self) -> list[BankAccount]:
        return [one for one in await self._firm.accounts() if one.kind is AccountKind.TRUST]

    async def _next(self, account_id: int) -> str:
        """The first month that is not closed, or, once it was used, the account's own first one."""
        reader = self._database.reader
        closed = await reading.closed(reader)
        if closed:
            return next_month(closed[-1].month)
        today = (await trust_position.office(reader, self._clock.now())).today
        return (await reading.first_used(reader)).get(account_id, month_of(today))


def _blocks(month: str, three: ThreeWay, today: date, closed: str) -> list[str]:
    """What keeps a month from being reconciled, a sentence each."""
    found = []
    if month <= closed:
        found.append(f"{month} is closed.")
    if today <= last_day(month):
        found.append(f"{month} is not over.")
    if three.bank_balance is None:
        found.append("The bank has told no balance: import a statement, or give its balance.")
    elif three.bank_on is not None and three.bank_on < last_day(month):
        found.append(f"The bank's statements end on {three.bank_on}: import the rest of the month.")
    if not three.in_balance:
        found += three.why or (f"Bank and book are {display(three.difference, three.currency)} apart.",)
    elif three.unexplained:
        found += three.why
    return found


def _warnings(three: ThreeWay, found: tuple[Outstanding, ...], given: int | None) -> list[str]:
    told = []
    if three.unidentified:
        held = display(three.unidentified, three.currency)
        told.append(f"{held} is not linked to a client yet.")
    if three.held:
        told.append(f"{display(three.held, three.currency)} is held for disputes.")
    if stale := [one for one in found if one.stale]:
        told.append(f"{len(stale)} outstanding items are older than {min(one.stale for one in stale)} days.")
    if given is not None:
        told.append("The bank's balance was typed in, not read from a statement.")
    return told


def _refuse_early(month: str, today: date, closed: str) -> None:
    if month <= closed:
        raise Refused(RULE, f"{month} is closed already.")
    if today <= last_day(month):
        raise Refused(RULE, f"{month} is not over.", f"Close it after {last_day(month)}.")
    if closed and month != next_month(closed):
        told = f"{next_month(closed)} is not closed, and comes before {month}."
        raise Refused(RULE, told, f"Close it first: paylink trust close {next_month(closed)}")


def _numbers(account_id: int, month: str, three: ThreeWay) -> dict[str, int | str | None]:
    return {
        "account_id": account_id,
        "month": month,
        "bank_balance": three.bank_balance,
        "outstanding_in": three.outstanding_in,
        "outstanding_out": three.outstanding_out,
        "book": three.book,
        "ledgers": three.ledgers,
        "shortage": three.shortage,
    }
