"""Payment links, transactions, what processors tell of them, and whose they are."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)

from paylink_tui.store.schema.columns import key, name_words, table, whole, words, zero

payment_link = table(
    "payment_link",
    key(),
    Column("nonce", LargeBinary, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    whole("account_id"),
    words("currency"),
    whole("amount", nullable=True),
    words("reference", server_default=""),
    whole("client_id", nullable=True),
    whole("matter_id", nullable=True),
    whole("invoice_id", nullable=True),
    whole("expires_at", nullable=True),
    whole("max_uses", nullable=True),
    zero("uses"),
    whole("disabled_at", nullable=True),
    whole("created_at"),
    words("created_by"),
    ForeignKeyConstraint(["account_id", "currency"], ["bank_account.id", "bank_account.currency"]),
    ForeignKeyConstraint(["client_id"], ["client.id"]),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    ForeignKeyConstraint(["invoice_id", "client_id"], ["invoice.id", "invoice.client_id"]),
    CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
    CheckConstraint("max_uses IS NULL OR max_uses > 0", name="max_uses"),
    CheckConstraint("uses >= 0 AND (max_uses IS NULL OR uses <= max_uses)", name="link_locked"),
    CheckConstraint(
        "client_id IS NOT NULL OR (matter_id IS NULL AND invoice_id IS NULL)", name="link_client"
    ),
)

payment = table(
    "payment",
    key(),
    whole("link_id", ForeignKey("payment_link.id")),
    whole("account_id"),
    words("account_kind"),
    words("currency"),
    whole("amount"),
    words("status"),
    words("method"),
    words("brand", server_default=""),
    words("last4", server_default=""),
    name_words("payer_name"),
    words("payer_email", server_default=""),
    words("reference", server_default=""),
    words("processor"),
    words("payment_ref"),
    whole("paid_at"),
    whole("due_at", nullable=True),
    whole("completed_at", nullable=True),
    words("failure", server_default=""),
    words("conflict", server_default=""),
    zero("refunded"),
    zero("fee"),
    whole("linking_id", nullable=True),
    zero("linked"),
    whole("client_id", nullable=True),
    whole("matter_id", nullable=True),
    name_words("client_name", server_default=""),
    words("matter_number", server_default=""),
    words("search", server_default=""),
    zero("applied"),
    whole("intent_client_id", nullable=True),
    whole("intent_matter_id", nullable=True),
    whole("intent_apply", nullable=True),
    words("intent_by", nullable=True),
    whole("version", server_default=text("1")),
    whole("changed_at"),
    ForeignKeyConstraint(["account_id", "currency"], ["bank_account.id", "bank_account.currency"]),
    ForeignKeyConstraint(["client_id"], ["client.id"]),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    ForeignKeyConstraint(["intent_matter_id", "intent_client_id"], ["matter.id", "matter.client_id"]),
    UniqueConstraint("processor", "payment_ref"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint(
        "status IN ('pending', 'authorized', 'completed', 'voided', 'failed', 'returned')", name="status"
    ),
    CheckConstraint("account_kind IN ('trust', 'operating')", name="account_kind"),
    CheckConstraint("applied >= 0 AND refunded >= 0 AND applied + refunded <= amount", name="apply_over"),
    CheckConstraint("linked = 0 OR status IN ('completed', 'returned')", name="link_only_completed"),
    CheckConstraint("(linked = 1) = (linking_id IS NOT NULL)", name="linked"),
    CheckConstraint("matter_id IS NULL OR client_id IS NOT NULL", name="link_client"),
    CheckConstraint("intent_matter_id IS NULL OR intent_client_id IS NOT NULL", name="intent_client"),
    Index("ix_payment_paid_at", "paid_at", "id"),
    Index("ix_payment_amount", "amount", "id"),
    Index("ix_payment_payer_name", "payer_name", "id"),
    Index("ix_payment_status", "status", "linked", "id"),
    Index("ix_payment_account_id", "account_id", "id"),
    Index("ix_payment_client_id", "client_id", "id"),
    Index("ix_payment_client_name", "linked", "client_name", "id"),
    Index("ix_payment_link_id", "link_id", "id"),
    Index("ix_payment_completed_at", "completed_at", "id"),
    Index(
        "ix_payment_linked_email",
        text("lower(payer_email)"),
        "id",
        sqlite_where=text("linked = 1"),
        postgresql_where=text("linked = 1"),
    ),
)

fact = table(
    "fact",
    key(),
    whole("payment_id", ForeignKey("payment.id")),
    words("processor"),
    words("kind"),
    words("external_ref"),
    whole("amount"),
    words("currency"),
    whole("occurred_at"),
    whole("seen_at"),
    words("source"),
    words("detail", server_default=""),
    UniqueConstraint("processor", "kind", "external_ref"),
    CheckConstraint("amount >= 0", name="amount"),
    Index("ix_fact_payment_id", "payment_id"),
)

inbox = table(
    "inbox",
    key(),
    words("source"),
    words("external_id"),
    words("body"),
    whole("received_at"),
    zero("attempts"),
    whole("handled_at", nullable=True),
    words("problem", server_default=""),
    UniqueConstraint("source", "external_id"),
    Index(
        "ix_inbox_waiting",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
)

operation = table(
    "operation",
    words("id", primary_key=True),
    whole("payment_id", ForeignKey("payment.id")),
    words("kind"),
    words("state"),
    zero("attempts"),
    whole("sent_at"),
    whole("settled_at", nullable=True),
    words("problem", server_default=""),
    CheckConstraint("state IN ('sent', 'done', 'pending', 'declined', 'not done', 'unknown')", name="state"),
    Index(
        "ix_operation_open",
        "sent_at",
        sqlite_where=text("state IN ('sent', 'unknown')"),
        postgresql_where=text("state IN ('sent', 'unknown')"),
    ),
)

linking = table(
    "linking",
    key(),
    whole("payment_id", ForeignKey("payment.id")),
    words("linked_by"),
    whole("linked_at"),
    UniqueConstraint("id", "payment_id"),
    Index("ix_linking_payment_id", "payment_id"),
)

linking_part = table(
    "linking_part",
    key(),
    whole("linking_id", ForeignKey("linking.id")),
    whole("client_id", ForeignKey("client.id")),
    whole("matter_id", nullable=True),
    whole("amount"),
    whole("apply"),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_linking_part_linking_id", "linking_id"),
)

unlinking = table(
    "unlinking",
    key(),
    whole("linking_id", ForeignKey("linking.id"), unique=True),
    words("reason"),
    words("unlinked_by"),
    whole("unlinked_at"),
)

tally = table(
    "tally",
    words("status", primary_key=True),
    whole("linked", primary_key=True, autoincrement=False),
    whole("account_id", primary_key=True, autoincrement=False),
    zero("count"),
    zero("amount"),
)
