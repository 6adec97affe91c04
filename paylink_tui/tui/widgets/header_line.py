"""The line at the top: whose desk it is, what waits, whether trust is in balance, whether we are live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive

from paylink_tui.domain.money import display
from paylink_tui.tui.paint import DIM, apart, clickable, dim, plain
from paylink_tui.tui.widgets.kept_lines import KeptLines

if TYPE_CHECKING:
    from paylink_tui.domain.trust import ThreeWay
    from paylink_tui.domain.views import Header

GAP = Content("   ")
FIRM = 24
"""Cells the firm's name gets before the figures are shortened."""


class HeaderLine(KeptLines):
    """Figures of the firm on one line; the widest form that fits is drawn."""

    auto_links = False
    """What can be clicked keeps its own colours."""

    firm: reactive[str] = reactive("")
    """The firm's name."""
    labels: reactive[tuple[str, ...]] = reactive(())
    """Lasting states to shout: DEMO, READ-ONLY."""
    figures: reactive[Header | None] = reactive(None)
    """None until they have been read."""
    three: reactive[tuple[ThreeWay, ...]] = reactive(())
    """The three numbers of each trust account, as read last."""
    to_approve: reactive[int] = reactive(0)
    """How many refunds and disbursements wait for another person."""
    unseen: reactive[int] = reactive(0)
    """How many of the payments to link nobody has looked at yet."""
    live: reactive[bool] = reactive(False)
    """Whether the desk hears of changes."""
    clock: reactive[str] = reactive("")
    """The time of day at the firm."""

    def render(self) -> Content:
        """The line in the widest form that leaves the firm's name some room."""
        width = self.size.width
        brand = Content.styled(" PayLink ", "bold $accent")
        for label in self.labels:
            brand += Content.styled(f" {label} ", "bold $background on $warning") + Content(" ")
        firm = Content(" ") + plain(self.firm, 80) + Content("  ")
        for form in range(4):
            right = self._figures(form)
            if brand.cell_length + min(firm.cell_length, FIRM) + right.cell_length <= width:
                break
        return apart(brand + firm, right, width)

    def _figures(self, form: int) -> Content:
        """The right side: 0 in full, 1 to 3 with less and less."""
        gap = GAP if form == 0 else Content("  ")
        parts = [self._waiting(form), self._approvals(form), self._trust(form), self._pulse(form)]
        return gap.join(part for part in parts if part) + Content(" ")

    def _waiting(self, form: int) -> Content:
        if self.figures is None:
            return Content("")
        one = self.figures
        authorized = self._figure("Authorized", one.authorized_count, one.authorized_amount, form > 1, 3)
        to_link = self._figure("To link", one.to_link_count, one.to_link_amount, form > 2, 2)
        return (GAP if form == 0 else Content("  ")).join([authorized, to_link])

    def _figure(self, word: str, count: int, amount: int, short: bool, view: int) -> Content:
        assert self.figures is not None
        loud = word == "To link" and count
        text = f"{word} {count:,}"
        if not short:
            text += f"  {display(amount, self.figures.currency)}"
        style = "bold $text-warning" if loud else "" if count else DIM
        if loud and self.unseen:
            text += f"  • {self.unseen:,} new" if not short else f" •{self.unseen:,}"
        return clickable(Content.styled(text, style), f"screen.view({view})")

    def _trust(self, form: int) -> Content:
        if self.figures is None:
            return Content("")
        off = off_balance(self.figures, self.three)
        if off:
            told = f" Trust OUT: {off} " if form < 2 else " Trust OUT OF BALANCE "
            return clickable(Content.styled(told, "bold $background on $error"), "screen.trust")
        return clickable(dim("Trust in balance" if form < 3 else "Trust ok"), "screen.trust")

    def _approvals(self, form: int) -> Content:
        if not self.to_approve:
            return Content("")
        told = f"To approve {self.to_approve:,}" if form < 3 else f"‖{self.to_approve:,}"
        return clickable(Content.styled(told, "bold $text-warning"), "screen.refunds")

    def _pulse(self, form: int) -> Content:
        if any(label.startswith("AS OF") for label in self.labels):
            return Content("")
        sign = Content.styled("●", "$text-success") if self.live else Content.styled("○", "$text-error")
        word = "live" if self.live else "offline" if self.figures else "opening"
        said = sign if form > 1 and self.live else sign + dim(f" {word}")
        return said + (dim(f" {self.clock}") if self.clock else Content(""))


def off_balance(figures: Header, three: Sequence[ThreeWay]) -> str:
    """The numbers of trust that do not agree, in words; empty when bank, book and clients are one."""
    if not figures.trust_in_balance:
        book, owed = (display(one, figures.currency) for one in (figures.trust_bank, figures.trust_owed))
        return f"Book {book} ≠ Clients {owed}"
    for one in three:
        if one.adjusted is not None and one.difference:
            return f"Bank {display(one.adjusted, one.currency)} ≠ Book {display(one.book, one.currency)}"
        if not one.in_balance:
            return f"{display(one.shortage, one.currency)} short"
    return ""
