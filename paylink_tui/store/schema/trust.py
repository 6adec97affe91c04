"""Trust by hand, what the bank says, and the months that were reconciled and closed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint

from paylink_tui.store.schema.columns import key, table, whole, words

trust_entry = table(
    "trust_entry",
    key(),
    words("kind"),
    whole("account_id"),
    words("currency"),
    whole("client_id", nullable=True),
    whole("matter_id", nullable=True),
    whole("to_matter_id", nullable=True),
    whole("amount"),
    words("method", server_default=""),
    words("number", server_default=""),
    words("payee", server_default=""),
    words("purpose", server_default=""),
    words("dated_on"),
    words("state"),
    words("requested_by"),
    whole("requested_at"),
    words("approved_by", nullable=True),
    whole("approved_at", nullable=True),
    ForeignKeyConstraint(["account_id", "currency"], ["bank_account.id", "bank_account.currency"]),
    ForeignKeyConstraint(["client_id"], ["client.id"]),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    ForeignKeyConstraint(["to_matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    CheckConstraint("kind IN ('receipt', 'disbursement', 'move', 'shortage', 'restore')", name="kind"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("kind IN ('shortage', 'restore') OR client_id IS NOT NULL", name="trust_named"),
    CheckConstraint("method IN ('', 'cheque', 'wire', 'cash', 'other')", name="method"),
    CheckConstraint("state IN ('requested', 'posted', 'withdrawn')", name="state"),
    CheckConstraint("approved_by <> requested_by", name="second_person"),
    Index("ix_trust_entry_account_id", "account_id", "id"),
    Index("ix_trust_entry_client_id", "client_id", "id"),
)

statement = table(
    "statement",
    key(),
    whole("account_id", ForeignKey("bank_account.id")),
    words("name"),
    words("format"),
    words("content_hash"),
    words("first_on"),
    words("last_on"),
    whole("closing_balance", nullable=True),
    words("closing_on", nullable=True),
    words("imported_by"),
    whole("imported_at"),
    UniqueConstraint("account_id", "content_hash"),
    CheckConstraint("(closing_balance IS NULL) = (closing_on IS NULL)", name="closing"),
)

statement_line = table(
    "statement_line",
    key(),
    whole("statement_id", ForeignKey("statement.id")),
    whole("account_id", ForeignKey("bank_account.id")),
    words("fitid"),
    words("posted_on"),
    whole("amount"),
    words("description", server_default=""),
    words("number", server_default=""),
    UniqueConstraint("account_id", "fitid"),
    CheckConstraint("amount <> 0", name="amount"),
    Index("ix_statement_line_posted_on", "account_id", "posted_on", "id"),
)

bank_match = table(
    "bank_match",
    key(),
    whole("line_id", ForeignKey("statement_line.id")),
    whole("transfer_id", ForeignKey("transfer.id"), unique=True),
    words("matched_by"),
    whole("matched_at"),
    words("how"),
    CheckConstraint("how IN ('solved', 'chosen')", name="how"),
    Index("ix_bank_match_line_id", "line_id"),
)

reconciliation = table(
    "reconciliation",
    key(),
    whole("account_id", ForeignKey("bank_account.id")),
    words("month"),
    whole("bank_balance"),
    whole("outstanding_in"),
    whole("outstanding_out"),
    whole("book"),
    whole("ledgers"),
    whole("shortage"),
    words("prepared_by"),
    whole("prepared_at"),
    Index("ix_reconciliation_account_id", "account_id", "month", "id"),
    CheckConstraint("outstanding_in >= 0 AND outstanding_out >= 0 AND shortage >= 0", name="not_negative"),
    CheckConstraint(
        "bank_balance + outstanding_in - outstanding_out = book AND book = ledgers AND shortage = 0",
        name="trust_three_way",
    ),
    CheckConstraint("length(month) = 7", name="month"),
)

month_close = table(
    "month_close",
    words("month", primary_key=True),
    words("closed_by"),
    whole("closed_at"),
    words("approved_by", nullable=True),
    words("audit_head"),
    CheckConstraint("length(month) = 7", name="month"),
    CheckConstraint("approved_by <> closed_by", name="second_person"),
)
