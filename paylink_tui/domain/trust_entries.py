"""Trust money moved by hand: what is entered, how far it is, and what it would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class EntryKind(StrEnum):
    """What is done to a trust account by hand."""

    RECEIPT = "receipt"
    """Money that came by cheque, wire or cash, for a client."""
    DISBURSEMENT = "disbursement"
    """A client's money paid out to somebody."""
    MOVE = "move"
    """A client's money from one of its ledgers to another."""
    SHORTAGE = "shortage"
    """The bank took money from trust that no client's ledger explains."""
    RESTORE = "restore"
    """Operating makes a shortage good."""


class EntryState(StrEnum):
    """How far a trust entry is; one that was undone stays posted and says so."""

    REQUESTED = "requested"
    """It waits for a second person; nothing is posted."""
    POSTED = "posted"
    WITHDRAWN = "withdrawn"


METHODS: Final = ("cheque", "wire", "cash", "other")
"""How money comes in or is paid out."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A trust entry about to be made; which fields it needs depends on its kind."""

    kind: EntryKind
    account: str
    """Name of the trust account."""
    amount: int | None = None
    """None only to restore all that is short."""
    client: str | None = None
    """Whose money, by code or name; none for a shortage and its restoring."""
    matter: str | None = None
    """The matter's ledger; None is the client's own."""
    to_matter: str | None = None
    """Where a move goes; None is the client's own ledger."""
    method: str = ""
    number: str = ""
    """The cheque's number, or another reference that the bank tells too."""
    payee: str = ""
    """Who is paid, or who paid."""
    purpose: str = ""
    dated_on: date | None = None
    """None: today. In a closed month it is refused (`trust-three-way`)."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A trust entry as it stands."""

    id: int
    """0 in a preview."""
    kind: EntryKind
    account_id: int
    account_name: str
    currency: str
    client_id: int | None
    client_code: str
    client_name: str
    matter_number: str
    to_matter_number: str
    amount: int
    method: str
    number: str
    payee: str
    purpose: str
    dated_on: date
    state: EntryState
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime | None
    undone: bool = False
    """Whether a reversal took back what it posted."""
    reason: str = ""
    """Why it was undone, or withdrawn."""

    @property
    def name(self) -> str:
        """`E5`, the name people and commands use."""
        return f"E{self.id}"


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """What an entry would do; `entry.id` is 0."""

    entry: EntryView
    held_before: int
    """What the ledger it takes from or adds to holds; for a shortage and its restoring what is short."""
    held_after: int
    to_before: int | None
    """For a move, what the ledger it goes to holds."""
    to_after: int | None
    second_person_needed: bool
    """Whether it would wait for somebody else to approve it."""
    warnings: tuple[str, ...] = ()
