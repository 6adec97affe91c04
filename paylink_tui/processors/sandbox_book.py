"""What the sandbox processor asks of the book it keeps its charges and events in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from paylink_tui.domain.sandbox import Charge, Event, Page


class Book(Protocol):
    """Where the sandbox keeps its charges and events."""

    async def open(
        self, ref: str, key: str, amount: int, currency: str, at: datetime, page: Mapping[str, Any]
    ) -> Page:
        """Open a charge and its page for an operation; the same operation opens the same page."""

    async def page(self, secret: str) -> Page | None:
        """The page behind a secret."""

    async def charge(self, ref: str) -> Charge | None:
        """One charge."""

    async def by_key(self, key: str) -> Charge | None:
        """The charge an operation opened."""

    async def due(self, at: datetime, limit: int) -> Sequence[Charge]:
        """Authorized charges whose batch has gone out."""

    async def move(
        self,
        ref: str,
        was: Sequence[str],
        state: str,
        events: Sequence[tuple[str, int, str]],
        at: datetime,
        **also: Any,
    ) -> bool:
        """Change a charge's state and tell events, or do nothing and say so."""

    async def turn_down(
        self, ref: str, reason: str, most: int, seen: int | None, at: datetime, **also: Any
    ) -> bool:
        """Tell one more decline of an open charge, the last of `most` fails it; or do nothing and say so.

        With `seen` declines known to the payer it counts only as the next one.
        """

    async def refund(self, ref: str, operation: str, amount: int, at: datetime) -> str:
        """Give back part of a captured charge, once for each operation; or tell why not."""

    async def quiet(self, number: int, at: datetime) -> bool:
        """Whether nothing was told after an event and no batch is due."""

    async def events_of(self, ref: str) -> Sequence[Event]:
        """Every event of one charge."""

    async def events_after(self, number: int, limit: int) -> Sequence[Event]:
        """Events told after one."""
