"""The desk's own themes, and which theme to start in."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = "ledger-dark"
LIGHT: Final = "ledger-light"
CONTRAST: Final = "ledger-contrast"

BADGES: Final = {
    "trust": "#e6fbf6",
    "trust-ground": "#0f6b60",
    "operating": "#f6edff",
    "operating-ground": "#64489a",
}
"""Colours of the two badges, readable in any theme; each word on its ground has a contrast above 5."""

THEMES: Final = (
    Theme(
        name=DARK,
        primary="#7fb4e0",
        secondary="#a99bd6",
        accent="#7fb4e0",
        warning="#e3b341",
        error="#ef7d6d",
        success="#79b98b",
        foreground="#d7dce2",
        background="#12161b",
        surface="#12161b",
        panel="#1c222a",
        dark=True,
        variables={
            "border": "#7fb4e0",
            "border-blurred": "#333c47",
            "block-cursor-foreground": "#f4f8fc",
            "block-cursor-background": "#27496a",
            "block-cursor-text-style": "bold",
            "input-selection-background": "#3a6ea5 60%",
            "scrollbar": "#333c47",
            "scrollbar-background": "#12161b",
            "scrollbar-background-hover": "#12161b",
            "scrollbar-background-active": "#12161b",
            "trust": "#9fe0d1",
            "trust-ground": "#143f3a",
            "operating": "#c3b3ee",
            "operating-ground": "#2e2848",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#1d5f93",
        secondary="#6b4fa0",
        accent="#1d5f93",
        warning="#8f5b00",
        error="#b3261e",
        success="#2c6e3f",
        foreground="#23272d",
        background="#faf8f3",
        surface="#faf8f3",
        panel="#edeae1",
        dark=False,
        variables={
            "border": "#1d5f93",
            "border-blurred": "#cdc8bb",
            "block-cursor-foreground": "#10202e",
            "block-cursor-background": "#c5dcf0",
            "block-cursor-text-style": "bold",
            "scrollbar": "#cdc8bb",
            "scrollbar-background": "#faf8f3",
            "scrollbar-background-hover": "#faf8f3",
            "scrollbar-background-active": "#faf8f3",
            "trust": "#0b3f38",
            "trust-ground": "#c8ebe3",
            "operating": "#3d2770",
            "operating-ground": "#e2d8f5",
        },
    ),
    Theme(
        name=CONTRAST,
        primary="#8fe3ff",
        secondary="#d9b3ff",
        accent="#ffd83d",
        warning="#ffd83d",
        error="#ff8f80",
        success="#8dff9f",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1a1a1a",
        dark=True,
        variables={
            "border": "#ffd83d",
            "border-blurred": "#b8b8b8",
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#ffd83d",
            "block-cursor-text-style": "bold",
            "scrollbar": "#b8b8b8",
            "scrollbar-background": "#000000",
            "trust": "#000000",
            "trust-ground": "#6ff5df",
            "operating": "#000000",
            "operating-ground": "#d9b3ff",
        },
    ),
)
OWN: Final = tuple(theme.name for theme in THEMES)


def starting_theme(kept: str, available: Collection[str], environ: Mapping[str, str] = os.environ) -> str:
    """The theme kept from last time, unless it is gone or could not be read.

    With NO_COLOR a terminal's own colours come out black on black, so ansi themes are refused.
    """
    wanted = kept or environ.get("TEXTUAL_THEME", "")
    if wanted not in available or not readable(wanted, environ):
        return DARK
    return wanted


def readable(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a theme can be read here: with NO_COLOR, ansi themes cannot."""
    return not ("NO_COLOR" in environ and "ansi" in name)


def next_theme(current: str) -> str:
    """The own theme that follows; the first after any other."""
    return OWN[(OWN.index(current) + 1) % len(OWN)] if current in OWN else OWN[0]
