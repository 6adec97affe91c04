"""The live table's door: a view of the transactions under one filter and one sort."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.table import NEWEST_FIRST, Sort
from paylink_tui.domain.terms import Filter
from paylink_tui.store.read.payment_window import PaymentWindow
from paylink_tui.store.reader import Reader

EVERYTHING: Final = Filter()


class TableService:
    """Opens views for the live table; each reads only what is on screen and around it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def view(self, filter: Filter = EVERYTHING, sort: Sort = NEWEST_FIRST) -> PaymentWindow:
        """Rows of one filter in one order. Nothing is read before the first page is asked for."""
        return PaymentWindow(self._reader, filter, sort)
