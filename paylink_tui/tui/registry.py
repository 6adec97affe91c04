"""Every binding of every screen by its id, imported only when someone asks: a keymap, the help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from textual.binding import Binding
from textual.dom import DOMNode

from paylink_tui.tui.keymap import Bound, nearest, problems

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Desk
    from paylink_tui.tui.commands import Command
    from paylink_tui.tui.dialogs.dialog import Dialog

DIALOGS: Final = (
    ("link_dialog", "LinkDialog"),
    ("relink_dialog", "RelinkDialog"),
    ("link_many", "LinkManyDialog"),
    ("record_payment", "RecordPaymentDialog"),
    ("refund_dialog", "RefundDialog"),
    ("refund_many", "RefundManyDialog"),
    ("approve_refund", "ApproveRefundDialog"),
    ("entry_dialog", "EntryDialog"),
    ("match_dialog", "MatchDialog"),
    ("reconcile_dialog", "ReconcileDialog"),
    ("close_month", "CloseMonthDialog"),
    ("create_new", "CreateNewMenu"),
    ("share", "ShareDialog"),
    ("export", "ExportDialog"),
    ("as_of_dialog", "AsOfDialog"),
    ("path", "PathDialog"),
    ("reason", "ReasonDialog"),
    ("confirm", "ConfirmDialog"),
    ("why", "WhyDialog"),
    ("text_box", "TextBox"),
)
"""Where each dialog is, to be imported on use."""


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
    from paylink_tui.tui.screens.activity import ActivityScreen
    from paylink_tui.tui.screens.clients import ClientsScreen
    from paylink_tui.tui.screens.first_run import FirstRunScreen
    from paylink_tui.tui.screens.help import HelpScreen
    from paylink_tui.tui.screens.home import HomeScreen
    from paylink_tui.tui.screens.invoices import InvoicesScreen
    from paylink_tui.tui.screens.links import LinksScreen
    from paylink_tui.tui.screens.new_link import NewLinkScreen
    from paylink_tui.tui.screens.qr import QrScreen
    from paylink_tui.tui.screens.refunds import RefundsScreen
    from paylink_tui.tui.screens.trust import view_classes
    from paylink_tui.tui.widgets.allocation_table import AllocationTable
    from paylink_tui.tui.widgets.live_table import LiveTable
    from paylink_tui.tui.widgets.mark_list import MarkList
    from paylink_tui.tui.widgets.rows_list import RowsList

    lists: tuple[type[DOMNode], ...] = (
        LinksScreen,
        InvoicesScreen,
        ClientsScreen,
        ActivityScreen,
        RefundsScreen,
        *view_classes(),
    )
    sheets = (NewLinkScreen, QrScreen, HelpScreen, FirstRunScreen)
    return [
        PayLinkApp,
        HomeScreen,
        *sheets,
        *lists,
        *dialogs(),
        LiveTable,
        RowsList,
        MarkList,
        AllocationTable,
    ]


def dialogs() -> list[type[Dialog[Any]]]:
    """Every dialog a person can be asked by, in the order of `DIALOGS`."""
    from importlib import import_module

    found = [getattr(import_module(f"paylink_tui.tui.dialogs.{module}"), name) for module, name in DIALOGS]
    return found


def dialog_commands() -> list[Command]:
    """What can be done in dialogs, said once where several dialogs have it."""
    from paylink_tui.tui.dialogs.dialog import HELP

    every = [HELP, *(command for node in dialogs() for command in node.ACTIONS)]
    known: dict[tuple[str, str], Command] = {}
    for one in every:
        known.setdefault((one.key, one.help), one)
    return list(known.values())
