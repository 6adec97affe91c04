-- Refunds, disputes, trust by hand, bank statements, closed months and roles, on PostgreSQL. One statement a paragraph.
CREATE TABLE trust_entry (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    currency TEXT NOT NULL,
    client_id BIGINT,
    matter_id BIGINT,
    to_matter_id BIGINT,
    amount BIGINT NOT NULL,
    method TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    payee TEXT DEFAULT '' NOT NULL,
    purpose TEXT DEFAULT '' NOT NULL,
    dated_on TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    CONSTRAINT pk_trust_entry PRIMARY KEY (id),
    CONSTRAINT fk_trust_entry_account_id_currency FOREIGN KEY(account_id, currency) REFERENCES bank_account (id, currency),
    CONSTRAINT fk_trust_entry_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_trust_entry_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT fk_trust_entry_to_matter_id_client_id FOREIGN KEY(to_matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT ck_trust_entry_kind CHECK (kind IN ('receipt', 'disbursement', 'move', 'shortage', 'restore')),
    CONSTRAINT ck_trust_entry_amount CHECK (amount > 0),
    CONSTRAINT ck_trust_entry_trust_named CHECK (kind IN ('shortage', 'restore') OR client_id IS NOT NULL),
    CONSTRAINT ck_trust_entry_method CHECK (method IN ('', 'cheque', 'wire', 'cash', 'other')),
    CONSTRAINT ck_trust_entry_state CHECK (state IN ('requested', 'posted', 'withdrawn')),
    CONSTRAINT ck_trust_entry_second_person CHECK (approved_by <> requested_by)
);

CREATE INDEX ix_trust_entry_account_id ON trust_entry (account_id, id);

CREATE INDEX ix_trust_entry_client_id ON trust_entry (client_id, id);

CREATE TABLE statement (
    id BIGSERIAL NOT NULL,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    closing_balance BIGINT,
    closing_on TEXT,
    imported_by TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    CONSTRAINT pk_statement PRIMARY KEY (id),
    CONSTRAINT uq_statement_account_id_content_hash UNIQUE (account_id, content_hash),
    CONSTRAINT ck_statement_closing CHECK ((closing_balance IS NULL) = (closing_on IS NULL)),
    CONSTRAINT fk_statement_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
);

CREATE TABLE statement_line (
    id BIGSERIAL NOT NULL,
    statement_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    fitid TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    amount BIGINT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_statement_line PRIMARY KEY (id),
    CONSTRAINT uq_statement_line_account_id_fitid UNIQUE (account_id, fitid),
    CONSTRAINT ck_statement_line_amount CHECK (amount <> 0),
    CONSTRAINT fk_statement_line_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
    CONSTRAINT fk_statement_line_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
);

CREATE INDEX ix_statement_line_posted_on ON statement_line (account_id, posted_on, id);

CREATE TABLE bank_match (
    id BIGSERIAL NOT NULL,
    line_id BIGINT NOT NULL,
    transfer_id BIGINT NOT NULL,
    matched_by TEXT NOT NULL,
    matched_at BIGINT NOT NULL,
    how TEXT NOT NULL,
    CONSTRAINT pk_bank_match PRIMARY KEY (id),
    CONSTRAINT ck_bank_match_how CHECK (how IN ('solved', 'chosen')),
    CONSTRAINT fk_bank_match_line_id FOREIGN KEY(line_id) REFERENCES statement_line (id),
    CONSTRAINT uq_bank_match_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_bank_match_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id)
);

CREATE INDEX ix_bank_match_line_id ON bank_match (line_id);

CREATE TABLE reconciliation (
    id BIGSERIAL NOT NULL,
    account_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    bank_balance BIGINT NOT NULL,
    outstanding_in BIGINT NOT NULL,
    outstanding_out BIGINT NOT NULL,
    book BIGINT NOT NULL,
    ledgers BIGINT NOT NULL,
    shortage BIGINT NOT NULL,
    prepared_by TEXT NOT NULL,
    prepared_at BIGINT NOT NULL,
    CONSTRAINT pk_reconciliation PRIMARY KEY (id),
    CONSTRAINT ck_reconciliation_not_negative CHECK (outstanding_in >= 0 AND outstanding_out >= 0 AND shortage >= 0),
    CONSTRAINT ck_reconciliation_trust_three_way CHECK (bank_balance + outstanding_in - outstanding_out = book AND book = ledgers AND shortage = 0),
    CONSTRAINT ck_reconciliation_month CHECK (length(month) = 7),
    CONSTRAINT fk_reconciliation_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
);

CREATE INDEX ix_reconciliation_account_id ON reconciliation (account_id, month, id);

CREATE TABLE month_close (
    month TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    approved_by TEXT,
    audit_head TEXT NOT NULL,
    CONSTRAINT pk_month_close PRIMARY KEY (month),
    CONSTRAINT ck_month_close_month CHECK (length(month) = 7),
    CONSTRAINT ck_month_close_second_person CHECK (approved_by <> closed_by)
);

CREATE TABLE member (
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    CONSTRAINT pk_member PRIMARY KEY (name),
    CONSTRAINT ck_member_role CHECK (role IN ('bookkeeper', 'approver', 'auditor'))
);

CREATE TABLE refund (
    id BIGSERIAL NOT NULL,
    payment_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    client_id BIGINT,
    matter_id BIGINT,
    state TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    operation_id TEXT,
    settled_at BIGINT,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_refund PRIMARY KEY (id),
    CONSTRAINT fk_refund_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_refund_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT ck_refund_amount CHECK (amount > 0),
    CONSTRAINT ck_refund_state CHECK (state IN ('requested', 'sent', 'done', 'declined', 'withdrawn')),
    CONSTRAINT ck_refund_second_person CHECK (approved_by <> requested_by),
    CONSTRAINT fk_refund_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT uq_refund_operation_id UNIQUE (operation_id),
    CONSTRAINT fk_refund_operation_id FOREIGN KEY(operation_id) REFERENCES operation (id)
);

CREATE INDEX ix_refund_payment_id ON refund (payment_id);

CREATE UNIQUE INDEX uq_refund_running ON refund (payment_id) WHERE state IN ('requested', 'sent');

ALTER TABLE ledger_account DROP CONSTRAINT IF EXISTS ck_ledger_account_kind;

ALTER TABLE ledger_account ADD CONSTRAINT ck_ledger_account_kind CHECK (kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding', 'earned', 'fees', 'fees due', 'losses', 'disputes', 'shortage'));

ALTER TABLE ledger_account DROP CONSTRAINT IF EXISTS ck_ledger_account_trust_named;

ALTER TABLE ledger_account ADD CONSTRAINT ck_ledger_account_trust_named CHECK (kind NOT IN ('trust', 'credit', 'held', 'earned') OR client_id > 0);

ALTER TABLE ledger_account DROP CONSTRAINT IF EXISTS ck_ledger_account_trust_never_negative;

ALTER TABLE ledger_account ADD CONSTRAINT ck_ledger_account_trust_never_negative CHECK (kind NOT IN ('uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding') OR credits >= debits);

ALTER TABLE ledger_account ADD CONSTRAINT ck_ledger_account_trust_shortage CHECK (kind <> 'shortage' OR debits >= credits);

ALTER TABLE payment ADD COLUMN refunding BIGINT DEFAULT 0 NOT NULL, ADD COLUMN dispute TEXT DEFAULT '' NOT NULL;

ALTER TABLE payment DROP CONSTRAINT IF EXISTS ck_payment_apply_over;

ALTER TABLE payment ADD CONSTRAINT ck_payment_apply_over CHECK (applied >= 0 AND refunded >= 0 AND refunding >= 0 AND applied + refunded + refunding <= amount);

ALTER TABLE payment ADD CONSTRAINT ck_payment_dispute CHECK (dispute IN ('', 'open', 'won', 'lost'));

CREATE INDEX ix_payment_refunded ON payment (id) WHERE refunded > 0;

CREATE INDEX ix_payment_disputed ON payment (id) WHERE dispute <> '';

ALTER TABLE journal ADD COLUMN trust_entry_id BIGINT CONSTRAINT fk_journal_trust_entry_id REFERENCES trust_entry (id);

CREATE INDEX ix_journal_trust_entry_id ON journal (trust_entry_id) WHERE trust_entry_id IS NOT NULL;

ALTER TABLE message DROP CONSTRAINT IF EXISTS ck_message_occasion;

ALTER TABLE message ADD CONSTRAINT ck_message_occasion CHECK (occasion IN ('submitted', 'completed', 'failed', 'refunded', 'returned', 'disputed'));
