"""The ledger as other accounting programs know it: names of accounts, entries, and what must be asserted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

ROOTS: Final[Mapping[str, str]] = {
    "bank": "Assets:Bank",
    "processor": "Assets:Processor",
    "disputes": "Assets:Disputes",
    "shortage": "Assets:Shortage",
    "uncleared": "Liabilities:Uncleared",
    "unidentified": "Liabilities:Unidentified",
    "trust": "Liabilities:Trust",
    "held": "Liabilities:Held",
    "refunding": "Liabilities:Refunding",
    "credit": "Liabilities:Credit",
    "fees due": "Liabilities:FeesDue",
    "earned": "Income:Earned",
    "fees": "Expenses:ProcessorFees",
    "losses": "Expenses:Losses",
}
"""What each kind of ledger account is called in other programs; a new kind needs one line here."""

OPENING: Final = "Equity:Opening"
"""Where the balances of a book that starts in the middle come from."""

CLIENT_LEVEL: Final = "ClientLevel"
"""Stands for the matter of money that belongs to a client and to none of its matters."""

_PLAIN: Final = re.compile(r"[A-Z0-9][A-Za-z0-9-]{0,38}")
_NUMBERED: Final = re.compile(r"-x[0-9]+")
_OTHER: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class BookAccount:
    """A ledger account as it is to be named; empty text and 0 where it has no bank account or owner."""

    id: int
    kind: str
    bank_id: int = 0
    bank_name: str = ""
    client_id: int = 0
    client_code: str = ""
    matter_id: int = 0
    matter_number: str = ""

    @property
    def name(self) -> str:
        """`Liabilities:Trust:IOLTA:C1:M-101`, the same in every export, and no other account's."""
        return ":".join(self._parts())

    @property
    def parents(self) -> tuple[str, ...]:
        """The names of the accounts it belongs under, below its root: its bank account's, its client's."""
        parts = self._parts()
        return tuple(":".join(parts[:end]) for end in range(2, len(parts)))

    def _parts(self) -> list[str]:
        parts = [ROOTS[self.kind]]
        if self.bank_id:
            parts.append(segment(self.bank_name, self.bank_id))
        if self.client_id:
            parts.append(segment(self.client_code, self.client_id))
            owner = segment(self.matter_number, self.matter_id) if self.matter_id else CLIENT_LEVEL
            parts.append(owner)
        return parts


def segment(text: str, number: int) -> str:
    """One part of an account's name, made of the letters, digits and dashes every program takes.

    What cannot be written so, or could be mistaken for what was, ends in its number, so that two
    names never become one.
    """
    reserved = text == CLIENT_LEVEL or _NUMBERED.search(text)
    if _PLAIN.fullmatch(text) and not reserved:
        return text
    bare = _OTHER.sub("-", text).strip("-")[:32].rstrip("-")
    return f"{bare[:1].upper()}{bare[1:]}-x{number}" if bare else f"X-x{number}"


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer of a journal: `amount` minor units from the account `credit` to the account `debit`."""

    kind: str
    debit: str
    credit: str
    amount: int
    currency: str
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal as other programs get it."""

    id: int
    kind: str
    day: date
    subject: str
    """`T17`, `R3`: what it is about; empty for none."""
    payer: str
    actor: str
    reason: str
    reverses: int | None
    legs: tuple[Leg, ...] = field(default=())

    @property
    def title(self) -> str:
        """What happened, in one line; holds other people's text."""
        undone = f" (reverses J{self.reverses})" if self.reverses else ""
        words = (f"{self.kind} {self.subject}".strip() + undone, self.payer, self.reason)
        return " - ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an account holds at the end of a day, debits minus credits, in minor units.

    `whole` means together with every account under it.
    """

    account: str
    amount: int
    currency: str
    whole: bool = False


class BookWriter(Protocol):
    """Writes a ledger in one program's language, a piece at a time."""

    def head(self, title: str, currencies: Iterable[str]) -> str:
        """What the file starts with."""

    def account(self, name: str, day: date) -> str:
        """An account that exists from `day` on."""

    def entry(self, one: Entry) -> str:
        """One journal."""

    def claims(self, day: date, told: str, claims: Iterable[Claim]) -> str:
        """What must be true at the end of `day`; `told` says why, in one line."""
