"""Every binding of every screen by its id, imported only when someone asks: a keymap, the help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.dom import DOMNode

from paylink_tui.tui.keymap import Bound, nearest, problems

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Desk


def desk_problems(desk: Desk) -> list[str]:
    """What is wrong with a person's keys, theme and saved views."""
    keys = problems(desk.keymap, known()) if desk.keymap else []
    return [*keys, *_theme_problems(desk.theme), *_view_problems(desk.views)]


def _theme_problems(theme: str) -> list[str]:
    from textual.theme import BUILTIN_THEMES

    from paylink_tui.tui.theme import OWN

    names = (*OWN, *BUILTIN_THEMES)
    if not theme or theme in names:
        return []
    near = nearest(theme, names)
    return [f"[desk] there is no theme {theme}" + (f"; did you mean {near}?" if near else "")]


def _view_problems(views: Mapping[str, str]) -> list[str]:
    from datetime import UTC, datetime

    from paylink_tui.domain.errors import BadInput
    from paylink_tui.domain.filters import parse

    told = []
    for name, query in views.items():
        try:
            parse(query, now=datetime.now(UTC), zone=UTC)
        except BadInput as problem:
            told.append(f"[views] {name}: {problem.message}")
    return told


def known() -> list[Bound]:
    """The bindings with an id of the desk, its screens and its table."""
    found = (binding for node in _nodes() for binding in node.BINDINGS)
    return [Bound(one.id, one.key) for one in found if isinstance(one, Binding) and one.id]


def _nodes() -> list[type[DOMNode]]:
    from paylink_tui.tui.app import PayLinkApp
    from paylink_tui.tui.dialogs.link_dialog import LinkDialog
    from paylink_tui.tui.dialogs.link_many import LinkManyDialog
    from paylink_tui.tui.dialogs.record_payment import RecordPaymentDialog
    from paylink_tui.tui.screens.clients import ClientsScreen
    from paylink_tui.tui.screens.home import HomeScreen
    from paylink_tui.tui.screens.invoices import InvoicesScreen
    from paylink_tui.tui.screens.links import LinksScreen
    from paylink_tui.tui.screens.new_link import NewLinkScreen
    from paylink_tui.tui.widgets.allocation_table import AllocationTable
    from paylink_tui.tui.widgets.live_table import LiveTable
    from paylink_tui.tui.widgets.rows_list import RowsList

    screens = (HomeScreen, NewLinkScreen, LinksScreen, InvoicesScreen, ClientsScreen)
    dialogs = (LinkDialog, LinkManyDialog, RecordPaymentDialog)
    return [PayLinkApp, *screens, *dialogs, LiveTable, RowsList, AllocationTable]
