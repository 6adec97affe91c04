"""How often one visitor may do something, counted in this process and in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

KEPT = 10_000
"""Visitors remembered at a time; whoever was not seen for longest is forgotten first."""


class Buckets:
    """A bucket of tokens for each visitor: it starts full, each visit takes one, time fills it again."""

    def __init__(self, per_minute: int, kept: int = KEPT) -> None:
        self._size = float(per_minute)
        self._kept = kept
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, visitor: str, now: datetime) -> bool:
        """Take a token; False when none is left. A size of 0 never runs out."""
        left = self.left(visitor, now)
        if left < 1:
            return False
        self._left[visitor] = (left - 1, now)
        self._left.move_to_end(visitor)
        if len(self._left) > self._kept:
            self._left.popitem(last=False)
        return True

    def left(self, visitor: str, now: datetime) -> float:
        """Tokens in the visitor's bucket."""
        if not self._size:
            return 1.0
        left, seen = self._left.get(visitor, (self._size, now))
        minutes = max(0.0, (now - seen).total_seconds() / 60)
        return min(self._size, left + minutes * self._size)
