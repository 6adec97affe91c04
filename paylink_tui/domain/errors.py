"""What can go wrong, as values a person can act on."""

from __future__ import annotations


class PayLinkError(Exception):
    """Base of every failure that reaches a person as a sentence instead of a traceback."""

    exit_code = 1
    """Exit code of the command line for this kind of failure."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What happened, where and why."""
        self.fix = fix
        """What to do about it; may be empty."""


class BadInput(PayLinkError):
    """A value a person typed, or a row of a file, cannot be read."""


class UsageError(PayLinkError):
    """The command's words do not fit together."""

    exit_code = 2


class Refused(PayLinkError):
    """A rule said no.

    The rule's name is the one of the design (`link-only-completed`), shown to people and tested.
    """

    exit_code = 3

    def __init__(self, rule: str, message: str, fix: str = "") -> None:
        super().__init__(message, fix)
        self.rule = rule
        """Name of the rule that refused."""


class NotFound(PayLinkError):
    """Nothing, or more than one thing, answers to the name given."""

    exit_code = 4

    def __init__(self, message: str, fix: str = "", candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message, fix)
        self.candidates = candidates
        """What the name could have meant, when it was ambiguous."""


class ChangedMeanwhile(Refused):
    """Someone else changed the thing between its being shown and the command; rule `link-race`."""

    exit_code = 5


class DatabaseProblem(PayLinkError):
    """The database cannot be opened, is locked, full, too new, too old, or not ours."""


class OutcomeUnknown(DatabaseProblem):
    """The connection died while committing; the command log tells whether it was done."""
