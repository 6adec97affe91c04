"""Which letters the paper can show: a font of the machine with many alphabets, else the PDF's own."""

from __future__ import annotations

import os
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.text import visible

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILIES: Final = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
"""Plain and bold, the best first."""

_FOLDERS: Final = {
    "darwin": ("/System/Library/Fonts/Supplemental", "/Library/Fonts", "~/Library/Fonts"),
    "win32": (os.path.join(os.environ.get("WINDIR", ""), "Fonts"),),
}
_ELSEWHERE: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_NAMED: Final = {"\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
_NAMED_LETTERS: Final = {"\u0142": "l", "\u0141": "L", "\u0111": "d", "\u0110": "D", "\u2026": "..."}


class Letters:
    """The font of a document, and what of a text it can draw."""

    def __init__(self, document: FPDF) -> None:
        found = system_font()
        self.replaced = False
        """Whether a letter was written as another."""
        if found is None:
            self.family = "helvetica"
            self._drawn: frozenset[int] | None = None
            return
        self.family = "pack"
        for style, file in zip(("", "B"), found, strict=True):
            document.add_font(self.family, style, str(file))
        self._drawn = frozenset(document.fonts[self.family].cmap)  # type: ignore[union-attr]

    def drawable(self, text: str) -> str:
        """One visible line of `text` in letters the font has."""
        shown = visible(text, 400)
        if all(map(self._has, shown)):
            return shown
        self.replaced = True
        return "".join(letter if self._has(letter) else self._closest(letter) for letter in shown)

    def _has(self, letter: str) -> bool:
        if self._drawn is None:
            return letter.isascii() or "\u00a0" <= letter <= "\u00ff"
        return ord(letter) in self._drawn

    def _closest(self, letter: str) -> str:
        named = _NAMED.get(letter) or _NAMED_LETTERS.get(letter)
        bare = named or "".join(one for one in unicodedata.normalize("NFKD", letter) if self._has(one))
        return bare or ("" if unicodedata.category(letter)[0] == "M" else "?")


@lru_cache(maxsize=1)
def system_font() -> tuple[Path, Path] | None:
    """The files of the best font there is, plain and bold; None where there is none of ours."""
    wanted = {name for family in FAMILIES for name in family}
    found: dict[str, Path] = {}
    for folder in _FOLDERS.get(sys.platform, _ELSEWHERE):
        for place, _, names in os.walk(os.path.expanduser(folder)):
            found |= {name: Path(place, name) for name in names if name in wanted}
    for plain, bold in FAMILIES:
        if plain in found and bold in found:
            return found[plain], found[bold]
    return None
