"""Who has which role, and what that means for an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain import roles as rules
from paylink_tui.domain.errors import NotFound, Refused
from paylink_tui.domain.money import parse_amount
from paylink_tui.domain.roles import Member, Role
from paylink_tui.store.read import members as reading

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Approval
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database


class RoleService:
    """Names roles and answers who may do what; that an auditor changes nothing, units of work see to."""

    def __init__(self, database: Database, clock: Clock, actor: str, approval: Approval) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._approval = approval

    async def members(self) -> tuple[Member, ...]:
        """Everyone with a role, by name; nobody at all means that everyone may do all."""
        return await reading.members(self._database.reader)

    async def role_of(self, actor: str | None = None) -> Role:
        """The role of somebody, by default of who works here."""
        return (await self._roles()).get(actor or self._actor, Role.BOOKKEEPER)

    async def may_approve(self, actor: str) -> bool:
        """Whether somebody may approve what others asked for."""
        return rules.may_approve(actor, await self._roles())

    async def require_approver(self, actor: str) -> None:
        """Refuse somebody who may not approve.

        Raises:
            Refused: `role-approver`, naming who could.
        """
        roles = await self._roles()
        if not rules.may_approve(actor, roles):
            fix = f"Ask {' or '.join(rules.approvers(roles))}." if rules.approvers(roles) else ""
            raise Refused(rules.APPROVES, f"{actor} is no approver.", fix)

    async def second_person_needed(self, amount: int, currency: str, actor: str) -> bool:
        """Whether a refund or disbursement of this amount (minor units) that `actor` asks for needs another
        person: it is above the firm's limit, and there is an approver besides `actor`."""
        return rules.second_person_needed(amount, self.limit(currency), actor, await self._roles())

    def limit(self, currency: str) -> int:
        """The amount, in minor units, above which a second person is needed."""
        return parse_amount(self._approval.above, currency)

    async def set(self, name: str, role: str, *, confirmed: bool = False) -> Member:
        """Give a person a role; the same again changes nothing.

        Raises:
            BadInput: the name or the role cannot be.
            Refused: `role-approver` unless an approver, where there is one, does it; `role-last-approver`
                unless `confirmed` when nobody would be left to approve.
        """
        who = rules.person(name)
        await self._give(who, rules.role_named(role), confirmed)
        return next(one for one in await self.members() if one.name == who)

    async def remove(self, name: str, *, confirmed: bool = False) -> None:
        """Take a person's role away: from then on a bookkeeper, like everyone unnamed.

        Raises:
            NotFound: that person has none.
            Refused: as `set`.
        """
        who = rules.person(name)
        if who not in await self._roles():
            raise NotFound(f"{who} has no role.", "See: paylink roles list")
        await self._give(who, None, confirmed)

    async def _give(self, name: str, role: Role | None, confirmed: bool) -> None:
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import members

        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            known = await members.roles(unit)
            rules.check_may_name(unit.actor, known)
            if rules.leaves_no_approver(name, role, known) and not confirmed:
                raise Refused(
                    rules.LAST,
                    f"{name} is the only approver: without one, nobody else looks at refunds and"
                    " disbursements above the limit.",
                    "Name another approver first, or confirm that this is meant (--yes).",
                )
            await members.put(unit, name, role, known.get(name))

    async def _roles(self) -> dict[str, Role]:
        return {one.name: one.role for one in await self.members()}
