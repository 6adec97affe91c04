-- The rules no constraint can express, on SQLite. One statement a paragraph.
-- Each message starts with its rule's name. RAISE(ABORT) holds under INSERT OR IGNORE too, where a CHECK
-- inside a trigger would be passed over in silence; so amounts are checked here before they are added.
CREATE TRIGGER fact_forever_update BEFORE UPDATE ON fact BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a fact is never changed');
END;

CREATE TRIGGER fact_forever_delete BEFORE DELETE ON fact BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a fact is never deleted');
END;

CREATE TRIGGER journal_forever_update BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a journal is never changed');
END;

CREATE TRIGGER journal_forever_delete BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a journal is never deleted');
END;

CREATE TRIGGER transfer_forever_update BEFORE UPDATE ON transfer BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a transfer is never changed');
END;

CREATE TRIGGER transfer_forever_delete BEFORE DELETE ON transfer BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a transfer is never deleted');
END;

CREATE TRIGGER allocation_forever_update BEFORE UPDATE ON allocation BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an allocation is never changed');
END;

CREATE TRIGGER allocation_forever_delete BEFORE DELETE ON allocation BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an allocation is never deleted');
END;

CREATE TRIGGER linking_forever_update BEFORE UPDATE ON linking BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a linking is never changed');
END;

CREATE TRIGGER linking_forever_delete BEFORE DELETE ON linking BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a linking is never deleted');
END;

CREATE TRIGGER linking_part_forever_update BEFORE UPDATE ON linking_part BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a part of a linking is never changed');
END;

CREATE TRIGGER linking_part_forever_delete BEFORE DELETE ON linking_part BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a part of a linking is never deleted');
END;

CREATE TRIGGER unlinking_forever_update BEFORE UPDATE ON unlinking BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an unlinking is never changed');
END;

CREATE TRIGGER unlinking_forever_delete BEFORE DELETE ON unlinking BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an unlinking is never deleted');
END;

CREATE TRIGGER record_payment_forever_update BEFORE UPDATE ON record_payment BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a recorded payment is never changed');
END;

CREATE TRIGGER record_payment_forever_delete BEFORE DELETE ON record_payment BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a recorded payment is never deleted');
END;

CREATE TRIGGER audit_forever_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an audit row is never changed');
END;

CREATE TRIGGER audit_forever_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: an audit row is never deleted');
END;

CREATE TRIGGER change_forever_update BEFORE UPDATE ON change BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a row of the change log is never changed');
END;

CREATE TRIGGER change_forever_delete BEFORE DELETE ON change BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a row of the change log is never deleted');
END;

CREATE TRIGGER command_log_forever_update BEFORE UPDATE ON command_log BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a row of the command log is never changed');
END;

CREATE TRIGGER command_log_forever_delete BEFORE DELETE ON command_log BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a row of the command log is never deleted');
END;

CREATE TRIGGER payment_guard_delete BEFORE DELETE ON payment BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a transaction is never deleted');
END;

CREATE TRIGGER payment_link_guard_delete BEFORE DELETE ON payment_link BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a payment link is never deleted');
END;

CREATE TRIGGER ledger_account_guard_delete BEFORE DELETE ON ledger_account BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a ledger account is never deleted');
END;

CREATE TRIGGER payment_link_guard_insert BEFORE INSERT ON payment_link BEGIN
    SELECT RAISE(ABORT, 'link-locked: a link has the currency of its account')
    FROM bank_account WHERE id = NEW.account_id AND currency <> NEW.currency;
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the invoice is of another client')
    WHERE NEW.invoice_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM invoice WHERE id = NEW.invoice_id AND client_id = NEW.client_id);
END;

CREATE TRIGGER payment_link_guard_update BEFORE UPDATE ON payment_link
WHEN NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.currency <> OLD.currency
    OR NEW.amount IS NOT OLD.amount OR NEW.client_id IS NOT OLD.client_id
    OR NEW.matter_id IS NOT OLD.matter_id OR NEW.invoice_id IS NOT OLD.invoice_id
    OR NEW.max_uses IS NOT OLD.max_uses
BEGIN
    SELECT RAISE(ABORT, 'link-locked: account, currency, amount, owner and use limit of a link are fixed when it is made');
END;

CREATE TRIGGER bank_account_guard_update BEFORE UPDATE ON bank_account
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.currency <> OLD.currency
BEGIN
    SELECT RAISE(ABORT, 'link-locked: kind and currency of a bank account are fixed when it is added');
END;

CREATE TRIGGER matter_guard_update BEFORE UPDATE ON matter
WHEN NEW.id <> OLD.id OR NEW.client_id <> OLD.client_id
BEGIN
    SELECT RAISE(ABORT, 'link-client: a matter keeps its client');
END;

CREATE TRIGGER invoice_guard_insert BEFORE INSERT ON invoice BEGIN
    SELECT RAISE(ABORT, 'apply-over: an invoice starts with nothing applied') WHERE NEW.applied <> 0;
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
END;

CREATE TRIGGER invoice_guard_update BEFORE UPDATE ON invoice BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: client and currency of an invoice are fixed once money was applied to it')
    WHERE (NEW.id <> OLD.id OR NEW.client_id <> OLD.client_id OR NEW.currency <> OLD.currency)
        AND EXISTS (SELECT 1 FROM allocation WHERE invoice_id = OLD.id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
END;

CREATE TRIGGER payment_guard_insert BEFORE INSERT ON payment BEGIN
    SELECT RAISE(ABORT, 'link-only-completed: a transaction arrives unlinked')
    WHERE NEW.linked <> 0 OR NEW.linking_id IS NOT NULL;
    SELECT RAISE(ABORT, 'apply-over: a transaction arrives with nothing applied or refunded')
    WHERE NEW.applied <> 0 OR NEW.refunded <> 0;
    SELECT RAISE(ABORT, 'link-locked: account, currency and fixed amount come from the link')
    FROM payment_link AS l JOIN bank_account AS b ON b.id = l.account_id
    WHERE l.id = NEW.link_id
        AND (l.account_id <> NEW.account_id OR l.currency <> NEW.currency
            OR (l.amount IS NOT NULL AND l.amount <> NEW.amount) OR b.kind <> NEW.account_kind);
END;

CREATE TRIGGER payment_guard_matter_insert BEFORE INSERT ON payment
WHEN NEW.matter_id IS NOT NULL OR NEW.intent_matter_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.intent_matter_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM matter WHERE id = NEW.intent_matter_id AND client_id = NEW.intent_client_id);
END;

CREATE TRIGGER payment_guard_matter_update BEFORE UPDATE OF
    client_id, matter_id, intent_client_id, intent_matter_id ON payment
WHEN NEW.matter_id IS NOT NULL OR NEW.intent_matter_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.intent_matter_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM matter WHERE id = NEW.intent_matter_id AND client_id = NEW.intent_client_id);
END;

CREATE TRIGGER payment_guard_locked BEFORE UPDATE ON payment
WHEN NEW.id <> OLD.id OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.account_id <> OLD.account_id OR NEW.account_kind <> OLD.account_kind OR NEW.link_id <> OLD.link_id
    OR NEW.processor <> OLD.processor OR NEW.payment_ref <> OLD.payment_ref
BEGIN
    SELECT RAISE(ABORT, 'link-locked: amount, account, link and processor of a transaction are fixed');
END;

CREATE TRIGGER payment_guard_states BEFORE UPDATE OF status ON payment
WHEN NEW.status <> OLD.status AND NOT (
    (OLD.status = 'pending' AND NEW.status IN ('authorized', 'completed', 'failed', 'voided'))
    OR (OLD.status = 'authorized' AND NEW.status IN ('completed', 'voided', 'failed'))
    OR (OLD.status = 'completed' AND NEW.status = 'returned'))
BEGIN
    SELECT RAISE(ABORT, 'txn-states: a transaction cannot go from this status to that one');
END;

CREATE TRIGGER payment_guard_linking BEFORE UPDATE OF linking_id ON payment
WHEN NEW.linking_id IS NOT NULL AND NEW.linking_id IS NOT OLD.linking_id
    AND NOT EXISTS (SELECT 1 FROM linking WHERE id = NEW.linking_id AND payment_id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'link-only-completed: the linking is of another transaction');
END;

CREATE TRIGGER linking_guard BEFORE INSERT ON linking BEGIN
    SELECT RAISE(ABORT, 'link-only-completed: only a completed transaction can be linked')
    FROM payment WHERE id = NEW.payment_id AND status <> 'completed';
    SELECT RAISE(ABORT, 'link-race: the transaction is linked already')
    FROM linking AS l
    WHERE l.payment_id = NEW.payment_id
        AND NOT EXISTS (SELECT 1 FROM unlinking AS u WHERE u.linking_id = l.id);
END;

CREATE TRIGGER linking_part_guard BEFORE INSERT ON linking_part BEGIN
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-split: the parts come to more than the transaction')
    FROM linking AS l JOIN payment AS p ON p.id = l.payment_id
    WHERE l.id = NEW.linking_id AND p.amount < NEW.amount + (
        SELECT coalesce(sum(amount), 0) FROM linking_part WHERE linking_id = NEW.linking_id);
END;

CREATE TRIGGER record_payment_guard BEFORE INSERT ON record_payment
WHEN NEW.matter_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id)
BEGIN
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client');
END;

CREATE TRIGGER ledger_account_guard_insert BEFORE INSERT ON ledger_account BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a ledger account opens at zero')
    WHERE NEW.debits <> 0 OR NEW.credits <> 0;
    SELECT RAISE(ABORT, 'trust-named: this kind of ledger account needs a bank account of its own kind and currency')
    WHERE NEW.kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit') AND NOT EXISTS (
        SELECT 1 FROM bank_account
        WHERE id = NEW.bank_account_id AND currency = NEW.currency
            AND (NEW.kind <> 'trust' OR kind = 'trust') AND (NEW.kind <> 'credit' OR kind = 'operating'));
    SELECT RAISE(ABORT, 'trust-gross: fees and losses never stand on a trust account')
    FROM bank_account
    WHERE id = NEW.bank_account_id AND kind = 'trust' AND NEW.kind IN ('fees', 'fees due', 'losses');
    SELECT RAISE(ABORT, 'trust-named: the ledger account names a client who does not exist')
    WHERE NEW.client_id <> 0 AND NOT EXISTS (SELECT 1 FROM client WHERE id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id <> 0
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
END;

CREATE TRIGGER ledger_account_guard_update BEFORE UPDATE ON ledger_account
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.currency <> OLD.currency
    OR NEW.bank_account_id <> OLD.bank_account_id OR NEW.client_id <> OLD.client_id
    OR NEW.matter_id <> OLD.matter_id OR NEW.debits < OLD.debits OR NEW.credits < OLD.credits
BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a ledger account keeps its owner and its totals only grow');
END;

CREATE TRIGGER transfer_guard BEFORE INSERT ON transfer BEGIN
    SELECT RAISE(ABORT, 'ledger-balanced: a transfer has one currency')
    FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) AND currency <> NEW.currency;
    SELECT RAISE(ABORT, 'ledger-forever: a reversal swaps the sides of one earlier transfer, whole, once')
    WHERE NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM transfer AS r
        WHERE r.id = NEW.reverses_id AND r.reverses_id IS NULL AND r.debit_id = NEW.credit_id
            AND r.credit_id = NEW.debit_id AND r.amount = NEW.amount AND r.currency = NEW.currency
            AND r.invoice_id IS NEW.invoice_id);
    SELECT RAISE(ABORT, 'trust-gross: fees and losses never touch a trust account')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
        JOIN bank_account AS b ON b.id IN (d.bank_account_id, c.bank_account_id) AND b.kind = 'trust'
    WHERE d.id = NEW.debit_id
        AND (d.kind IN ('fees', 'fees due', 'losses') OR c.kind IN ('fees', 'fees due', 'losses'));
    SELECT RAISE(ABORT, 'trust-cleared: uncleared money only clears, or goes back')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind = 'uncleared' AND NOT (d.bank_account_id = c.bank_account_id
            AND (c.kind = 'unidentified' OR (c.kind = 'processor' AND NEW.reverses_id IS NOT NULL))))
        OR (c.kind = 'uncleared' AND NOT (d.bank_account_id = c.bank_account_id
            AND (d.kind = 'processor' OR (d.kind = 'unidentified' AND NEW.reverses_id IS NOT NULL)))));
    SELECT RAISE(ABORT, 'trust-named: unidentified money only gets its owner, or goes back')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind = 'unidentified' AND NOT (d.bank_account_id = c.bank_account_id
            AND (c.kind IN ('trust', 'credit', 'bank')
                OR (c.kind = 'uncleared' AND NEW.reverses_id IS NOT NULL))))
        OR (c.kind = 'unidentified' AND NOT (d.bank_account_id = c.bank_account_id
            AND (d.kind IN ('uncleared', 'bank')
                OR (d.kind IN ('trust', 'credit') AND NEW.reverses_id IS NOT NULL)))));
    SELECT RAISE(ABORT, 'trust-named: a client''s money stays in that client''s name')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind IN ('trust', 'credit') AND NOT (
            (c.kind IN ('earned', d.kind) AND c.client_id = d.client_id)
            OR (c.kind IN ('bank', 'unidentified') AND c.bank_account_id = d.bank_account_id)))
        OR (c.kind IN ('trust', 'credit') AND NOT (
            (d.kind IN ('unidentified', 'bank') AND d.bank_account_id = c.bank_account_id)
            OR (d.kind = c.kind AND d.client_id = c.client_id)
            OR (d.kind = 'earned' AND NEW.reverses_id IS NOT NULL)))
        OR (c.kind = 'earned' AND d.kind NOT IN ('trust', 'credit'))
        OR (d.kind = 'earned' AND NEW.reverses_id IS NULL));
    SELECT RAISE(ABORT, 'trust-named: only a client''s own money pays that client''s invoices')
    WHERE NEW.invoice_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM invoice AS i JOIN ledger_account AS a ON a.client_id = i.client_id
        WHERE i.id = NEW.invoice_id AND i.currency = NEW.currency
            AND a.id = CASE WHEN NEW.reverses_id IS NULL THEN NEW.debit_id ELSE NEW.credit_id END);
    SELECT RAISE(ABORT, 'record-from-trust: trust money is earned only by paying an invoice')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND d.kind = 'trust' AND c.kind = 'earned' AND NEW.invoice_id IS NULL;
END;

CREATE TRIGGER transfer_post AFTER INSERT ON transfer BEGIN
    SELECT RAISE(ABORT, 'trust-never-negative: the ledger holds less than that')
    FROM ledger_account
    WHERE id = NEW.debit_id AND kind IN ('uncleared', 'unidentified', 'trust', 'credit')
        AND credits - debits < NEW.amount;
    UPDATE ledger_account SET debits = debits + NEW.amount WHERE id = NEW.debit_id;
    UPDATE ledger_account SET credits = credits + NEW.amount WHERE id = NEW.credit_id;
END;

CREATE TRIGGER allocation_guard BEFORE INSERT ON allocation BEGIN
    SELECT RAISE(ABORT, 'ledger-balanced: an allocation is worth what its transfer moved for its invoice')
    WHERE NOT EXISTS (
        SELECT 1 FROM transfer AS t
        WHERE t.id = NEW.transfer_id AND t.invoice_id = NEW.invoice_id AND t.amount = NEW.amount
            AND (t.reverses_id IS NULL) = (NEW.reverses_id IS NULL));
    SELECT RAISE(ABORT, 'ledger-forever: a reversal undoes one earlier allocation, whole, once')
    WHERE NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM allocation AS a JOIN transfer AS t ON t.id = NEW.transfer_id
        WHERE a.id = NEW.reverses_id AND a.reverses_id IS NULL AND a.transfer_id = t.reverses_id
            AND a.invoice_id = NEW.invoice_id AND a.client_id = NEW.client_id AND a.amount = NEW.amount
            AND a.payment_id IS NEW.payment_id AND a.record_payment_id IS NEW.record_payment_id);
END;

CREATE TRIGGER allocation_post AFTER INSERT ON allocation BEGIN
    SELECT RAISE(ABORT, 'apply-over: the invoice has less than that to pay')
    FROM invoice WHERE id = NEW.invoice_id AND balance < NEW.sign * NEW.amount;
    SELECT RAISE(ABORT, 'apply-over: the transaction has less than that left')
    FROM payment WHERE id = NEW.payment_id AND amount - applied - refunded < NEW.sign * NEW.amount;
    UPDATE invoice SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.invoice_id;
    UPDATE payment SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.payment_id;
END;

CREATE TRIGGER payment_tally_insert AFTER INSERT ON payment BEGIN
    INSERT INTO tally (status, linked, account_id, count, amount)
    VALUES (NEW.status, NEW.linked, NEW.account_id, 1, NEW.amount)
    ON CONFLICT (status, linked, account_id)
    DO UPDATE SET count = count + 1, amount = amount + excluded.amount;
END;

CREATE TRIGGER payment_tally_update AFTER UPDATE OF status, linked ON payment
WHEN NEW.status <> OLD.status OR NEW.linked <> OLD.linked
BEGIN
    UPDATE tally SET count = count - 1, amount = amount - OLD.amount
    WHERE status = OLD.status AND linked = OLD.linked AND account_id = OLD.account_id;
    INSERT INTO tally (status, linked, account_id, count, amount)
    VALUES (NEW.status, NEW.linked, NEW.account_id, 1, NEW.amount)
    ON CONFLICT (status, linked, account_id)
    DO UPDATE SET count = count + 1, amount = amount + excluded.amount;
END;

CREATE VIRTUAL TABLE payment_search USING fts5(
    search, content='payment', content_rowid='id', prefix='2 3', tokenize='unicode61'
);

CREATE TRIGGER payment_search_insert AFTER INSERT ON payment BEGIN
    INSERT INTO payment_search (rowid, search) VALUES (NEW.id, NEW.search);
END;

CREATE TRIGGER payment_search_update AFTER UPDATE OF search ON payment
WHEN NEW.search <> OLD.search
BEGIN
    INSERT INTO payment_search (payment_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
    INSERT INTO payment_search (rowid, search) VALUES (NEW.id, NEW.search);
END;

CREATE VIRTUAL TABLE client_search USING fts5(
    search, content='client', content_rowid='id', prefix='2 3', tokenize='unicode61'
);

CREATE TRIGGER client_search_insert AFTER INSERT ON client BEGIN
    INSERT INTO client_search (rowid, search) VALUES (NEW.id, NEW.search);
END;

CREATE TRIGGER client_search_update AFTER UPDATE OF search ON client
WHEN NEW.search <> OLD.search
BEGIN
    INSERT INTO client_search (client_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
    INSERT INTO client_search (rowid, search) VALUES (NEW.id, NEW.search);
END;
