-- Refunds, disputes, trust by hand, bank statements, closed months and roles, on SQLite. One statement a paragraph.
-- What changes in a table that holds rows is its text alone, as SQLite's own ALTER TABLE does it: new columns
-- stand last, and checks only allow more.
CREATE TABLE trust_entry (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    currency TEXT NOT NULL,
    client_id INTEGER,
    matter_id INTEGER,
    to_matter_id INTEGER,
    amount INTEGER NOT NULL,
    method TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    payee TEXT DEFAULT '' NOT NULL,
    purpose TEXT DEFAULT '' NOT NULL,
    dated_on TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
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
) STRICT;

CREATE INDEX ix_trust_entry_account_id ON trust_entry (account_id, id);

CREATE INDEX ix_trust_entry_client_id ON trust_entry (client_id, id);

CREATE TABLE statement (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    closing_balance INTEGER,
    closing_on TEXT,
    imported_by TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    CONSTRAINT uq_statement_account_id_content_hash UNIQUE (account_id, content_hash),
    CONSTRAINT ck_statement_closing CHECK ((closing_balance IS NULL) = (closing_on IS NULL)),
    CONSTRAINT fk_statement_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
) STRICT;

CREATE TABLE statement_line (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    statement_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    fitid TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    amount INTEGER NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    CONSTRAINT uq_statement_line_account_id_fitid UNIQUE (account_id, fitid),
    CONSTRAINT ck_statement_line_amount CHECK (amount <> 0),
    CONSTRAINT fk_statement_line_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
    CONSTRAINT fk_statement_line_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
) STRICT;

CREATE INDEX ix_statement_line_posted_on ON statement_line (account_id, posted_on, id);

CREATE TABLE bank_match (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    matched_by TEXT NOT NULL,
    matched_at INTEGER NOT NULL,
    how TEXT NOT NULL,
    CONSTRAINT ck_bank_match_how CHECK (how IN ('solved', 'chosen')),
    CONSTRAINT fk_bank_match_line_id FOREIGN KEY(line_id) REFERENCES statement_line (id),
    CONSTRAINT uq_bank_match_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_bank_match_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id)
) STRICT;

CREATE INDEX ix_bank_match_line_id ON bank_match (line_id);

CREATE TABLE reconciliation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    bank_balance INTEGER NOT NULL,
    outstanding_in INTEGER NOT NULL,
    outstanding_out INTEGER NOT NULL,
    book INTEGER NOT NULL,
    ledgers INTEGER NOT NULL,
    shortage INTEGER NOT NULL,
    prepared_by TEXT NOT NULL,
    prepared_at INTEGER NOT NULL,
    CONSTRAINT ck_reconciliation_not_negative CHECK (outstanding_in >= 0 AND outstanding_out >= 0 AND shortage >= 0),
    CONSTRAINT ck_reconciliation_trust_three_way CHECK (bank_balance + outstanding_in - outstanding_out = book AND book = ledgers AND shortage = 0),
    CONSTRAINT ck_reconciliation_month CHECK (length(month) = 7),
    CONSTRAINT fk_reconciliation_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id)
) STRICT;

CREATE INDEX ix_reconciliation_account_id ON reconciliation (account_id, month, id);

CREATE TABLE month_close (
    month TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    approved_by TEXT,
    audit_head TEXT NOT NULL,
    CONSTRAINT pk_month_close PRIMARY KEY (month),
    CONSTRAINT ck_month_close_month CHECK (length(month) = 7),
    CONSTRAINT ck_month_close_second_person CHECK (approved_by <> closed_by)
) STRICT;

CREATE TABLE member (
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    CONSTRAINT pk_member PRIMARY KEY (name),
    CONSTRAINT ck_member_role CHECK (role IN ('bookkeeper', 'approver', 'auditor'))
) STRICT;

CREATE TABLE refund (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    client_id INTEGER,
    matter_id INTEGER,
    state TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
    operation_id TEXT,
    settled_at INTEGER,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT fk_refund_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_refund_matter_id_client_id FOREIGN KEY(matter_id, client_id) REFERENCES matter (id, client_id),
    CONSTRAINT ck_refund_amount CHECK (amount > 0),
    CONSTRAINT ck_refund_state CHECK (state IN ('requested', 'sent', 'done', 'declined', 'withdrawn')),
    CONSTRAINT ck_refund_second_person CHECK (approved_by <> requested_by),
    CONSTRAINT fk_refund_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT uq_refund_operation_id UNIQUE (operation_id),
    CONSTRAINT fk_refund_operation_id FOREIGN KEY(operation_id) REFERENCES operation (id)
) STRICT;

CREATE INDEX ix_refund_payment_id ON refund (payment_id);

CREATE UNIQUE INDEX uq_refund_running ON refund (payment_id) WHERE state IN ('requested', 'sent');

PRAGMA writable_schema = ON;

UPDATE sqlite_master SET sql = replace(replace(replace(sql,
    '(''bank'', ''processor'', ''uncleared'', ''unidentified'', ''trust'', ''credit'', ''earned'', ''fees'', ''fees due'', ''losses'')',
    '(''bank'', ''processor'', ''uncleared'', ''unidentified'', ''trust'', ''credit'', ''held'', ''refunding'', ''earned'', ''fees'', ''fees due'', ''losses'', ''disputes'', ''shortage'')'),
    'kind NOT IN (''trust'', ''credit'', ''earned'') OR client_id > 0',
    'kind NOT IN (''trust'', ''credit'', ''held'', ''earned'') OR client_id > 0'),
    'kind NOT IN (''uncleared'', ''unidentified'', ''trust'', ''credit'') OR credits >= debits),',
    'kind NOT IN (''uncleared'', ''unidentified'', ''trust'', ''credit'', ''held'', ''refunding'') OR credits >= debits),
    CONSTRAINT ck_ledger_account_trust_shortage CHECK (kind <> ''shortage'' OR debits >= credits),')
WHERE type = 'table' AND name = 'ledger_account';

UPDATE sqlite_master SET sql = replace(replace(sql,
    '    changed_at INTEGER NOT NULL,',
    '    changed_at INTEGER NOT NULL,
    refunding INTEGER DEFAULT 0 NOT NULL,
    dispute TEXT DEFAULT '''' NOT NULL,'),
    '    CONSTRAINT ck_payment_apply_over CHECK (applied >= 0 AND refunded >= 0 AND applied + refunded <= amount)',
    '    CONSTRAINT ck_payment_dispute CHECK (dispute IN ('''', ''open'', ''won'', ''lost'')),
    CONSTRAINT ck_payment_apply_over CHECK (applied >= 0 AND refunded >= 0 AND refunding >= 0 AND applied + refunded + refunding <= amount)')
WHERE type = 'table' AND name = 'payment';

UPDATE sqlite_master SET sql = replace(replace(sql,
    '    reason TEXT DEFAULT '''' NOT NULL,',
    '    reason TEXT DEFAULT '''' NOT NULL,
    trust_entry_id INTEGER,'),
    '    CONSTRAINT fk_journal_reverses_id FOREIGN KEY(reverses_id) REFERENCES journal (id)',
    '    CONSTRAINT fk_journal_reverses_id FOREIGN KEY(reverses_id) REFERENCES journal (id),
    CONSTRAINT fk_journal_trust_entry_id FOREIGN KEY(trust_entry_id) REFERENCES trust_entry (id)')
WHERE type = 'table' AND name = 'journal';

UPDATE sqlite_master SET sql = replace(sql,
    'occasion IN (''submitted'', ''completed'', ''failed'', ''refunded'', ''returned'')',
    'occasion IN (''submitted'', ''completed'', ''failed'', ''refunded'', ''returned'', ''disputed'')')
WHERE type = 'table' AND name = 'message';

PRAGMA writable_schema = RESET;

CREATE INDEX ix_journal_trust_entry_id ON journal (trust_entry_id) WHERE trust_entry_id IS NOT NULL;

CREATE INDEX ix_payment_refunded ON payment (id) WHERE refunded > 0;

CREATE INDEX ix_payment_disputed ON payment (id) WHERE dispute <> '';
