"""Where a command's answer goes: one JSON document, or lines for people; hostile text never gets through."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, Final

_LONGEST: Final = 2000
"""Characters of one line for people; JSON carries everything."""


class Output:
    """Standard output for the answer, standard error for what is said beside it."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        """Whether the answer is JSON."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")

    def answer(self, value: Any, lines: Iterable[str]) -> None:
        """Give the command's one answer, as `value` or as `lines`."""
        if self.json:
            self.document(value)
        else:
            for line in lines:
                print(_clean(line))

    def document(self, value: Any) -> None:
        """Write the JSON document, in ASCII: escapes of a hostile name stay escaped."""
        import json

        print(json.dumps(value, indent=2))

    def drawing(self, text: str) -> None:
        """Write a picture we drew ourselves, escape sequences and all."""
        print(text)

    def raw(self, text: str) -> None:
        """Write text another program is to read, in UTF-8 and with the line ends it has."""
        sys.stdout.flush()
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(text)
        else:
            stream.write(text.encode())

    def note(self, text: str) -> None:
        """Say something to the person, on standard error."""
        for line in text.splitlines():
            print(_clean(line), file=sys.stderr)

    def progress(self, text: str) -> None:
        """Show how far a long work is, on one line of the terminal; nothing when there is none."""
        if sys.stderr.isatty():
            print(f"\r\x1b[K{_clean(text)}", end="", file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Hand over what is still buffered, so that a closed pipe shows here and not at exit."""
        sys.stdout.flush()

    def abandon(self) -> None:
        """Stop writing to a reader that has gone."""
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)


def ask(question: str) -> bool:
    """Ask a yes-or-no question on the terminal; no by default, and where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    with _interruptible():
        print(f"{_clean(question)} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")


def ask_hidden(question: str) -> str:
    """Ask for a line that the terminal does not show; without a terminal, read it from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    with _interruptible():
        return getpass(_clean(question) + " ", sys.stderr)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the program while a question waits for its answer.

    The event loop's own handler would only ask the waiting task to stop, and Ctrl-C do nothing. Ours
    stands before the question does: who sees the question may already press it.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _clean(line: str) -> str:
    from paylink_tui.domain.text import visible

    return visible(line, _LONGEST).rstrip()
