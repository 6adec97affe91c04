"""What a bookkeeper has chosen so far in the link dialog, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paylink_tui.domain.money import display
from paylink_tui.services.linking import LinkPreview, Part
from paylink_tui.tui.dialogs.owners import Owner


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One owner's share. `amount` in minor units; None takes what the others leave."""

    owner: Owner
    amount: int | None
    apply: bool | None
    """Whether invoices are paid; None for the account's default."""
    overrides: Mapping[str, int] | None = None

    @property
    def part(self) -> Part:
        """As the linking service takes it."""
        return Part(self.owner.client, self.owner.matter or None, self.amount, self.apply, self.overrides)


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """Shares already set aside, and the one being chosen. Amounts in minor units."""

    total: int
    """What there is to link: the payment less what was refunded."""
    currency: str
    set_aside: tuple[DraftPart, ...] = ()
    owner: Owner | None = None
    amount: int | None = None
    """What the one being chosen shall get; None for all that is left."""
    apply: bool | None = None
    overrides: Mapping[str, int] | None = None

    @property
    def left(self) -> int:
        """What the shares set aside leave."""
        return self.total - sum(part.amount or 0 for part in self.set_aside)

    @property
    def shares(self) -> tuple[DraftPart, ...]:
        """Every share, the one being chosen last."""
        if self.owner is None:
            return self.set_aside
        return (*self.set_aside, DraftPart(self.owner, self.amount, self.apply, self.overrides))

    @property
    def parts(self) -> list[Part]:
        """Every share as the linking service takes it."""
        return [share.part for share in self.shares]

    @property
    def asked(self) -> list[Part]:
        """What to preview: what nobody has yet counts as left with the owner being chosen."""
        if self.owner is None or self.open_amount <= 0:
            return self.parts
        return [*self.parts, Part(self.owner.client, self.owner.matter or None, None, apply=False)]

    @property
    def complete(self) -> bool:
        """Whether the shares are the whole payment, so that they can be posted."""
        return bool(self.shares) and self.open_amount == 0

    @property
    def open_amount(self) -> int:
        """What no share takes yet; below zero when they take too much."""
        if self.owner is not None:
            return 0 if self.amount is None else self.left - self.amount
        return self.left

    def choose(self, owner: Owner | None) -> LinkDraft:
        """With another owner for the rest; amounts typed for the one before are forgotten."""
        return self if owner == self.owner else replace(self, owner=owner, overrides=None)

    def override(self, preview: LinkPreview, number: str, amount: int) -> LinkDraft:
        """With one invoice's amount typed over; the others stay as the preview showed them."""
        shown = {line.invoice.number: line.amount for line in preview.parts[-1].plan.taken}
        return replace(self, overrides={**shown, **(self.overrides or {}), number: amount}, apply=True)

    def put_aside(self) -> LinkDraft:
        """With the share being chosen kept, and the next one to choose."""
        if self.owner is None:
            return self
        amount = self.left if self.amount is None else self.amount
        kept = DraftPart(self.owner, amount, self.apply, self.overrides)
        return LinkDraft(self.total, self.currency, (*self.set_aside, kept), apply=self.apply)

    def take_back(self) -> LinkDraft:
        """With the last share set aside being chosen again."""
        if not self.set_aside:
            return self
        *kept, last = self.set_aside
        return LinkDraft(
            self.total, self.currency, tuple(kept), last.owner, last.amount, last.apply, last.overrides
        )

    def told(self) -> list[str]:
        """The shares set aside, and what is left, each as a line."""
        lines = [(part.amount or 0, part.owner.label) for part in self.set_aside]
        if self.open_amount and (self.set_aside or self.amount is not None):
            lines.append((abs(self.open_amount), "too much" if self.open_amount < 0 else "is nobody’s yet"))
        amounts = [display(amount, self.currency) for amount, _ in lines]
        width = max(map(len, amounts), default=0)
        return [f"{amount:>{width}}  {words}" for amount, (_, words) in zip(amounts, lines, strict=True)]
