-- The rules of refunds, disputes, trust reconciliation and closed months, on PostgreSQL. One statement a paragraph.

CREATE TRIGGER statement_forever BEFORE UPDATE OR DELETE ON statement
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER statement_forever_truncate BEFORE TRUNCATE ON statement
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER statement_line_forever BEFORE UPDATE OR DELETE ON statement_line
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER statement_line_forever_truncate BEFORE TRUNCATE ON statement_line
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER reconciliation_forever BEFORE UPDATE OR DELETE ON reconciliation
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER reconciliation_forever_truncate BEFORE TRUNCATE ON reconciliation
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER month_close_forever BEFORE UPDATE OR DELETE ON month_close
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER month_close_forever_truncate BEFORE TRUNCATE ON month_close
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER refund_forever_delete BEFORE DELETE ON refund
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER refund_forever_truncate BEFORE TRUNCATE ON refund
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER trust_entry_forever_delete BEFORE DELETE ON trust_entry
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER trust_entry_forever_truncate BEFORE TRUNCATE ON trust_entry
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE FUNCTION refund_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p payment%ROWTYPE;
BEGIN
    SELECT * INTO p FROM payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.state <> 'requested' THEN
        RAISE EXCEPTION 'ledger-forever: a refund starts as asked for';
    END IF;
    IF p.status <> 'completed' THEN
        RAISE EXCEPTION 'txn-refund-completed: only a completed transaction can be refunded';
    END IF;
    IF p.amount - p.refunded - p.refunding < NEW.amount THEN
        RAISE EXCEPTION 'apply-over: more would be refunded than was paid';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refund_guard_insert BEFORE INSERT ON refund
FOR EACH ROW EXECUTE FUNCTION refund_guard_insert();

CREATE FUNCTION refund_guard_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.payment_id, NEW.amount, NEW.client_id, NEW.matter_id, NEW.requested_by, NEW.requested_at)
        IS DISTINCT FROM
        (OLD.id, OLD.payment_id, OLD.amount, OLD.client_id, OLD.matter_id, OLD.requested_by, OLD.requested_at)
        OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS DISTINCT FROM OLD.approved_by)
        OR (OLD.operation_id IS NOT NULL AND NEW.operation_id IS DISTINCT FROM OLD.operation_id)
    THEN
        RAISE EXCEPTION 'ledger-forever: amount, owner and asker of a refund are fixed';
    END IF;
    IF lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by)) THEN
        RAISE EXCEPTION 'second-person: who asked for a refund cannot approve it';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'requested' AND NEW.state IN ('sent', 'withdrawn'))
        OR (OLD.state = 'sent' AND NEW.state IN ('done', 'declined')))
    THEN
        RAISE EXCEPTION 'txn-states: a refund cannot go from % to %', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refund_guard_update BEFORE UPDATE ON refund
FOR EACH ROW EXECUTE FUNCTION refund_guard_update();

CREATE FUNCTION trust_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.kind, NEW.account_id, NEW.currency, NEW.client_id, NEW.matter_id, NEW.to_matter_id,
            NEW.amount, NEW.method, NEW.number, NEW.payee, NEW.purpose, NEW.dated_on, NEW.requested_by,
            NEW.requested_at) IS DISTINCT FROM
            (OLD.id, OLD.kind, OLD.account_id, OLD.currency, OLD.client_id, OLD.matter_id, OLD.to_matter_id,
            OLD.amount, OLD.method, OLD.number, OLD.payee, OLD.purpose, OLD.dated_on, OLD.requested_by,
            OLD.requested_at)
            OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS DISTINCT FROM OLD.approved_by)
        THEN
            RAISE EXCEPTION 'ledger-forever: a trust entry keeps what it says; only its state and its approval are added';
        END IF;
        IF NEW.state <> OLD.state AND NOT (OLD.state = 'requested' AND NEW.state IN ('posted', 'withdrawn')) THEN
            RAISE EXCEPTION 'txn-states: a trust entry cannot go from % to %', OLD.state, NEW.state;
        END IF;
    ELSIF NOT EXISTS (
        SELECT 1 FROM bank_account
        WHERE id = NEW.account_id AND kind = 'trust' AND currency = NEW.currency)
    THEN
        RAISE EXCEPTION 'trust-named: a trust entry is made on a trust account in its own currency';
    END IF;
    IF lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by)) THEN
        RAISE EXCEPTION 'second-person: who asked for a disbursement cannot approve it';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER trust_entry_guard BEFORE INSERT OR UPDATE ON trust_entry
FOR EACH ROW EXECUTE FUNCTION trust_entry_guard();

CREATE FUNCTION bank_match_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line statement_line%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'ledger-forever: a match is taken back and made again, never changed';
    END IF;
    SELECT * INTO line FROM statement_line
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.line_id ELSE NEW.line_id END;
    IF EXISTS (SELECT 1 FROM month_close WHERE month >= substr(line.posted_on, 1, 7)) THEN
        RAISE EXCEPTION 'trust-three-way: the month is closed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM transfer AS t JOIN ledger_account AS a ON a.id IN (t.debit_id, t.credit_id)
        WHERE t.id = NEW.transfer_id AND a.kind = 'bank' AND a.bank_account_id = line.account_id)
    THEN
        RAISE EXCEPTION 'trust-three-way: a bank line matches postings of its own bank account';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bank_match_guard BEFORE INSERT OR UPDATE OR DELETE ON bank_match
FOR EACH ROW EXECUTE FUNCTION bank_match_guard();

CREATE TRIGGER bank_match_forever_truncate BEFORE TRUNCATE ON bank_match
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE FUNCTION open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day text := CASE WHEN TG_TABLE_NAME = 'journal' THEN to_jsonb(NEW) ->> 'effective_on'
        ELSE to_jsonb(NEW) ->> 'posted_on' END;
BEGIN
    IF EXISTS (SELECT 1 FROM month_close WHERE month >= substr(day, 1, 7)) THEN
        RAISE EXCEPTION 'trust-three-way: the month is closed and takes no posting';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER journal_guard_month BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION open_month();

CREATE TRIGGER statement_line_guard BEFORE INSERT ON statement_line
FOR EACH ROW EXECUTE FUNCTION open_month();

CREATE FUNCTION month_close_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    b record;
    book_then bigint;
    ledgers_then bigint;
    used boolean;
BEGIN
    LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM month_close WHERE month >= NEW.month) THEN
        RAISE EXCEPTION 'trust-three-way: a month after it is closed already';
    END IF;
    IF lower(trim(NEW.approved_by)) = lower(trim(NEW.closed_by)) THEN
        RAISE EXCEPTION 'second-person: who closes a month cannot approve it';
    END IF;
    FOR b IN SELECT id FROM bank_account WHERE kind = 'trust' LOOP
        SELECT coalesce(sum(CASE WHEN a.kind = 'bank'
                THEN CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END END), 0),
            coalesce(sum(CASE WHEN a.kind IN ('trust', 'held', 'refunding', 'unidentified')
                THEN CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END END), 0),
            coalesce(bool_or(a.kind = 'bank'), false)
        INTO book_then, ledgers_then, used
        FROM ledger_account AS a JOIN transfer AS t ON t.debit_id = a.id OR t.credit_id = a.id
            JOIN journal AS j ON j.id = t.journal_id
        WHERE a.bank_account_id = b.id AND substr(j.effective_on, 1, 7) <= NEW.month;
        IF used AND NOT EXISTS (
            SELECT 1 FROM reconciliation AS r
            WHERE r.account_id = b.id AND r.month = NEW.month AND r.book = book_then
                AND r.ledgers = ledgers_then)
        THEN
            RAISE EXCEPTION 'trust-three-way: a month closes only when bank, book and client ledgers of every trust account agree';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER month_close_guard BEFORE INSERT ON month_close
FOR EACH ROW EXECUTE FUNCTION month_close_guard();

CREATE FUNCTION unlinking_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM linking AS l JOIN payment AS p ON p.id = l.payment_id
        WHERE l.id = NEW.linking_id AND p.refunded + p.refunding > 0)
    THEN
        RAISE EXCEPTION 'link-undo: the link is frozen by a refund';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER unlinking_guard BEFORE INSERT ON unlinking
FOR EACH ROW EXECUTE FUNCTION unlinking_guard();

CREATE OR REPLACE FUNCTION ledger_account_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bank bank_account%ROWTYPE;
BEGIN
    IF NEW.debits <> 0 OR NEW.credits <> 0 THEN
        RAISE EXCEPTION 'ledger-forever: a ledger account opens at zero';
    END IF;
    SELECT * INTO bank FROM bank_account WHERE id = NEW.bank_account_id;
    IF NEW.kind NOT IN ('earned', 'fees', 'fees due', 'losses', 'disputes')
        AND (bank.id IS NULL OR bank.currency <> NEW.currency
            OR (NEW.kind IN ('trust', 'shortage') AND bank.kind <> 'trust')
            OR (NEW.kind = 'credit' AND bank.kind <> 'operating'))
    THEN
        RAISE EXCEPTION 'trust-named: this kind of ledger account needs a bank account of its own kind and currency';
    END IF;
    IF bank.kind = 'trust' AND NEW.kind IN ('fees', 'fees due', 'losses', 'disputes') THEN
        RAISE EXCEPTION 'trust-gross: fees and losses never stand on a trust account';
    END IF;
    IF NEW.client_id <> 0 AND NOT EXISTS (SELECT 1 FROM client WHERE id = NEW.client_id) THEN
        RAISE EXCEPTION 'trust-named: the ledger account names a client who does not exist';
    END IF;
    IF NEW.matter_id <> 0
        AND NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.matter_id AND client_id = NEW.client_id)
    THEN
        RAISE EXCEPTION 'link-client: the matter belongs to another client';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION transfer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d ledger_account%ROWTYPE;
    c ledger_account%ROWTYPE;
    same_bank boolean;
    reversal boolean := NEW.reverses_id IS NOT NULL;
BEGIN
    SELECT * INTO d FROM ledger_account WHERE id = NEW.debit_id;
    SELECT * INTO c FROM ledger_account WHERE id = NEW.credit_id;
    IF d.id IS NULL OR c.id IS NULL THEN
        RETURN NEW;
    END IF;
    same_bank := d.bank_account_id = c.bank_account_id;
    IF d.currency <> NEW.currency OR c.currency <> NEW.currency THEN
        RAISE EXCEPTION 'ledger-balanced: a transfer has one currency';
    END IF;
    IF reversal AND NOT EXISTS (
        SELECT 1 FROM transfer AS r
        WHERE r.id = NEW.reverses_id AND r.reverses_id IS NULL AND r.debit_id = NEW.credit_id
            AND r.credit_id = NEW.debit_id AND r.amount = NEW.amount AND r.currency = NEW.currency
            AND r.invoice_id IS NOT DISTINCT FROM NEW.invoice_id)
    THEN
        RAISE EXCEPTION 'ledger-forever: a reversal swaps the sides of one earlier transfer, whole, once';
    END IF;
    IF (d.kind IN ('fees', 'fees due', 'losses', 'disputes')
            OR c.kind IN ('fees', 'fees due', 'losses', 'disputes')) AND EXISTS (
        SELECT 1 FROM bank_account WHERE id IN (d.bank_account_id, c.bank_account_id) AND kind = 'trust')
    THEN
        RAISE EXCEPTION 'trust-gross: fees and losses never touch a trust account';
    END IF;
    IF (d.kind = 'uncleared' AND NOT (same_bank
            AND (c.kind = 'unidentified' OR (c.kind = 'processor' AND reversal))))
        OR (c.kind = 'uncleared' AND NOT (same_bank
            AND (d.kind = 'processor' OR (d.kind = 'unidentified' AND reversal))))
    THEN
        RAISE EXCEPTION 'trust-cleared: uncleared money only clears, or goes back';
    END IF;
    IF (d.kind = 'unidentified' AND NOT (same_bank
            AND (c.kind IN ('trust', 'credit', 'bank', 'refunding') OR (c.kind = 'uncleared' AND reversal)))
            AND NOT (c.kind = 'disputes' AND EXISTS (
                SELECT 1 FROM bank_account WHERE id = d.bank_account_id AND kind = 'operating')))
        OR (c.kind = 'unidentified' AND NOT (same_bank
            AND (d.kind IN ('uncleared', 'bank')
                OR (d.kind IN ('trust', 'credit', 'refunding') AND reversal))))
    THEN
        RAISE EXCEPTION 'trust-named: unidentified money only gets its owner, or goes back';
    END IF;
    IF (d.kind IN ('trust', 'credit') AND NOT (
            (c.kind IN ('earned', d.kind) AND c.client_id = d.client_id)
            OR (c.kind = 'held' AND c.client_id = d.client_id AND c.matter_id = d.matter_id AND same_bank)
            OR (d.kind = 'credit' AND c.kind = 'disputes')
            OR (c.kind IN ('bank', 'unidentified', 'refunding') AND same_bank)))
        OR (c.kind IN ('trust', 'credit') AND NOT (
            (d.kind IN ('unidentified', 'bank') AND same_bank)
            OR (d.kind = c.kind AND d.client_id = c.client_id)
            OR (d.kind IN ('earned', 'held', 'refunding', 'disputes') AND reversal)))
        OR (c.kind = 'earned' AND d.kind NOT IN ('trust', 'credit'))
        OR (d.kind = 'earned' AND NOT reversal)
    THEN
        RAISE EXCEPTION 'trust-named: a client''s money stays in that client''s name';
    END IF;
    IF (d.kind = 'held' AND NOT (c.kind IN ('trust', 'credit') AND reversal))
        OR (c.kind = 'held' AND d.kind NOT IN ('trust', 'credit'))
    THEN
        RAISE EXCEPTION 'trust-named: held money waits in its client''s name for the dispute to end';
    END IF;
    IF (d.kind = 'refunding' AND NOT (same_bank AND (c.kind = 'bank'
            OR (c.kind IN ('trust', 'credit', 'unidentified') AND reversal))))
        OR (c.kind = 'refunding' AND NOT (same_bank AND (d.kind IN ('trust', 'credit', 'unidentified')
            OR (d.kind = 'bank' AND reversal))))
    THEN
        RAISE EXCEPTION 'txn-refund-completed: money set aside for a refund only leaves the bank, or goes back';
    END IF;
    IF (d.kind = 'shortage' OR c.kind = 'shortage')
        AND NOT (d.kind IN ('bank', 'shortage') AND c.kind IN ('bank', 'shortage') AND same_bank)
    THEN
        RAISE EXCEPTION 'trust-shortage: a shortage is what the bank took from trust, until it is restored';
    END IF;
    IF NEW.invoice_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM invoice AS i
        WHERE i.id = NEW.invoice_id AND i.currency = NEW.currency
            AND i.client_id = CASE WHEN reversal THEN c.client_id ELSE d.client_id END)
    THEN
        RAISE EXCEPTION 'trust-named: only a client''s own money pays that client''s invoices';
    END IF;
    IF d.kind = 'trust' AND c.kind = 'earned' AND NEW.invoice_id IS NULL THEN
        RAISE EXCEPTION 'record-from-trust: trust money is earned only by paying an invoice';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION transfer_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    PERFORM 1 FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) ORDER BY id FOR NO KEY UPDATE;
    SELECT credits - debits INTO held FROM ledger_account
    WHERE id = NEW.debit_id AND kind IN ('uncleared', 'unidentified', 'trust', 'credit', 'held', 'refunding');
    IF held < NEW.amount THEN
        RAISE EXCEPTION 'trust-never-negative: the ledger holds less than that';
    END IF;
    IF EXISTS (
        SELECT 1 FROM ledger_account
        WHERE id = NEW.credit_id AND kind = 'shortage' AND debits - credits < NEW.amount)
    THEN
        RAISE EXCEPTION 'trust-shortage: more would be restored than is short';
    END IF;
    UPDATE ledger_account SET debits = debits + NEW.amount WHERE id = NEW.debit_id;
    UPDATE ledger_account SET credits = credits + NEW.amount WHERE id = NEW.credit_id;
    RETURN NULL;
END $$;
