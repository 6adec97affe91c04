"""Every table, for SQLite and PostgreSQL alike. Amounts are minor units, times UTC epoch milliseconds.

Days are ISO text (`2026-11-22`), which sorts and compares the same on both databases. The triggers
that no constraint can express stand beside this file, in the first revision.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.sqlite import INTEGER
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

NUMBER_TAIL = "substr(number, length(number) - 2)"
"""The last three characters of a number, by which a payer's shortened reference finds it."""


class Whole(TypeDecorator[int]):
    """A 64-bit whole number; anything but an `int` is refused in Python, before a driver rounds it."""

    impl = BigInteger().with_variant(INTEGER(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        """Pass whole numbers, refuse floats, decimals, booleans and text."""
        if value is not None and type(value) is not int:
            raise TypeError(f"a whole number was expected, not {type(value).__name__} {value!r}")
        return value


def table(name: str, *columns: Any) -> Table:
    """A table, STRICT on SQLite, with ids that are never given out twice."""
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_autoincrement=True)


def key(name: str = "id") -> Column[int]:
    """The primary key."""
    return Column(name, Whole, primary_key=True, autoincrement=True)


def words(name: str, **options: Any) -> Column[str]:
    """A text column that is never null unless asked."""
    return Column(name, Text, nullable=options.pop("nullable", False), **options)


def name_words(name: str, **options: Any) -> Column[str]:
    """A name people sort by: upper and lower case sort together on SQLite, as PostgreSQL's locales do."""
    kind = Text().with_variant(Text(collation="NOCASE"), "sqlite")
    return Column(name, kind, nullable=False, **options)


def whole(name: str, *args: Any, **options: Any) -> Column[int]:
    """A whole-number column that is never null unless asked."""
    return Column(name, Whole, *args, nullable=options.pop("nullable", False), **options)


def zero(name: str) -> Column[int]:
    """A whole-number column that starts at zero."""
    return whole(name, server_default=text("0"))


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
        "kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit', 'earned', 'fees',"
        " 'fees due', 'losses')",
        name="kind",
    ),
    CheckConstraint("kind NOT IN ('trust', 'credit', 'earned') OR client_id > 0", name="trust_named"),
    CheckConstraint(
        "kind NOT IN ('uncleared', 'unidentified', 'trust', 'credit') OR credits >= debits",
        name="trust_never_negative",
    ),
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
    Index("ix_journal_payment_id", "payment_id"),
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

tally = table(
    "tally",
    words("status", primary_key=True),
    whole("linked", primary_key=True, autoincrement=False),
    whole("account_id", primary_key=True, autoincrement=False),
    zero("count"),
    zero("amount"),
)

change = table(
    "change",
    key("seq"),
    words("entity"),
    whole("entity_id"),
    whole("at"),
)

command_log = table(
    "command_log",
    words("key", primary_key=True),
    words("name"),
    words("actor"),
    words("input_hash"),
    words("result"),
    whole("at"),
)

audit = table(
    "audit",
    key("seq"),
    whole("at"),
    words("actor"),
    words("action"),
    words("entity"),
    whole("entity_id"),
    words("before"),
    words("after"),
    words("reason", server_default=""),
    words("previous_hash"),
    words("hash", unique=True),
    Index("ix_audit_entity", "entity", "entity_id"),
)

sandbox_charge = table(
    "sandbox_charge",
    words("ref", primary_key=True),
    words("idempotency_key", unique=True),
    words("state"),
    words("method"),
    whole("amount"),
    words("currency"),
    whole("authorized_at"),
    whole("completes_at"),
    words("outcome", server_default=""),
    Index("ix_sandbox_charge_state", "state", "completes_at"),
)

sandbox_event = table(
    "sandbox_event",
    key(),
    words("charge_ref"),
    words("kind"),
    whole("amount"),
    words("currency"),
    whole("occurred_at"),
    words("detail", server_default=""),
)

setting = table(
    "setting",
    words("name", primary_key=True),
    words("value"),
)
