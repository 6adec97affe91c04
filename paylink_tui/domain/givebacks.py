"""How money that goes back posts: refunds, returns, disputes, and the shortage they may leave in trust.

What an owner's ledger still holds pays for it; what it holds no longer is never taken from another
client: operating bears it, or trust is short of it until operating restores it.
"""

from __future__ import annotations

from collections.abc import Sequence

from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till, Transfer, TransferKind
from paylink_tui.domain.parties import AccountKind

Share = tuple[LedgerAccount, int]
"""An owner's ledger and the minor units it gives."""


def losses(currency: str) -> LedgerAccount:
    """The firm's expense for money taken back after it was spent."""
    return LedgerAccount(LedgerKind.LOSSES, currency)


def disputes(currency: str) -> LedgerAccount:
    """The firm's claim while a dispute is open."""
    return LedgerAccount(LedgerKind.DISPUTES, currency)


def _due(currency: str) -> LedgerAccount:
    return LedgerAccount(LedgerKind.FEES_DUE, currency)


def take_back(till: Till, shares: Sequence[Share], missing: int) -> list[Transfer]:
    """Returned: out of what each owner's ledger still holds.

    Args:
        till: The bank account the payment went to, from which the bank takes it.
        shares: Ledgers and the minor units each gives back.
        missing: Minor units already spent. In operating they are the firm's loss, collected by the
            processor; from trust the bank took them all the same, so trust is short of them.
    """
    bank = till.of(LedgerKind.BANK)
    transfers = [Transfer(TransferKind.RETURN, owner, bank, amount) for owner, amount in shares if amount]
    if missing and till.kind is AccountKind.TRUST:
        transfers.append(shortage(till, missing))
    elif missing:
        transfers.append(Transfer(TransferKind.LOSS, losses(till.currency), _due(till.currency), missing))
    return transfers


def reserve(till: Till, shares: Sequence[Share]) -> list[Transfer]:
    """A refund is about to be sent: its money is set aside, so that nobody spends it meanwhile."""
    aside = till.of(LedgerKind.REFUNDING)
    return [Transfer(TransferKind.RESERVE, owner, aside, amount) for owner, amount in shares if amount]


def refund(till: Till, reserved: int, missing: int = 0) -> list[Transfer]:
    """A refund is done: what was set aside leaves the bank account.

    Args:
        till: The bank account the payment went to.
        reserved: Minor units set aside.
        missing: Minor units refunded without our asking that no ledger holds any more.
    """
    bank = till.of(LedgerKind.BANK)
    transfers = []
    if reserved:
        transfers.append(Transfer(TransferKind.REFUND, till.of(LedgerKind.REFUNDING), bank, reserved))
    if missing and till.kind is AccountKind.TRUST:
        transfers.append(shortage(till, missing))
    elif missing:
        transfers.append(Transfer(TransferKind.LOSS, losses(till.currency), bank, missing))
    return transfers


def open_dispute(currency: str, amount: int) -> list[Transfer]:
    """A chargeback is debited from operating, whatever account was paid (`trust-gross`)."""
    return [Transfer(TransferKind.DISPUTE, disputes(currency), _due(currency), amount)]


def hold(till: Till, client_id: int, matter_id: int | None, amount: int) -> Transfer:
    """What a client's ledger holds of a disputed payment stays there, unspent, until it is decided."""
    owned, held = till.owned(client_id, matter_id), till.held(client_id, matter_id)
    return Transfer(TransferKind.HOLD, owned, held, amount)


def lose_dispute(till: Till, operating: Till | None, shares: Sequence[Share], missing: int) -> list[Transfer]:
    """A lost dispute: the owners' ledgers give up what they hold, the firm loses what they do not.

    Args:
        till: The bank account the payment went to.
        operating: For a trust payment, the operating account its deposit moves to: operating was debited,
            and the deposit is the client's no longer.
        shares: Ledgers and the minor units each gives up.
        missing: Minor units already spent, the firm's loss.
    """
    claim, transfers = disputes(till.currency), []
    for owner, amount in (share for share in shares if share[1]):
        if operating is None:
            transfers.append(Transfer(TransferKind.CHARGEBACK, owner, claim, amount))
            continue
        bank, to = till.of(LedgerKind.BANK), operating.of(LedgerKind.BANK)
        transfers.append(Transfer(TransferKind.CHARGEBACK, owner, bank, amount))
        transfers.append(Transfer(TransferKind.TRUST_TO_OPERATING, to, claim, amount))
    if missing:
        transfers.append(Transfer(TransferKind.LOSS, losses(till.currency), claim, missing))
    return transfers


def shortage(till: Till, amount: int) -> Transfer:
    """The bank took more from trust than its client's ledger held (`trust-shortage`)."""
    return Transfer(TransferKind.SHORTAGE, till.of(LedgerKind.SHORTAGE), till.of(LedgerKind.BANK), amount)


def restore(trust: Till, operating: Till, amount: int) -> list[Transfer]:
    """Operating makes a shortage good: its money is lost to the firm, and trust is whole again."""
    bank, short = trust.of(LedgerKind.BANK), trust.of(LedgerKind.SHORTAGE)
    pays = operating.of(LedgerKind.BANK)
    return [
        Transfer(TransferKind.LOSS, losses(trust.currency), pays, amount),
        Transfer(TransferKind.RESTORE, bank, short, amount),
    ]
