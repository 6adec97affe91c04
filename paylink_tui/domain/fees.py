"""What a processor charges, as data; the same through a link as through an invoice (`access-fees`)."""

from __future__ import annotations

from dataclasses import dataclass

from paylink_tui.domain.money import display

METHOD_NAMES = {"card": "Card", "echeck": "eCheck"}
"""Ways to pay, as people read them."""


@dataclass(frozen=True, slots=True)
class MethodFee:
    """The price of one payment: a part of its amount and a fixed sum."""

    basis_points: int
    """Hundredths of a percent of the amount."""
    fixed: int = 0
    """Minor units added to each payment."""

    def __post_init__(self) -> None:
        if self.basis_points < 0 or self.fixed < 0:
            raise ValueError("a fee is not negative")

    def __str__(self) -> str:
        whole, part = divmod(self.basis_points, 100)
        percent = f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"
        return f"{percent} + {display(self.fixed)}" if self.fixed else percent


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """Fees of every method a processor takes, and its subscription. Amounts in minor units."""

    methods: tuple[tuple[str, MethodFee], ...]
    """`card`, `echeck` and what each costs."""
    monthly: int = 0
    monthly_waived: bool = False
    note: str = ""
    """What people should know about these figures; may be empty."""

    def fee(self, amount: int, method: str) -> int:
        """The fee for a payment of `amount` minor units, rounded half up to a minor unit.

        Raises:
            ValueError: the method is not in the schedule, or the amount is negative.
        """
        price = dict(self.methods).get(method)
        if price is None or amount < 0:
            raise ValueError(f"no fee is known for {amount} by {method}")
        return (amount * price.basis_points + 5_000) // 10_000 + price.fixed

    def describe(self) -> tuple[str, ...]:
        """Lines to show where a link is made: each method, the subscription, the note."""
        lines = [f"{METHOD_NAMES.get(method, method)} {price}" for method, price in self.methods]
        if self.monthly:
            waived = ", waived" if self.monthly_waived else ""
            lines.append(f"Subscription {display(self.monthly)} a month{waived}")
        return (*lines, self.note) if self.note else tuple(lines)


SANDBOX_FEES = FeeSchedule(
    methods=(("card", MethodFee(295, 30)), ("echeck", MethodFee(100))),
    monthly=2000,
    monthly_waived=True,
    note="Example figures of the sandbox: no real fee is charged",
)
"""Made up for the sandbox: every other processor brings its own schedule."""
SANDBOX_DISPUTE_FEE = 1_500
"""Minor units a dispute costs, whoever wins it; made up as well."""
