"""Which invoices a payment pays: oldest first, to the cent, with what is left named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import Invoice


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """One open invoice in a preview: what it owes before, takes, and owes after. Minor units."""

    invoice: Invoice
    amount: int

    @property
    def before(self) -> int:
        """Balance before this payment."""
        return self.invoice.balance

    @property
    def after(self) -> int:
        """Balance once the amount is applied."""
        return self.invoice.balance - self.amount


@dataclass(frozen=True, slots=True)
class AllocationPlan:
    """Every open invoice in order, what each takes, and the overpayment. Minor units."""

    amount: int
    lines: tuple[AllocationLine, ...]

    @property
    def applied(self) -> int:
        """Sum of what the invoices take."""
        return sum(line.amount for line in self.lines)

    @property
    def remainder(self) -> int:
        """What stays in the destination account in the client's or matter's name (`apply-over`)."""
        return self.amount - self.applied

    @property
    def taken(self) -> tuple[AllocationLine, ...]:
        """The lines that take money, in order."""
        return tuple(line for line in self.lines if line.amount)


def oldest_first(invoices: Sequence[Invoice]) -> list[Invoice]:
    """Order by due date, then issue date, then number (`apply-order`)."""
    return sorted(invoices, key=lambda one: (one.due, one.issued, one.number))


def plan(
    amount: int, invoices: Sequence[Invoice], overrides: Mapping[str, int] | None = None
) -> AllocationPlan:
    """Spread `amount` over the open invoices, all in the payment's own currency, oldest first.

    With `overrides` (invoice number to minor units) exactly those amounts are applied and nothing
    else, however the dialog arrived at them.

    Raises:
        Refused: `apply-over` when an override exceeds a balance or the payment; `apply-order` when
            it names an invoice that is not open for this client or matter.
    """
    ordered = [invoice for invoice in oldest_first(invoices) if invoice.balance > 0]
    if overrides is not None:
        return _overridden(amount, ordered, overrides)
    lines, left = [], amount
    for invoice in ordered:
        taken = min(left, invoice.balance)
        lines.append(AllocationLine(invoice, taken))
        left -= taken
    return AllocationPlan(amount, tuple(lines))


def nothing(amount: int) -> AllocationPlan:
    """The plan of an unticked checkbox: nothing is applied (`apply-unticked`)."""
    return AllocationPlan(amount, ())


def _overridden(amount: int, ordered: list[Invoice], overrides: Mapping[str, int]) -> AllocationPlan:
    known = {invoice.number: invoice for invoice in ordered}
    for number, wanted in overrides.items():
        _check_override(number, wanted, known.get(number))
    result = AllocationPlan(
        amount, tuple(AllocationLine(invoice, overrides.get(invoice.number, 0)) for invoice in ordered)
    )
    if result.remainder < 0:
        currency = ordered[0].currency
        raise Refused(
            "apply-over",
            f"The amounts add up to {display(result.applied, currency)},"
            f" more than the {display(amount, currency)} there is.",
            "Lower one of the amounts.",
        )
    return result


def _check_override(number: str, wanted: int, invoice: Invoice | None) -> None:
    if invoice is None:
        raise Refused(
            "apply-order",
            f"Invoice {number} is not an open invoice of the client or matter chosen.",
            "Choose among the open invoices shown for that client or matter.",
        )
    if not 0 <= wanted <= invoice.balance:
        raise Refused(
            "apply-over",
            f"Invoice {number} owes {display(invoice.balance, invoice.currency)};"
            f" {display(wanted, invoice.currency)} cannot be applied to it.",
            "Apply at most what the invoice owes.",
        )
