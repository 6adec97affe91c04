"""Whose part a refund is of, what it takes and undoes, as the books stand or as a transaction holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paylink_tui.domain import standing as standings
from paylink_tui.domain.cascade import Choice, RefundPreview
from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.standing import Standing
from paylink_tui.domain.views import Transaction
from paylink_tui.services import refund_rules, unapplying
from paylink_tui.services.refund_plan import Owner, preview_of
from paylink_tui.store.read import payments as reading
from paylink_tui.store.read import refunds as refund_reading
from paylink_tui.store.read.standing import standing as read_standing
from paylink_tui.store.reader import Reader
from paylink_tui.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.roles import RoleService


class RefundPlanner:
    """Plans refunds; reads only."""

    def __init__(
        self,
        clock: Clock,
        actor: str,
        processors: Mapping[str, Processor],
        directory: DirectoryService,
        roles: RoleService,
    ) -> None:
        self._clock = clock
        self._actor = actor
        self._processors = processors
        self._directory = directory
        self._roles = roles

    async def owner(self, client: str | None, matter: str | None) -> Owner:
        """Ids of the client and the matter named; None where none is."""
        whose = await self._directory.client_named(client) if client else None
        if not matter:
            return (whose.id if whose else None), None
        what = await self._directory.matter_named(matter, client_id=whose.id if whose else None)
        return what.client_id, what.id

    async def plan(
        self, reader: Reader, one: Transaction, amount: int | None, owner: Owner
    ) -> tuple[RefundPreview, tuple[Standing, Choice]]:
        """The preview, and what it would post, as the books stand for this reader."""
        refund_rules.check_refund(one)
        refund_rules.check_window(one, self._processors[one.processor].capabilities(), self._clock.now())
        standing, mine = await read_standing(reader, one.id), refund_rules.whose(*owner)
        if not any(mine(each) for each in standing.owners):
            raise Refused("link-client", f"{one.name} has no such part.", "Name a client it is linked to.")
        most = sum(refund_rules.available(standing, mine))
        wanted = most if amount is None else amount
        if wanted <= 0 and amount is not None:
            raise BadInput("the amount to refund must be more than zero")
        spent = [(each.client_id, each.matter_id) for each in standing.owners if mine(each)]
        by = await refund_reading.spent_by(reader, one.id, spent)
        choice = refund_rules.check_amount(standing, one.name, wanted or one.amount, mine, by)
        cascade = standings.cascade(standing, "refund", wanted, choice)
        needed = await self._roles.second_person_needed(wanted, one.currency, self._actor)
        preview = preview_of(one, standing, cascade, owner, second_person_needed=needed)
        return preview, (standing, choice)

    async def locked_plan(
        self, unit: UnitOfWork, row: Any, amount: int | None, owner: Owner
    ) -> tuple[RefundPreview, tuple[Standing, Choice]]:
        """As `plan`, on money that is held still until the unit ends."""
        await unapplying.locked(unit, row)
        inside = unapplying.inside(unit)
        (one,) = await reading.by_ids(inside, [row.id])
        return await self.plan(inside, one, amount, owner)
