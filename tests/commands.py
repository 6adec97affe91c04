"""Running `paylink` as a user does: in this process with `Cli`, or as a program of its own with `run`."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from paylink_tui.__main__ import main
from tests.databases import Fresh

CLIENTS = """id,name,type,email,phone
C1,Acme Holdings,company,pay@acme.example,555-0100
C2,Lee Ng,person,lee@ng.example,
C3,Lee Novak,person,,
"""
MATTERS = """number,client_id,description,status
M-101,C1,Lease dispute,open
M-102,C1,Trade mark,open
M-201,C2,Divorce,open
"""
INVOICES = """number,client_id,matter_number,issued,due,total,balance
1001,C1,M-101,2026-09-01,2026-10-01,500.00,500.00
1002,C1,M-102,2026-09-15,2026-10-10,700.00,700.00
1003,C1,,2026-09-20,2026-09-30,300.00,250.00
2001,C2,M-201,2026-10-01,2026-11-01,400.00,400.00
"""


LINK_KEY = "cGF5bGluay1jb21tYW5kcy10ZXN0LWtleS0zMi1ieXRlcyE="
"""`PAYLINK_LINK_KEY` of these tests, so that a database can be copied from one home to another."""


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its JSON document; fails when standard output is anything else."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """Its JSON error."""
        error: dict[str, Any] = self.json["error"]
        return error


class Runner(Protocol):
    """Runs a command and gives its answer."""

    def __call__(self, *words: str) -> Answer: ...


class Desk:
    """Commands on one database, however they are run."""

    def __init__(self, run: Runner, url: str) -> None:
        self.run = run
        self.url = url

    def __call__(self, *words: str) -> Answer:
        """Run a command on the database."""
        return self.run("--db", self.url, *words)

    def json(self, *words: str) -> Any:
        """The JSON of a command that succeeds."""
        answer = self(*words, "--json")
        assert answer.code == 0, (words, answer.out, answer.err)
        return answer.json

    def refused(self, rule: str, *words: str, code: int = 3) -> dict[str, Any]:
        """The JSON document of a command that a rule refuses."""
        answer = self(*words, "--json")
        assert (answer.code, answer.error["rule"]) == (code, rule), (words, answer.out, answer.err)
        assert answer.error["message"] in answer.err
        document: dict[str, Any] = answer.json
        return document

    def fails(self, code: int, *words: str) -> str:
        """The message of a command that fails without a rule."""
        answer = self(*words, "--json")
        assert answer.code == code, (words, answer.out, answer.err)
        assert answer.error["rule"] is None
        return str(answer.error["message"])

    def paid(self, link: str, amount: str | None = None, *more: str, settle: bool = True) -> str:
        """Pay a link and, unless told not to, let it complete; the transaction's id."""
        sum_of_money = () if amount is None else ("--amount", amount)
        name = () if "--name" in more else ("--name", "Acme Holdings")
        one = self.json("sandbox", "pay", link, *sum_of_money, *name, *more)
        if settle:
            assert [done["status"] for done in self.json("sandbox", "settle", one["id"])] == ["completed"]
        return str(one["id"])

    def open_numbers(self, *words: str) -> list[tuple[str, str]]:
        """Number and balance of the open invoices, as they are listed."""
        return [(one["number"], one["balance"]) for one in self.json("invoices", "list", "--open", *words)]


def set_up(desk: Desk, folder: Path) -> Desk:
    """A firm with a trust and an operating account, clients, matters, invoices and a link to each account.

    `L1` is the operating account's standing link, `L2` the trust account's.
    """
    desk.json("init", "--firm", "Hartwell & Ng LLP")
    desk.json("accounts", "add", "IOLTA 4411", "--type", "trust", "--processor", "sandbox")
    desk.json("accounts", "add", "Operating", "--type", "operating", "--processor", "sandbox")
    import_all(desk, folder)
    assert desk.json("links", "create", "--account", "Operating")["id"] == "L1"
    assert desk.json("links", "create", "--account", "IOLTA 4411")["id"] == "L2"
    return desk


def import_all(desk: Desk, folder: Path) -> None:
    """Import the clients, matters and invoices of these tests."""
    for kind, text in (("clients", CLIENTS), ("matters", MATTERS), ("invoices", INVOICES)):
        file = folder / f"{kind}.csv"
        file.write_text(text, "utf-8")
        desk.json("import", kind, str(file))


def program(*words: str, **environment: str) -> Answer:
    """Run `paylink` as a program of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "paylink_tui", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def in_process(*words: str) -> Answer:
    """Run `paylink` in this process, where nothing else captures what it writes."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def firm_file(fresh_sqlite: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A SQLite database with a firm in it, made once; see `set_up`."""
    url = firm_in(fresh_sqlite, tmp_path_factory)
    yield Path(url)
    fresh_sqlite.drop(url)


@pytest.fixture(scope="session")
def firm_server(fresh_postgresql: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on PostgreSQL."""
    url = firm_in(fresh_postgresql, tmp_path_factory)
    yield url
    fresh_postgresql.drop(url)


def firm_in(fresh: Fresh, folders: pytest.TempPathFactory) -> str:
    """The address of a new database with a firm in it; see `set_up`."""
    url = fresh.migrated()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAYLINK_LINK_KEY", LINK_KEY)
        patch.setenv("PAYLINK_USER", "mia")
        set_up(Desk(in_process, url), folders.mktemp("firm"))
    return url


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Link keys, logs and settings of a test stay in its own folder."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME"):
        folder = tmp_path / variable.lower()
        folder.mkdir()
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("PAYLINK_USER", "mia")
    monkeypatch.setenv("PAYLINK_CLIPBOARD", "off")
    monkeypatch.setenv("PAYLINK_LINK_KEY", LINK_KEY)
    for variable in ("PAYLINK_DATABASE_URL", "PAYLINK_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    """Runs commands in this process."""

    def runner(*words: str) -> Answer:
        capsys.readouterr()
        code = main(words)
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return runner


@pytest.fixture
def empty(run: Runner, fresh_sqlite: Fresh) -> Iterator[Desk]:
    """Commands on an empty SQLite database."""
    url = fresh_sqlite.migrated()
    yield Desk(run, url)
    fresh_sqlite.drop(url)


@pytest.fixture
def desk(run: Runner, firm_file: Path, tmp_path: Path) -> Desk:
    """Commands on a SQLite database with a firm in it; see `set_up`."""
    url = tmp_path / "firm.db"
    shutil.copyfile(firm_file, url)
    return Desk(run, str(url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def both(request: pytest.FixtureRequest, run: Runner) -> Iterator[Desk]:
    """Commands on a database of each kind with a firm in it; see `set_up`."""
    if request.param == "sqlite":
        yield request.getfixturevalue("desk")
        return
    fresh: Fresh = request.getfixturevalue("fresh_postgresql")
    url = fresh.copy(request.getfixturevalue("firm_server"))
    yield Desk(run, url)
    fresh.drop(url)
