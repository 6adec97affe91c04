"""The firm, its bank accounts, and whom it bills."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)

from paylink_tui.store.schema.columns import NUMBER_TAIL, Whole, key, name_words, table, whole, words, zero

firm = table(
    "firm",
    key(),
    words("name"),
    words("country"),
    words("timezone"),
    words("plan"),
    whole("payments_enabled", server_default=text("1")),
    zero("demo"),
    words("link_key_id"),
    whole("created_at"),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("plan IN ('boutique', 'elite', 'starter')", name="plan"),
)

bank_account = table(
    "bank_account",
    key(),
    words("name", unique=True),
    words("kind"),
    words("currency"),
    words("processor", nullable=True),
    zero("nets_fees"),
    whole("created_at"),
    UniqueConstraint("id", "currency"),
    CheckConstraint("kind IN ('trust', 'operating')", name="kind"),
    CheckConstraint("NOT (kind = 'trust' AND nets_fees = 1)", name="trust_gross"),
)

client = table(
    "client",
    key(),
    words("code", unique=True),
    name_words("name"),
    words("kind"),
    words("email", server_default=""),
    words("phone", server_default=""),
    words("search"),
    CheckConstraint("kind IN ('person', 'company')", name="kind"),
    Index("ix_client_name", "name", "id"),
    Index("ix_client_email", text("lower(email)")),
)

matter = table(
    "matter",
    key(),
    words("number", unique=True),
    whole("client_id", ForeignKey("client.id")),
    words("description", server_default=""),
    words("status"),
    words("search"),
    UniqueConstraint("id", "client_id"),
    Index("ix_matter_client_id", "client_id"),
    Index("ix_matter_tail", text(NUMBER_TAIL)),
    CheckConstraint("status IN ('open', 'pending', 'closed')", name="status"),
)

invoice = table(
    "invoice",
    key(),
    words("number", unique=True),
    whole("client_id", ForeignKey("client.id")),
    whole("matter_id", nullable=True),
    words("issued"),
    words("due"),
    words("currency"),
    whole("total"),
    zero("paid_before"),
    zero("applied"),
    Column("balance", Whole, Computed("total - paid_before - applied", persisted=True)),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    UniqueConstraint("id", "client_id"),
    CheckConstraint("total >= 0 AND paid_before >= 0 AND applied >= 0", name="not_negative"),
    CheckConstraint("paid_before + applied <= total", name="apply_over"),
    Index("ix_invoice_client_due", "client_id", "due", "issued", "number"),
    Index(
        "ix_invoice_open_due",
        "due",
        "id",
        sqlite_where=text("balance > 0"),
        postgresql_where=text("balance > 0"),
    ),
    Index("ix_invoice_due", "due", "id"),
    Index(
        "ix_invoice_open_tail",
        text(NUMBER_TAIL),
        sqlite_where=text("balance > 0"),
        postgresql_where=text("balance > 0"),
    ),
    Index(
        "ix_invoice_open_balance",
        "balance",
        sqlite_where=text("balance > 0"),
        postgresql_where=text("balance > 0"),
    ),
)
