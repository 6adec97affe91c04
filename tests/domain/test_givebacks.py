"""What goes back: each transfer's kind, ledgers and amount, where money is missing too."""

from __future__ import annotations

import pytest

from paylink_tui.domain import givebacks
from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till, Transfer, TransferKind
from paylink_tui.domain.parties import AccountKind

TRUST = Till(1, AccountKind.TRUST, "USD")
OPERATING = Till(2, AccountKind.OPERATING, "USD")
LOSSES = LedgerAccount(LedgerKind.LOSSES, "USD")
DUE = LedgerAccount(LedgerKind.FEES_DUE, "USD")
CLAIM = LedgerAccount(LedgerKind.DISPUTES, "USD")


def test_what_a_return_took_from_trust_beyond_the_clients_own_money_is_a_shortage() -> None:
    owner, bank = TRUST.owned(7, None), TRUST.of(LedgerKind.BANK)
    assert givebacks.take_back(TRUST, [(owner, 300)], 200) == [
        Transfer(TransferKind.RETURN, owner, bank, 300),
        Transfer(TransferKind.SHORTAGE, TRUST.of(LedgerKind.SHORTAGE), bank, 200),
    ]


def test_what_a_return_took_from_operating_beyond_it_is_the_firms_loss() -> None:
    owner, bank = OPERATING.owned(7, None), OPERATING.of(LedgerKind.BANK)
    assert givebacks.take_back(OPERATING, [(owner, 300)], 200) == [
        Transfer(TransferKind.RETURN, owner, bank, 300),
        Transfer(TransferKind.LOSS, LOSSES, DUE, 200),
    ]


@pytest.mark.parametrize("till", [TRUST, OPERATING])
def test_a_refund_leaves_the_bank_and_what_no_ledger_holds_is_short_or_lost(till: Till) -> None:
    bank = till.of(LedgerKind.BANK)
    beyond = (
        Transfer(TransferKind.SHORTAGE, till.of(LedgerKind.SHORTAGE), bank, 200)
        if till is TRUST
        else Transfer(TransferKind.LOSS, LOSSES, bank, 200)
    )
    done = Transfer(TransferKind.REFUND, till.of(LedgerKind.REFUNDING), bank, 300)
    assert givebacks.refund(till, 300) == [done]
    assert givebacks.refund(till, 300, 200) == [done, beyond]


def test_a_dispute_lost_on_trust_takes_the_deposit_to_operating() -> None:
    owner = TRUST.owned(7, None)
    assert givebacks.lose_dispute(TRUST, OPERATING, [(owner, 300)], 200) == [
        Transfer(TransferKind.CHARGEBACK, owner, TRUST.of(LedgerKind.BANK), 300),
        Transfer(TransferKind.TRUST_TO_OPERATING, OPERATING.of(LedgerKind.BANK), CLAIM, 300),
        Transfer(TransferKind.LOSS, LOSSES, CLAIM, 200),
    ]
