"""Other people's text: folded into searchable words, and made safe to paint on a terminal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_FOLDED: Final = 240
"""Characters one part may add to the search words; a hostile name cannot crowd out the rest."""

MAX_MARKS: Final = 3
"""Combining marks kept on one letter: enough for every living script, too few to flood other lines."""

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

_NOT_WORD: Final = re.compile(r"[^0-9a-z]+")
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that draw nothing: joiners, fillers, the blank braille cell, variation selectors."""


def fold_words(*parts: str) -> str:
    """The words of `parts` as search keeps and asks them: lower-case, without marks, one space between.

    What draws nothing is dropped, so a name is found by what people see of it; every other run of
    characters that are neither letters nor digits becomes one space. Folding twice changes nothing,
    so a query and a stored row always meet.
    """
    return " ".join(folded for part in parts if (folded := _fold(part)))


def _fold(part: str) -> str:
    if part.isascii():
        return _NOT_WORD.sub(" ", part[: 4 * MAX_FOLDED].lower()).strip()[:MAX_FOLDED].strip()
    # A mark can fold to a letter, folding can compose again, decomposing can uncover capitals.
    decomposed = _seen(unicodedata.normalize("NFKD", part[: 4 * MAX_FOLDED]))
    bare = _seen(unicodedata.normalize("NFKD", decomposed.casefold()).casefold())
    words = "".join(char if char.isalnum() else " " for char in bare).split()
    return " ".join(words)[:MAX_FOLDED].strip()


def _seen(text: str) -> str:
    return "".join(char for char in text if not _unseen(char))


def _unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] == "M" or kind == "Cf" or char in _INVISIBLE


def storable(text: str) -> str:
    """`text` as both databases can keep it: without NUL and lone surrogates; all else is data."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def visible(text: str, limit: int = 200) -> str:
    """What of `text` may reach a terminal: one line of at most `limit` characters, nothing hidden.

    Line breaks, tabs and unusual spaces become a space; characters without a picture of their own
    (bidi controls, zero-width, tags, fillers, variation selectors) are dropped; control characters,
    lone surrogates, private and unassigned code points show as U+FFFD; marks are bounded. A cut ends
    in an ellipsis. Markup is not touched: paint the result with markup off.
    """
    if len(text) <= limit and text.isprintable() and (text.isascii() or max(text) < "\u0300"):
        return text
    shown: list[str] = []
    marks = MAX_MARKS
    for char in text[: 16 * limit]:
        drawn, is_mark = _drawn(char)
        if drawn:
            marks = marks + 1 if is_mark else 0
            if marks <= MAX_MARKS:
                shown.append(drawn)
        if len(shown) > limit:
            break
    if len(shown) > limit or len(text) > 16 * limit:
        shown = [*shown[: limit - 1], ELLIPSIS]
    return "".join(shown)


@lru_cache(maxsize=4096)
def _drawn(char: str) -> tuple[str, bool]:
    """What stands for one character (nothing, a space, U+FFFD or itself), and whether it is a mark."""
    kind = unicodedata.category(char)
    if char in _INVISIBLE or kind == "Cf":
        return "", False
    if kind[0] == "Z" or char in "\t\n\v\f\r\x85":
        return " ", False
    if kind[0] == "C":
        return REPLACEMENT, False
    return char, kind[0] == "M"
