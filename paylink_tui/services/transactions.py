"""Transactions: finding, listing, explaining and voiding them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import NotFound, PayLinkError, Refused
from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.views import Header, Suggestion, TimelineEvent, Transaction
from paylink_tui.services.refund_rules import check_refund, check_window, refuse_unsettled
from paylink_tui.store.read import header as header_reading
from paylink_tui.store.read import names, payments
from paylink_tui.store.read import undone as undone_reading

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class WhyLine:
    """Whether an action is open for a transaction, and by which rule not."""

    action: str
    allowed: bool
    rule: str
    reason: str
    fix: str


class TransactionService:
    """The transactions of the firm."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        processors: Mapping[str, Processor],
        intake: Callable[[], IntakeService],
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._processors = processors
        self._intake = intake

    async def get(self, name: str | int) -> Transaction:
        """One transaction by `T17`, `17`, the processor's reference or an unambiguous payer name.

        Raises:
            NotFound: none, or several, answer to the name.
        """
        number = name if isinstance(name, int) else await names.transaction(self._database.reader, name)
        found = await payments.by_ids(self._database.reader, [number])
        if not found:
            raise NotFound(f"There is no transaction T{number}.", "See: paylink transactions list")
        return found[0]

    async def list(self, query: str = "", *, limit: int | None = 50) -> tuple[Transaction, ...]:
        """The newest transactions that match a query of the filter bar's language.

        Raises:
            BadInput: the query, naming the term that cannot be read.
        """
        from paylink_tui.services.listing import matching_ids

        ids = await matching_ids(self._database.reader, query, limit, self._clock.now())
        return await payments.by_ids(self._database.reader, ids)

    async def timeline(self, payment_id: int) -> tuple[TimelineEvent, ...]:
        """What happened to a transaction, oldest first."""
        return await payments.timeline(self._database.reader, payment_id)

    async def undone(self, payment_id: int) -> tuple[tuple[str, int], ...]:
        """Invoices that a return or a lost dispute opened again, each with how much of it (minor units)."""
        return await undone_reading.undone(self._database.reader, payment_id)

    async def header(self) -> Header:
        """The figures of the header line."""
        return await header_reading.header(self._database.reader)

    async def suggestions(self, payment_id: int) -> tuple[Suggestion, ...]:
        """Whose payment this may be, best first, each with its reasons."""
        from paylink_tui.services.suggestions import suggest

        return await suggest(self._database.reader, await self.get(payment_id))

    async def why(self, payment_id: int) -> tuple[WhyLine, ...]:
        """For each action on a transaction: open, or which rule closes it and what would open it."""
        one = await self.get(payment_id)
        checks = {
            "link": check_link,
            "apply to invoices": check_apply,
            "unlink": check_unlink,
            "void": check_void,
            "refund": self._check_refund,
            "relink": check_relink,
            "count on its money": check_dispute,
        }
        lines = []
        for action, check in checks.items():
            try:
                check(one)
            except Refused as no:
                lines.append(WhyLine(action, False, no.rule, no.message, no.fix))
            else:
                lines.append(WhyLine(action, True, "", _open_reason(action, one), ""))
        return tuple(lines)

    def _check_refund(self, one: Transaction) -> None:
        check_refund(one)
        check_window(one, self._processors[one.processor].capabilities(), self._clock.now())

    async def void(self, name: str | int) -> Transaction:
        """Cancel a transaction while it is Authorized (`txn-void-authorized`).

        Raises:
            Refused: it is not authorized, or its processor cannot void.
            PayLinkError: the processor did not do it, or nobody knows yet.
        """
        from paylink_tui.processors import port
        from paylink_tui.services.intake import new_operation

        one = await self.get(name)
        check_void(one)
        processor = self._processors[one.processor]
        if not processor.capabilities().can_void:
            raise Refused("txn-void-authorized", f"{one.processor} cannot void payments.")
        intake, operation = self._intake(), new_operation()
        await intake.begin_operation(operation, one.id, "void", self._actor)
        outcome = await processor.void(operation, one.payment_ref)
        if isinstance(outcome, port.Done | port.Pending):
            await intake.settle_operation(operation, "done")
            await intake.take(one.processor, outcome.snapshot, "reply")
            return await self.get(one.id)
        state = {port.Declined: "declined", port.NotDone: "not done"}.get(type(outcome), "unknown")
        why = outcome.message if isinstance(outcome, port.Declined) else outcome.why
        await intake.settle_operation(operation, state, why)
        if isinstance(outcome, port.Declined):
            raise Refused("txn-void-authorized", f"{one.name} was not voided: {why}.")
        raise PayLinkError(f"{one.name} was not voided: {why}", "Look again in a minute.")


def check_link(one: Transaction) -> None:
    """`link-only-completed`, `link-race`, `link-undo`."""
    if one.linked:
        whose = ", ".join(part.client_name for part in one.parts)
        raise Refused(
            "link-race",
            f"It is linked to {whose} by {one.linked_by}.",
            "Undo the link first (u), then link it again.",
        )
    if one.status in (Status.PENDING, Status.AUTHORIZED):
        raise Refused(
            "link-only-completed",
            f"It is {one.status.value}: linking posts only once it is completed.",
            "Choose whose it is now (l): the choice is kept and posts by itself on completion.",
        )
    if one.status is not Status.COMPLETED:
        raise Refused("link-only-completed", f"It is {one.status.value}; there is no money to link.")
    refuse_unsettled(one)


def check_apply(one: Transaction) -> None:
    """`apply-default`: trust money pays an invoice only by a recorded transfer."""
    if one.account_kind is AccountKind.TRUST:
        raise Refused(
            "apply-default",
            "It was paid into trust, and trust money pays an invoice only by a recorded transfer.",
            "Link it, then Record Payment (n) with the source trust.",
        )
    if one.unapplied == 0:
        raise Refused("apply-over", "All of it is applied or refunded.")
    if not one.linked:
        check_link(one)


def check_unlink(one: Transaction) -> None:
    """`link-undo`: blocked by refunds, returns, and payments recorded out of it."""
    if not one.linked:
        raise Refused("link-undo", "It is not linked.")
    if one.refunded or one.refunding:
        raise Refused("link-undo", "It has a refund; its link is frozen from then on.")
    if one.dispute is Dispute.OPEN:
        reason = "It is disputed; whose its money is stays as it is until that is decided."
        raise Refused("link-undo", reason, "Wait until the dispute is won or lost.")
    if one.status is not Status.COMPLETED:
        raise Refused("link-undo", f"It is {one.status.value}; its money is gone, so its link stays.")
    drawn = {applied.record_payment_id for applied in one.allocations if applied.record_payment_id}
    if drawn:
        raise Refused(
            "link-undo",
            f"Record Payment R{min(drawn)} paid an invoice out of it.",
            f"Undo R{min(drawn)} first.",
        )


def check_relink(one: Transaction) -> None:
    """`link-undo`: as unlinking, for its link is undone first."""
    if not one.linked:
        raise Refused("link-undo", "It is not linked, so there is no link to change.", "Link it (l).")
    check_unlink(one)


def check_dispute(one: Transaction) -> None:
    """Nothing to do about a dispute but to wait: its money is spoken for until it is decided."""
    told = {
        Dispute.OPEN: "The payer's bank asks for the money back; it is held until that is decided.",
        Dispute.LOST: "The dispute was lost: the money is the payer's again.",
    }
    if one.dispute in told:
        raise Refused("txn-states", told[one.dispute], "")


def check_void(one: Transaction) -> None:
    """`txn-void-authorized`: only while authorized."""
    if one.status is not Status.AUTHORIZED:
        fix = "Completed money goes back by a refund only." if one.status is Status.COMPLETED else ""
        raise Refused(
            "txn-void-authorized",
            f"{one.name} is {one.status.value}; a payment can be voided only while it is authorized.",
            fix,
        )


def _open_reason(action: str, one: Transaction) -> str:
    if action == "apply to invoices":
        return f"{display(one.unapplied, one.currency)} of it is not applied."
    told = {
        "link": "It is completed and nobody's name is on it.",
        "count on its money": "It was disputed, and won."
        if one.dispute is Dispute.WON
        else "Nobody disputes it.",
        "refund": f"At most {display(one.amount - one.refunded, one.currency)} of it can go back.",
    }
    return told.get(action, "Nothing stands in the way.")
