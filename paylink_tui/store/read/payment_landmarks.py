"""Keys at known places of an index, so that a jump reads from the nearest one and not from the start."""

from __future__ import annotations

from typing import Final

from paylink_tui.store.read.payment_scan import Key, Scan
from paylink_tui.store.reader import Reader

STRIDE: Final = 4096
"""Candidates between two landmarks: about 250 keys for a million rows."""


class Landmarks:
    """The key of every so many-th candidate of a scan, found by short steps that can stop at any time."""

    def __init__(self, reader: Reader, scan: Scan) -> None:
        self._reader = reader
        self._scan = scan
        self._keys: list[Key | None] = [None]
        """Place n holds the key of candidate n times STRIDE, counted from 1; None is before the first."""
        self._shift = 0
        """Candidates that have come before all others since."""
        self._count: int | None = None
        self._fresh: list[Key | None] | None = None
        self._doubtful = False

    @property
    def complete(self) -> bool:
        """Whether there is nothing to explore."""
        return self._count is not None and not self._doubtful and self._fresh is None

    async def explore(self) -> bool:
        """Walk one stride further; False once the end was reached.

        When rows have moved since the last walk it starts anew, and the old landmarks serve until then.
        """
        if self.complete:
            return False
        if self._count is not None and self._fresh is None:
            self._fresh, self._doubtful = [None], False
        keys = self._keys if self._fresh is None else self._fresh
        known = len(keys)
        key = await self.key_at(keys[-1], STRIDE)
        if key is not None:
            if len(keys) == known:
                keys.append(key)
            return True
        count = STRIDE * (known - 1) + await self._left(keys[known - 1])
        if len(keys) == known and (self._fresh is None or self._fresh is keys):
            self._keys, self._fresh, self._count, self._shift = keys, None, count, 0
        return False

    async def count(self) -> int:
        """How many candidates there are; explores to the end the first time."""
        while self._count is None:
            await self.explore()
        return self._count

    async def near(self, ordinal: int) -> tuple[Key | None, int]:
        """The nearest landmark before the candidate of that number, and how many to skip from there."""
        place = max(0, ordinal - self._shift)
        while self._count is None and len(self._keys) * STRIDE <= place:
            await self.explore()
        found = min(place // STRIDE, len(self._keys) - 1)
        if found == 0:
            return None, ordinal
        return self._keys[found], place - found * STRIDE

    async def key_at(
        self, key: Key | None, distance: int, *, back: bool = False, inclusive: bool = False
    ) -> Key | None:
        """Key of the candidate so far beyond `key`, or None when there are fewer."""
        sql, params = self._scan.candidates(key, 1, distance - 1, back=back, inclusive=inclusive)
        rows = await self._reader.rows(sql, params)
        return rows[0] if rows else None

    def grown(self, by: int, *, first: bool, moved: bool) -> None:
        """Rows have come, before all others when `first`, or existing ones have `moved`.

        Landmarks that may be wrong stay in use: they are near enough for a jump.
        """
        if first:
            self._shift += by
            self._count = None if self._count is None else self._count + by
        self._doubtful |= moved or (by > 0 and not first)

    async def _left(self, key: Key | None) -> int:
        sql, params = self._scan.candidates(key, STRIDE)
        rows = await self._reader.rows(f"SELECT count(*) FROM ({sql}) s", params)
        return int(rows[0][0])
