"""The double-entry ledger as values: which account kinds exist and how each event posts.

A transfer moves an amount from a debit account to a credit account. Money a client or the firm is
owed stands on the credit side, so the balance of a liability is credits minus debits and may never
fall below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paylink_tui.domain.parties import AccountKind


class LedgerKind(StrEnum):
    """What a ledger account stands for.

    Every one belongs to a bank account, but for `earned`, `fees`, `fees due`, `losses` and `disputes`: the
    firm's.
    """

    BANK = "bank"
    """Asset: what the book says the bank account holds."""
    PROCESSOR = "processor"
    """Asset: authorized money the processor has not sent yet."""
    UNCLEARED = "uncleared"
    """Liability: authorized, not completed; nobody can spend it (`trust-cleared`)."""
    UNIDENTIFIED = "unidentified"
    """Liability: completed and not linked yet (`trust-named`)."""
    TRUST = "trust"
    """Liability: one client's, or one matter's, cleared money in a trust account."""
    CREDIT = "credit"
    """Liability: one client's, or one matter's, unapplied credit in an operating account."""
    HELD = "held"
    """Liability: one client's, or one matter's, money of a payment whose payer disputes it; nobody may
    spend it until the dispute ends."""
    REFUNDING = "refunding"
    """Liability: set aside for a refund that is sent and not done."""
    EARNED = "earned"
    """Income: paid invoices of one client or matter (cash basis)."""
    FEES = "fees"
    """Expense: processor fees."""
    FEES_DUE = "fees due"
    """Liability: fees and losses the processor debits from operating (`trust-gross`)."""
    LOSSES = "losses"
    """Expense: completed money the bank took back after it was spent."""
    DISPUTES = "disputes"
    """Asset: chargebacks debited from operating that nobody has decided yet."""
    SHORTAGE = "shortage"
    """Asset: what the bank took from trust beyond the client's own money, to be restored from operating
    (`trust-shortage`)."""


LIABILITIES = frozenset(
    {
        LedgerKind.UNCLEARED,
        LedgerKind.UNIDENTIFIED,
        LedgerKind.TRUST,
        LedgerKind.CREDIT,
        LedgerKind.HELD,
        LedgerKind.REFUNDING,
    }
)
"""Kinds whose balance (credits minus debits) never goes below zero."""


class TransferKind(StrEnum):
    """Why a transfer was posted."""

    AUTHORIZE = "authorize"
    SETTLE = "settle"
    """The processor's money reaches the book of the bank account."""
    CLEAR = "clear"
    """Uncleared money becomes spendable, still unidentified."""
    LINK = "link"
    """Unidentified money gets its owner's name."""
    APPLY = "apply"
    """Operating credit pays an invoice."""
    TRUST_TO_OPERATING = "trust to operating"
    """The bank leg of paying an invoice from trust."""
    TRUST_APPLY = "trust apply"
    """The client leg of paying an invoice from trust."""
    RECEIVE = "receive"
    """Money received outside: cash, cheque, wire."""
    FEE = "fee"
    RETURN = "return"
    """The bank took completed money back."""
    LOSS = "loss"
    """The part of a return that operating had to cover."""
    RESERVE = "reserve"
    """Money is set aside for a refund before the processor is asked."""
    REFUND = "refund"
    """Money set aside leaves the bank account."""
    DISPUTE = "dispute"
    """The processor debits operating for a chargeback that is not decided."""
    HOLD = "hold"
    """Disputed money is kept from being spent."""
    CHARGEBACK = "chargeback"
    """A lost dispute: what its owner's ledger still holds is given up for it."""
    SHORTAGE = "shortage"
    RESTORE = "restore"
    """Operating makes a shortage of trust good."""
    TRUST_RECEIPT = "trust receipt"
    DISBURSE = "disburse"
    """Trust money is paid out to somebody."""
    MOVE = "move"
    """Trust money of one client goes from one of its ledgers to another."""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """Identity of a ledger account; `client_id` and `matter_id` only where money has an owner."""

    kind: LedgerKind
    currency: str
    bank_account_id: int | None = None
    client_id: int | None = None
    matter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer about to be posted: `amount` minor units from `debit` to `credit`."""

    kind: TransferKind
    debit: LedgerAccount
    credit: LedgerAccount
    amount: int
    invoice_id: int | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.debit == self.credit:
            raise ValueError("a transfer moves more than zero between two different accounts")
        if self.debit.currency != self.credit.currency:
            raise ValueError("a transfer has one currency")


@dataclass(frozen=True, slots=True)
class Till:
    """The ledger accounts of one bank account."""

    bank_account_id: int
    kind: AccountKind
    currency: str

    def of(self, kind: LedgerKind) -> LedgerAccount:
        """The account of `kind` that has no owner."""
        return LedgerAccount(kind, self.currency, self.bank_account_id)

    def held(self, client_id: int, matter_id: int | None) -> LedgerAccount:
        """The client's or matter's disputed money here."""
        return LedgerAccount(LedgerKind.HELD, self.currency, self.bank_account_id, client_id, matter_id)

    def owned(self, client_id: int, matter_id: int | None) -> LedgerAccount:
        """The client's or matter's money here: trust ledger or unapplied credit."""
        kind = LedgerKind.TRUST if self.kind is AccountKind.TRUST else LedgerKind.CREDIT
        return LedgerAccount(kind, self.currency, self.bank_account_id, client_id, matter_id)


def earned(currency: str, client_id: int, matter_id: int | None) -> LedgerAccount:
    """Income from the client's invoices."""
    return LedgerAccount(LedgerKind.EARNED, currency, None, client_id, matter_id)


def authorize(till: Till, amount: int) -> list[Transfer]:
    """Authorized: the processor owes it, nobody may spend it."""
    processor, uncleared = till.of(LedgerKind.PROCESSOR), till.of(LedgerKind.UNCLEARED)
    return [Transfer(TransferKind.AUTHORIZE, processor, uncleared, amount)]


def complete(till: Till, amount: int) -> list[Transfer]:
    """Completed: the full amount reaches the bank account's book (`trust-gross`) and is cleared."""
    bank, processor = till.of(LedgerKind.BANK), till.of(LedgerKind.PROCESSOR)
    uncleared, unidentified = till.of(LedgerKind.UNCLEARED), till.of(LedgerKind.UNIDENTIFIED)
    return [
        Transfer(TransferKind.SETTLE, bank, processor, amount),
        Transfer(TransferKind.CLEAR, uncleared, unidentified, amount),
    ]


def fee(currency: str, amount: int) -> list[Transfer]:
    """The processor's fee: an expense debited from operating, never from trust (`trust-gross`)."""
    expense = LedgerAccount(LedgerKind.FEES, currency)
    return [Transfer(TransferKind.FEE, expense, LedgerAccount(LedgerKind.FEES_DUE, currency), amount)]


def name_owner(till: Till, client_id: int, matter_id: int | None, amount: int) -> Transfer:
    """Link: unidentified money gets its owner (`trust-named`)."""
    return Transfer(
        TransferKind.LINK, till.of(LedgerKind.UNIDENTIFIED), till.owned(client_id, matter_id), amount
    )


def pay_invoice(till: Till, client_id: int, matter_id: int | None, amount: int, invoice_id: int) -> Transfer:
    """Operating credit pays an invoice of its own client."""
    income = earned(till.currency, client_id, matter_id)
    return Transfer(TransferKind.APPLY, till.owned(client_id, matter_id), income, amount, invoice_id)


def pay_invoice_from_trust(
    trust: Till, operating: Till, client_id: int, matter_id: int | None, amount: int, invoice_id: int
) -> list[Transfer]:
    """Record from trust: the client's ledger pays, and the money moves to operating (`record-from-trust`)."""
    income = earned(trust.currency, client_id, matter_id)
    to, source = operating.of(LedgerKind.BANK), trust.of(LedgerKind.BANK)
    return [
        Transfer(TransferKind.TRUST_APPLY, trust.owned(client_id, matter_id), income, amount, invoice_id),
        Transfer(TransferKind.TRUST_TO_OPERATING, to, source, amount),
    ]


def receive(till: Till, client_id: int, matter_id: int | None, amount: int) -> Transfer:
    """Record direct: cash, a cheque or a wire reaches operating in the client's name."""
    return Transfer(TransferKind.RECEIVE, till.of(LedgerKind.BANK), till.owned(client_id, matter_id), amount)
