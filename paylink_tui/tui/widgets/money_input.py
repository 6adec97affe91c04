"""A field for an amount of money, read as it is typed."""

from __future__ import annotations

from textual.widgets import Input

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import parse_positive, plain


class MoneyInput(Input):
    """Takes an amount like `1,500.00`; `minor` is what it says, `problem` why it says nothing."""

    def __init__(self, *, currency: str = "USD", placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, restrict=r"[0-9.,$C ]*", max_length=24, compact=True, id=id)
        self.currency = currency

    @property
    def minor(self) -> int | None:
        """The amount in minor units; None while empty or not an amount."""
        try:
            return parse_positive(self.value, self.currency)
        except BadInput:
            return None

    @property
    def problem(self) -> str:
        """Why the text is no amount; empty when it is one or nothing was typed."""
        if not self.value.strip():
            return ""
        try:
            parse_positive(self.value, self.currency)
        except BadInput as bad:
            return bad.message
        return ""

    def put(self, minor: int | None) -> None:
        """Show an amount, or nothing."""
        self.value = "" if minor is None else plain(minor, self.currency)

    def watch_value(self, value: str) -> None:
        """Mark the field while its text is no amount."""
        self.set_class(bool(self.problem), "-bad")
