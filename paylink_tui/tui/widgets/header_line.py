"""The line at the top: whose desk it is, what waits, whether trust is in balance, whether we are live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive

from paylink_tui.domain.money import display
from paylink_tui.tui.paint import DIM, apart, clickable, dim, plain
from paylink_tui.tui.widgets.kept_lines import KeptLines

if TYPE_CHECKING:
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
        parts = [self._waiting(form), self._trust(form), self._pulse(form)]
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
        if not self.figures.trust_in_balance:
            return Content.styled(" Trust OUT OF BALANCE ", "bold $background on $error")
        return dim("Trust in balance" if form < 3 else "Trust ok")

    def _pulse(self, form: int) -> Content:
        sign = Content.styled("●", "$text-success") if self.live else Content.styled("○", "$text-error")
        word = "live" if self.live else "offline" if self.figures else "opening"
        said = sign if form > 1 and self.live else sign + dim(f" {word}")
        return said + (dim(f" {self.clock}") if self.clock else Content(""))
