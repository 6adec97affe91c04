"""What linking would do, as values, and the refusals that need no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paylink_tui.domain.allocation import AllocationLine, AllocationPlan
from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, Refused
from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import Client, Matter
from paylink_tui.domain.text import storable
from paylink_tui.domain.views import Transaction
from paylink_tui.services.linking_write import Owner
from paylink_tui.services.refund_rules import refuse_unsettled

TRUST_LOCK = "trust money pays an invoice only by a recorded transfer (Record Payment, from trust)"


@dataclass(frozen=True, slots=True)
class Part:
    """Who shall get a payment, or a part of it, as a person names them."""

    client: str
    matter: str | None = None
    amount: int | None = None
    """Minor units; None for all that the other parts leave."""
    apply: bool | None = None
    """Whether invoices are paid; None for the account's default (`apply-default`)."""
    overrides: Mapping[str, int] | None = None
    """Invoice number to minor units: exactly these are paid."""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part, resolved, with what it would pay."""

    client: Client
    matter: Matter | None
    amount: int
    apply: bool
    apply_locked: str
    """Why the checkbox is off and locked, or empty."""
    plan: AllocationPlan
    overrides: Mapping[str, int] | None = None

    @property
    def owner(self) -> Owner:
        """The part as the write transaction takes it."""
        return Owner(
            self.client.id,
            self.client.name,
            self.matter.id if self.matter else None,
            self.matter.number if self.matter else "",
            self.amount,
            self.apply,
            self.overrides,
        )


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What linking would post, on the invoices as they stand."""

    transaction: Transaction
    parts: tuple[PartPlan, ...]
    posts_now: bool
    """False while the payment is not completed: it would only be stored as intent."""
    already: str = ""
    """Whose it is already, or empty."""

    @property
    def lines(self) -> tuple[AllocationLine, ...]:
        """Every invoice that takes money, in order."""
        return tuple(line for part in self.parts for line in part.plan.taken)

    @property
    def remainder(self) -> int:
        """What stays in the destination account in the owners' names, in minor units."""
        return sum(part.plan.remainder for part in self.parts)


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """What linking did."""

    transaction: Transaction
    """As it stands afterwards."""
    preview: LinkPreview
    """Exactly what was posted."""
    posted: bool
    intent: bool = False
    """Stored, to post by itself on completion."""


def refuse_dead(transaction: Transaction) -> None:
    """Refuse a payment that ended without money (`link-only-completed`)."""
    if transaction.status in (Status.VOIDED, Status.FAILED, Status.RETURNED) and not transaction.linked:
        raise Refused(
            "link-only-completed",
            f"T{transaction.id} is {transaction.status.value}; there is no money to link.",
            "Only a completed transaction can be linked.",
        )
    if not transaction.linked:
        refuse_unsettled(transaction)


def amounts_of(transaction: Transaction, parts: Sequence[Part]) -> list[int]:
    """The parts' amounts, adding up to the payment to the cent (`link-split`)."""
    if not parts:
        raise Refused("link-client", "A client is required to link a transaction.", "Choose a client.")
    total = transaction.amount - transaction.refunded
    given = sum(part.amount or 0 for part in parts)
    open_parts = [part for part in parts if part.amount is None]
    amounts = [total - given if part.amount is None else part.amount for part in parts]
    if len(open_parts) > 1 or sum(amounts) != total or min(amounts) <= 0:
        raise Refused(
            "link-split",
            f"The parts must each be more than zero and add up to {display(total, transaction.currency)}.",
            "Give every part its amount; one of them may be left open to take the rest.",
        )
    return amounts


def refuse_if_different(
    row: Any, shown: LinkPreview, now: LinkPreview, plans: Sequence[AllocationPlan]
) -> None:
    """What is posted is what was shown, or nothing (`apply-order`)."""
    seen = [(line.invoice.number, line.before, line.amount) for line in shown.lines]
    planned = [(line.invoice.number, line.before, line.amount) for plan in plans for line in plan.taken]
    owners = [(part.client.id, part.matter and part.matter.id, part.amount) for part in shown.parts]
    same = [(part.client.id, part.matter and part.matter.id, part.amount) for part in now.parts]
    if seen != planned or owners != same:
        raise ChangedMeanwhile(
            "link-race",
            f"Invoices of T{row.id}'s client changed since they were shown; nothing was posted.",
            "Look at the new preview, then link again.",
        )


def refuse_if_moved(row: Any, shown: LinkPreview | None, now: LinkPreview) -> None:
    """The payment is what it was when the parts were cut and, if it was shown, when it was shown."""
    if sum(part.amount for part in now.parts) != row.amount - row.refunded:
        raise ChangedMeanwhile("link-race", f"T{row.id} was refunded meanwhile; nothing was posted.")
    if row.refunding or row.dispute == Dispute.OPEN:
        raise ChangedMeanwhile("link-race", f"T{row.id} is being given back; nothing was posted.")
    if shown is None:
        return
    seen = shown.transaction
    intent = (seen.intent_client_id, seen.intent_matter_id, seen.intent_apply)
    apply = None if row.intent_apply is None else bool(row.intent_apply)
    if intent != (row.intent_client_id, row.intent_matter_id, apply):
        raise ChangedMeanwhile(
            "link-race",
            f"{row.intent_by or 'Someone'} changed whose T{row.id} will be; nothing was stored.",
            "Look at it again, then choose.",
        )


def reason_given(reason: str) -> str:
    """Why a link is undone, as the books keep it.

    Raises:
        BadInput: there is none.
    """
    kept = storable(reason).strip()
    if not kept:
        raise BadInput("a reason is needed to unlink a transaction")
    return kept


def with_plans(preview: LinkPreview, plans: Sequence[AllocationPlan]) -> LinkPreview:
    """The preview with what is really posted."""
    parts = tuple(replace(part, plan=plan) for part, plan in zip(preview.parts, plans, strict=True))
    return replace(preview, parts=parts)


def with_status(preview: LinkPreview, *, posts_now: bool) -> LinkPreview:
    """The preview with what became of it: posted, or kept for later."""
    return replace(preview, posts_now=posts_now)


def inputs_of(part: Part) -> list[Any]:
    """A part as the command log compares it."""
    return [part.client, part.matter, part.amount, part.apply, part.overrides and dict(part.overrides)]
