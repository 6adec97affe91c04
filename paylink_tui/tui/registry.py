"""Every binding of every screen by its id, imported only when someone asks: a keymap, the help."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding
from textual.dom import DOMNode

from paylink_tui.tui.keymap import Bound, problems


def keymap_problems(keymap: Mapping[str, str]) -> list[str]:
    """What is wrong with a person's keymap."""
    return problems(keymap, known())


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
