"""What every dialog has: a frame with a title, a place for a refusal, its keys, and escape."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.text import visible
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paint import DIM
from paylink_tui.tui.paths import style
from paylink_tui.tui.widgets.footer_line import FooterLine

Result = TypeVar("Result")

LEAVE = Command("dialog.leave", "escape", "Cancel", "Leave the dialog; nothing is done.", "Dialog", True)
HELP = Command("dialog.help", "f1", "Keys", "Show every key of the dialog.", "Dialog", True)


class Dialog(ModalScreen[Result]):
    """A decision to take. Subclasses yield their fields from `body`."""

    CSS_PATH = [style("dialogs")]
    ACTIONS: ClassVar[tuple[Command, ...]] = (LEAVE,)
    BINDINGS = bindings((LEAVE, HELP))

    def __init__(self, title: str) -> None:
        super().__init__(classes="dialog")
        self._title = Content(visible(title, 60))

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        with Vertical(id="frame") as frame:
            frame.border_title = self._title
            with VerticalScroll(id="body", can_focus=False):
                yield from self.body()
            yield Static(id="problem", markup=False)
            yield FooterLine((*self.ACTIONS, HELP))

    def body(self) -> ComposeResult:
        """The fields of the dialog."""
        yield from ()

    def retitle(self, title: str) -> None:
        """Change the words in the border."""
        self.query_one("#frame").border_title = Content(visible(title, 60))

    def show_problem(self, problem: PayLinkError | str | None) -> None:
        """Say inline why something cannot be, by which rule and what to do; None takes it away."""
        place = self.query_one("#problem", Static)
        self.query_one("#frame").set_class(problem is not None, "-problem")
        place.update(problem_text(problem) if problem is not None else "")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """No worker fails in silence; what was entered stays."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            said = error if isinstance(error, PayLinkError) else f"{type(error).__name__}: {error}"
            self.show_problem(said)

    async def action_help(self) -> None:
        """Show every key; the field that has the focus would take a question mark as text."""
        await self.app.run_action("help")

    def action_leave(self) -> None:
        """Leave without doing anything."""
        self.dismiss(None)


def problem_text(problem: PayLinkError | str) -> Content:
    """A refusal as a person reads it: the rule, what is wrong, and what to do."""
    if isinstance(problem, str):
        return Content.assemble(("✗ ", "bold $text-error"), visible(problem, 300))
    rule = f"{problem.rule}: " if isinstance(problem, Refused) else ""
    fix = f" {visible(problem.fix, 300)}" if problem.fix else ""
    return Content.assemble(
        ("✗ ", "bold $text-error"),
        (rule, "bold"),
        visible(problem.message, 400),
        (fix, DIM),
    )
