"""Exporting transactions: how many and how much, and the file they go to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog

if TYPE_CHECKING:
    from datetime import date

    from paylink_tui.services.bundle import Services
    from paylink_tui.services.export import ExportRequest


class ExportDialog(Dialog[Path | None]):
    """Counts what would be exported, asks where to, and writes it; the answer is the file."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("export.accept", "enter", "Export", "Write the file.", "Dialog", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, asked: ExportRequest, today: date) -> None:
        """Offer to export what is `asked` for into a file named after `today`."""
        super().__init__("Export transactions as CSV")
        self._services = services
        self._asked = asked
        self._file = free_name(folder(), f"paylink-transactions-{today.isoformat()}")

    def body(self) -> ComposeResult:
        """What is exported, and the path."""
        yield Static(self._what(), id="told", markup=False)
        yield Static("Counting ...", id="sums", markup=False)
        yield Input(str(self._file), placeholder="Path of the file", id="path", compact=True)

    def on_mount(self) -> None:
        """Count."""
        self._count()

    def on_input_changed(self) -> None:
        """The complaint about the path has had its time."""
        self.show_problem(None)

    def _what(self) -> str:
        if self._asked.ids is not None:
            return "The marked transactions."
        return f"Filter: {visible(self._asked.query, 200)}" if self._asked.query else "Every transaction."

    @work(exclusive=True, group="count", exit_on_error=False)
    async def _count(self) -> None:
        sums = await self._services.export.sums(self._asked)
        self.query_one("#sums", Static).update(in_words(sums))

    @work(exclusive=True, group="write", exit_on_error=False)
    async def action_accept(self) -> None:
        """Write the file; a path that cannot be used is said here, and stays to be changed."""
        typed = self.query_one("#path", Input).value.strip()
        if not typed:
            self.show_problem("A path is needed.")
            return
        file = meant(typed)
        try:
            await self._services.export.write(self._asked, file)
        except PayLinkError as problem:
            fix = "Type another path." if "exists" in problem.message else problem.fix
            self.show_problem(PayLinkError(problem.message, fix))
        else:
            self.dismiss(file)


def in_words(sums: Mapping[str, tuple[int, int]]) -> str:
    """`3 transactions, $1,500.00 + C$20.00`."""
    count = sum(one for one, _ in sums.values())
    total = " + ".join(display(amount, currency) for currency, (_, amount) in sorted(sums.items()))
    return f"{count:,} transaction{'' if count == 1 else 's'}, {total or 'nothing'}"


def folder() -> Path:
    """The person's documents, where there are any; else their home."""
    from platformdirs import user_documents_path

    documents = user_documents_path()
    return documents if documents.is_dir() else Path.home()


def meant(typed: str) -> Path:
    """The file a person means: what names no folder goes where the offered name was."""
    file = Path(typed).expanduser()
    return file if file.is_absolute() else folder() / file


def free_name(place: Path, stem: str) -> Path:
    """A name nothing has yet."""
    number, file = 1, place / f"{stem}.csv"
    while file.exists():
        number += 1
        file = place / f"{stem}-{number}.csv"
    return file
