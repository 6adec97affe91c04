"""What the payment page leaves behind: submissions, attempts, freezes, messages to send."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text

from paylink_tui.store.schema.columns import key, table, whole, words, zero

submission = table(
    "submission",
    words("form_key", primary_key=True),
    whole("link_id", ForeignKey("payment_link.id")),
    whole("payment_id", ForeignKey("payment.id"), unique=True),
    words("operation_id", unique=True),
    Column("receipt_hash", LargeBinary, nullable=False, unique=True),
    words("language"),
    words("checkout_url", server_default=""),
    whole("submitted_at"),
)

attempt = table(
    "attempt",
    key(),
    whole("link_id", ForeignKey("payment_link.id"), nullable=True),
    words("address_hash"),
    words("outcome"),
    whole("at"),
    CheckConstraint("outcome IN ('submitted', 'declined', 'limited', 'unknown link')", name="outcome"),
    Index("ix_attempt_link_id", "link_id", "outcome", "at"),
    Index("ix_attempt_address_hash", "address_hash", "outcome", "at"),
    Index("ix_attempt_outcome", "outcome", "at"),
)

link_freeze = table(
    "link_freeze",
    key(),
    whole("link_id", ForeignKey("payment_link.id")),
    whole("frozen_at"),
    words("reason"),
    whole("released_at", nullable=True),
    words("released_by", server_default=""),
    Index(
        "uq_link_freeze_open",
        "link_id",
        unique=True,
        sqlite_where=text("released_at IS NULL"),
        postgresql_where=text("released_at IS NULL"),
    ),
)

message = table(
    "message",
    key(),
    whole("payment_id", ForeignKey("payment.id")),
    words("occasion"),
    words("occurrence", server_default=""),
    words("audience"),
    words("recipient", server_default=""),
    words("language"),
    words("content"),
    words("state", server_default="waiting"),
    zero("attempts"),
    whole("created_at"),
    whole("next_at"),
    whole("sent_at", nullable=True),
    words("problem", server_default=""),
    UniqueConstraint("payment_id", "occasion", "occurrence", "audience"),
    CheckConstraint(
        "occasion IN ('submitted', 'completed', 'failed', 'refunded', 'returned', 'disputed')",
        name="occasion",
    ),
    CheckConstraint("audience IN ('payer', 'firm')", name="audience"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'skipped', 'given up')", name="state"),
    Index(
        "ix_message_open",
        "next_at",
        sqlite_where=text("state IN ('waiting', 'sending')"),
        postgresql_where=text("state IN ('waiting', 'sending')"),
    ),
)

sandbox_checkout = table(
    "sandbox_checkout",
    words("charge_ref", ForeignKey("sandbox_charge.ref"), primary_key=True),
    words("secret", unique=True),
    words("return_url"),
    words("description"),
    words("firm"),
    words("language"),
    whole("expires_at"),
)
