"""Queries of the filter bar's language, run to the end instead of a window at a time."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paylink_tui.domain.filters import parse
from paylink_tui.domain.table import Sort
from paylink_tui.domain.terms import Filter
from paylink_tui.store.read.payment_window import PaymentWindow
from paylink_tui.store.reader import first

if TYPE_CHECKING:
    from paylink_tui.store.reader import Reader

PAGE = 500


async def firm_zone(reader: Reader) -> tzinfo:
    """The zone times are shown in; UTC before there is a firm."""
    row = await first(reader, "SELECT timezone FROM firm WHERE id = 1")
    return ZoneInfo(row[0] if row else "UTC")


async def read_query(reader: Reader, query: str, now: datetime) -> Filter:
    """A query as its filter.

    Raises:
        BadInput: naming the term that cannot be read.
    """
    return parse(query, now=now, zone=await firm_zone(reader)) if query.strip() else Filter()


async def matching_ids(reader: Reader, query: str, limit: int | None, now: datetime) -> list[int]:
    """Ids of the newest transactions that match, at most `limit` of them, newest first.

    Raises:
        BadInput: naming the term that cannot be read.
    """
    window = PaymentWindow(reader, await read_query(reader, query, now), Sort())
    ids: list[int] = []
    page = await window.page(0, PAGE if limit is None else min(limit, PAGE))
    while page.rows:
        ids += [row.id for row in page.rows]
        if page.at_end or (limit is not None and len(ids) >= limit):
            break
        page = await window.after(page.rows[-1], len(ids), PAGE)
    return ids if limit is None else ids[:limit]
