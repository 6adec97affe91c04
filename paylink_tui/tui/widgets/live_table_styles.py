"""Names and default colours of the parts of a live table; theme variables only."""

from __future__ import annotations

from typing import Final

WHOLE: Final = ("header", "sorted", "row", "cursor", "marked", "empty")
"""Styles that stand for themselves; the others are laid over one of these."""
PARTS: Final = (
    *("mark", "changed", "amount", "secondary", "trust", "operating", "conflict"),
    *("pending", "authorized", "to-link", "completed", "voided", "failed", "returned"),
    *("disputed", "refunding", "refunded", "part-back"),
)
CLASSES: Final = {f"live-table--{name}" for name in (*WHOLE, *PARTS)}

CSS: Final = """
LiveTable, TableCanvas {
    height: 1fr;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    background: $surface;
    color: $foreground;
    & > .live-table--header { color: $foreground 70%; background: $surface; }
    & > .live-table--sorted { color: $text-accent; background: $surface; text-style: bold; }
    & > .live-table--row { color: $foreground; background: $surface; }
    & > .live-table--cursor { color: $foreground; background: $primary 30%; }
    & > .live-table--marked { color: $foreground; background: $accent 20%; }
    & > .live-table--empty { color: $foreground 70%; background: $surface; }
    & > .live-table--mark { color: $text-accent; text-style: bold; }
    & > .live-table--changed { color: $text-warning; text-style: bold; }
    & > .live-table--amount { text-style: bold; }
    & > .live-table--secondary { color: $foreground 65%; }
    & > .live-table--trust { color: $text-primary; background: $primary-muted; text-style: bold; }
    & > .live-table--operating { color: $text-secondary; background: $secondary-muted; }
    & > .live-table--pending { color: $foreground 65%; }
    & > .live-table--authorized { color: $text-primary; }
    & > .live-table--to-link { color: $text-warning; text-style: bold; }
    & > .live-table--completed { color: $text-success; }
    & > .live-table--voided { color: $foreground 65%; }
    & > .live-table--failed { color: $text-error; }
    & > .live-table--returned { color: $text-error; text-style: bold; }
    & > .live-table--disputed { color: $text-error; text-style: bold; }
    & > .live-table--refunding { color: $text-primary; }
    & > .live-table--refunded { color: $foreground 65%; }
    & > .live-table--part-back { color: $text-warning; }
    & > .live-table--conflict { color: $text-error; text-style: bold underline; }
    &:focus > .live-table--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: $block-cursor-text-style;
    }
}
"""
