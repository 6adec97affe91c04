"""One line of the live table; apart from the other views, because it is painted before they are needed."""

from __future__ import annotations

from typing import NamedTuple

from paylink_tui.domain.text import visible


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
    refunded: int = 0
    refunding: int = 0
    dispute: str = ""

    @property
    def display_state(self) -> str:
        """The status, or `to link` when completed and not linked."""
        return "to link" if self.status == "completed" and not self.linked else self.status

    @property
    def told_state(self) -> str:
        """What the table says of it: `display_state`, unless money goes back or is disputed."""
        back = money_back(self.amount, self.refunded, self.refunding, self.dispute)
        return stands(self.display_state, back)

    @property
    def unlinkable(self) -> str:
        """Why linking it makes no sense (`link-only-completed`); empty when it does, now or on completion."""
        if self.linked:
            return f"T{self.id} is linked to {visible(self.client_name, 60)} already: undo that first."
        if self.status in ("voided", "failed", "returned"):
            return f"link-only-completed: T{self.id} is {self.status}; there is no money to link."
        return ""


def money_back(amount: int, refunded: int, refunding: int, dispute: str) -> str:
    """What goes back of a payment, or may: `disputed`, `refunding`, `refunded`, `part back`, or nothing."""
    if dispute == "open":
        return "disputed"
    if refunding:
        return "refunding"
    if refunded:
        return "refunded" if refunded >= amount else "part back"
    return ""


def stands(state: str, back: str) -> str:
    """A payment in one word: what goes back tells more than completed, all but a part more than to link."""
    if state == "completed" or (state == "to link" and back != "part back"):
        return back or state
    return state
