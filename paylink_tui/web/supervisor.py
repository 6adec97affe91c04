"""Several processes behind one port: started, watched, started again when one dies, stopped together."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from paylink_tui.domain.errors import PayLinkError

INSIST_SECONDS = 20.0
"""After which a process that was told to stop is killed."""
RESTART_SECONDS = 1.0
"""Pause before a process that died is started again."""

_spawn = multiprocessing.get_context("spawn")


@dataclass
class _Member:
    """One process, and the line on which it says that it serves."""

    process: SpawnProcess
    line: Connection
    serves: bool = False


class Supervisor:
    """Keeps so many processes running until told to stop."""

    def __init__(self, url: str | None, listener: socket.socket, count: int) -> None:
        self._arguments = (url, listener)
        self._count = count
        self._members: list[_Member] = []
        self._due: list[float] = []
        self._told, self._tell = _spawn.Pipe(duplex=False)
        self._deadline = 0.0

    def run(self, ready: Callable[[], object]) -> int:
        """Start them, and stay until all have ended; returns the exit code."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._members = [self._start() for _ in range(self._count)]
            ever = False
            while self._members or self._due:
                self._wait()
                if not ever and all(one.serves for one in self._members) and not self._ended():
                    ever = True
                    ready()
                if not self._take_leave(ever):
                    return 1
            return 0
        finally:
            self._kill()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start(self) -> _Member:
        line, theirs = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_serve, args=(*self._arguments, theirs), daemon=True)
        # Ctrl-C reaches every process of the terminal; only this one answers it.
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.start()
        finally:
            signal.signal(signal.SIGINT, handler)
        theirs.close()
        return _Member(process, line)

    def _stop(self, _number: int, _frame: Any) -> None:
        self._tell.send(None)

    def _wait(self) -> None:
        """Wait for news: a process that serves, one that ended, a word to stop, or a restart that is due."""
        lines = {one.line: one for one in self._members if not one.serves and not one.line.closed}
        ends = [one.process.sentinel for one in self._members]
        moments = [*self._due, *([self._deadline] if self._deadline else [])]
        pause = max(0.0, min(moments) - time.monotonic()) if moments else None
        for news in wait([self._told, *lines, *ends], pause):
            if news is self._told:
                self._told.recv()
                self._stop_all()
            elif isinstance(news, Connection) and news in lines:
                self._hear(lines[news])
        if self._deadline and time.monotonic() > self._deadline:
            self._kill()
        due = [one for one in self._due if one <= time.monotonic()]
        self._due = [one for one in self._due if one not in due]
        self._members += [self._start() for _ in due]

    def _hear(self, member: _Member) -> None:
        try:
            member.serves = bool(member.line.recv())
        except EOFError:  # it ended before it served
            member.line.close()

    def _ended(self) -> list[_Member]:
        return [one for one in self._members if one.process.exitcode is not None]

    def _take_leave(self, ever: bool) -> bool:
        """Forget those that ended and have them started again, unless we stop; False when the page
        never came to be."""
        for member in self._ended():
            self._members.remove(member)
            member.line.close()
            if self._deadline:
                continue
            if not ever:
                return False
            print("paylink: a worker ended; another one is started.", file=sys.stderr)
            self._due.append(time.monotonic() + RESTART_SECONDS)
        return True

    def _stop_all(self) -> None:
        """The first word stops them, the second insists."""
        if self._deadline:
            self._kill()
        self._deadline = time.monotonic() + INSIST_SECONDS
        self._due.clear()
        for member in self._members:
            member.process.terminate()

    def _kill(self) -> None:
        for member in self._members:
            member.process.kill()
            member.process.join()


def supervise(url: str | None, listener: socket.socket, count: int, ready: Callable[[], object]) -> int:
    """Serve in `count` processes until told to stop; returns the exit code."""
    return Supervisor(url, listener, count).run(ready)


def _serve(url: str | None, listener: socket.socket, line: Connection) -> None:
    """What each process does; it ends when the one that started it is gone."""
    from paylink_tui.services.settings import load
    from paylink_tui.web.listening import allow_many_files
    from paylink_tui.web.logs import speak_in_lines
    from paylink_tui.web.serve import serve_one

    speak_in_lines()
    allow_many_files()

    def ready() -> None:
        line.send(True)
        _end_with_parent()

    try:
        asyncio.run(serve_one(url, load(), listener, ready))
    except PayLinkError as problem:
        print(f"paylink: {problem.message}", file=sys.stderr)
        sys.exit(1)


def _end_with_parent() -> None:
    """Stop when the process that started this one is gone, even when it was killed."""
    parent, loop = multiprocessing.parent_process(), asyncio.get_running_loop()
    if parent is None:
        return
    line = parent.sentinel

    def gone() -> None:
        loop.remove_reader(line)
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(line, gone)
