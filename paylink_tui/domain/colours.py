"""The firm's one colour: read from its settings, and what can be read on it, as WCAG sees it."""

from __future__ import annotations

import re
from typing import Final

DEFAULT_ACCENT: Final = "#1f4e79"
READABLE: Final = 4.5
"""Contrast that text needs on its ground (WCAG 2.2, level AA)."""

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether `text` is a colour as `#rrggbb`."""
    return _COLOUR.fullmatch(text) is not None


def accent_or_default(text: str) -> str:
    """`text` when it is a colour like `#1f4e79`, else the default one; safe to put into a style."""
    return text.lower() if is_colour(text) else DEFAULT_ACCENT


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`: 0 for black, 1 for white."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one colour reads on the other, from 1 (not at all) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """White or black, whichever reads better on the colour."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, colour))
