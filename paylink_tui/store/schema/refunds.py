"""Money given back, and who may act: refunds asked for, and the people with a role."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text

from paylink_tui.store.schema.columns import key, table, whole, words

refund = table(
    "refund",
    key(),
    whole("payment_id", ForeignKey("payment.id")),
    whole("amount"),
    whole("client_id", nullable=True),
    whole("matter_id", nullable=True),
    words("state"),
    words("reason", server_default=""),
    words("requested_by"),
    whole("requested_at"),
    words("approved_by", nullable=True),
    whole("approved_at", nullable=True),
    words("operation_id", ForeignKey("operation.id"), nullable=True, unique=True),
    whole("settled_at", nullable=True),
    words("problem", server_default=""),
    ForeignKeyConstraint(["client_id"], ["client.id"]),
    ForeignKeyConstraint(["matter_id", "client_id"], ["matter.id", "matter.client_id"]),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("state IN ('requested', 'sent', 'done', 'declined', 'withdrawn')", name="state"),
    CheckConstraint("approved_by <> requested_by", name="second_person"),
    Index("ix_refund_payment_id", "payment_id"),
    Index(
        "uq_refund_running",
        "payment_id",
        unique=True,
        sqlite_where=text("state IN ('requested', 'sent')"),
        postgresql_where=text("state IN ('requested', 'sent')"),
    ),
)

member = table(
    "member",
    words("name", primary_key=True),
    words("role"),
    whole("set_at"),
    words("set_by"),
    CheckConstraint("role IN ('bookkeeper', 'approver', 'auditor')", name="role"),
)
