"""How trust money that is moved by hand posts: received, paid out, moved between one client's ledgers."""

from __future__ import annotations

from paylink_tui.domain.ledger import LedgerKind, Till, Transfer, TransferKind


def receive(trust: Till, client_id: int, matter_id: int | None, amount: int) -> list[Transfer]:
    """Trust money that came by cheque, wire or cash, in its client's name at once (`trust-named`)."""
    owned = trust.owned(client_id, matter_id)
    return [Transfer(TransferKind.TRUST_RECEIPT, trust.of(LedgerKind.BANK), owned, amount)]


def disburse(trust: Till, client_id: int, matter_id: int | None, amount: int) -> list[Transfer]:
    """Trust money paid out for its client; never more than the ledger holds (`trust-never-negative`)."""
    owned = trust.owned(client_id, matter_id)
    return [Transfer(TransferKind.DISBURSE, owned, trust.of(LedgerKind.BANK), amount)]


def move(
    trust: Till, client_id: int, matter_id: int | None, to_matter_id: int | None, amount: int
) -> list[Transfer]:
    """From one of a client's ledgers to another of the same client."""
    source, to = trust.owned(client_id, matter_id), trust.owned(client_id, to_matter_id)
    return [Transfer(TransferKind.MOVE, source, to, amount)]
