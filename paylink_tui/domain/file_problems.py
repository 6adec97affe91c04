"""What keeps a file from being imported: the first problems in full, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.text import visible

SHOWN: Final = 10
"""Problems told one by one; the rest are counted."""


MAX_SHOWN: Final = 300
"""Characters of a path that a message shows."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing that keeps a file from being imported."""

    line: int
    """Line of the file the row starts on, counted from 1."""
    column: str
    """Name of the column, or empty when the whole row or file is meant."""
    value: str
    """What stands there, as written."""
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {visible(self.column, 40)}" if self.column else "")
        value = f' "{visible(self.value, 60)}"' if self.value else ""
        return f"{where}:{value} {self.reason}"


class ImportFailed(BadInput):
    """A file that cannot be imported; nothing of it was. The message lists what `problems` holds."""

    def __init__(self, name: str, problems: tuple[ImportProblem, ...], more: int = 0) -> None:
        count = len(problems) + more
        told = "1 problem" if count == 1 else f"{count:,} problems"
        lines = [f"{visible(name, MAX_SHOWN)} was not imported: {told}."]
        lines += [f"  {problem}" for problem in problems]
        if more:
            lines.append(f"  and {more:,} more")
        super().__init__(
            "\n".join(lines), "Correct the file and import it again; nothing of it was imported."
        )
        self.problems = problems
        """The first ten, in the order of the file."""
        self.more = more
        """How many there are beyond those."""


@dataclass(slots=True)
class Problems:
    """Collects problems while a file is looked through."""

    name: str
    """Of the file, for people."""
    found: list[ImportProblem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, value: str, reason: str) -> None:
        """Note one problem."""
        self.count += 1
        self.found.append(ImportProblem(line, column, value, reason))

    def stop_if_any(self) -> None:
        """Refuse the file when something was noted.

        Raises:
            ImportFailed: with the first problems of the file.
        """
        if self.count:
            self.found.sort(key=lambda problem: problem.line)
            raise ImportFailed(self.name, tuple(self.found[:SHOWN]), self.count - len(self.found[:SHOWN]))
