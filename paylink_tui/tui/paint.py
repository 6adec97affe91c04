"""Small pieces of styled text the desk's screens share; user text goes through `plain` first."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content
from textual.style import Style

from paylink_tui.domain.text import ELLIPSIS, visible
from paylink_tui.tui.widgets.live_table_paint import STATES

DIM = "$foreground 60%"
"""Secondary text."""
HEADING = "bold $accent"


def plain(text: str, limit: int = 200) -> Content:
    """Other people's text: only what may reach a terminal, never read as markup."""
    return Content(visible(text, limit))


def dim(text: str) -> Content:
    """Secondary text."""
    return Content.styled(text, DIM)


def badge(kind: str) -> Content:
    """TRUST or OPERATING, of one width, each in its own colours."""
    weight = "bold " if kind == "trust" else ""
    return Content.styled(f" {kind.upper():<9} ", f"{weight}${kind} on ${kind}-ground")


def state(name: str) -> Content:
    """A transaction's state by glyph, word and colour."""
    glyph, word = STATES[name]
    return Content.styled(f"{glyph} {word}", STATE_STYLES[name])


STATE_STYLES = {
    "pending": DIM,
    "authorized": "$text-primary",
    "to link": "bold $text-warning",
    "completed": "$text-success",
    "voided": DIM,
    "failed": "$text-error",
    "returned": "bold $text-error",
    "disputed": "bold $text-error",
    "refunding": "$text-primary",
    "refunded": DIM,
    "part back": "$text-warning",
}


def when(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`Nov 22 12:04` in this year, else `2025-11-22 12:04`, in the firm's zone."""
    local = at.astimezone(zone)
    this_year = local.year == now.astimezone(zone).year
    return f"{local:%b %d %H:%M}" if this_year else f"{local:%Y-%m-%d %H:%M}"


def clickable(content: Content, action: str) -> Content:
    """Text that runs an action when it is clicked; for our own words only."""
    return content.stylize(Style.from_meta({"@click": action}))


def fill(content: Content, width: int) -> Content:
    """`content` in exactly `width` cells."""
    length = content.cell_length
    if length > width:
        return content.truncate(width, ellipsis=True) if width > 1 else Content(ELLIPSIS[:width])
    return content.extend_right(width - length)


def apart(left: Content, right: Content, width: int) -> Content:
    """One line with a piece at either end; the left one is cut when there is no room for both."""
    room = max(0, width - right.cell_length)
    return fill(left, room) + right
