"""What the desk's main screens share: the services, and how they say what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.roles import Role
from paylink_tui.domain.text import visible
from paylink_tui.tui.compositor import DeskCompositor
from paylink_tui.tui.frames import FrameTimer
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.widgets.kept_lines import KeptLines

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services


def lasting(services: Services, *, demo: bool) -> tuple[str, ...]:
    """The states to shout in the header: which books these are, and who may do what with them."""
    past, role = services.database.past, services.role
    labels = (
        ("DEMO", demo),
        (f"AS OF {past}", bool(past)),
        ("READ-ONLY", services.database.readonly and not past),
        (role.upper(), role not in ("", Role.BOOKKEEPER)),
    )
    return tuple(label for label, on in labels if on)


class DeskScreen(Screen[None], KeptLines):
    """A screen with the services, which come after the first paint."""

    services: Services | None = None
    """None until the database is open."""
    _frames: FrameTimer | None = None

    def __init__(self) -> None:
        super().__init__()
        self._compositor = DeskCompositor()

    @property
    def _update_timer(self) -> Timer:
        """Paint what has changed at once."""
        if self._frames is None:
            self._frames = FrameTimer(self, self._on_timer_update)
        return self._frames

    async def on_unmount(self) -> None:
        """Paint no more."""
        self._update_timer.stop()

    @property
    def ready(self) -> Services | None:
        """The services; says so when they are not there yet."""
        if self.services is None:
            self.app.notify("The database is still being opened.")
        return self.services

    @property
    def writable(self) -> Services | None:
        """The services, unless nothing may be changed; says why."""
        services = self.ready
        why = self._why_not(services) if services is not None else ""
        if why:
            self.app.notify(why, severity="warning")
            return None
        return services

    def _why_not(self, services: Services) -> str:
        """Why nothing may be changed; empty where it may."""
        if past := services.database.past:
            now = key_of(self.app, "desk.now")
            return f"These are the books as of {past}, which stay as they were: {now} comes back."
        if services.database.readonly:
            return "The desk was opened read-only: nothing can be changed. Start again without --readonly."
        if services.role == Role.AUDITOR:
            return f"{visible(services.actor, 60)} is an auditor here: everything is read, nothing changed."
        return ""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """No worker fails in silence."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            said = error.message if isinstance(error, PayLinkError) else f"{type(error).__name__}: {error}"
            self.app.notify(said, title="Something went wrong", severity="error", timeout=15)

    def say_no(self, problem: PayLinkError) -> None:
        """Tell a failure as a toast: the rule, the reason, and what to do."""
        title = problem.rule if isinstance(problem, Refused) else ""
        said = f"{problem.message}\n{problem.fix}" if problem.fix else problem.message
        self.app.notify(said, title=title, severity="warning", timeout=10)
