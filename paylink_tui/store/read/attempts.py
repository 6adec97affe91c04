"""What was tried on the payment page lately, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paylink_tui.store.reader import Reader, first

SUBMITTED, DECLINED, LIMITED = "submitted", "declined", "limited"

_FULL = """
SELECT '{scope}', at FROM (
  SELECT at FROM attempt WHERE {where} outcome = 'submitted' AND at > ?
   ORDER BY at DESC LIMIT 1 OFFSET ?) AS {scope}_full
"""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many submits are let through within a window; 0 lets every one through."""

    link: int
    address: int
    all: int


async def full(reader: Reader, caps: Caps, link_id: int, address_hash: str, since: int) -> Mapping[str, int]:
    """Which caps are reached by submits after `since` (epoch milliseconds): by scope (`link`, `address`,
    `all`), when the submit was made whose leaving the window makes room for another."""
    parts: list[str] = []
    params: list[int | str] = []
    for scope, where, whom, cap in (
        ("link", "link_id = ? AND", [link_id], caps.link),
        ("address", "address_hash = ? AND", [address_hash], caps.address),
        ("all", "", [], caps.all),
    ):
        if cap:
            parts.append(_FULL.format(scope=scope, where=where))
            params += [*whom, since, cap - 1]
    return dict(await reader.rows(" UNION ALL ".join(parts), params)) if parts else {}


async def any_before(reader: Reader, before: int) -> bool:
    """Whether a payment was tried before then (epoch milliseconds)."""
    row = await first(
        reader,
        """SELECT id FROM attempt WHERE at < ? AND outcome IN ('submitted', 'declined', 'limited') LIMIT 1""",
        (before,),
    )
    return row is not None


async def declines(reader: Reader, link_id: int, since: int) -> int:
    """Payments declined on a link after `since`, and after it was last released."""
    (row,) = await reader.rows(
        """SELECT count(*) FROM attempt WHERE link_id = ? AND outcome = 'declined' AND at > ? AND at >
             (SELECT coalesce(max(released_at), 0) FROM link_freeze WHERE link_id = ?)""",
        (link_id, since, link_id),
    )
    return int(row[0])
