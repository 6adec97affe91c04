"""What a driver's exception means to a person: one translation for every reader and writer."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

from paylink_tui.domain.errors import BadInput, DatabaseProblem, OutcomeUnknown, PayLinkError
from paylink_tui.store.rules import rule_of_constraint, rule_of_message

_SQLITE = {
    "BUSY": (
        "{where} is locked: another program has been writing to it for too long.",
        "Close the other program, or try again.",
    ),
    "LOCKED": ("{where} is locked by another part of this program.", "Try again."),
    "FULL": ("{where} cannot grow: the disk is full.", "Free some space and try again; nothing was saved."),
    "READONLY": (
        "{where} cannot be written: the file or its directory is read-only.",
        "Change its permissions, or open it with --readonly.",
    ),
    "PERM": ("{where} cannot be opened: permission denied.", "Change its permissions."),
    "CORRUPT": (
        "{where} is damaged: SQLite calls it malformed.",
        "Restore the last backup; keep the damaged file for a recovery.",
    ),
    "NOTADB": ("{where} is not a SQLite database.", "Name another file; PayLink leaves this one alone."),
    "CANTOPEN": (
        "{where} cannot be opened.",
        "Check that the directory exists and that you may write there.",
    ),
    "IOERR": (
        "{where} cannot be read or written: the disk reports an error, or is full.",
        "Check the disk and its free space, then try again.",
    ),
}

_DOWN = ("{where} does not answer.", "Check that the server runs and that the address is right.")
_GONE = ("The connection to {where} was lost.", "Try again when the server is back.")
_LOST = ("The connection to {where} was lost; nothing was saved.", "Try again when the server is back.")
_CLASH = ("{where}: another command got in the way; nothing was saved.", "Try again.")
_POSTGRESQL = {
    "28": ("{where} refuses this user or password.", "Check user and password in the address."),
    "3D000": ("{where} does not exist.", "Create it with createdb, or correct the address."),
    "55000": ("{where} is closed to connections.", "Ask its administrator."),
    "57P03": ("{where} is starting up or shutting down.", "Try again in a moment."),
    "57P05": _LOST,
    "57P": _LOST,
    "57014": ("{where} took too long to answer.", "Try again."),
    "08": _LOST,
    "25P": _LOST,
    "53300": ("{where} has no connection left.", "Close other programs, or raise max_connections."),
    "53": (
        "{where} cannot grow: the server's disk is full, or it is out of memory.",
        "Free some space on the server; nothing was saved.",
    ),
    "55P03": ("{where} is locked: another command has been writing for too long.", "Try again."),
    "40": _CLASH,
    "25006": (
        "{where} takes no writing: the server, or this connection, is read-only.",
        "Connect to the primary server.",
    ),
    "42501": ("{where} does not let this user do that.", "Ask its administrator to grant the right."),
    "XX": (
        "{where} is damaged: the server reports an internal error.",
        "Ask its administrator; restore the last backup.",
    ),
    "58": ("{where} reports a failing disk.", "Ask its administrator."),
}
_LOST_STATES = ("08", "57P", "25P")


class Moment(Enum):
    """What a connection was doing when it failed."""

    CONNECTING = auto()
    READING = auto()
    WRITING = auto()
    COMMITTING = auto()


_BROKEN = {
    Moment.CONNECTING: _DOWN,
    Moment.READING: _GONE,
    Moment.WRITING: _LOST,
    Moment.COMMITTING: _LOST,
}


@contextmanager
def told(where: str, moment: Moment, *, network: bool = False) -> Iterator[None]:
    """Let a driver's exception leave the block as what a person is told, and a plain bug as itself."""
    try:
        yield
    except Exception as error:
        known = translate(error, where, moment=moment, network=network)
        if known is None or known is error:
            raise
        raise known from error


def translate(
    error: BaseException, where: str, *, moment: Moment, network: bool = False
) -> PayLinkError | None:
    """What a person is told about a driver's or SQLAlchemy's exception; None when it is a plain bug.

    Args:
        error: As raised by sqlite3, aiosqlite, asyncpg or SQLAlchemy.
        where: The database in people's words, without a password.
        moment: What the connection was doing; a connection lost while committing leaves the outcome
            unknown.
        network: The database is reached through a socket, whose own errors drivers pass on bare.
    """
    for cause in _causes(error):
        found = _one(cause, where, moment, network)
        if found and moment is Moment.COMMITTING and _left_unknown(cause):
            return OutcomeUnknown(
                f"The connection to {where} was lost while the change was being saved.",
                "Look whether it is there before you repeat it.",
            )
        if found:
            return found
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, and what a library wrapped in it; never what one of our own was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        library = type(cause).__module__.partition(".")[0]
        inner = getattr(cause, "orig", None) or cause.__cause__
        cause = inner if library in ("sqlalchemy", "asyncpg") else None


def _one(error: BaseException, where: str, moment: Moment, network: bool) -> PayLinkError | None:
    if isinstance(error, PayLinkError):
        return error
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error, where)
    if type(error).__module__.startswith("asyncpg"):
        return _from_postgresql(error, where, moment)
    if network and isinstance(error, OSError):
        return _problem(_BROKEN[moment], where)
    return None


def _from_sqlite(error: sqlite3.Error, where: str) -> PayLinkError | None:
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_")
    if name.startswith("CONSTRAINT"):
        return _from_sqlite_constraint(name, str(error))
    kind = name.split("_")[0]
    return _problem(_SQLITE[kind], where) if kind in _SQLITE else None


def _from_sqlite_constraint(name: str, message: str) -> PayLinkError | None:
    if name == "CONSTRAINT_TRIGGER":
        return rule_of_message(message)
    _, _, what = message.partition(": ")
    if name == "CONSTRAINT_CHECK":
        return rule_of_constraint(what)
    columns = re.findall(r"(\w+)\.(\w+)", what)
    if not columns:
        return None
    return _taken("_".join(["uq", columns[0][0], *(column for _, column in columns)]))


def _from_postgresql(error: BaseException, where: str, moment: Moment) -> PayLinkError | None:
    state = getattr(error, "sqlstate", None) or ""
    if state == "P0001":
        return rule_of_message(str(error))
    if state == "23505":
        return _taken(getattr(error, "constraint_name", "") or "")
    if state in ("23514", "23503"):
        return rule_of_constraint(getattr(error, "constraint_name", "") or "")
    for length in (5, 3, 2):
        words = _POSTGRESQL.get(state[:length])
        if words:
            return _problem(_BROKEN[moment] if words is _LOST else words, where)
    # asyncpg calls a connection that is gone, and a bug of the caller, by the same name.
    if type(error).__name__ in ("InterfaceError", "InternalClientError") and "clos" in str(error):
        return _problem(_BROKEN[moment], where)
    return None


def _taken(constraint: str) -> PayLinkError:
    """A row that must be unique is there already."""
    found = rule_of_constraint(constraint)
    if found:
        return found
    _, _, what = constraint.partition("_")
    return BadInput(f"There is one like it already ({what.replace('_', ' ')}).", "Choose another.")


def _left_unknown(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR")
    state = getattr(error, "sqlstate", None) or ""
    return not state or state.startswith(_LOST_STATES)


def _problem(words: tuple[str, str], where: str) -> DatabaseProblem:
    message, fix = words
    return DatabaseProblem(message.format(where=where), fix)


def from_os(error: OSError, where: str) -> DatabaseProblem:
    """What an operating system's error on the database file or its directory means."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _problem(_SQLITE["FULL"], where)
    if error.errno == errno.EROFS:
        return _problem(_SQLITE["READONLY"], where)
    reason = (error.strerror or str(error)).lower()
    return DatabaseProblem(f"{where} cannot be opened: {reason}.", "Check the path and its permissions.")
