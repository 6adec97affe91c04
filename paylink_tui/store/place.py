"""Where a database is: what a person may write for it, and how it is named back to them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from paylink_tui.domain.errors import UsageError
from paylink_tui.store.reader import Dialect

VARIABLE = "PAYLINK_DATABASE_URL"
"""Environment variable that names the database when `--db` does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """One database's address."""

    dialect: Dialect
    path: Path
    """The SQLite file; meaningless for PostgreSQL."""
    dsn: str = field(default="", repr=False)
    """`postgresql://...` as asyncpg reads it; empty for SQLite. May hold a password: never show it."""

    @property
    def name(self) -> str:
        """How people are told of it, without any password."""
        if self.dialect == "sqlite":
            return str(self.path)
        parts = urlsplit(self.dsn)
        host = parts.hostname or "the local socket"
        port = f":{parts.port}" if parts.port else ""
        return f"PostgreSQL database {unquote(parts.path.lstrip('/')) or 'of your own name'} at {host}{port}"

    @property
    def url(self) -> str:
        """An address `place` reads back as the same place."""
        return self.dsn or f"sqlite:///{quote(str(self.path))}"

    @property
    def file_uri(self) -> str:
        """The SQLite file as SQLite's own `file:` address, for `?mode=...` to be added."""
        return f"file:{quote(str(self.path))}"


def place(text: str | None = None) -> Place:
    """Read an address: a bare path, `sqlite:///file`, `postgresql://...`; `+driver` is ignored.

    Without one: `PAYLINK_DATABASE_URL`, else a file in the user's data directory.

    Raises:
        UsageError: the address names another kind of database, or cannot be read.
    """
    text = text or os.environ.get(VARIABLE) or ""
    if not text:
        return Place("sqlite", default_path())
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Place("sqlite", Path(text).expanduser().absolute())
    kind = scheme.lower().split("+")[0]
    if kind == "sqlite":
        return _sqlite(text, rest)
    if kind in ("postgresql", "postgres"):
        return _postgresql(rest)
    raise UsageError(
        f"PayLink keeps its books in SQLite or PostgreSQL, not in {kind!r}.",
        "Give a file path, or an address like postgresql://user@host/database.",
    )


def default_path() -> Path:
    """The SQLite file used when nothing else is asked for."""
    import platformdirs

    return Path(platformdirs.user_data_dir("paylink", appauthor=False)) / "paylink.db"


def _sqlite(text: str, rest: str) -> Place:
    path = unquote(rest.partition("?")[0])
    if not path.startswith("/") or path in ("/", "/:memory:"):
        raise UsageError(
            f"{text!r} names no file.", "Write sqlite:///relative/file.db or sqlite:////absolute/file.db."
        )
    return Place("sqlite", Path(path[1:]).expanduser().absolute())


def _postgresql(rest: str) -> Place:
    dsn = f"postgresql://{rest}"
    try:
        _ = urlsplit(dsn).port
    except ValueError as error:
        raise UsageError(
            f"The PostgreSQL address cannot be read: {error}.",
            "Write postgresql://user:password@host:port/database; encode special characters as %xx.",
        ) from None
    return Place("postgresql", Path(), dsn)
