"""Addresses of databases: what may be written, and what is shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from paylink_tui.domain.errors import UsageError
from paylink_tui.store.place import VARIABLE, default_path, place


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("books.db", Path.cwd() / "books.db"),
        ("/srv/law firm/books.db", Path("/srv/law firm/books.db")),
        ("~/books.db", Path.home() / "books.db"),
        ("sqlite:///books.db", Path.cwd() / "books.db"),
        ("sqlite:////srv/books.db", Path("/srv/books.db")),
        ("sqlite+aiosqlite:////srv/law%20firm/books.db", Path("/srv/law firm/books.db")),
    ],
)
def test_files(text: str, path: Path) -> None:
    found = place(text)
    assert (found.dialect, found.path, found.name) == ("sqlite", path, str(path))
    assert place(found.url) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgresql://ng:s3cret@db.firm.example:5433/books", "books at db.firm.example:5433"),
        ("postgresql+asyncpg://ng:s3cret@db.firm.example/books", "books at db.firm.example"),
        ("postgres://ng:s3cret@/books?host=/run/postgresql", "books at the local socket"),
    ],
)
def test_servers(text: str, name: str) -> None:
    found = place(text)
    assert found.dialect == "postgresql"
    assert found.dsn.startswith("postgresql://ng:s3cret@")
    assert found.name == f"PostgreSQL database {name}"
    assert "s3cret" not in repr(found)
    assert place(found.url) == found


@pytest.mark.parametrize(
    "text", ["mysql://x/y", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://host:port/x"]
)
def test_what_names_no_database(text: str) -> None:
    with pytest.raises(UsageError) as told:
        place(text)
    assert told.value.fix.endswith(".")


def test_without_one_the_environment_then_the_users_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://ng@host/books")
    assert place(None).dialect == "postgresql"
    assert place("books.db").dialect == "sqlite"
    monkeypatch.delenv(VARIABLE)
    assert place(None).path == default_path()
    assert default_path().name == "paylink.db"


def test_a_path_with_signs_of_an_address_in_it_is_opened_as_it_is(tmp_path: Path) -> None:
    odd = tmp_path / "50% of #1?mode=memory.db"
    assert place(str(odd)).path == odd
    assert place(place(str(odd)).url).path == odd
    assert "?" not in place(str(odd)).file_uri
