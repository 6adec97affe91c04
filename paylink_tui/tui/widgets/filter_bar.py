"""The `/` bar: a query as it is typed, what is wrong with it, and how many rows it leaves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Input

from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import apart, clickable, dim, plain
from paylink_tui.tui.widgets.kept_lines import KeptLines

TOGETHER: Final = 0.02
"""Keys that come faster than anybody types are pasted or repeated: they are searched for once, at their end.
Each other key is searched for at once, and stops the search for the keys before it."""
PATIENCE: Final = 0.4
"""Seconds without a key before it is said what is wrong with a query, which may only be half typed."""
LONGEST: Final = 1000
"""Characters a query may have."""


class FilterInput(Input):
    """The field itself, there only while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,up", "leave", "Rows", show=False, id="filter.rows"),
        Binding("escape", "clear", "Clear", show=False, id="filter.clear"),
    ]

    class Left(Message):
        """The person is done with the field."""

    def action_leave(self) -> None:
        """Go back to the rows; the filter stays."""
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Drop the filter and go back to the rows."""
        self.value = ""
        self.post_message(self.Left())


class FilterBar(KeptLines):
    """Posts what is typed with each key; the screen answers with `complain` and `count`.

    While the field does not have the focus the bar paints the query, or the saved views when there is
    none.
    """

    auto_links = False
    """What can be clicked keeps its own colours."""

    query_text: reactive[str] = reactive("")
    """What is filtered by."""
    count: reactive[str] = reactive("")
    """`37 of 1,204`."""
    problem: reactive[str] = reactive("", layout=True)
    """Why the query cannot be read; the rows of the last good one stay."""

    class Changed(Message):
        """Something was typed, or Enter was pressed."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

        @property
        def control(self) -> FilterBar:
            """The bar, for selectors of `on`."""
            return self.bar

    class Left(Message):
        """The person is done with the bar: the rows should have the focus."""

    def __init__(self, views: Sequence[str], id: str | None = None) -> None:
        """A bar without a query.

        Args:
            views: Names of the saved views, in the order of their digits.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._views = tuple(views)
        self._input: FilterInput | None = None
        self._resting: Timer | None = None
        self._complaint = ""
        self._complaining: Timer | None = None
        self._typed_at = 0.0

    def prepare(self) -> None:
        """Make the field, hidden, so that it is there at once when it is wanted."""
        if self._input is None:
            self._input = FilterInput(self.query_text, compact=True, max_length=LONGEST)
            self._input.display = False
            self.mount(self._input)

    def open(self) -> None:
        """Let the person type."""
        self.prepare()
        assert self._input is not None
        self._input.display = True
        self.screen.set_focus(self._input)

    def put(self, text: str) -> None:
        """Show a query that was not typed here, such as a saved view's."""
        self._rest()
        self.query_text = text
        if self._input is not None:
            with self._input.prevent(Input.Changed):
                self._input.value = text

    def render(self) -> Content:
        """The query or the views, the count, and under them what is wrong."""
        width = self.content_size.width
        body = plain(self.query_text, LONGEST) if self.query_text else self._saved_views(width)
        line = apart(Content.styled("/ ", "bold $accent") + body, dim(self.count), width)
        if self.problem:
            line += Content("\n") + plain(self.problem, 400).stylize("$text-error")
        return line

    def _saved_views(self, width: int) -> Content:
        views = Content("")
        for digit, name in enumerate(self._views, 1):
            one = dim(f"{key_of(self.app, f'home.view-{digit}')} ") + Content.styled(
                f"{name}   ", "$foreground 75%"
            )
            if views.cell_length + one.cell_length + len(self.count) + 2 > width:
                break
            views += clickable(one, f"screen.view({digit})")
        return views

    def complain(self, problem: str) -> None:
        """Say what is wrong with the query, once nobody is typing; nothing when all is well."""
        self._complaint = problem
        self._complaining = _stop(self._complaining)
        if not problem or self.problem or self._input is None or not self._input.has_focus:
            self.problem = problem
        else:
            self._complaining = self.set_timer(PATIENCE, self._complain)

    def _complain(self) -> None:
        self._complaining = _stop(self._complaining)
        self.problem = self._complaint

    def on_click(self, event: events.Click) -> None:
        """A click beside the views opens the bar."""
        if "@click" not in event.style.meta:
            self.open()

    def watch_problem(self, problem: str) -> None:
        """Turn red while the query is wrong."""
        self.set_class(bool(problem), "-wrong")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_text = event.value
        self._rest()
        before, self._typed_at = self._typed_at, time.monotonic()
        if self._typed_at - before < TOGETHER:
            self._resting = self.set_timer(TOGETHER, self._tell)
        else:
            self._tell()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._tell()
        self.post_message(self.Left())

    @on(FilterInput.Left)
    def _left(self, event: FilterInput.Left) -> None:
        event.stop()
        self._tell()
        self.post_message(self.Left())

    def on_descendant_blur(self) -> None:
        """Paint the query again where the field was, and what is wrong with it."""
        if self._input is not None:
            self._input.display = False
        self._complain()

    def _tell(self) -> None:
        self._rest()
        self.post_message(self.Changed(self, self.query_text))

    def _rest(self) -> None:
        self._resting = _stop(self._resting)


def _stop(timer: Timer | None) -> Timer | None:
    """No timer any more."""
    if timer is not None:
        timer.stop()
    return None
