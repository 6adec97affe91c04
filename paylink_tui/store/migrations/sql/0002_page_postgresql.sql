-- The payment page's tables, on PostgreSQL. One statement a paragraph.
CREATE TABLE submission (
    form_key TEXT NOT NULL,
    link_id BIGINT NOT NULL,
    payment_id BIGINT NOT NULL,
    operation_id TEXT NOT NULL,
    receipt_hash BYTEA NOT NULL,
    language TEXT NOT NULL,
    checkout_url TEXT DEFAULT '' NOT NULL,
    submitted_at BIGINT NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (form_key),
    CONSTRAINT fk_submission_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id),
    CONSTRAINT uq_submission_payment_id UNIQUE (payment_id),
    CONSTRAINT fk_submission_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT uq_submission_operation_id UNIQUE (operation_id),
    CONSTRAINT uq_submission_receipt_hash UNIQUE (receipt_hash)
);

CREATE TABLE attempt (
    id BIGSERIAL NOT NULL,
    link_id BIGINT,
    address_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_attempt PRIMARY KEY (id),
    CONSTRAINT ck_attempt_outcome CHECK (outcome IN ('submitted', 'declined', 'limited', 'unknown link')),
    CONSTRAINT fk_attempt_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id)
);

CREATE INDEX ix_attempt_address_hash ON attempt (address_hash, outcome, at);

CREATE INDEX ix_attempt_outcome ON attempt (outcome, at);

CREATE INDEX ix_attempt_link_id ON attempt (link_id, outcome, at);

CREATE TABLE link_freeze (
    id BIGSERIAL NOT NULL,
    link_id BIGINT NOT NULL,
    frozen_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    released_at BIGINT,
    released_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_link_freeze PRIMARY KEY (id),
    CONSTRAINT fk_link_freeze_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id)
);

CREATE UNIQUE INDEX uq_link_freeze_open ON link_freeze (link_id) WHERE released_at IS NULL;

CREATE TABLE message (
    id BIGSERIAL NOT NULL,
    payment_id BIGINT NOT NULL,
    occasion TEXT NOT NULL,
    occurrence TEXT DEFAULT '' NOT NULL,
    audience TEXT NOT NULL,
    recipient TEXT DEFAULT '' NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    created_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    sent_at BIGINT,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT uq_message_payment_id_occasion_occurrence_audience UNIQUE (payment_id, occasion, occurrence, audience),
    CONSTRAINT ck_message_occasion CHECK (occasion IN ('submitted', 'completed', 'failed', 'refunded', 'returned')),
    CONSTRAINT ck_message_audience CHECK (audience IN ('payer', 'firm')),
    CONSTRAINT ck_message_state CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'given up')),
    CONSTRAINT fk_message_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
);

CREATE INDEX ix_message_open ON message (next_at) WHERE state IN ('waiting', 'sending');

CREATE TABLE sandbox_checkout (
    charge_ref TEXT NOT NULL,
    secret TEXT NOT NULL,
    return_url TEXT NOT NULL,
    description TEXT NOT NULL,
    firm TEXT NOT NULL,
    language TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT pk_sandbox_checkout PRIMARY KEY (charge_ref),
    CONSTRAINT fk_sandbox_checkout_charge_ref FOREIGN KEY(charge_ref) REFERENCES sandbox_charge (ref),
    CONSTRAINT uq_sandbox_checkout_secret UNIQUE (secret)
);

CREATE INDEX ix_sandbox_event_charge_ref ON sandbox_event (charge_ref);
