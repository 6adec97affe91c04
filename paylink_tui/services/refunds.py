"""Refunds: previewed, asked for, approved by a second person above the firm's limit, sent, settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from paylink_tui.domain import standing as standings
from paylink_tui.domain.cascade import Cascade, RefundPreview
from paylink_tui.domain.errors import BadInput, NotFound, Refused
from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.domain.roles import same_person
from paylink_tui.services.refund_plan import (
    Owner,
    commit_intent,
    number_of,
    reason_given,
    refuse_if_different,
    refuse_running,
    waiting,
)
from paylink_tui.services.refund_planner import RefundPlanner
from paylink_tui.services.refund_sending import RefundSender
from paylink_tui.store.read import refunds as refund_reading
from paylink_tui.store.read.standing import standing as read_standing
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import commands, payments, refunds

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.services.roles import RoleService
    from paylink_tui.services.transactions import TransactionService
    from paylink_tui.store.database import Database

EVENTS = ("return", "chargeback")


class RefundService:
    """Gives completed money back, once, out of nobody else's (`txn-refund-completed`)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        processors: Mapping[str, Processor],
        intake: Callable[[], IntakeService],
        transactions: TransactionService,
        directory: DirectoryService,
        roles: RoleService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._processors = processors
        self._intake = intake
        self._transactions = transactions
        self._roles = roles
        self._planner = RefundPlanner(clock, actor, processors, directory, roles)

    async def preview(
        self,
        name: str | int,
        amount: int | None = None,
        *,
        client: str | None = None,
        matter: str | None = None,
    ) -> RefundPreview:
        """What `request` would do; reads only.

        Args:
            name: The transaction.
            amount: Minor units; None for all that can be refunded.
            client: Whose part of a split transaction; None for all of them, the last part first.
            matter: Which matter's part of that client.

        Raises:
            NotFound: transaction, client or matter.
            Refused: `txn-refund-completed`, `trust-never-negative`, `link-client`.
        """
        one = await self._transactions.get(name)
        owner = await self._planner.owner(client, matter)
        preview, _ = await self._planner.plan(self._database.reader, one, amount, owner)
        return preview

    async def request(
        self,
        name: str | int,
        amount: int | None = None,
        *,
        reason: str,
        client: str | None = None,
        matter: str | None = None,
        shown: RefundPreview | None = None,
        key: str | None = None,
    ) -> RefundView:
        """Ask for a refund; it is sent at once unless a second person is needed.

        With `shown`, what is posted is what was shown, or nothing. The same `key` refunds once.

        Raises:
            BadInput: no reason, or no amount.
            ChangedMeanwhile: the money stands differently than was shown.
            Refused, NotFound: as `preview`.
        """
        why = reason_given(reason)
        one = await self._transactions.get(name)
        owner = await self._planner.owner(client, matter)
        inputs = [one.id, amount, *owner, why]
        operation = None
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            number = await commands.earlier_result(unit, key, "refund", inputs)
            if number is None:
                number, operation = await self._ask(unit, one.id, amount, owner, why, shown)
                await commands.remember(unit, key, "refund", inputs, number)
        if operation is not None:
            await self._sender().send(self._processors[one.processor], operation)
        return await self.get(number)

    async def _ask(
        self,
        unit: UnitOfWork,
        payment_id: int,
        amount: int | None,
        owner: Owner,
        why: str,
        shown: RefundPreview | None,
    ) -> tuple[int, str | None]:
        row: Any = await payments.lock(unit, payment_id)
        await refuse_running(unit, payment_id)
        preview, plan = await self._planner.locked_plan(unit, row, amount, owner)
        refuse_if_different(preview, shown)
        values = {"payment_id": payment_id, "amount": preview.amount, "reason": why}
        number = await refunds.add(unit, **values, client_id=owner[0], matter_id=owner[1])
        told = {"refund": f"F{number}", "amount": preview.amount, "client": owner[0], "matter": owner[1]}
        before = {"refunded": row.refunded, "refunding": row.refunding}
        unit.record("ask refund", "payment", payment_id, before=before, after=told, reason=why)
        unit.touch("refund", number)
        if preview.second_person_needed:
            await payments.change(unit, row)
            return number, None
        return number, await commit_intent(unit, row, number, *plan)

    async def approve(self, name: str | int) -> RefundView:
        """Send a refund that somebody else asked for.

        Raises:
            Refused: `role-approver`, `second-person`, or as `preview` when the money stands differently now.
            ChangedMeanwhile: it is not waiting any more.
        """
        known = await self.get(name)
        await self._roles.require_approver(self._actor)
        if same_person(known.requested_by, self._actor):
            fix = "Let another approver do it, or withdraw it."
            raise Refused("second-person", f"{known.name} was asked for by {self._actor}.", fix)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row, one = await waiting(unit, known)
            _, plan = await self._planner.locked_plan(unit, row, one.amount, (one.client_id, one.matter_id))
            approval: dict[str, Any] = {"approved_by": unit.actor, "approved_at": unit.at}
            operation = await commit_intent(unit, row, one.id, *plan, **approval)
        transaction = await self._transactions.get(known.transaction_id)
        await self._sender().send(self._processors[transaction.processor], operation)
        return await self.get(known.id)

    async def withdraw(self, name: str | int, reason: str) -> RefundView:
        """Take back a refund that waits for approval.

        Raises:
            BadInput: no reason.
            ChangedMeanwhile: it is not waiting any more.
        """
        why, known = reason_given(reason), await self.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row, one = await waiting(unit, known)
            await refunds.change(unit, one.id, state="withdrawn", problem=why, settled_at=unit.at)
            await payments.change(unit, row)
            after = {"refund": known.name, "state": "withdrawn"}
            unit.record(
                "withdraw refund", "payment", row.id, before={"state": one.state}, after=after, reason=why
            )
        return await self.get(known.id)

    async def get(self, name: str | int) -> RefundView:
        """One refund by `F3` or its number.

        Raises:
            NotFound: there is none.
        """
        number = name if isinstance(name, int) else number_of(name)
        found = await refund_reading.by_id(self._database.reader, number) if number else None
        if found is None:
            raise NotFound(f"There is no refund {name}.", "See: paylink transactions refunds")
        return found

    async def list(self, state: str | None = None, *, limit: int = 200) -> tuple[RefundView, ...]:
        """The newest refunds, of one state or of all.

        Raises:
            BadInput: there is no such state.
        """
        if state is not None and state not in tuple(RefundState):
            raise BadInput(f"there is no state {state!r}", f"States: {', '.join(RefundState)}")
        wanted = None if state is None else RefundState(state)
        return await refund_reading.listed(self._database.reader, wanted, limit)

    async def of(self, transaction: str | int) -> tuple[RefundView, ...]:
        """The refunds of one transaction, oldest first."""
        one = await self._transactions.get(transaction)
        return await refund_reading.of_payment(self._database.reader, one.id)

    async def what_if(self, name: str | int, event: str) -> Cascade:
        """What a `return` or a lost `chargeback` of a transaction would undo today; reads only.

        Raises:
            BadInput: another event.
            Refused: `txn-states` when it is not completed.
        """
        if event not in EVENTS:
            raise BadInput(f"there is no event {event!r}", f"Events: {', '.join(EVENTS)}")
        one = await self._transactions.get(name)
        if one.status != "completed":
            raise Refused(
                "txn-states", f"{one.name} is {one.status.value}; only completed money can come back."
            )
        standing = await read_standing(self._database.reader, one.id)
        return standings.cascade(
            standing, event, standing.left, standings.everything(standing, standing.left)
        )

    def _sender(self) -> RefundSender:
        return RefundSender(self._database, self._clock, self._intake())
