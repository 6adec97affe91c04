-- The payment page's tables, on SQLite. One statement a paragraph.
CREATE TABLE submission (
    form_key TEXT NOT NULL,
    link_id INTEGER NOT NULL,
    payment_id INTEGER NOT NULL,
    operation_id TEXT NOT NULL,
    receipt_hash BLOB NOT NULL,
    language TEXT NOT NULL,
    checkout_url TEXT DEFAULT '' NOT NULL,
    submitted_at INTEGER NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (form_key),
    CONSTRAINT fk_submission_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id),
    CONSTRAINT uq_submission_payment_id UNIQUE (payment_id),
    CONSTRAINT fk_submission_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT uq_submission_operation_id UNIQUE (operation_id),
    CONSTRAINT uq_submission_receipt_hash UNIQUE (receipt_hash)
) STRICT;

CREATE TABLE attempt (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    link_id INTEGER,
    address_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT ck_attempt_outcome CHECK (outcome IN ('submitted', 'declined', 'limited', 'unknown link')),
    CONSTRAINT fk_attempt_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id)
) STRICT;

CREATE INDEX ix_attempt_address_hash ON attempt (address_hash, outcome, at);

CREATE INDEX ix_attempt_outcome ON attempt (outcome, at);

CREATE INDEX ix_attempt_link_id ON attempt (link_id, outcome, at);

CREATE TABLE link_freeze (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    link_id INTEGER NOT NULL,
    frozen_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    released_at INTEGER,
    released_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT fk_link_freeze_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id)
) STRICT;

CREATE UNIQUE INDEX uq_link_freeze_open ON link_freeze (link_id) WHERE released_at IS NULL;

CREATE TABLE message (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL,
    occasion TEXT NOT NULL,
    occurrence TEXT DEFAULT '' NOT NULL,
    audience TEXT NOT NULL,
    recipient TEXT DEFAULT '' NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    sent_at INTEGER,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT uq_message_payment_id_occasion_occurrence_audience UNIQUE (payment_id, occasion, occurrence, audience),
    CONSTRAINT ck_message_occasion CHECK (occasion IN ('submitted', 'completed', 'failed', 'refunded', 'returned')),
    CONSTRAINT ck_message_audience CHECK (audience IN ('payer', 'firm')),
    CONSTRAINT ck_message_state CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'given up')),
    CONSTRAINT fk_message_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
) STRICT;

CREATE INDEX ix_message_open ON message (next_at) WHERE state IN ('waiting', 'sending');

CREATE TABLE sandbox_checkout (
    charge_ref TEXT NOT NULL,
    secret TEXT NOT NULL,
    return_url TEXT NOT NULL,
    description TEXT NOT NULL,
    firm TEXT NOT NULL,
    language TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT pk_sandbox_checkout PRIMARY KEY (charge_ref),
    CONSTRAINT fk_sandbox_checkout_charge_ref FOREIGN KEY(charge_ref) REFERENCES sandbox_charge (ref),
    CONSTRAINT uq_sandbox_checkout_secret UNIQUE (secret)
) STRICT;

CREATE INDEX ix_sandbox_event_charge_ref ON sandbox_event (charge_ref);
