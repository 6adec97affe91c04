"""One bank account out of a few: left and right change it, its kind stands beside it as a badge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from paylink_tui.tui.paint import badge, dim, fill, plain

if TYPE_CHECKING:
    from paylink_tui.domain.parties import BankAccount


class AccountChoice(Widget, can_focus=True):
    """The account a link is for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", "Next account", show=False, id="account.next"),
        Binding("left", "step(-1)", "Previous account", show=False, id="account.previous"),
    ]

    accounts: reactive[tuple[BankAccount, ...]] = reactive(())
    index: reactive[int] = reactive(0)

    class Changed(Message):
        """Another account was chosen."""

    @property
    def account(self) -> BankAccount | None:
        """The chosen account; None before there are any."""
        return self.accounts[self.index] if self.accounts else None

    def offer(self, accounts: Sequence[BankAccount], chosen: str = "") -> None:
        """Choose among these: the one of that name, else the first that can have links."""
        self.accounts = tuple(accounts)
        wanted = [place for place, one in enumerate(accounts) if one.name == chosen]
        usable = [place for place, one in enumerate(accounts) if one.connected]
        self.index = (wanted or usable or [0])[0]
        self.post_message(self.Changed())

    def render(self) -> Content:
        """The badge and the name, between arrows while focused."""
        one = self.account
        if one is None:
            return dim("none yet")
        left, right = ("‹", "›") if self.has_focus else (" ", " ")
        name = plain(one.name, 60) if one.connected else plain(one.name, 60).stylize("dim")
        line = Content.styled(left, "$accent") + badge(one.kind.value) + Content(" ") + name
        return fill(line, self.size.width - 1) + Content.styled(right, "$accent")

    def action_step(self, by: int) -> None:
        """Choose the next or the previous account."""
        if self.accounts:
            self.index = (self.index + by) % len(self.accounts)
            self.post_message(self.Changed())

    def on_click(self) -> None:
        """A click goes on to the next account."""
        self.action_step(1)
