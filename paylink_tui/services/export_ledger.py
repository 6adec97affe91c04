"""The whole ledger through a writer: accounts, journals month by month, and what must be true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from paylink_tui.domain.export_book import OPENING, BookAccount, BookWriter, Claim, Entry, Leg
from paylink_tui.domain.money import display
from paylink_tui.store.read import book
from paylink_tui.store.reader import Reader

AT_ONCE: Final = 500
"""Claims and legs in one piece, so that no piece grows with the number of clients."""

OWED: Final = ("trust", "held", "refunding", "unidentified")
"""What the book of a trust bank account is owed to; a shortage is what it lacks."""


class LedgerExport:
    """One export of the ledger between two days, as ISO text, both included."""

    def __init__(self, reader: Reader, writer: BookWriter, since: str, until: str) -> None:
        self._reader = reader
        self._writer = writer
        self._since = since
        self._until = until
        self._accounts: dict[int, BookAccount] = {}
        self._names: dict[int, str] = {}
        self._held: book.Sums = {}

    async def pieces(self, title: str, currencies: Sequence[str]) -> AsyncIterator[str]:
        """The text, piece by piece; memory grows with the clients' ledgers, not with their journals."""
        upto = await book.newest(self._reader)
        first = await book.first_day(self._reader, upto)
        yield self._writer.head(title, currencies)
        if first is None:
            return
        async for piece in self._open(first):
            yield piece
        for piece in await self._carry_forward(upto):
            yield piece
        month = None
        for month in await book.months(self._reader, upto, self._since, self._until):
            async for entries in book.entries(self._reader, month, self._since, self._until, self._names):
                yield "".join(map(self._writer.entry, entries))
            for piece in await self._close(month):
                yield piece
        if month is not None:
            for piece in self._last(self._end_of(month)):
                yield piece

    async def _open(self, day: date) -> AsyncIterator[str]:
        opened = {OPENING}
        yield self._writer.account(OPENING, day)
        async for account, _ in book.accounts(self._reader):
            self._accounts[account.id] = account
            self._names[account.id] = account.name
            new = [name for name in (*account.parents, account.name) if name not in opened]
            opened.update(new)
            yield "".join(self._writer.account(name, day) for name in new)
        yield "\n"

    async def _carry_forward(self, upto: int) -> list[str]:
        """What the accounts held before the first day, as one entry."""
        before = (date.fromisoformat(self._since) - timedelta(days=1)).isoformat() if self._starts else ""
        self._held = await book.sums(self._reader, 1, upto, "", before) if before else {}
        legs = [self._opening(number, currency, held) for (number, currency), held in self._held.items()]
        legs = [leg for leg in legs if leg.amount]
        if not legs:
            return []
        day = date.fromisoformat(self._since)
        return [
            self._writer.entry(Entry(0, "opening balances", day, "", "", "paylink", "", None, tuple(legs)))
        ]

    @property
    def _starts(self) -> bool:
        return self._since > "0001-01-01"

    def _opening(self, number: int, currency: str, held: int) -> Leg:
        sides = (self._names[number], OPENING)
        debit, credit = sides if held > 0 else sides[::-1]
        return Leg("opening", debit, credit, abs(held), currency)

    def _end_of(self, month: book.Month) -> date:
        year, number = map(int, month.name.split("-"))
        following = date(year + number // 12, number % 12 + 1, 1)
        return min(following - timedelta(days=1), date.fromisoformat(self._until))

    async def _close(self, month: book.Month) -> list[str]:
        """What each ledger the month touched holds at its end."""
        start, end = f"{month.name}-01", f"{month.name}-31"
        changed = await book.sums(
            self._reader, month.low, month.high, max(self._since, start), min(self._until, end)
        )
        for key, amount in changed.items():
            self._held[key] = self._held.get(key, 0) + amount
        day = self._end_of(month)
        claims = [Claim(self._names[key[0]], self._held[key], key[1]) for key in sorted(changed)]
        return [*self._claim(day, f"Balances at the end of {month.name}", claims), *self._trust(day)]

    def _last(self, day: date) -> Iterable[str]:
        """At the end of all, what every ledger and every client holds, also those long untouched."""
        claims = [Claim(self._names[key[0]], held, key[1]) for key, held in sorted(self._held.items())]
        yield from self._claim(day, f"All balances on {day.isoformat()}", claims)
        whole: dict[tuple[str, str], int] = {}
        for (number, currency), held in self._held.items():
            for parent in self._accounts[number].parents:
                whole[parent, currency] = whole.get((parent, currency), 0) + held
        totals = [Claim(name, held, currency, True) for (name, currency), held in sorted(whole.items())]
        yield from self._claim(day, f"Clients and bank accounts on {day.isoformat()}", totals)

    def _claim(self, day: date, told: str, claims: Sequence[Claim]) -> list[str]:
        return [
            self._writer.claims(day, told, claims[start : start + AT_ONCE])
            for start in range(0, len(claims), AT_ONCE)
        ]

    def _trust(self, day: date) -> list[str]:
        """For each bank account with client money: its book, and what it is owed to (`trust-three-way`)."""
        found = []
        banks = {(one.bank_id, one.bank_name) for one in self._accounts.values() if one.kind == "trust"}
        for number, name in sorted(banks):
            mine = [one for one in self._accounts.values() if one.bank_id == number]
            for currency in sorted(
                {key[1] for key in self._held if self._accounts[key[0]].bank_id == number}
            ):
                found += self._three_way(day, name, mine, currency)
        return found

    def _three_way(self, day: date, name: str, mine: Collection[BookAccount], currency: str) -> list[str]:
        held = {
            kind: sum(self._held.get((one.id, currency), 0) for one in mine if one.kind == kind)
            for kind in ("bank", "shortage", *OWED)
        }
        owed = -sum(held[kind] for kind in OWED)
        told = (
            f"Trust account {name}: book {display(held['bank'], currency)},"
            f" ledgers {display(owed, currency)}, shortage {display(held['shortage'], currency)}"
        )
        roots = {one.kind: one.parents[0] if one.client_id else one.name for one in mine if one.kind in held}
        claims = [Claim(account, held[kind], currency, True) for kind, account in sorted(roots.items())]
        return self._claim(day, told, claims)
