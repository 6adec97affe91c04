"""A bank as it is: it does what the book did, later and by lines of its own. Knows nothing of the program."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass
class Line:
    """A line of a statement. Amount in minor units, positive when it came in."""

    number: int
    day: date
    amount: int


class Bank:
    """One trust account at its bank, and what the book held at the end of each day."""

    def __init__(self) -> None:
        self.coming: list[int] = []
        """What the book did and the bank did not yet, in order."""
        self.lines: list[Line] = []
        self.told = 0
        """How many lines were on a statement that was imported."""
        self.statement_on = date.min
        """The day up to which a statement told the balance."""
        self._book: Counter[date] = Counter()
        self._short: Counter[date] = Counter()
        self._moved: Counter[date] = Counter()
        self._held = self._lacks = 0

    def follow(self, day: date, book: int, short: int) -> None:
        """What the book holds, and is short of, after a step on that day."""
        if book != self._held:
            self.coming.append(book - self._held)
            self._moved[day] += 1
        self._book[day] += book - self._held
        self._short[day] += short - self._lacks
        self._held, self._lacks = book, short

    def work(self, day: date, keep: int) -> None:
        """The bank does what it was asked, but for the last few."""
        done = self.coming[: max(0, len(self.coming) - keep)]
        self.coming = self.coming[len(done) :]
        for amount in done:
            self.lines.append(Line(len(self.lines) + 1, day, amount))

    def book_on(self, day: date) -> tuple[int, int]:
        """What the book held and was short of at the end of a day."""
        return (
            sum(amount for on, amount in self._book.items() if on <= day),
            sum(amount for on, amount in self._short.items() if on <= day),
        )

    def used_by(self, day: date) -> bool:
        """Whether the book was posted to by the end of a day."""
        return any(amount and on <= day for on, amount in self._moved.items())

    def balance_on(self, day: date) -> int:
        return sum(one.amount for one in self.lines if one.day <= day)

    def listed(self) -> list[Line]:
        """What a statement of today lists: what is new, and the days of the last lines once more."""
        oldest = self.lines[max(0, self.told - 5)].day if self.lines else date.min
        return [one for one in self.lines if one.day >= oldest]

    def ofx(self, today: date) -> bytes:
        """Today's statement in OFX."""
        rows = "".join(
            f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{one.day:%Y%m%d}<TRNAMT>{_money(one.amount)}"
            f"<FITID>{one.number}<NAME>line {one.number}</STMTTRN>\n"
            for one in self.listed()
        )
        balance = f"<LEDGERBAL><BALAMT>{_money(self.balance_on(today))}<DTASOF>{today:%Y%m%d}</LEDGERBAL>"
        return (
            "OFXHEADER:100\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD"
            f"<BANKTRANLIST>{rows}</BANKTRANLIST>{balance}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
        ).encode()

    def csv(self) -> bytes:
        """Today's statement in CSV, with the balance after each line."""
        rows, listed = ["Date,Amount,Description,Balance"], self.listed()
        balance = sum(one.amount for one in self.lines) - sum(one.amount for one in listed)
        for one in listed:
            balance += one.amount
            rows.append(f"{one.day},{_money(one.amount)},line {one.number},{_money(balance)}")
        return "\n".join(rows).encode()


def _money(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def after(month: str) -> str:
    """The month after."""
    return month_of(first_day(month) + timedelta(days=31))


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return first_day(after(month)) - timedelta(days=1)
