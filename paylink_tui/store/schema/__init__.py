"""Every table, for SQLite and PostgreSQL alike. Amounts are minor units, times UTC epoch milliseconds.

Days are ISO text (`2026-11-22`), which sorts and compares the same on both databases. The rules that no
constraint can express are triggers, in the first revision.
"""

from __future__ import annotations

from paylink_tui.store.schema.columns import Whole, metadata
from paylink_tui.store.schema.ledger import allocation, journal, ledger_account, record_payment, transfer
from paylink_tui.store.schema.logs import audit, change, command_log, sandbox_charge, sandbox_event, setting
from paylink_tui.store.schema.page import attempt, link_freeze, message, sandbox_checkout, submission
from paylink_tui.store.schema.parties import bank_account, client, firm, invoice, matter
from paylink_tui.store.schema.payments import (
    fact,
    inbox,
    linking,
    linking_part,
    operation,
    payment,
    payment_link,
    tally,
    unlinking,
)
from paylink_tui.store.schema.refunds import member, refund
from paylink_tui.store.schema.trust import (
    bank_match,
    month_close,
    reconciliation,
    statement,
    statement_line,
    trust_entry,
)

__all__ = [
    "Whole",
    "allocation",
    "attempt",
    "audit",
    "bank_account",
    "bank_match",
    "change",
    "client",
    "command_log",
    "fact",
    "firm",
    "inbox",
    "invoice",
    "journal",
    "ledger_account",
    "link_freeze",
    "linking",
    "linking_part",
    "matter",
    "member",
    "message",
    "metadata",
    "month_close",
    "operation",
    "payment",
    "payment_link",
    "reconciliation",
    "record_payment",
    "refund",
    "sandbox_charge",
    "sandbox_checkout",
    "sandbox_event",
    "setting",
    "statement",
    "statement_line",
    "submission",
    "tally",
    "transfer",
    "trust_entry",
    "unlinking",
]
