-- Every table and index, on PostgreSQL. One statement a paragraph.
CREATE TABLE audit (
    seq BIGSERIAL NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (seq),
    CONSTRAINT uq_audit_hash UNIQUE (hash)
);

CREATE INDEX ix_audit_entity ON audit (entity, entity_id);

CREATE TABLE bank_account (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    processor TEXT,
    nets_fees BIGINT DEFAULT 0 NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_bank_account PRIMARY KEY (id),
    CONSTRAINT uq_bank_account_id_currency UNIQUE (id, currency),
    CONSTRAINT ck_bank_account_kind CHECK (kind IN ('trust', 'operating')),
    CONSTRAINT ck_bank_account_trust_gross CHECK (NOT (kind = 'trust' AND nets_fees = 1)),
    CONSTRAINT uq_bank_account_name UNIQUE (name)
);

CREATE TABLE change (
    seq BIGSERIAL NOT NULL,
    entity TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_change PRIMARY KEY (seq)
);

CREATE TABLE client (
    id BIGSERIAL NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    email TEXT DEFAULT '' NOT NULL,
    phone TEXT DEFAULT '' NOT NULL,
    search TEXT NOT NULL,
    CONSTRAINT pk_client PRIMARY KEY (id),
    CONSTRAINT ck_client_kind CHECK (kind IN ('person', 'company')),
    CONSTRAINT uq_client_code UNIQUE (code)
);

CREATE INDEX ix_client_email ON client (lower(email));

CREATE INDEX ix_client_name ON client (name, id);

CREATE TABLE command_log (
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_command_log PRIMARY KEY (key)
);

CREATE TABLE firm (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    timezone TEXT NOT NULL,
    plan TEXT NOT NULL,
    payments_enabled BIGINT DEFAULT 1 NOT NULL,
    demo BIGINT DEFAULT 0 NOT NULL,
    link_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_firm PRIMARY KEY (id),
    CONSTRAINT ck_firm_single CHECK (id = 1),
    CONSTRAINT ck_firm_plan CHECK (plan IN ('boutique', 'elite', 'starter'))
);

CREATE TABLE inbox (
    id BIGSERIAL NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    handled_at BIGINT,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_inbox PRIMARY KEY (id),
    CONSTRAINT uq_inbox_source_external_id UNIQUE (source, external_id)
);

CREATE INDEX ix_inbox_waiting ON inbox (id) WHERE handled_at IS NULL;

CREATE TABLE ledger_account (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    bank_account_id BIGINT DEFAULT 0 NOT NULL,
    client_id BIGINT DEFAULT 0 NOT NULL,
    matter_id BIGINT DEFAULT 0 NOT NULL,
    debits BIGINT DEFAULT 0 NOT NULL,
    credits BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_ledger_account PRIMARY KEY (id),
    CONSTRAINT uq_ledger_account_identity UNIQUE (kind, currency, bank_account_id, client_id, matter_id),
    CONSTRAINT uq_ledger_account_id_currency UNIQUE (id, currency),
    CONSTRAINT ck_ledger_account_kind CHECK (kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit', 'earned', 'fees', 'fees due', 'losses')),
    CONSTRAINT ck_ledger_account_trust_named CHECK (kind NOT IN ('trust', 'credit', 'earned') OR client_id > 0),
    CONSTRAINT ck_ledger_account_trust_never_negative CHECK (kind NOT IN ('uncleared', 'unidentified', 'trust', 'credit') OR credits >= debits),
    CONSTRAINT ck_ledger_account_not_negative CHECK (debits >= 0 AND credits >= 0)
);

CREATE INDEX ix_ledger_account_client_id ON ledger_account (client_id);

CREATE INDEX ix_ledger_account_trust ON ledger_account (bank_account_id, credits, debits) WHERE kind = 'trust';

CREATE TABLE sandbox_charge (
    ref TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    authorized_at BIGINT NOT NULL,
    completes_at BIGINT NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_sandbox_charge PRIMARY KEY (ref),
    CONSTRAINT uq_sandbox_charge_idempotency_key UNIQUE (idempotency_key)
);

CREATE INDEX ix_sandbox_charge_state ON sandbox_charge (state, completes_at);

CREATE TABLE sandbox_event (
    id BIGSERIAL NOT NULL,
    charge_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_sandbox_event PRIMARY KEY (id)
);

CREATE TABLE setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name)
);

CREATE TABLE tally (
    status TEXT NOT NULL,
    linked BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    count BIGINT DEFAULT 0 NOT NULL,
    amount BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_tally PRIMARY KEY (status, linked, account_id)
);

CREATE TABLE matter (
    id BIGSERIAL NOT NULL,
    number TEXT NOT NULL,
    client_id BIGINT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    status TEXT NOT NULL,
    search TEXT NOT NULL,
    CONSTRAINT pk_matter PRIMARY KEY (id),
    CONSTRAINT uq_matter_id_client_id UNIQUE (id, client_id),
    CONSTRAINT ck_matter_status CHECK (status IN ('open', 'pending', 'closed')),
    CONSTRAINT uq_matter_number UNIQUE (number),
    CONSTRAINT fk_matter_client_id FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX ix_matter_client_id ON matter (client_id);

CREATE INDEX ix_matter_tail ON matter (substr(number, length(number) - 2));

CREATE TABLE invoice (
    id BIGSERIAL NOT NULL,
    number TEXT NOT NULL,
    client_id BIGINT NOT NULL,
    matter_id BIGINT,
    issued TEXT NOT NULL,
    due TEXT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL,
    paid_before BIGINT DEFAULT 0 NOT NULL,
    applied BIGINT DEFAULT 0 NOT NULL,
    balance BIGINT GENERATED ALWAYS AS (total - paid_before - applied) STORED,
    CONSTRAINT pk_invoice PRIMARY KEY (id),
    CONSTRAINT fk_invoice_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT uq_invoice_id_client_id UNIQUE (id, client_id),
    CONSTRAINT ck_invoice_not_negative CHECK (total >= 0 AND paid_before >= 0 AND applied >= 0),
    CONSTRAINT ck_invoice_apply_over CHECK (paid_before + applied <= total),
    CONSTRAINT uq_invoice_number UNIQUE (number),
    CONSTRAINT fk_invoice_client_id FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX ix_invoice_client_due ON invoice (client_id, due, issued, number);

CREATE INDEX ix_invoice_due ON invoice (due, id);

CREATE INDEX ix_invoice_open_balance ON invoice (balance) WHERE balance > 0;

CREATE INDEX ix_invoice_open_due ON invoice (due, id) WHERE balance > 0;

CREATE INDEX ix_invoice_open_tail ON invoice (substr(number, length(number) - 2)) WHERE balance > 0;

CREATE TABLE record_payment (
    id BIGSERIAL NOT NULL,
    source TEXT NOT NULL,
    client_id BIGINT NOT NULL,
    matter_id BIGINT,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    received_on TEXT NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    payee TEXT DEFAULT '' NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CONSTRAINT pk_record_payment PRIMARY KEY (id),
    CONSTRAINT fk_record_payment_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT ck_record_payment_source CHECK (source IN ('credit', 'trust', 'cash', 'cheque', 'wire', 'other')),
    CONSTRAINT ck_record_payment_amount CHECK (amount > 0),
    CONSTRAINT fk_record_payment_client_id FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE TABLE payment_link (
    id BIGSERIAL NOT NULL,
    nonce BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    account_id BIGINT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT,
    reference TEXT DEFAULT '' NOT NULL,
    client_id BIGINT,
    matter_id BIGINT,
    invoice_id BIGINT,
    expires_at BIGINT,
    max_uses BIGINT,
    uses BIGINT DEFAULT 0 NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    CONSTRAINT pk_payment_link PRIMARY KEY (id),
    CONSTRAINT fk_payment_link_account_id_currency FOREIGN KEY(account_id, currency) REFERENCES bank_account (id, currency),
    CONSTRAINT fk_payment_link_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_payment_link_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT fk_payment_link_invoice_id_client_id FOREIGN KEY(invoice_id, client_id) REFERENCES invoice (id, client_id),
    CONSTRAINT ck_payment_link_amount CHECK (amount IS NULL OR amount > 0),
    CONSTRAINT ck_payment_link_max_uses CHECK (max_uses IS NULL OR max_uses > 0),
    CONSTRAINT ck_payment_link_link_locked CHECK (uses >= 0 AND (max_uses IS NULL OR uses <= max_uses)),
    CONSTRAINT ck_payment_link_link_client CHECK (client_id IS NOT NULL OR (matter_id IS NULL AND invoice_id IS NULL)),
    CONSTRAINT uq_payment_link_token_hash UNIQUE (token_hash)
);

CREATE TABLE payment (
    id BIGSERIAL NOT NULL,
    link_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    account_kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    status TEXT NOT NULL,
    method TEXT NOT NULL,
    brand TEXT DEFAULT '' NOT NULL,
    last4 TEXT DEFAULT '' NOT NULL,
    payer_name TEXT NOT NULL,
    payer_email TEXT DEFAULT '' NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    processor TEXT NOT NULL,
    payment_ref TEXT NOT NULL,
    paid_at BIGINT NOT NULL,
    due_at BIGINT,
    completed_at BIGINT,
    failure TEXT DEFAULT '' NOT NULL,
    conflict TEXT DEFAULT '' NOT NULL,
    refunded BIGINT DEFAULT 0 NOT NULL,
    fee BIGINT DEFAULT 0 NOT NULL,
    linking_id BIGINT,
    linked BIGINT DEFAULT 0 NOT NULL,
    client_id BIGINT,
    matter_id BIGINT,
    client_name TEXT DEFAULT '' NOT NULL,
    matter_number TEXT DEFAULT '' NOT NULL,
    search TEXT DEFAULT '' NOT NULL,
    applied BIGINT DEFAULT 0 NOT NULL,
    intent_client_id BIGINT,
    intent_matter_id BIGINT,
    intent_apply BIGINT,
    intent_by TEXT,
    version BIGINT DEFAULT 1 NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT pk_payment PRIMARY KEY (id),
    CONSTRAINT fk_payment_account_id_currency FOREIGN KEY(account_id, currency) REFERENCES bank_account (id, currency),
    CONSTRAINT fk_payment_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_payment_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT fk_payment_intent_matter_id_intent_client_id FOREIGN KEY(intent_matter_id, intent_client_id) REFERENCES matter (id, client_id),
    CONSTRAINT uq_payment_processor_payment_ref UNIQUE (processor, payment_ref),
    CONSTRAINT ck_payment_amount CHECK (amount > 0),
    CONSTRAINT ck_payment_status CHECK (status IN ('pending', 'authorized', 'completed', 'voided', 'failed', 'returned')),
    CONSTRAINT ck_payment_account_kind CHECK (account_kind IN ('trust', 'operating')),
    CONSTRAINT ck_payment_apply_over CHECK (applied >= 0 AND refunded >= 0 AND applied + refunded <= amount),
    CONSTRAINT ck_payment_link_only_completed CHECK (linked = 0 OR status IN ('completed', 'returned')),
    CONSTRAINT ck_payment_linked CHECK ((linked = 1) = (linking_id IS NOT NULL)),
    CONSTRAINT ck_payment_link_client CHECK (matter_id IS NULL OR client_id IS NOT NULL),
    CONSTRAINT ck_payment_intent_client CHECK (intent_matter_id IS NULL OR intent_client_id IS NOT NULL),
    CONSTRAINT fk_payment_link_id FOREIGN KEY(link_id) REFERENCES payment_link (id)
);

CREATE INDEX ix_payment_account_id ON payment (account_id, id);

CREATE INDEX ix_payment_amount ON payment (amount, id);

CREATE INDEX ix_payment_client_id ON payment (client_id, id);

CREATE INDEX ix_payment_client_name ON payment (linked, client_name, id);

CREATE INDEX ix_payment_completed_at ON payment (completed_at, id);

CREATE INDEX ix_payment_link_id ON payment (link_id, id);

CREATE INDEX ix_payment_linked_email ON payment (lower(payer_email), id) WHERE linked = 1;

CREATE INDEX ix_payment_paid_at ON payment (paid_at, id);

CREATE INDEX ix_payment_payer_name ON payment (payer_name, id);

CREATE INDEX ix_payment_status ON payment (status, linked, id);

CREATE TABLE fact (
    id BIGSERIAL NOT NULL,
    payment_id BIGINT NOT NULL,
    processor TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_ref TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_fact PRIMARY KEY (id),
    CONSTRAINT uq_fact_processor_kind_external_ref UNIQUE (processor, kind, external_ref),
    CONSTRAINT ck_fact_amount CHECK (amount >= 0),
    CONSTRAINT fk_fact_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
);

CREATE INDEX ix_fact_payment_id ON fact (payment_id);

CREATE TABLE journal (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    payment_id BIGINT,
    record_payment_id BIGINT,
    reverses_id BIGINT,
    effective_on TEXT NOT NULL,
    posted_at BIGINT NOT NULL,
    posted_by TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (id),
    CONSTRAINT fk_journal_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT fk_journal_record_payment_id FOREIGN KEY(record_payment_id) REFERENCES record_payment (id),
    CONSTRAINT uq_journal_reverses_id UNIQUE (reverses_id),
    CONSTRAINT fk_journal_reverses_id FOREIGN KEY(reverses_id) REFERENCES journal (id)
);

CREATE INDEX ix_journal_payment_id ON journal (payment_id);

CREATE INDEX ix_journal_record_payment_id ON journal (record_payment_id);

CREATE TABLE linking (
    id BIGSERIAL NOT NULL,
    payment_id BIGINT NOT NULL,
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    CONSTRAINT pk_linking PRIMARY KEY (id),
    CONSTRAINT uq_linking_id_payment_id UNIQUE (id, payment_id),
    CONSTRAINT fk_linking_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
);

CREATE INDEX ix_linking_payment_id ON linking (payment_id);

CREATE TABLE operation (
    id TEXT NOT NULL,
    payment_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    sent_at BIGINT NOT NULL,
    settled_at BIGINT,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_operation PRIMARY KEY (id),
    CONSTRAINT ck_operation_state CHECK (state IN ('sent', 'done', 'pending', 'declined', 'not done', 'unknown')),
    CONSTRAINT fk_operation_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
);

CREATE INDEX ix_operation_open ON operation (sent_at) WHERE state IN ('sent', 'unknown');

CREATE TABLE linking_part (
    id BIGSERIAL NOT NULL,
    linking_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    matter_id BIGINT,
    amount BIGINT NOT NULL,
    apply BIGINT NOT NULL,
    CONSTRAINT pk_linking_part PRIMARY KEY (id),
    CONSTRAINT fk_linking_part_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT ck_linking_part_amount CHECK (amount > 0),
    CONSTRAINT fk_linking_part_linking_id FOREIGN KEY(linking_id) REFERENCES linking (id),
    CONSTRAINT fk_linking_part_client_id FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX ix_linking_part_linking_id ON linking_part (linking_id);

CREATE TABLE transfer (
    id BIGSERIAL NOT NULL,
    journal_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    debit_id BIGINT NOT NULL,
    credit_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    invoice_id BIGINT,
    reverses_id BIGINT,
    CONSTRAINT pk_transfer PRIMARY KEY (id),
    CONSTRAINT fk_transfer_debit_id_currency FOREIGN KEY(debit_id, currency) REFERENCES ledger_account (id, currency),
    CONSTRAINT fk_transfer_credit_id_currency FOREIGN KEY(credit_id, currency) REFERENCES ledger_account (id, currency),
    CONSTRAINT ck_transfer_amount CHECK (amount > 0),
    CONSTRAINT ck_transfer_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT fk_transfer_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id),
    CONSTRAINT fk_transfer_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT uq_transfer_reverses_id UNIQUE (reverses_id),
    CONSTRAINT fk_transfer_reverses_id FOREIGN KEY(reverses_id) REFERENCES transfer (id)
);

CREATE INDEX ix_transfer_credit_id ON transfer (credit_id, id);

CREATE INDEX ix_transfer_debit_id ON transfer (debit_id, id);

CREATE INDEX ix_transfer_journal_id ON transfer (journal_id);

CREATE TABLE unlinking (
    id BIGSERIAL NOT NULL,
    linking_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    unlinked_by TEXT NOT NULL,
    unlinked_at BIGINT NOT NULL,
    CONSTRAINT pk_unlinking PRIMARY KEY (id),
    CONSTRAINT uq_unlinking_linking_id UNIQUE (linking_id),
    CONSTRAINT fk_unlinking_linking_id FOREIGN KEY(linking_id) REFERENCES linking (id)
);

CREATE TABLE allocation (
    id BIGSERIAL NOT NULL,
    invoice_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    sign BIGINT DEFAULT 1 NOT NULL,
    payment_id BIGINT,
    record_payment_id BIGINT,
    transfer_id BIGINT NOT NULL,
    reverses_id BIGINT,
    paid_on TEXT NOT NULL,
    CONSTRAINT pk_allocation PRIMARY KEY (id),
    CONSTRAINT fk_allocation_invoice_id_client_id FOREIGN KEY(invoice_id, client_id) REFERENCES invoice (id, client_id),
    CONSTRAINT ck_allocation_amount CHECK (amount > 0),
    CONSTRAINT ck_allocation_sign CHECK (sign IN (1, -1) AND (sign = -1) = (reverses_id IS NOT NULL)),
    CONSTRAINT ck_allocation_source CHECK (payment_id IS NOT NULL OR record_payment_id IS NOT NULL),
    CONSTRAINT fk_allocation_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT fk_allocation_record_payment_id FOREIGN KEY(record_payment_id) REFERENCES record_payment (id),
    CONSTRAINT uq_allocation_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_allocation_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id),
    CONSTRAINT uq_allocation_reverses_id UNIQUE (reverses_id),
    CONSTRAINT fk_allocation_reverses_id FOREIGN KEY(reverses_id) REFERENCES allocation (id)
);

CREATE INDEX ix_allocation_invoice_id ON allocation (invoice_id);

CREATE INDEX ix_allocation_payment_id ON allocation (payment_id);

CREATE INDEX ix_allocation_record_payment_id ON allocation (record_payment_id);
