-- The rules of refunds, disputes, trust reconciliation and closed months, on SQLite. One statement a paragraph.

CREATE TRIGGER statement_forever_update BEFORE UPDATE ON statement BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a bank statement is never changed');
END;

CREATE TRIGGER statement_forever_delete BEFORE DELETE ON statement BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a bank statement is never deleted');
END;

CREATE TRIGGER statement_line_forever_update BEFORE UPDATE ON statement_line BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a line of a bank statement is never changed');
END;

CREATE TRIGGER statement_line_forever_delete BEFORE DELETE ON statement_line BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a line of a bank statement is never deleted');
END;

CREATE TRIGGER reconciliation_forever_update BEFORE UPDATE ON reconciliation BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a reconciliation is never changed');
END;

CREATE TRIGGER reconciliation_forever_delete BEFORE DELETE ON reconciliation BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a reconciliation is never deleted');
END;

CREATE TRIGGER month_close_forever_update BEFORE UPDATE ON month_close BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a closed month is never changed');
END;

CREATE TRIGGER month_close_forever_delete BEFORE DELETE ON month_close BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a closed month is never deleted');
END;

CREATE TRIGGER refund_guard_delete BEFORE DELETE ON refund BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a refund is never deleted');
END;

CREATE TRIGGER trust_entry_guard_delete BEFORE DELETE ON trust_entry BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a trust entry is never deleted');
END;

CREATE TRIGGER refund_guard_insert BEFORE INSERT ON refund BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a refund starts as asked for') WHERE NEW.state <> 'requested';
    SELECT RAISE(ABORT, 'txn-refund-completed: only a completed transaction can be refunded')
    FROM payment WHERE id = NEW.payment_id AND status <> 'completed';
    SELECT RAISE(ABORT, 'apply-over: more would be refunded than was paid')
    FROM payment WHERE id = NEW.payment_id AND amount - refunded - refunding < NEW.amount;
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
END;

CREATE TRIGGER refund_guard_update BEFORE UPDATE ON refund BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: amount, owner and asker of a refund are fixed')
    WHERE NEW.id <> OLD.id OR NEW.payment_id <> OLD.payment_id OR NEW.amount <> OLD.amount
        OR NEW.client_id IS NOT OLD.client_id OR NEW.matter_id IS NOT OLD.matter_id
        OR NEW.requested_by <> OLD.requested_by OR NEW.requested_at <> OLD.requested_at
        OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS NOT OLD.approved_by)
        OR (OLD.operation_id IS NOT NULL AND NEW.operation_id IS NOT OLD.operation_id);
    SELECT RAISE(ABORT, 'second-person: who asked for a refund cannot approve it')
    WHERE lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by));
    SELECT RAISE(ABORT, 'txn-states: a refund cannot go from this state to that one')
    WHERE NEW.state <> OLD.state AND NOT (
        (OLD.state = 'requested' AND NEW.state IN ('sent', 'withdrawn'))
        OR (OLD.state = 'sent' AND NEW.state IN ('done', 'declined')));
END;

CREATE TRIGGER trust_entry_guard_insert BEFORE INSERT ON trust_entry BEGIN
    SELECT RAISE(ABORT, 'trust-named: a trust entry is made on a trust account in its own currency')
    WHERE NOT EXISTS (
        SELECT 1 FROM bank_account
        WHERE id = NEW.account_id AND kind = 'trust' AND currency = NEW.currency);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.to_matter_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.to_matter_id AND client_id = NEW.client_id);
    SELECT RAISE(ABORT, 'second-person: who asked for a disbursement cannot approve it')
    WHERE lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by));
END;

CREATE TRIGGER trust_entry_guard_update BEFORE UPDATE ON trust_entry BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a trust entry keeps what it says; only its state and its approval are added')
    WHERE NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.account_id <> OLD.account_id
        OR NEW.currency <> OLD.currency OR NEW.client_id IS NOT OLD.client_id
        OR NEW.matter_id IS NOT OLD.matter_id OR NEW.to_matter_id IS NOT OLD.to_matter_id
        OR NEW.amount <> OLD.amount OR NEW.method <> OLD.method OR NEW.number <> OLD.number
        OR NEW.payee <> OLD.payee OR NEW.purpose <> OLD.purpose OR NEW.dated_on <> OLD.dated_on
        OR NEW.requested_by <> OLD.requested_by OR NEW.requested_at <> OLD.requested_at
        OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS NOT OLD.approved_by);
    SELECT RAISE(ABORT, 'second-person: who asked for a disbursement cannot approve it')
    WHERE lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by));
    SELECT RAISE(ABORT, 'txn-states: a trust entry cannot go from this state to that one')
    WHERE NEW.state <> OLD.state AND NOT (OLD.state = 'requested' AND NEW.state IN ('posted', 'withdrawn'));
END;

CREATE TRIGGER bank_match_guard_insert BEFORE INSERT ON bank_match BEGIN
    SELECT RAISE(ABORT, 'trust-three-way: a bank line matches postings of its own bank account')
    WHERE NOT EXISTS (
        SELECT 1 FROM statement_line AS s JOIN transfer AS t ON t.id = NEW.transfer_id
            JOIN ledger_account AS a ON a.id IN (t.debit_id, t.credit_id)
        WHERE s.id = NEW.line_id AND a.kind = 'bank' AND a.bank_account_id = s.account_id);
    SELECT RAISE(ABORT, 'trust-three-way: the month is closed')
    FROM statement_line AS s WHERE s.id = NEW.line_id
        AND EXISTS (SELECT 1 FROM month_close WHERE month >= substr(s.posted_on, 1, 7));
END;

CREATE TRIGGER bank_match_guard_update BEFORE UPDATE ON bank_match BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a match is taken back and made again, never changed');
END;

CREATE TRIGGER bank_match_guard_delete BEFORE DELETE ON bank_match BEGIN
    SELECT RAISE(ABORT, 'trust-three-way: the month is closed')
    FROM statement_line AS s WHERE s.id = OLD.line_id
        AND EXISTS (SELECT 1 FROM month_close WHERE month >= substr(s.posted_on, 1, 7));
END;

CREATE TRIGGER statement_line_guard BEFORE INSERT ON statement_line
WHEN EXISTS (SELECT 1 FROM month_close WHERE month >= substr(NEW.posted_on, 1, 7))
BEGIN
    SELECT RAISE(ABORT, 'trust-three-way: the month is closed');
END;

CREATE TRIGGER journal_guard_month BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM month_close WHERE month >= substr(NEW.effective_on, 1, 7))
BEGIN
    SELECT RAISE(ABORT, 'trust-three-way: the month is closed and takes no posting');
END;

CREATE TRIGGER month_close_guard BEFORE INSERT ON month_close BEGIN
    SELECT RAISE(ABORT, 'trust-three-way: a month after it is closed already')
    WHERE EXISTS (SELECT 1 FROM month_close WHERE month >= NEW.month);
    SELECT RAISE(ABORT, 'second-person: who closes a month cannot approve it')
    WHERE lower(trim(NEW.approved_by)) = lower(trim(NEW.closed_by));
    SELECT RAISE(ABORT, 'trust-three-way: a month closes only when bank, book and client ledgers of every trust account agree')
    FROM bank_account AS b
    WHERE b.kind = 'trust'
        AND EXISTS (
            SELECT 1 FROM ledger_account AS a JOIN transfer AS t ON t.debit_id = a.id OR t.credit_id = a.id
                JOIN journal AS j ON j.id = t.journal_id
            WHERE a.bank_account_id = b.id AND a.kind = 'bank' AND substr(j.effective_on, 1, 7) <= NEW.month)
        AND NOT EXISTS (
            SELECT 1 FROM reconciliation AS r
            WHERE r.account_id = b.id AND r.month = NEW.month
                AND r.book = (
                SELECT coalesce(sum(t.amount), 0) FROM ledger_account AS a
                    JOIN transfer AS t ON t.debit_id = a.id JOIN journal AS j ON j.id = t.journal_id
                WHERE a.bank_account_id = b.id AND a.kind = 'bank'
                    AND substr(j.effective_on, 1, 7) <= NEW.month) - (
                SELECT coalesce(sum(t.amount), 0) FROM ledger_account AS a
                    JOIN transfer AS t ON t.credit_id = a.id JOIN journal AS j ON j.id = t.journal_id
                WHERE a.bank_account_id = b.id AND a.kind = 'bank'
                    AND substr(j.effective_on, 1, 7) <= NEW.month)
                AND r.ledgers = (
                SELECT coalesce(sum(t.amount), 0) FROM ledger_account AS a
                    JOIN transfer AS t ON t.credit_id = a.id JOIN journal AS j ON j.id = t.journal_id
                WHERE a.bank_account_id = b.id AND a.kind IN ('trust', 'held', 'refunding', 'unidentified')
                    AND substr(j.effective_on, 1, 7) <= NEW.month) - (
                SELECT coalesce(sum(t.amount), 0) FROM ledger_account AS a
                    JOIN transfer AS t ON t.debit_id = a.id JOIN journal AS j ON j.id = t.journal_id
                WHERE a.bank_account_id = b.id AND a.kind IN ('trust', 'held', 'refunding', 'unidentified')
                    AND substr(j.effective_on, 1, 7) <= NEW.month));
END;

CREATE TRIGGER unlinking_guard BEFORE INSERT ON unlinking BEGIN
    SELECT RAISE(ABORT, 'link-undo: the link is frozen by a refund')
    FROM linking AS l JOIN payment AS p ON p.id = l.payment_id
    WHERE l.id = NEW.linking_id AND p.refunded + p.refunding > 0;
END;

DROP TRIGGER ledger_account_guard_insert;

DROP TRIGGER transfer_guard;

DROP TRIGGER transfer_post;

DROP TRIGGER allocation_post;

CREATE TRIGGER ledger_account_guard_insert BEFORE INSERT ON ledger_account BEGIN
    SELECT RAISE(ABORT, 'ledger-forever: a ledger account opens at zero')
    WHERE NEW.debits <> 0 OR NEW.credits <> 0;
    SELECT RAISE(ABORT, 'trust-named: this kind of ledger account needs a bank account of its own kind and currency')
    WHERE NEW.kind NOT IN ('earned', 'fees', 'fees due', 'losses', 'disputes') AND NOT EXISTS (
        SELECT 1 FROM bank_account
        WHERE id = NEW.bank_account_id AND currency = NEW.currency
            AND (NEW.kind NOT IN ('trust', 'shortage') OR kind = 'trust')
            AND (NEW.kind <> 'credit' OR kind = 'operating'));
    SELECT RAISE(ABORT, 'trust-gross: fees and losses never stand on a trust account')
    FROM bank_account
    WHERE id = NEW.bank_account_id AND kind = 'trust' AND NEW.kind IN ('fees', 'fees due', 'losses', 'disputes');
    SELECT RAISE(ABORT, 'trust-named: the ledger account names a client who does not exist')
    WHERE NEW.client_id <> 0 AND NOT EXISTS (SELECT 1 FROM client WHERE id = NEW.client_id);
    SELECT RAISE(ABORT, 'link-client: the matter belongs to another client')
    WHERE NEW.matter_id <> 0
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id);
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
        AND (d.kind IN ('fees', 'fees due', 'losses', 'disputes')
            OR c.kind IN ('fees', 'fees due', 'losses', 'disputes'));
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
            AND (c.kind IN ('trust', 'credit', 'bank', 'refunding')
                OR (c.kind = 'uncleared' AND NEW.reverses_id IS NOT NULL)))
            AND NOT (c.kind = 'disputes' AND EXISTS (
                SELECT 1 FROM bank_account WHERE id = d.bank_account_id AND kind = 'operating')))
        OR (c.kind = 'unidentified' AND NOT (d.bank_account_id = c.bank_account_id
            AND (d.kind IN ('uncleared', 'bank')
                OR (d.kind IN ('trust', 'credit', 'refunding') AND NEW.reverses_id IS NOT NULL)))));
    SELECT RAISE(ABORT, 'trust-named: a client''s money stays in that client''s name')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind IN ('trust', 'credit') AND NOT (
            (c.kind IN ('earned', d.kind) AND c.client_id = d.client_id)
            OR (c.kind = 'held' AND c.client_id = d.client_id AND c.matter_id = d.matter_id
                AND c.bank_account_id = d.bank_account_id)
            OR (d.kind = 'credit' AND c.kind = 'disputes')
            OR (c.kind IN ('bank', 'unidentified', 'refunding') AND c.bank_account_id = d.bank_account_id)))
        OR (c.kind IN ('trust', 'credit') AND NOT (
            (d.kind IN ('unidentified', 'bank') AND d.bank_account_id = c.bank_account_id)
            OR (d.kind = c.kind AND d.client_id = c.client_id)
            OR (d.kind IN ('earned', 'held', 'refunding', 'disputes') AND NEW.reverses_id IS NOT NULL)))
        OR (c.kind = 'earned' AND d.kind NOT IN ('trust', 'credit'))
        OR (d.kind = 'earned' AND NEW.reverses_id IS NULL));
    SELECT RAISE(ABORT, 'trust-named: held money waits in its client''s name for the dispute to end')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind = 'held' AND NOT (c.kind IN ('trust', 'credit') AND NEW.reverses_id IS NOT NULL))
        OR (c.kind = 'held' AND d.kind NOT IN ('trust', 'credit')));
    SELECT RAISE(ABORT, 'txn-refund-completed: money set aside for a refund only leaves the bank, or goes back')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (
        (d.kind = 'refunding' AND NOT (c.bank_account_id = d.bank_account_id AND (c.kind = 'bank'
            OR (c.kind IN ('trust', 'credit', 'unidentified') AND NEW.reverses_id IS NOT NULL))))
        OR (c.kind = 'refunding' AND NOT (c.bank_account_id = d.bank_account_id
            AND (d.kind IN ('trust', 'credit', 'unidentified')
                OR (d.kind = 'bank' AND NEW.reverses_id IS NOT NULL)))));
    SELECT RAISE(ABORT, 'trust-shortage: a shortage is what the bank took from trust, until it is restored')
    FROM ledger_account AS d JOIN ledger_account AS c ON c.id = NEW.credit_id
    WHERE d.id = NEW.debit_id AND (d.kind = 'shortage' OR c.kind = 'shortage')
        AND NOT (d.kind IN ('bank', 'shortage') AND c.kind IN ('bank', 'shortage')
            AND d.bank_account_id = c.bank_account_id);
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
    WHERE id = NEW.debit_id AND kind IN ('uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding')
        AND credits - debits < NEW.amount;
    SELECT RAISE(ABORT, 'trust-shortage: more would be restored than is short')
    FROM ledger_account
    WHERE id = NEW.credit_id AND kind = 'shortage' AND debits - credits < NEW.amount;
    UPDATE ledger_account SET debits = debits + NEW.amount WHERE id = NEW.debit_id;
    UPDATE ledger_account SET credits = credits + NEW.amount WHERE id = NEW.credit_id;
END;

CREATE TRIGGER allocation_post AFTER INSERT ON allocation BEGIN
    SELECT RAISE(ABORT, 'apply-over: the invoice has less than that to pay')
    FROM invoice WHERE id = NEW.invoice_id AND balance < NEW.sign * NEW.amount;
    SELECT RAISE(ABORT, 'apply-over: the transaction has less than that left')
    FROM payment WHERE id = NEW.payment_id AND amount - applied - refunded - refunding < NEW.sign * NEW.amount;
    UPDATE invoice SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.invoice_id;
    UPDATE payment SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.payment_id;
END;
