"""The double-entry ledger, payments recorded by hand, and the pieces that pay invoices."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text

from paylink_tui.store.schema.columns import key, table, whole, words, zero

ledger_account = table(
    "ledger_account",
    key(),
    words("kind"),
    words("currency"),
    zero("bank_account_id"),
    zero("client_id"),
    zero("matter_id"),
    zero("debits"),
    zero("credits"),
    UniqueConstraint(
        "kind", "currency", "bank_account_id", "client_id", "matter_id", name="uq_ledger_account_identity"
    ),
    UniqueConstraint("id", "currency"),
    CheckConstraint(
        "kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding',"
        " 'earned', 'fees', 'fees due', 'losses', 'disputes', 'shortage')",
        name="kind",
    ),
    CheckConstraint("kind NOT IN ('trust', 'credit', 'held', 'earned') OR client_id > 0", name="trust_named"),
    CheckConstraint(
        "kind NOT IN ('uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding')"
        " OR credits >= debits",
        name="trust_never_negative",
    ),
    CheckConstraint("kind <> 'shortage' OR debits >= credits", name="trust_shortage"),
    CheckConstraint("debits >= 0 AND credits >= 0", name="not_negative"),
    Index("ix_ledger_account_client_id", "client_id"),
    Index(
        "ix_ledger_account_trust",
        "bank_account_id",
        "credits",
        "debits",
        sqlite_where=text("kind = 'trust'"),
        postgresql_where=text("kind = 'trust'"),
    ),
)

record_payment = table(
    "record_payment",
    key(),
    words("source"),
    whole("client_id", ForeignKey("client.id")),
    whole("matter_id", nullable=True),
    whole("amount"),
    words("currency"),
    words("received_on"),
    words("reference", server_default=""),
    words("payee", server_default=""),
    words("recorded_by"),
    whole("recorded_at"),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    CheckConstraint("source IN ('credit', 'trust', 'cash', 'cheque', 'wire', 'other')", name="source"),
    CheckConstraint("amount > 0", name="amount"),
)

journal = table(
    "journal",
    key(),
    words("kind"),
    whole("payment_id", ForeignKey("payment.id"), nullable=True),
    whole("record_payment_id", ForeignKey("record_payment.id"), nullable=True),
    whole("reverses_id", ForeignKey("journal.id"), nullable=True, unique=True),
    words("effective_on"),
    whole("posted_at"),
    words("posted_by"),
    words("reason", server_default=""),
    whole("trust_entry_id", ForeignKey("trust_entry.id"), nullable=True),
    Index("ix_journal_payment_id", "payment_id"),
    Index(
        "ix_journal_trust_entry_id",
        "trust_entry_id",
        sqlite_where=text("trust_entry_id IS NOT NULL"),
        postgresql_where=text("trust_entry_id IS NOT NULL"),
    ),
    Index("ix_journal_record_payment_id", "record_payment_id"),
)

transfer = table(
    "transfer",
    key(),
    whole("journal_id", ForeignKey("journal.id")),
    words("kind"),
    whole("debit_id"),
    whole("credit_id"),
    whole("amount"),
    words("currency"),
    whole("invoice_id", ForeignKey("invoice.id"), nullable=True),
    whole("reverses_id", ForeignKey("transfer.id"), nullable=True, unique=True),
    ForeignKeyConstraint(["debit_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
    ForeignKeyConstraint(["credit_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("debit_id <> credit_id", name="two_accounts"),
    Index("ix_transfer_journal_id", "journal_id"),
    Index("ix_transfer_debit_id", "debit_id", "id"),
    Index("ix_transfer_credit_id", "credit_id", "id"),
)

allocation = table(
    "allocation",
    key(),
    whole("invoice_id"),
    whole("client_id"),
    whole("amount"),
    whole("sign", server_default=text("1")),
    whole("payment_id", ForeignKey("payment.id"), nullable=True),
    whole("record_payment_id", ForeignKey("record_payment.id"), nullable=True),
    whole("transfer_id", ForeignKey("transfer.id"), unique=True),
    whole("reverses_id", ForeignKey("allocation.id"), nullable=True, unique=True),
    words("paid_on"),
    ForeignKeyConstraint(["invoice_id", "client_id"], ["invoice.id", "invoice.client_id"]),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("sign IN (1, -1) AND (sign = -1) = (reverses_id IS NOT NULL)", name="sign"),
    CheckConstraint("payment_id IS NOT NULL OR record_payment_id IS NOT NULL", name="source"),
    Index("ix_allocation_invoice_id", "invoice_id"),
    Index("ix_allocation_payment_id", "payment_id"),
    Index("ix_allocation_record_payment_id", "record_payment_id"),
)
