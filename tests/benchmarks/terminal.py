"""Drives a terminal program in a pty and times what its terminal sees. Linux and macOS, standard library."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

QUIET = 0.006
"""Seconds without output that end a frame when the program does not mark its frames."""
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[c": b"\x1b[?62;c", b"\x1b[6n": b"\x1b[1;1R"}
"""What a terminal answers to the questions programs ask it."""


class Terminal:
    """A program on a terminal of its own. Times are seconds of `time.perf_counter`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        columns, lines = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        for name in ("COLUMNS", "LINES", "TMUX", "NO_COLOR"):
            environment.pop(name, None)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = bytearray()
        self.last = self.started
        """When the last byte came."""

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def read(self, seconds: float) -> bytes:
        """What comes within `seconds`, at the first byte; empty when nothing does."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return b""
        self.last = time.perf_counter()
        self.seen += data
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self._master, answer)
        return data

    def wait(self, wanted: bytes, seconds: float = 30.0) -> float:
        """When `wanted` was first seen, searching only what comes from now on or is unread.

        Raises:
            AssertionError: it did not come in time.
        """
        start, until = len(self.seen), time.perf_counter() + seconds
        while time.perf_counter() < until:
            if wanted in self.seen[max(0, start - len(wanted)) :]:
                return self.last
            if not self.read(0.5) and self._process.poll() is not None:
                break
        raise AssertionError(f"{wanted!r} never came; the end was {bytes(self.seen[-400:])!r}")

    def settle(self, quiet: float = 0.25, seconds: float = 20.0) -> None:
        """Read until nothing comes for `quiet` seconds."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and self.read(quiet):
            pass

    def key(self, keys: bytes, seconds: float = 2.0) -> float:
        """Seconds from the keys being written to the end of the frame that answers them."""
        started = time.perf_counter()
        os.write(self._master, keys)
        data = self.read(seconds)
        assert data, f"nothing came for {keys!r}"
        while b"\x1b[?2026l" not in data:
            more = self.read(QUIET)
            if not more:
                break
            data += more
        return self.last - started

    def send(self, keys: bytes) -> None:
        """Write keys without waiting."""
        os.write(self._master, keys)

    def cpu(self, seconds: float) -> float:
        """Share of one core used over `seconds` in which its output is read and no key is written."""
        before, until = self._ticks(), time.perf_counter() + seconds
        started = time.perf_counter()
        while (left := until - time.perf_counter()) > 0:
            self.read(left)
        return (self._ticks() - before) / os.sysconf("SC_CLK_TCK") / (time.perf_counter() - started)

    def _ticks(self) -> int:
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def memory(self) -> int:
        """Resident memory in KiB."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ask it to quit, then insist."""
        for last_word in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self.pid, last_word)
                until = time.perf_counter() + 5
                while self._process.poll() is None and time.perf_counter() < until:
                    self.read(0.05)
        os.close(self._master)
        self._process.wait()
