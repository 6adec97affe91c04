"""Every way a command can fail, as a sentence, a JSON error and an exit code; never as a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.domain.errors import NotFound, PayLinkError, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from paylink_tui.cli.output import Output
    from paylink_tui.domain.file_problems import ImportFailed, ImportProblem


class KeptAsIntent(Refused):
    """Linking was asked for too early: refused by `link-only-completed`, but the choice is kept."""

    def __init__(self, message: str, fix: str, intent: dict[str, Any]) -> None:
        super().__init__("link-only-completed", message, fix)
        self.intent = intent
        """What will be posted on completion, as JSON shows it."""


class BadFile(PayLinkError):
    """A file was not imported; each problem is told with file, line, column, value and reason."""

    def __init__(self, file: Path, failed: ImportFailed) -> None:
        super().__init__(failed.message.partition("\n")[0], failed.fix)
        self.file = file
        self.problems = failed.problems
        self.more = failed.more
        """Problems beyond those."""

    @property
    def lines(self) -> list[str]:
        """A line for each problem, as compilers write them."""
        told = [f"{self.file}:{one.line}: {_problem(one)}" for one in self.problems]
        return [*told, f"and {self.more:,} more"] if self.more else told


def _problem(one: ImportProblem) -> str:
    column = f'column "{one.column}": ' if one.column else ""
    value = f'value "{one.value}": ' if one.value else ""
    return f"{column}{value}{one.reason}"


def tell(error: PayLinkError, out: Output) -> int:
    """Tell a failure and return its exit code."""
    rule = error.rule if isinstance(error, Refused) else None
    if out.json:
        out.document(_document(error, rule))
    head = f"paylink: refused by {rule}" if rule else "paylink"
    out.note(f"{head}: {error.message}")
    for line in (*_more_lines(error), error.fix):
        if line:
            out.note(f"  {line}")
    return error.exit_code


def _document(error: PayLinkError, rule: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"rule": rule, "message": error.message, "fix": error.fix}
    if isinstance(error, NotFound) and error.candidates:
        body["candidates"] = list(error.candidates)
    if isinstance(error, BadFile):
        body["file"] = str(error.file)
        body["problems"] = [
            {"line": one.line, "column": one.column or None, "value": one.value, "reason": one.reason}
            for one in error.problems
        ]
        body["more"] = error.more
    document: dict[str, Any] = {"error": body}
    if isinstance(error, KeptAsIntent):
        document["intent"] = error.intent
    return document


def _more_lines(error: PayLinkError) -> list[str]:
    if isinstance(error, BadFile):
        return error.lines
    candidates = error.candidates if isinstance(error, NotFound) else ()
    return [one for one in candidates if one not in error.message]


def unexpected(error: Exception, out: Output) -> int:
    """Tell a failure nobody foresaw in one line, and keep its traceback in a log for whoever can mend it."""
    from paylink_tui.domain.text import visible
    from paylink_tui.services.error_log import keep

    log = keep(error)
    where = f"Details are in {log}; please report them." if log else "Its details could not be written down."
    message = f"something failed that should not have: {type(error).__name__}"
    return tell(PayLinkError(f"{message}: {visible(str(error), 120)}" if str(error) else message, where), out)
