"""How often the payment page may be tried: by link, by network address, and in all."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from paylink_tui.domain.settings import Limits
from paylink_tui.domain.times import to_ms
from paylink_tui.services import keys
from paylink_tui.services.buckets import KEPT, Buckets
from paylink_tui.store.read import attempts as reading
from paylink_tui.store.read import firm
from paylink_tui.store.read.attempts import DECLINED, LIMITED, SUBMITTED, Caps
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import attempts
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

ACTOR = "limits"
"""Who freezes a link, as the audit log names it."""
KEPT_FOR = timedelta(days=1)
"""How long attempts are kept at least."""
BATCH = 5_000
"""Attempts deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A submit that was not let through."""

    scope: str
    """What was tried too often: `link`, `address`, or `all`."""
    seconds: int
    """When another one will be let through, whole seconds from now, at least 1."""


class LimitService:
    """Counts what is tried on the page and says when it is too much.

    Submits and declines are counted in the database, over every process; page views and unknown links
    in the memory of each. An address is kept only as a keyed hash.
    """

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._caps = Caps(limits.link_attempts, limits.address_attempts, limits.total_attempts)
        self._views = Buckets(limits.page_views)
        self._unknown = Buckets(limits.unknown_links)
        self._refused: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._key = b""

    async def allow_submit(self, link_id: int, address: str) -> Limited | None:
        """Count a submit of a payment form, or say which limit it is beyond.

        Whoever is refused is remembered until there is room, so that hammering on costs the database
        nothing.
        """
        whom = await self._hash(address)
        now = to_ms(self._clock.now())
        known = self._refusal(link_id, whom, now)
        if known:
            return known
        async with unit_of_work(self._database, ACTOR, self._clock.now(), lasting=False) as unit:
            since = unit.at - self._limits.window * 1000
            reader = Inside(unit.connection, self._database.dialect)
            reached = await reading.full(reader, self._caps, link_id, whom, since)
            await attempts.add(unit, link_id, whom, LIMITED if reached else SUBMITTED)
        for scope, at in reached.items():
            self._remember(_name(scope, link_id, whom), at + self._limits.window * 1000)
        return self._refusal(link_id, whom, now) if reached else None

    def allow_view(self, address: str) -> bool:
        """Whether this address may see another page; one that guesses links may see none for a while."""
        visitor, now = network(address), self._clock.now()
        return self._unknown.left(visitor, now) >= 1 and self._views.take(visitor, now)

    def unknown_link(self, address: str) -> bool:
        """Count an unknown link opened; False when this address opened too many."""
        return self._unknown.take(network(address), self._clock.now())

    async def prune(self) -> int:
        """Forget attempts that are too old to count; how many."""
        kept = max(KEPT_FOR, timedelta(seconds=self._limits.window))
        before = to_ms(self._clock.now() - kept)
        if not await reading.any_before(self._database.reader, before):
            return 0
        async with unit_of_work(self._database, ACTOR, self._clock.now(), lasting=False) as unit:
            return await attempts.forget(unit, before, BATCH)

    def _refusal(self, link_id: int, whom: str, now: int) -> Limited | None:
        """The refusal that lasts longest, of those remembered."""
        longest: Limited | None = None
        for scope in ("link", "address", "all"):
            until = self._refused.get(_name(scope, link_id, whom), now)
            seconds = -(-(until - now) // 1000)
            if seconds > (longest.seconds if longest else 0):
                longest = Limited(scope, seconds)
        return longest

    def _remember(self, name: tuple[str, str], until: int) -> None:
        self._refused[name] = until
        self._refused.move_to_end(name)
        if len(self._refused) > KEPT:
            self._refused.popitem(last=False)

    async def _hash(self, address: str) -> str:
        if not self._key:
            key_id = await firm.key_id(self._database.reader)
            self._key = keys.load_key(key_id) if key_id else b"no firm yet"
        told = b"paylink page address 1\0" + network(address).encode(errors="replace")
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:32]


def _name(scope: str, link_id: int, whom: str) -> tuple[str, str]:
    return scope, {"link": str(link_id), "address": whom, "all": ""}[scope]


def network(address: str) -> str:
    """The network one visitor can speak from: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{IPv6Address(int(found) >> 64 << 64)}/64"
        found = found.ipv4_mapped
    return str(found)


async def count_decline(unit: UnitOfWork, limits: Limits, link_id: int) -> None:
    """Count a declined payment; too many within the window freeze the link."""
    await attempts.add(unit, link_id, "", DECLINED)
    reader = Inside(unit.connection, "sqlite" if unit.dialect == "sqlite" else "postgresql")
    found = await reading.declines(reader, link_id, unit.at - limits.window * 1000)
    if not limits.declines_to_freeze or found < limits.declines_to_freeze:
        return
    reason = f"{found} declined cards in {_spoken(limits.window)}"
    if await attempts.freeze(unit, link_id, reason):
        before, after = {"frozen": ""}, {"frozen": reason}
        unit.record("freeze", "link", link_id, before=before, after=after, reason=reason, actor=ACTOR)


def _spoken(seconds: int) -> str:
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(seconds, size)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "no time"
