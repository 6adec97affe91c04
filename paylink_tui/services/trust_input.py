"""What a person enters for a trust account, with its names resolved and its values checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from paylink_tui.domain import trust_postings
from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.givebacks import restore, shortage
from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till, Transfer
from paylink_tui.domain.money import MAX_MINOR
from paylink_tui.domain.parties import AccountKind, BankAccount, Client, Matter
from paylink_tui.domain.text import storable
from paylink_tui.domain.trust import METHODS, EntryKind, NewEntry

if TYPE_CHECKING:
    from paylink_tui.services.directory import DirectoryService

OF_CLIENTS = (EntryKind.RECEIPT, EntryKind.DISBURSEMENT, EntryKind.MOVE)
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Resolved:
    """A new entry with its names as rows."""

    new: NewEntry
    account: BankAccount
    client: Client | None
    matter: Matter | None
    to_matter: Matter | None

    @property
    def till(self) -> Till:
        """The ledger accounts of the trust account."""
        return Till(self.account.id, AccountKind.TRUST, self.account.currency)

    @property
    def ledger(self) -> LedgerAccount:
        """The ledger it takes from, or adds to; what is short, for a shortage and its restoring."""
        if self.client is None:
            return self.till.of(LedgerKind.SHORTAGE)
        return self.till.owned(self.client.id, self.matter.id if self.matter else None)

    @property
    def target(self) -> LedgerAccount | None:
        """Where a move goes."""
        if self.new.kind is not EntryKind.MOVE or self.client is None:
            return None
        return self.till.owned(self.client.id, self.to_matter.id if self.to_matter else None)

    def row(self, amount: int, day: date) -> dict[str, Any]:
        """The entry's columns."""
        return {
            "kind": self.new.kind.value,
            "account_id": self.account.id,
            "currency": self.account.currency,
            "client_id": self.client and self.client.id,
            "matter_id": self.matter and self.matter.id,
            "to_matter_id": self.to_matter and self.to_matter.id,
            "amount": amount,
            "method": self.new.method,
            "number": _clean(self.new.number),
            "payee": _clean(self.new.payee),
            "purpose": _clean(self.new.purpose),
            "dated_on": day.isoformat(),
        }


def transfers(row: Any, operating: Till | None) -> list[Transfer]:
    """What an entry's row posts; restoring needs the operating account that pays."""
    trust = Till(row.account_id, AccountKind.TRUST, row.currency)
    if row.kind == EntryKind.RECEIPT:
        return trust_postings.receive(trust, row.client_id, row.matter_id, row.amount)
    if row.kind == EntryKind.DISBURSEMENT:
        return trust_postings.disburse(trust, row.client_id, row.matter_id, row.amount)
    if row.kind == EntryKind.MOVE:
        return trust_postings.move(trust, row.client_id, row.matter_id, row.to_matter_id, row.amount)
    if row.kind == EntryKind.SHORTAGE:
        return [shortage(trust, row.amount)]
    assert operating is not None
    return restore(trust, operating, row.amount)


async def resolve(directory: DirectoryService, account: BankAccount, new: NewEntry) -> Resolved:
    """Look the names up and check the values.

    Raises:
        BadInput: a value is missing or cannot be.
        Refused: `trust-named` for another account than trust, or without a client; `link-client` for
            another client's matter.
        NotFound: a name.
    """
    _check(new)
    if account.kind is not AccountKind.TRUST:
        raise Refused("trust-named", f"{account.name} is no trust account.", "Name a trust account.")
    if new.kind not in OF_CLIENTS:
        return Resolved(new, account, None, None, None)
    if not new.client:
        raise Refused("trust-named", "Trust money has an owner: a client must be named.", "Name the client.")
    client = await directory.client_named(new.client)
    matter = await _matter(directory, client, new.matter)
    to_matter = await _matter(directory, client, new.to_matter if new.kind is EntryKind.MOVE else None)
    if new.kind is EntryKind.MOVE and matter == to_matter:
        raise BadInput("the money is to stay where it is", "Name the matter it goes from, or to, or both.")
    return Resolved(new, account, client, matter, to_matter)


async def _matter(directory: DirectoryService, client: Client, name: str | None) -> Matter | None:
    if not name:
        return None
    found = await directory.matter_named(name, client_id=client.id)
    if found.client_id != client.id:
        raise Refused(
            "link-client",
            f"Matter {found.number} does not belong to {client.name}.",
            f"Choose one of {client.name}'s own matters, or no matter.",
        )
    return found


def _check(new: NewEntry) -> None:
    if new.amount is None and new.kind is not EntryKind.RESTORE:
        raise BadInput("the amount is missing")
    if new.amount is not None and not 0 < new.amount <= MAX_MINOR:
        raise BadInput("the amount must be more than zero")
    moves = new.kind in (EntryKind.RECEIPT, EntryKind.DISBURSEMENT)
    if moves and new.method not in METHODS:
        raise BadInput(f"there is no method {new.method!r}", f"Methods: {', '.join(METHODS)}")
    if new.kind is EntryKind.DISBURSEMENT:
        _check_payment(new)
    if new.dated_on is not None and new.dated_on.year < 1990:
        raise BadInput("the date is too long ago; write it like 2026-11-22")
    if max(map(len, (new.number, new.payee, new.purpose))) > _LONGEST:
        raise BadInput(f"a text is longer than {_LONGEST} characters")


def _check_payment(new: NewEntry) -> None:
    for name, value in (("payee", new.payee), ("purpose", new.purpose)):
        if not _clean(value):
            raise BadInput(f"a disbursement's {name} is missing", f"Say it with --{name}.")
    if new.method == "cheque" and not _clean(new.number):
        raise BadInput("the cheque's number is missing", "Say it with --number.")


def _clean(text: str) -> str:
    return storable(text).strip()
