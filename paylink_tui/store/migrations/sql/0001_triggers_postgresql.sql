-- The rules no constraint can express, on PostgreSQL. One statement a paragraph.
-- Each message starts with its rule's name.
CREATE FUNCTION forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger-forever: a row of % is never changed or deleted', TG_TABLE_NAME;
END $$;

CREATE TRIGGER fact_forever BEFORE UPDATE OR DELETE ON fact
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER fact_forever_truncate BEFORE TRUNCATE ON fact
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER journal_forever BEFORE UPDATE OR DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER journal_forever_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER transfer_forever BEFORE UPDATE OR DELETE ON transfer
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER transfer_forever_truncate BEFORE TRUNCATE ON transfer
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER allocation_forever BEFORE UPDATE OR DELETE ON allocation
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER allocation_forever_truncate BEFORE TRUNCATE ON allocation
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER linking_forever BEFORE UPDATE OR DELETE ON linking
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER linking_forever_truncate BEFORE TRUNCATE ON linking
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER linking_part_forever BEFORE UPDATE OR DELETE ON linking_part
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER linking_part_forever_truncate BEFORE TRUNCATE ON linking_part
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER unlinking_forever BEFORE UPDATE OR DELETE ON unlinking
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER unlinking_forever_truncate BEFORE TRUNCATE ON unlinking
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER record_payment_forever BEFORE UPDATE OR DELETE ON record_payment
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER record_payment_forever_truncate BEFORE TRUNCATE ON record_payment
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER audit_forever BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER audit_forever_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER change_forever BEFORE UPDATE OR DELETE ON change
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER change_forever_truncate BEFORE TRUNCATE ON change
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER command_log_forever BEFORE UPDATE OR DELETE ON command_log
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER command_log_forever_truncate BEFORE TRUNCATE ON command_log
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER payment_forever_delete BEFORE DELETE ON payment
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER payment_forever_truncate BEFORE TRUNCATE ON payment
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER payment_link_forever_delete BEFORE DELETE ON payment_link
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER payment_link_forever_truncate BEFORE TRUNCATE ON payment_link
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE TRIGGER ledger_account_forever_delete BEFORE DELETE ON ledger_account
FOR EACH ROW EXECUTE FUNCTION forever();

CREATE TRIGGER ledger_account_forever_truncate BEFORE TRUNCATE ON ledger_account
FOR EACH STATEMENT EXECUTE FUNCTION forever();

CREATE FUNCTION payment_link_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.account_id, NEW.currency, NEW.amount, NEW.client_id, NEW.matter_id, NEW.invoice_id, NEW.max_uses)
        IS DISTINCT FROM
       (OLD.id, OLD.account_id, OLD.currency, OLD.amount, OLD.client_id, OLD.matter_id, OLD.invoice_id, OLD.max_uses)
    THEN
        RAISE EXCEPTION 'link-locked: account, currency, amount, owner and use limit of a link are fixed when it is made';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payment_link_guard BEFORE UPDATE ON payment_link
FOR EACH ROW EXECUTE FUNCTION payment_link_guard();

CREATE FUNCTION bank_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.currency) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.currency) THEN
        RAISE EXCEPTION 'link-locked: kind and currency of a bank account are fixed when it is added';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bank_account_guard BEFORE UPDATE ON bank_account
FOR EACH ROW EXECUTE FUNCTION bank_account_guard();

CREATE FUNCTION matter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.client_id) IS DISTINCT FROM (OLD.id, OLD.client_id) THEN
        RAISE EXCEPTION 'link-client: a matter keeps its client';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matter_guard BEFORE UPDATE ON matter
FOR EACH ROW EXECUTE FUNCTION matter_guard();

CREATE FUNCTION invoice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.applied <> 0 THEN
            RAISE EXCEPTION 'apply-over: an invoice starts with nothing applied';
        END IF;
    ELSIF (NEW.id, NEW.client_id, NEW.currency) IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.currency)
        AND EXISTS (SELECT 1 FROM allocation WHERE invoice_id = OLD.id)
    THEN
        RAISE EXCEPTION 'ledger-forever: client and currency of an invoice are fixed once money was applied to it';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER invoice_guard BEFORE INSERT OR UPDATE ON invoice
FOR EACH ROW EXECUTE FUNCTION invoice_guard();

CREATE FUNCTION payment_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.linked <> 0 OR NEW.linking_id IS NOT NULL THEN
        RAISE EXCEPTION 'link-only-completed: a transaction arrives unlinked';
    END IF;
    IF NEW.applied <> 0 OR NEW.refunded <> 0 THEN
        RAISE EXCEPTION 'apply-over: a transaction arrives with nothing applied or refunded';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payment_link AS l JOIN bank_account AS b ON b.id = l.account_id
        WHERE l.id = NEW.link_id
            AND (l.account_id <> NEW.account_id OR l.currency <> NEW.currency
                OR l.amount <> NEW.amount OR b.kind <> NEW.account_kind))
    THEN
        RAISE EXCEPTION 'link-locked: account, currency and fixed amount come from the link';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payment_guard_insert BEFORE INSERT ON payment
FOR EACH ROW EXECUTE FUNCTION payment_guard_insert();

CREATE FUNCTION payment_guard_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.amount, NEW.currency, NEW.account_id, NEW.account_kind, NEW.link_id, NEW.processor, NEW.payment_ref)
        IS DISTINCT FROM
       (OLD.id, OLD.amount, OLD.currency, OLD.account_id, OLD.account_kind, OLD.link_id, OLD.processor, OLD.payment_ref)
    THEN
        RAISE EXCEPTION 'link-locked: amount, account, link and processor of a transaction are fixed';
    END IF;
    IF NEW.status <> OLD.status AND NOT (
        (OLD.status = 'pending' AND NEW.status IN ('authorized', 'completed', 'failed', 'voided'))
        OR (OLD.status = 'authorized' AND NEW.status IN ('completed', 'voided', 'failed'))
        OR (OLD.status = 'completed' AND NEW.status = 'returned'))
    THEN
        RAISE EXCEPTION 'txn-states: a transaction cannot go from % to %', OLD.status, NEW.status;
    END IF;
    IF NEW.linking_id IS NOT NULL AND NEW.linking_id IS DISTINCT FROM OLD.linking_id
        AND NOT EXISTS (SELECT 1 FROM linking WHERE id = NEW.linking_id AND payment_id = NEW.id)
    THEN
        RAISE EXCEPTION 'link-only-completed: the linking is of another transaction';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payment_guard_update BEFORE UPDATE ON payment
FOR EACH ROW EXECUTE FUNCTION payment_guard_update();

-- The lock makes two linkings of one transaction wait for each other, so that the second sees the first.
CREATE FUNCTION linking_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    SELECT status INTO state FROM payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF state <> 'completed' THEN
        RAISE EXCEPTION 'link-only-completed: only a completed transaction can be linked';
    END IF;
    IF EXISTS (
        SELECT 1 FROM linking AS l
        WHERE l.payment_id = NEW.payment_id
            AND NOT EXISTS (SELECT 1 FROM unlinking AS u WHERE u.linking_id = l.id))
    THEN
        RAISE EXCEPTION 'link-race: the transaction is linked already';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER linking_guard BEFORE INSERT ON linking
FOR EACH ROW EXECUTE FUNCTION linking_guard();

CREATE FUNCTION linking_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
BEGIN
    SELECT p.amount INTO whole FROM linking AS l JOIN payment AS p ON p.id = l.payment_id
    WHERE l.id = NEW.linking_id FOR NO KEY UPDATE OF p;
    IF whole < NEW.amount + (
        SELECT coalesce(sum(amount), 0) FROM linking_part WHERE linking_id = NEW.linking_id)
    THEN
        RAISE EXCEPTION 'link-split: the parts come to more than the transaction';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER linking_part_guard BEFORE INSERT ON linking_part
FOR EACH ROW EXECUTE FUNCTION linking_part_guard();

CREATE FUNCTION ledger_account_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bank bank_account%ROWTYPE;
BEGIN
    IF NEW.debits <> 0 OR NEW.credits <> 0 THEN
        RAISE EXCEPTION 'ledger-forever: a ledger account opens at zero';
    END IF;
    SELECT * INTO bank FROM bank_account WHERE id = NEW.bank_account_id;
    IF NEW.kind IN ('bank', 'processor', 'uncleared', 'unidentified', 'trust', 'credit')
        AND (bank.id IS NULL OR bank.currency <> NEW.currency
            OR (NEW.kind = 'trust' AND bank.kind <> 'trust')
            OR (NEW.kind = 'credit' AND bank.kind <> 'operating'))
    THEN
        RAISE EXCEPTION 'trust-named: this kind of ledger account needs a bank account of its own kind and currency';
    END IF;
    IF bank.kind = 'trust' AND NEW.kind IN ('fees', 'fees due', 'losses') THEN
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

CREATE TRIGGER ledger_account_guard_insert BEFORE INSERT ON ledger_account
FOR EACH ROW EXECUTE FUNCTION ledger_account_guard_insert();

CREATE FUNCTION ledger_account_guard_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.currency, NEW.bank_account_id, NEW.client_id, NEW.matter_id) IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.currency, OLD.bank_account_id, OLD.client_id, OLD.matter_id)
        OR NEW.debits < OLD.debits OR NEW.credits < OLD.credits
    THEN
        RAISE EXCEPTION 'ledger-forever: a ledger account keeps its owner and its totals only grow';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_account_guard_update BEFORE UPDATE ON ledger_account
FOR EACH ROW EXECUTE FUNCTION ledger_account_guard_update();

CREATE FUNCTION transfer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF (d.kind IN ('fees', 'fees due', 'losses') OR c.kind IN ('fees', 'fees due', 'losses')) AND EXISTS (
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
            AND (c.kind IN ('trust', 'credit', 'bank') OR (c.kind = 'uncleared' AND reversal))))
        OR (c.kind = 'unidentified' AND NOT (same_bank
            AND (d.kind IN ('uncleared', 'bank') OR (d.kind IN ('trust', 'credit') AND reversal))))
    THEN
        RAISE EXCEPTION 'trust-named: unidentified money only gets its owner, or goes back';
    END IF;
    IF (d.kind IN ('trust', 'credit') AND NOT (
            (c.kind IN ('earned', d.kind) AND c.client_id = d.client_id)
            OR (c.kind IN ('bank', 'unidentified') AND same_bank)))
        OR (c.kind IN ('trust', 'credit') AND NOT (
            (d.kind IN ('unidentified', 'bank') AND same_bank)
            OR (d.kind = c.kind AND d.client_id = c.client_id)
            OR (d.kind = 'earned' AND reversal)))
        OR (c.kind = 'earned' AND d.kind NOT IN ('trust', 'credit'))
        OR (d.kind = 'earned' AND NOT reversal)
    THEN
        RAISE EXCEPTION 'trust-named: a client''s money stays in that client''s name';
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

CREATE TRIGGER transfer_guard BEFORE INSERT ON transfer
FOR EACH ROW EXECUTE FUNCTION transfer_guard();

-- Rows are taken in the order of their ids, so that two transfers never wait for each other.
CREATE FUNCTION transfer_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    PERFORM 1 FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) ORDER BY id FOR NO KEY UPDATE;
    SELECT credits - debits INTO held FROM ledger_account
    WHERE id = NEW.debit_id AND kind IN ('uncleared', 'unidentified', 'trust', 'credit');
    IF held < NEW.amount THEN
        RAISE EXCEPTION 'trust-never-negative: the ledger holds less than that';
    END IF;
    UPDATE ledger_account SET debits = debits + NEW.amount WHERE id = NEW.debit_id;
    UPDATE ledger_account SET credits = credits + NEW.amount WHERE id = NEW.credit_id;
    RETURN NULL;
END $$;

CREATE TRIGGER transfer_post AFTER INSERT ON transfer
FOR EACH ROW EXECUTE FUNCTION transfer_post();

CREATE FUNCTION allocation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM transfer AS t
        WHERE t.id = NEW.transfer_id AND t.invoice_id = NEW.invoice_id AND t.amount = NEW.amount
            AND (t.reverses_id IS NULL) = (NEW.reverses_id IS NULL))
    THEN
        RAISE EXCEPTION 'ledger-balanced: an allocation is worth what its transfer moved for its invoice';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM allocation AS a JOIN transfer AS t ON t.id = NEW.transfer_id
        WHERE a.id = NEW.reverses_id AND a.reverses_id IS NULL AND a.transfer_id = t.reverses_id
            AND a.invoice_id = NEW.invoice_id AND a.client_id = NEW.client_id AND a.amount = NEW.amount
            AND a.payment_id IS NOT DISTINCT FROM NEW.payment_id
            AND a.record_payment_id IS NOT DISTINCT FROM NEW.record_payment_id)
    THEN
        RAISE EXCEPTION 'ledger-forever: a reversal undoes one earlier allocation, whole, once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER allocation_guard BEFORE INSERT ON allocation
FOR EACH ROW EXECUTE FUNCTION allocation_guard();

CREATE FUNCTION allocation_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoice SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.invoice_id;
    UPDATE payment SET applied = applied + NEW.sign * NEW.amount WHERE id = NEW.payment_id;
    RETURN NULL;
END $$;

CREATE TRIGGER allocation_post AFTER INSERT ON allocation
FOR EACH ROW EXECUTE FUNCTION allocation_post();

CREATE FUNCTION payment_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (status, linked, account_id, count, amount)
    SELECT status, linked, account_id, count(*), sum(amount) FROM arrived
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (status, linked, account_id)
    DO UPDATE SET count = tally.count + excluded.count, amount = tally.amount + excluded.amount;
    RETURN NULL;
END $$;

CREATE TRIGGER payment_tally_insert AFTER INSERT ON payment
REFERENCING NEW TABLE AS arrived
FOR EACH STATEMENT EXECUTE FUNCTION payment_tally_insert();

CREATE FUNCTION payment_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (status, linked, account_id, count, amount)
    SELECT status, linked, account_id, sum(moved), sum(moved * amount)
    FROM (
        SELECT status, linked, account_id, amount, -1 AS moved FROM was
        UNION ALL
        SELECT status, linked, account_id, amount, 1 FROM became
    ) AS delta
    GROUP BY 1, 2, 3 HAVING sum(moved) <> 0 OR sum(moved * amount) <> 0 ORDER BY 1, 2, 3
    ON CONFLICT (status, linked, account_id)
    DO UPDATE SET count = tally.count + excluded.count, amount = tally.amount + excluded.amount;
    RETURN NULL;
END $$;

CREATE TRIGGER payment_tally_update AFTER UPDATE ON payment
REFERENCING OLD TABLE AS was NEW TABLE AS became
FOR EACH STATEMENT EXECUTE FUNCTION payment_tally_update();

CREATE INDEX ix_payment_search ON payment USING gin (to_tsvector('simple', search));

CREATE INDEX ix_client_search ON client USING gin (to_tsvector('simple', search));

-- Sequence numbers are handed out before commit: the lock makes their order the order of the commits,
-- so that a reader of the change log who has seen one number has seen every smaller one.
CREATE FUNCTION change_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1348565324);
    RETURN NULL;
END $$;

CREATE TRIGGER change_in_order BEFORE INSERT ON change
FOR EACH STATEMENT EXECUTE FUNCTION change_in_order();

CREATE FUNCTION change_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('paylink_change', '');
    RETURN NULL;
END $$;

CREATE TRIGGER change_tell AFTER INSERT ON change
FOR EACH STATEMENT EXECUTE FUNCTION change_tell();
