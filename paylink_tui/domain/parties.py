"""The firm, its bank accounts, and those it works for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Plan(StrEnum):
    """Subscription of the firm; Boutique and Elite include payments."""

    BOUTIQUE = "boutique"
    ELITE = "elite"
    STARTER = "starter"


class AccountKind(StrEnum):
    """Whose money a bank account holds: its clients' (trust) or the firm's own (operating)."""

    TRUST = "trust"
    OPERATING = "operating"


@dataclass(frozen=True, slots=True)
class Firm:
    """The law firm the desk belongs to."""

    name: str
    country: str
    """`US` or `CA` mint links; other ISO codes are kept and refused by `access-plan`."""
    timezone: str
    """IANA zone that times are shown in."""
    plan: Plan
    payments_enabled: bool
    demo: bool = False
    """True for the demonstration firm: sandbox payers, labelled DEMO everywhere."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account of the firm."""

    id: int
    name: str
    kind: AccountKind
    currency: str
    processor: str | None
    """Name of the connected processor, or None while not connected."""

    @property
    def connected(self) -> bool:
        """Whether links may be minted for it (`access-account`)."""
        return self.processor is not None


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the firm. `code` is the id of the firm's own books (CSV column `id`)."""

    id: int
    code: str
    name: str
    kind: str
    """`person` or `company`."""
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter; it belongs to exactly one client."""

    id: int
    number: str
    client_id: int
    description: str
    status: str
    """`open`, `pending` or `closed`."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An issued invoice, for one matter or for the client as a whole. Amounts in minor units."""

    id: int
    number: str
    client_id: int
    matter_id: int | None
    issued: date
    due: date
    currency: str
    total: int
    paid_before: int
    """Paid before PayLink, as the import told it: total minus the file's balance."""
    applied: int
    """Paid through PayLink: the sum of live allocations."""

    @property
    def balance(self) -> int:
        """Still owed, in minor units."""
        return self.total - self.paid_before - self.applied

    def state(self, today: date) -> str:
        """`paid`, `overdue` or `open`, as of `today` in the firm's zone."""
        if self.balance == 0:
            return "paid"
        return "overdue" if self.due < today else "open"
