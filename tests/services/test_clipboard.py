"""Copying, with real executables in the place of the clipboard tools and a real tmux."""

from __future__ import annotations

import base64
import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from paylink_tui.services import clipboard
from paylink_tui.services.clipboard import MAX_OSC52_BYTES, CopyOutcome, copy, osc52

TEXT = "https://pay.example/l/ünï-Token"
VARIABLES = ["PAYLINK_CLIPBOARD", "SSH_TTY", "SSH_CONNECTION", "TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY"]


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def install(folder: Path, name: str, script: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    tool.chmod(0o755)


def taken(folder: Path, name: str = "taken") -> str | None:
    file = folder / name
    return file.read_text() if file.exists() else None


@pytest.fixture
def xclip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("DISPLAY", ":7")
    install(tmp_path, "xclip", f'printf %s "$*" > {tmp_path}/arguments; cat > {tmp_path}/taken')
    return tmp_path


class Terminal:
    def __init__(self) -> None:
        self.written = ""

    def __call__(self, text: str) -> None:
        self.written += text


async def test_a_clipboard_of_this_machine_is_confirmed(xclip: Path) -> None:
    terminal = Terminal()
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.COPIED
    assert taken(xclip) == TEXT
    assert taken(xclip, "arguments") == "-selection clipboard"
    assert terminal.written == ""


async def test_wayland_goes_before_x11(xclip: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    install(tmp_path, "wl-copy", f"cat > {tmp_path}/wayland")
    assert await copy(TEXT) is CopyOutcome.COPIED
    assert taken(tmp_path, "wayland") == TEXT
    assert taken(xclip) is None


async def test_a_tool_that_leaves_a_server_behind_is_not_waited_for(tmp_path: Path, xclip: Path) -> None:
    install(tmp_path, "xclip", f"cat > {tmp_path}/taken; sleep 5 & exit 0")
    started = time.monotonic()
    assert await copy(TEXT) is CopyOutcome.COPIED
    assert time.monotonic() - started < clipboard.TIMEOUT


async def test_a_tool_has_a_session_of_its_own_and_outlives_the_terminals_end(
    tmp_path: Path, xclip: Path
) -> None:
    install(tmp_path, "xclip", f'cut -d" " -f1,6 /proc/$$/stat > {tmp_path}/taken')
    assert await copy(TEXT) is CopyOutcome.COPIED
    own, session = (taken(tmp_path) or "").split()
    assert own == session


async def test_a_tool_that_fails_is_not_called_a_copy(tmp_path: Path, xclip: Path) -> None:
    install(tmp_path, "xclip", "echo 'Error: Can not open display' >&2; exit 1")
    terminal = Terminal()
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.SENT
    assert await copy(TEXT) is CopyOutcome.NONE


async def test_a_tool_that_hangs_is_given_up(
    tmp_path: Path, xclip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "TIMEOUT", 0.2)
    install(tmp_path, "xclip", f"echo $$ > {tmp_path}/pid; exec sleep 30")
    assert await copy(TEXT) is CopyOutcome.NONE
    pid = int(taken(tmp_path, "pid") or 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="klipper is a Linux desktop's clipboard")
async def test_other_clipboards_are_left_to_pyperclip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    install(tmp_path, "klipper", "exit 0")
    install(tmp_path, "qdbus", f'printf %s "$4" > {tmp_path}/taken')
    assert await copy(TEXT) is CopyOutcome.COPIED
    assert taken(tmp_path) == TEXT


async def test_over_ssh_the_terminal_is_asked_first(xclip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/3")
    terminal = Terminal()
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.SENT
    assert terminal.written == f"\x1b]52;c;{base64.b64encode(TEXT.encode()).decode()}\x07"
    assert taken(xclip) is None


async def test_nothing_at_all_is_said_to_be_nothing() -> None:
    assert await copy(TEXT) is CopyOutcome.NONE


async def test_a_terminal_that_went_away_is_not_an_error() -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    assert await copy(TEXT, write_terminal=gone) is CopyOutcome.NONE


async def test_too_much_for_a_terminal_is_not_sent() -> None:
    terminal = Terminal()
    assert await copy("x" * MAX_OSC52_BYTES, write_terminal=terminal) is CopyOutcome.SENT
    assert len(terminal.written) <= 100_000
    terminal.written = ""
    assert await copy("x" * (MAX_OSC52_BYTES + 1), write_terminal=terminal) is CopyOutcome.NONE
    assert terminal.written == ""


@pytest.mark.parametrize("remote", ["", "SSH_TTY"])
async def test_the_machines_own_clipboard_alone_never_asks_the_terminal(
    remote: str, xclip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if remote:
        monkeypatch.setenv(remote, "1")
    monkeypatch.setenv("PAYLINK_CLIPBOARD", " Native ")
    terminal = Terminal()
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.COPIED
    install(xclip, "xclip", "exit 1")
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.NONE
    assert terminal.written == ""


@pytest.mark.parametrize("remote", ["", "SSH_CONNECTION"])
async def test_the_terminal_alone_never_asks_the_machines_own_clipboard(
    remote: str, xclip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if remote:
        monkeypatch.setenv(remote, "1")
    monkeypatch.setenv("PAYLINK_CLIPBOARD", "osc52")
    assert await copy(TEXT, write_terminal=None) is CopyOutcome.NONE
    terminal = Terminal()
    assert await copy(TEXT, write_terminal=terminal) is CopyOutcome.SENT
    assert terminal.written == osc52(TEXT)
    assert taken(xclip) is None


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("auto", CopyOutcome.COPIED),
        ("native", CopyOutcome.COPIED),
        ("OSC52", CopyOutcome.SENT),
        ("off", CopyOutcome.NONE),
    ],
)
async def test_the_setting(
    mode: str, outcome: CopyOutcome, xclip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_CLIPBOARD", mode)
    assert await copy(TEXT, write_terminal=Terminal()) is outcome


def test_screen_gets_the_sequence_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = osc52("x" * 500)
    monkeypatch.setenv("STY", "123.pts")
    pieces = osc52("x" * 500).split("\x1b\\")
    assert "".join(piece.removeprefix("\x1bP") for piece in pieces) == bare
    assert max(map(len, pieces)) < 100


def test_lone_surrogates_do_not_break_it() -> None:
    assert osc52("a\ud800") == f"\x1b]52;c;{base64.b64encode(b'a?').decode()}\x07"


TMUX = shutil.which("tmux")
PLAIN = {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


@dataclass
class Desk:
    """A tmux server of its own with one window."""

    folder: Path

    def command(self, *words: str) -> list[str]:
        return [str(TMUX), "-S", f"{self.folder}/socket", "-f", "/dev/null", *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.command(*words), check=True, capture_output=True, text=True, timeout=10, env=PLAIN
        )
        return done.stdout

    def write_inside(self, sequence: str) -> None:
        (self.folder / "sequence").write_text(sequence)
        self.run(
            "respawn-pane", "-k", "-t", "desk", f"cat {shlex.quote(str(self.folder))}/sequence; sleep 30"
        )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if TMUX is None:
        pytest.skip("tmux is not installed")
    desk = Desk(tmp_path)
    desk.run("new-session", "-d", "-s", "desk", "-x", "80", "-y", "24", "sleep 30")
    monkeypatch.setenv("TMUX", f"{tmp_path}/socket,1,0")
    yield desk
    desk.run("kill-server")


def until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_tmux_takes_the_bare_sequence(desk: Desk) -> None:
    desk.run("set", "-s", "set-clipboard", "on")
    desk.write_inside(osc52(TEXT))
    until(lambda: bool(desk.run("list-buffers")))
    assert desk.run("show-buffer") == TEXT


def test_tmux_passes_the_sequence_to_the_terminal_outside(desk: Desk) -> None:
    desk.run("set", "-s", "set-clipboard", "off")
    desk.run("set", "-g", "allow-passthrough", "on")
    outside, inside = pty.openpty()
    client = subprocess.Popen(
        desk.command("attach", "-t", "desk"), stdin=inside, stdout=inside, stderr=inside, env=PLAIN
    )
    painted = bytearray()

    def arrived() -> bool:
        while select.select([outside], [], [], 0)[0]:
            painted.extend(os.read(outside, 65536))
        return b"\x1b]52;c;" + base64.b64encode(TEXT.encode()) + b"\x07" in painted

    try:
        until(lambda: bool(desk.run("list-clients")))
        desk.write_inside(osc52(TEXT))
        until(arrived)
    finally:
        client.kill()
        client.wait()
        os.close(outside)
        os.close(inside)
