"""The clipboard: the machine's own, or the terminal's over SSH; what is said is what is known."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final

TIMEOUT: Final = 2.0
"""Seconds a clipboard may take; a hung X server must not hold the desk."""
MAX_OSC52_BYTES: Final = 74_994
"""Most bytes sent to a terminal: encoded, they stay below the 100,000 that terminals take."""

_SCREEN_CHUNK: Final = 76
_TOOLS: Final = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)


class CopyOutcome(StrEnum):
    """What is known to have happened, in the words of the toast."""

    COPIED = "Copied"
    """A clipboard of this machine took it."""
    SENT = "Sent to the terminal (OSC 52)"
    """Terminals do not answer: it may or may not have arrived."""
    NONE = "No clipboard here: select it by hand"


async def copy(text: str, *, write_terminal: Callable[[str], None] | None = None) -> CopyOutcome:
    """Put `text` on the clipboard.

    Over SSH the terminal is asked first, for a clipboard of this machine is not the person's own;
    elsewhere it is the last resort. `PAYLINK_CLIPBOARD` narrows that to `native`, `osc52` or `off`.

    Args:
        text: What to copy.
        write_terminal: Writes raw characters to the person's terminal; None when there is none.
    """
    mode = os.environ.get("PAYLINK_CLIPBOARD", "auto").strip().lower()
    remote = bool(os.environ.get("SSH_TTY") or os.environ.get("SSH_CONNECTION"))
    if mode == "off":
        return CopyOutcome.NONE
    if mode != "native" and (remote or mode == "osc52") and _send(text, write_terminal):
        return CopyOutcome.SENT
    if mode != "osc52" and await _native(text):
        return CopyOutcome.COPIED
    if mode != "native" and not remote and _send(text, write_terminal):
        return CopyOutcome.SENT
    return CopyOutcome.NONE


def osc52(text: str) -> str:
    """The escape sequence that asks a terminal to take `text`, wrapped for tmux or GNU screen.

    tmux gets it twice: bare for `set-clipboard on`, and passed through for `allow-passthrough on`.
    """
    encoded = base64.b64encode(text.encode(errors="replace")).decode()
    bare = f"\x1b]52;c;{encoded}\x07"
    if os.environ.get("TMUX"):
        return bare + "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if os.environ.get("STY"):
        chunks = (bare[at : at + _SCREEN_CHUNK] for at in range(0, len(bare), _SCREEN_CHUNK))
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return bare


def _send(text: str, write_terminal: Callable[[str], None] | None) -> bool:
    if write_terminal is None or len(text.encode(errors="replace")) > MAX_OSC52_BYTES:
        return False
    try:
        write_terminal(osc52(text))
    except OSError:
        return False
    return True


async def _native(text: str) -> bool:
    """Whether a clipboard of this machine took it.

    On X11 and Wayland the tool is run here: pyperclip takes no notice of its exit code, and lets it
    write its complaint across the screen.
    """
    for variable, command in _TOOLS:
        if os.environ.get(variable) and shutil.which(command[0]):
            return await _run(command, text)
    return await _pyperclip(text)


async def _run(command: tuple[str, ...], text: str) -> bool:
    quiet = asyncio.subprocess.DEVNULL
    try:
        tool = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return False
    try:
        await asyncio.wait_for(tool.communicate(text.encode(errors="replace")), TIMEOUT)
    except TimeoutError:
        with suppress(ProcessLookupError):
            tool.kill()
        await tool.wait()
    return tool.returncode == 0


async def _pyperclip(text: str) -> bool:
    """Copy in a daemon thread, so that a clipboard that never answers cannot hold the exit either."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def tell(took: bool) -> None:
        if not done.done():
            done.set_result(took)

    def work() -> None:
        took = _pyperclip_took(text)
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, took)

    threading.Thread(target=work, name="clipboard", daemon=True).start()
    try:
        return await asyncio.wait_for(done, TIMEOUT)
    except TimeoutError:
        return False


def _pyperclip_took(text: str) -> bool:
    import pyperclip

    try:
        pyperclip.determine_clipboard()[0](text)
    except (pyperclip.PyperclipException, OSError, UnicodeError):
        return False
    return True
