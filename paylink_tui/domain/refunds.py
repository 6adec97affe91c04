"""A refund as people see it: asked for, perhaps approved, sent, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RefundState(StrEnum):
    """Where a refund stands; `requested` and `sent` are running."""

    REQUESTED = "requested"
    """Somebody else has to approve it."""
    SENT = "sent"
    """Its money is set aside and the processor was asked."""
    DONE = "done"
    DECLINED = "declined"
    """The processor did not do it; its money is back where it was."""
    WITHDRAWN = "withdrawn"
    """Taken back before it was sent."""


@dataclass(frozen=True, slots=True)
class RefundView:
    """One refund with the names around it. Amount in minor units, times UTC."""

    id: int
    transaction_id: int
    payer_name: str
    amount: int
    currency: str
    client_code: str
    """Whose part of a split transaction was chosen; empty when none was."""
    client_name: str
    matter_number: str
    state: RefundState
    reason: str
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime | None
    settled_at: datetime | None
    problem: str
    """Why it was declined or withdrawn."""
    unknown: bool = False
    """Whether nobody knows yet if the processor did it; it is looked up by itself."""

    @property
    def name(self) -> str:
        """`F3`, the name people and commands use."""
        return f"F{self.id}"
