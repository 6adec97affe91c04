"""Activity: who did what, live, with before and after, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.content import Content

from paylink_tui.domain.audit import AuditEntry
from paylink_tui.domain.errors import BadInput, NotFound, PayLinkError
from paylink_tui.services.audit import Chain
from paylink_tui.services.bundle import Services
from paylink_tui.services.feed import Change
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paint import dim, when
from paylink_tui.tui.screens.activity_text import behind, short
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column

GROUP = "Activity"


class ActivityScreen(ListScreen[AuditEntry]):
    """The audit log, newest first (`audit-chain`)."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        FILTER,
        Command("activity.verify", "V", "Verify", "Follow the chain again from its first row.", GROUP, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    title_text = "Activity"
    noun = "action"
    SEARCH = (
        ("words", "find actions of that name: link, refund, close month"),
        ("T17 L5 E2", "what was done to that"),
        ("client:C1", "or matter:, invoice:, account:"),
        ("actor:mia", "what mia did"),
        ("since:2026-11-01", "what was done from then on"),
    )

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._unread = ""
        self._state: Chain | None = None
        self._chain = dim("the chain is being followed")

    def on_mount(self) -> None:
        """Read the newest rows, and follow the chain beside that."""
        super().on_mount()
        self.verify()

    def concerns(self, change: Change) -> bool:
        """Whatever changes is an action."""
        return True

    def columns(self) -> Sequence[Column[AuditEntry]]:
        """When, who and what always; what became what where there is room."""
        return (
            Column("When", lambda one: Cell(when(one.at, self.zone, self.now), "faint"), 12),
            Column("Who", _who, 8, most=12),
            Column("What", lambda one: Cell(one.action, "strong"), 10, most=14),
            Column("Of", lambda one: Cell(one.name, "accent"), 6, most=10),
            Column("Change", lambda one: Cell(short(one, self.zone, self.now)), 28, most=90),
            Column("Reason", lambda one: Cell(one.reason, "faint"), 8, most=40, drop=1),
        )

    def key(self, row: AuditEntry) -> int:
        """Actions are numbered."""
        return row.seq

    def none_yet(self) -> str:
        """A log that has nothing to tell."""
        return "Nothing was done yet."

    def none_match(self) -> str:
        """What cannot be read of the words, or that nothing was done like it."""
        return self._unread or super().none_match()

    async def page(self, words: str, after: AuditEntry | None, limit: int) -> Sequence[AuditEntry]:
        """Actions that are asked for: `actor:mia T17 link since:2026-11-01`."""
        self._unread = ""
        try:
            wanted = await self.services.audit.query(words)
        except (BadInput, NotFound) as problem:
            self._unread = f"{problem.message}. {problem.fix}"
            return ()
        return await self.services.audit.page(wanted, before=after.seq if after else None, limit=limit)

    async def detail(self, row: AuditEntry, width: int) -> Content | None:
        """Before and after, side by side."""
        return behind(row, self.zone, self.now, width)

    def caption(self, told: str) -> Content:
        """How many rows, and how far the chain is whole."""
        return Content.assemble(told, "  ", self._chain)

    def action_verify(self) -> None:
        """Follow the chain again."""
        self._state = None
        self.verify()

    def catch_up(self) -> None:
        """Follow the chain on to what was done since."""
        super().catch_up()
        if self._state is None or not self._state.broken:
            self.verify()

    @work(exclusive=True, group="chain", exit_on_error=False)
    async def verify(self) -> None:
        """Follow the chain to its end from where it was followed to, saying how far."""
        try:
            async for state in self.services.audit.follow(self._state):
                self._state = state
                self._chain = dim(f"chain whole up to #{state.seq:,}")
                if state.broken:
                    self._chain = Content.styled(f"CHAIN BROKEN at #{state.broken:,}", "bold $text-error")
                    self.app.notify(f"Row {state.broken}: {state.problem}.", severity="error", timeout=20)
                self.count_rows()
        except PayLinkError as problem:
            self.say_no(problem)


def _who(one: AuditEntry) -> Cell:
    """A person by name; what acts by itself by its kind, dimmed."""
    kind, colon, name = one.actor.partition(":")
    if not colon:
        return Cell(one.actor)
    return Cell(name if kind == "processor" else kind, "faint")
