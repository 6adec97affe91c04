"""Logs, settings, and the sandbox processor's own book."""

from __future__ import annotations

from sqlalchemy import Index

from paylink_tui.store.schema.columns import key, table, whole, words

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
    Index("ix_sandbox_event_charge_ref", "charge_ref"),
)

setting = table(
    "setting",
    words("name", primary_key=True),
    words("value"),
)
