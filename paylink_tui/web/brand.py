"""What the firm looks like on its pages: its logo, and a stylesheet of its one colour that can be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.colours import READABLE, accent_or_default, contrast, ink_on
from paylink_tui.domain.images import MOST_BYTES, image_type, logo_problem

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Branding

LIGHT: Final = ("#ffffff", "#f4f5f7")
"""Grounds of the light page that the firm's colour is read on: the card, and what lies around it."""
DARK: Final = ("#1a1e25", "#111419")
"""The same of the dark page."""
SEEN: Final = 3.0
"""Contrast that a button's rim needs to be seen at all on its ground (WCAG 2.2, 1.4.11)."""
_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Brand:
    """Files that every page refers to, with addresses that change when they do."""

    css: bytes
    css_path: str
    logo: bytes = b""
    logo_type: str = ""
    logo_path: str = ""


def brand_of(branding: Branding) -> Brand:
    """Read the logo, and work out the colours; a logo that cannot be used is left out."""
    css = stylesheet(branding.accent).encode()
    css_path = f"/brand-{_mark(css)}.css"
    logo = _logo(branding)
    if not logo:
        return Brand(css, css_path)
    return Brand(css, css_path, logo, image_type(logo), f"/logo-{_mark(logo)}")


def stylesheet(accent: str) -> str:
    """The firm's colour as the page's variables: for text and for buttons, on light and on dark."""
    colour = accent_or_default(accent)
    light = _variables(colour, LIGHT, "#000000")
    dark = _variables(colour, DARK, "#ffffff")
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _variables(colour: str, grounds: tuple[str, ...], towards: str) -> str:
    text = _until(colour, grounds, towards, READABLE)
    rim = _until(colour, grounds, towards, SEEN)
    return f"--accent:{text};--button:{colour};--on-button:{ink_on(colour)};--rim:{rim}"


def _until(colour: str, grounds: tuple[str, ...], towards: str, wanted: float) -> str:
    """The colour, mixed with black or white only as far as the contrast on every ground asks for."""
    for step in range(_STEPS + 1):
        mixed = _mix(colour, towards, step / _STEPS)
        if all(contrast(mixed, ground) >= wanted for ground in grounds):
            return mixed
    return towards


def _mix(colour: str, other: str, share: float) -> str:
    pairs = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _logo(branding: Branding) -> bytes:
    if branding.logo is None:
        return b""
    try:
        with branding.logo.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return b""
    return b"" if logo_problem(data) else data


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
