"""One line of the live table; apart from the other views, because it is painted before they are needed."""

from __future__ import annotations

from typing import NamedTuple


class PaymentRow(NamedTuple):
    """One line of the live table. `paid_at` and `completed_at` are UTC epoch milliseconds."""

    id: int
    paid_at: int
    payer_name: str
    amount: int
    currency: str
    account_id: int
    account_kind: str
    status: str
    linked: int
    client_name: str
    matter_number: str
    reference: str
    intent_client_id: int | None
    conflict: str
    completed_at: int | None
    version: int

    @property
    def display_state(self) -> str:
        """The status, or `to link` when completed and not linked."""
        return "to link" if self.status == "completed" and not self.linked else self.status
