"""What money that goes back undoes: which invoices are owed again, newest first, and whose ledger gives.

Every amount is in minor units of the transaction's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from paylink_tui.domain.text import fold_words

if TYPE_CHECKING:
    from paylink_tui.domain.views import Transaction


@dataclass(frozen=True, slots=True)
class InvoiceUndone:
    """An invoice that is paid less, or not at all, by the transaction afterwards."""

    invoice_id: int
    number: str
    paid_before: int
    """What the transaction pays of it now."""
    paid_after: int
    owed_before: int
    """The invoice's balance."""
    owed_after: int


@dataclass(frozen=True, slots=True)
class OwnerGives:
    """Whose ledger the money comes out of; nobody's name while it is not linked."""

    client_id: int | None
    client_code: str
    client_name: str
    matter_number: str
    amount: int
    holds_before: int
    """What the ledger holds now."""
    holds_after: int
    """What it holds once invoices are un-paid and the money has left."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Everything that follows when money of one transaction goes back."""

    event: str
    """`refund`, `return` or `chargeback`."""
    currency: str
    amount: int
    invoices: tuple[InvoiceUndone, ...] = ()
    """Newest first."""
    owners: tuple[OwnerGives, ...] = ()
    fee_kept: int = 0
    """The processor's fee, which is not returned and stays on operating."""
    from_operating: int = 0
    """What no owner's ledger holds any more and the firm bears."""
    short_in_trust: int = 0
    """What trust is short of until operating restores it (`trust-shortage`)."""
    frozen: bool = False
    """Whether the link can no longer be undone afterwards (`link-undo`)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A linked client beside the payer, to be looked at before a refund."""

    client_code: str
    client_name: str
    client_email: str
    matter_number: str
    alike: bool
    """Whether payer and client share a name or an e-mail address."""


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """What a refund would do, before anybody presses the key."""

    transaction: Transaction
    amount: int
    refundable: int
    """The most that can be refunded now."""
    overpayment: int
    """What no invoice has taken: refunding this much undoes nothing."""
    cascade: Cascade
    clients: tuple[Beside, ...]
    second_person_needed: bool
    """Whether somebody other than the asker must approve it first."""
    client: str = ""
    """Code of the client whose part was chosen; empty for all of them."""
    matter: str = ""
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Applied:
    """A live allocation: whose part it was taken from, and where its invoice stands in the order."""

    owner: int
    """Index of the part."""
    order: tuple[date, date, str]
    """Due, issued, number (`apply-order`)."""
    amount: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken from each part, and what each allocation keeps."""

    gives: tuple[int, ...]
    stays: tuple[int, ...]


def choose(need: int, lefts: Sequence[int], applied: Sequence[Applied]) -> Choice:
    """Take `need` from the parts: money no invoice has taken first, then the newest invoices' payments.

    Parts are taken last first. Nothing is un-applied that need not be; of one allocation as little as
    is needed. Where the parts hold less in all, everything is taken.

    Args:
        need: Minor units that go back.
        lefts: What each part still is, applied or not.
        applied: Its live allocations.
    """
    gives, stays = [0] * len(lefts), [one.amount for one in applied]
    parts = range(len(lefts) - 1, -1, -1)
    for owner in parts:
        used = sum(one.amount for one in applied if one.owner == owner)
        gives[owner] = min(need, max(0, lefts[owner] - used))
        need -= gives[owner]
    newest = sorted(range(len(applied)), key=lambda at: (applied[at].owner, applied[at].order), reverse=True)
    for at in newest:
        room = lefts[applied[at].owner] - gives[applied[at].owner]
        undone = min(need, stays[at], max(0, room))
        stays[at] -= undone
        gives[applied[at].owner] += undone
        need -= undone
    return Choice(tuple(gives), tuple(stays))


def alike(payer: tuple[str, str], client: tuple[str, str]) -> bool:
    """Whether a payer and a client, each a name and an e-mail address, look like the same people."""
    if payer[1] and payer[1].casefold() == client[1].casefold():
        return True
    words = [{word for word in fold_words(name).split() if len(word) > 1} for name, _ in (payer, client)]
    return bool(words[0] & words[1])
