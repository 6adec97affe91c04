from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paylink_tui.__main__ import main
from paylink_tui.cli import accounts
from tests.commands import Desk, Runner, program

PAYLINK = [sys.executable, "-m", "paylink_tui"]


def test_help_and_version_go_to_standard_output(run: Runner) -> None:
    told = run("--help")
    assert told.code == 0
    assert all(noun in told.out for noun in ("transactions", "links", "payments", "sandbox", "doctor"))
    assert run("--version").out.startswith("paylink ")
    assert "--client" in run("transactions", "link", "--help").out


def test_what_is_not_a_command_is_a_usage_error(run: Runner) -> None:
    told = run("frobnicate")
    assert (told.code, told.out) == (2, "")
    assert "frobnicate" in told.err
    assert run("links").code == 2
    answer = run("links", "list", "--jso", "--json")
    assert (answer.code, answer.error["rule"]) == (2, None)
    assert "--help" in answer.error["fix"]


@pytest.mark.parametrize("port", ["65536", "0000080000", "9" * 5000, "-1", "8200x", "", "８２００"])
def test_what_is_no_port_is_told_as_such(run: Runner, port: str) -> None:
    told = run("serve", f"--port={port}")
    assert (told.code, told.out) == (2, "")
    assert "is not a port; ports are 0 to 65535" in told.err


def test_without_a_terminal_there_is_no_screen(tmp_path: Path) -> None:
    answer = program("--db", str(tmp_path / "new.db"))
    assert (answer.code, answer.out) == (2, "")
    assert "terminal" in answer.err
    assert not (tmp_path / "new.db").exists()


def test_demo_takes_no_command(run: Runner) -> None:
    assert run("--demo", "accounts", "list").code == 2


def test_an_unforeseen_failure_is_one_line_and_a_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks(_: object) -> int:
        raise ZeroDivisionError("by \x1b[31mzero")

    monkeypatch.setattr(accounts, "_list", breaks)
    answer = desk("accounts", "list", "--json")
    assert answer.code == 1
    assert "ZeroDivisionError" in answer.error["message"]
    assert "Traceback" not in answer.out + answer.err
    assert "\x1b" not in answer.err
    log = Path(os.environ["XDG_STATE_HOME"]) / "paylink" / "errors.log"
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_ends_with_130(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(_: object) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 0

    monkeypatch.setattr(accounts, "_list", interrupted)
    answer = desk("accounts", "list")
    assert (answer.code, answer.out) == (130, "")


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    for number in range(60):
        desk.json("accounts", "add", f"Account {number:02} {'x' * 150}", "--type", "trust")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PAYLINK, "--db", desk.url, "accounts", "list"],
        stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(("typed", "code"), [("\n", 3), ("no\n", 3), ("y\n", 0), (None, 130)])
def test_an_open_trust_link_for_ever_is_confirmed_on_a_terminal(
    desk: Desk, typed: str | None, code: int
) -> None:
    words = ["--db", desk.url, "links", "create", "--account", "IOLTA", "--expires", "never", "--json"]
    ours, theirs = pty.openpty()
    with subprocess.Popen([*PAYLINK, *words], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        question = b""
        while b"[y/N]" not in question:
            question += os.read(ours, 4096)
        if typed is None:
            _interrupt(process)
        else:
            os.write(ours, typed.encode())
        assert process.wait(60) == code
    os.close(ours)
    assert len(desk.json("links", "list")) == (3 if code == 0 else 2)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C until it is heard: one that falls between the question and the read wakes nobody."""
    for _ in range(30):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
            return
    process.kill()


def test_names_in_an_ascii_locale_do_not_break_the_output(desk: Desk) -> None:
    desk.json("sandbox", "pay", "L1", "--amount", "1", "--name", "Žofie Łukasz")
    answer = program("--db", desk.url, "transactions", "list", PYTHONIOENCODING="ascii")
    assert answer.code == 0, answer.err
    assert "ofie" in answer.out


def test_databases_that_are_not_ours_get_a_sentence(run: Runner, tmp_path: Path, desk: Desk) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database at all" * 100)
    assert "not a SQLite database" in Desk(run, str(other)).fails(1, "accounts", "list")
    Desk(run, "mysql://localhost/x").fails(2, "accounts", "list")
    Desk(run, "postgresql://nobody@127.0.0.1:1/none").fails(1, "accounts", "list")
    Desk(run, str(tmp_path)).fails(1, "accounts", "list")


def test_a_database_is_copied_and_brought_up_to_date(run: Runner, desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert desk.json("db", "backup", str(copy)) == {"file": str(copy)}
    assert Desk(run, str(copy)).json("links", "list") == desk.json("links", "list")
    desk.fails(1, "db", "backup", str(copy))
    assert desk.json("db", "upgrade") == {"copy": None}
    desk.fails(1, "db", "upgrade", "--readonly")


def test_without_the_link_key_no_url_is_shown_but_money_is(
    empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAYLINK_LINK_KEY")
    empty.json("init", "--firm", "Hartwell & Ng LLP")
    empty.json("accounts", "add", "Operating", "--type", "operating", "--processor", "sandbox")
    empty.json("links", "create", "--account", "Operating")
    empty.paid("L1", "5")
    [key] = (Path(os.environ["XDG_CONFIG_HOME"]) / "paylink" / "keys").iterdir()
    assert key.stat().st_mode & 0o077 == 0
    key.rename(tmp_path / key.name)
    assert "key" in empty.fails(1, "links", "list")
    assert empty.json("transactions", "list")[0]["amount"] == "5.00"
    key_text = (tmp_path / key.name).read_text().strip()
    answer = empty("links", "list")
    assert key_text not in answer.out + answer.err
    monkeypatch.setenv("PAYLINK_LINK_KEY", key_text)
    assert empty.json("links", "list")[0]["id"] == "L1"


def test_main_reads_the_words_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("paylink ")
