"""A link as a QR code: half blocks for a terminal, or an SVG or PNG file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from paylink_tui.domain.errors import BadInput, PayLinkError

QUIET_ZONE: Final = 4
"""Light modules around the code that scanners may count on; 2 do on most phones when room is short."""

_HALVES: Final = {(0, 0): " ", (1, 0): "\u2580", (0, 1): "\u2584", (1, 1): "\u2588"}
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
_PLAIN: Final = "\x1b[0m"
_SCALE: Final = {"svg": 8, "png": 16}
"""Dots to a module."""


def half_blocks(url: str, *, border: int = QUIET_ZONE, light_blocks: bool = False) -> list[str]:
    """The code as lines of half blocks, two modules high each, all of one width.

    The blocks are its dark modules: paint them black on white. With `light_blocks` they are the light
    ones, for light text on a dark ground when colours are not to be had.

    Raises:
        BadInput: the URL is longer than a QR code holds.
    """
    rows = [bytes(row) for row in _make(url).matrix_iter(border=border)]
    if light_blocks:
        rows = [bytes(1 - module for module in row) for row in rows]
    if len(rows) % 2:
        rows.append(bytes([light_blocks]) * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]


def for_terminal(url: str, *, border: int = QUIET_ZONE, colour: bool = True) -> str:
    """The code to print: black on white whatever the terminal's theme, or bare light blocks."""
    if not colour:
        return "\n".join(half_blocks(url, border=border, light_blocks=True))
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_PLAIN}" for line in half_blocks(url, border=border))


def save_svg(url: str, file: Path) -> None:
    """Write the code as an SVG drawing, replacing the file.

    Raises:
        BadInput: the URL is longer than a QR code holds.
        PayLinkError: the file cannot be written.
    """
    _save(url, file, "svg")


def save_png(url: str, file: Path) -> None:
    """Write the code as a PNG picture, large enough to print, replacing the file.

    Raises:
        BadInput: the URL is longer than a QR code holds.
        PayLinkError: the file cannot be written.
    """
    _save(url, file, "png")


def _save(url: str, file: Path, kind: str) -> None:
    code = _make(url)
    try:
        with file.open("wb") as out:
            code.save(out, kind=kind, scale=_SCALE[kind], border=QUIET_ZONE, dark="#000000", light="#ffffff")
    except OSError as problem:
        raise PayLinkError(
            f"The QR code cannot be written to {file}: {problem.strerror}.",
            "Choose a file in a folder that exists and may be written to.",
        ) from None


def _make(url: str) -> Any:
    import segno

    try:
        return segno.make(url, error="l", micro=False)
    except segno.DataOverflowError:
        raise BadInput("the URL is longer than a QR code holds", "Share the URL itself.") from None
