"""Raw SQL that breaks one rule of the database each, with the name of the rule."""

from __future__ import annotations

from tests.store.book import (
    allocation,
    command,
    fact,
    invoice,
    ledger,
    link,
    linking,
    or_ignore,
    or_replace,
    part,
    payment,
    record,
    transfer,
    unlinking,
)

FOREVER = {
    "fact": "amount",
    "journal": "kind",
    "transfer": "amount",
    "allocation": "amount",
    "linking": "linked_by",
    "linking_part": "amount",
    "unlinking": "reason",
    "record_payment": "amount",
    "audit": "actor",
    "change": "entity",
    "command_log": "result",
}
KEPT = ("payment", "payment_link", "ledger_account")


CASES: dict[str, tuple[str, str]] = {
    **{
        f"{table} is never changed": ("ledger-forever", f"UPDATE {table} SET {column} = {column}")
        for table, column in FOREVER.items()
    },
    **{
        f"{table} is never deleted": ("ledger-forever", f"DELETE FROM {table}") for table in (*FOREVER, *KEPT)
    },
    # Links
    "a link keeps its account": ("link-locked", "UPDATE payment_link SET account_id = 3 WHERE id = 1"),
    "a link keeps its amount": ("link-locked", "UPDATE payment_link SET amount = 1 WHERE id = 2"),
    "an open link stays open": ("link-locked", "UPDATE payment_link SET amount = 1 WHERE id = 1"),
    "a link keeps its owner": ("link-locked", "UPDATE payment_link SET client_id = 1 WHERE id = 1"),
    "a link keeps its use limit": ("link-locked", "UPDATE payment_link SET max_uses = 9 WHERE id = 2"),
    "a link is not used more often": ("link-locked", "UPDATE payment_link SET uses = 2 WHERE id = 2"),
    "a link names a matter of its client": ("link-client", link(9, 1, client_id=1, matter_id=2)),
    "a link names no matter without its client": ("link-client", link(9, 1, matter_id=2)),
    "a link names an invoice of its client": ("link-client", link(9, 1, client_id=1, invoice_id=2)),
    "a link has its account's currency": ("link-locked", link(9, 1, currency="CAD")),
    "a payment goes to its link's account": ("link-locked", payment(9, 1, 3, 100)),
    "a payment has its link's amount": ("link-locked", payment(9, 2, 2, 4999, kind="operating")),
    "a payment has its link's currency": (
        "link-locked",
        payment(9, 3, 4, 100, kind="operating", currency="CAD"),
    ),
    "a payment has its account's kind": ("link-locked", payment(9, 1, 1, 100, kind="operating")),
    "a bank account keeps its kind": (
        "link-locked",
        "UPDATE bank_account SET kind = 'operating' WHERE id = 1",
    ),
    "a bank account keeps its currency": (
        "link-locked",
        "UPDATE bank_account SET currency = 'CAD' WHERE id = 3",
    ),
    # Transactions
    "a payment keeps its amount": ("link-locked", "UPDATE payment SET amount = 1 WHERE id = 1"),
    "a payment keeps its account": ("link-locked", "UPDATE payment SET account_id = 3 WHERE id = 1"),
    "a payment keeps its link": ("link-locked", "UPDATE payment SET link_id = 3 WHERE id = 1"),
    "a payment keeps its processor's id": (
        "link-locked",
        "UPDATE payment SET payment_ref = 'x' WHERE id = 1",
    ),
    "the same payment counts once": ("txn-once", payment(9, 1, 1, 100, ref="1")),
    "the same fact counts once": (
        "txn-once",
        fact(9, 1, "e1"),
    ),
    "the same command counts once": (
        "txn-once",
        command("k"),
    ),
    # Linking
    "only a completed payment is linked": (
        "link-only-completed",
        linking(9, 1),
    ),
    "an authorized payment is not called linked": (
        "link-only-completed",
        "UPDATE payment SET linked = 1, linking_id = 7 WHERE id = 1",
    ),
    "a payment arrives unlinked": (
        "link-only-completed",
        payment(9, 1, 1, 100, status="completed", linked=1, linking_id=1),
    ),
    "a payment takes no other payment's linking": (
        "link-only-completed",
        "UPDATE payment SET linked = 1, linking_id = 1 WHERE id = 3",
    ),
    "a linked payment is not linked again": (
        "link-race",
        linking(9, 2),
    ),
    "a linking is undone once": (
        "link-race",
        unlinking(9, 2),
    ),
    "a part names a matter of its client": (
        "link-client",
        part(9, 2, 1, 1, 2),
    ),
    "parts come to no more than the payment": (
        "link-split",
        part(9, 1, 2, 1),
    ),
    "a payment names a matter of its client": (
        "link-client",
        "UPDATE payment SET client_id = 1, matter_id = 2 WHERE id = 3",
    ),
    "a payment names no matter without its client": (
        "link-client",
        "UPDATE payment SET matter_id = 2 WHERE id = 3",
    ),
    "an intent names a matter of its client": (
        "link-client",
        "UPDATE payment SET intent_client_id = 1, intent_matter_id = 2 WHERE id = 1",
    ),
    "a matter keeps its client": ("link-client", "UPDATE matter SET client_id = 2 WHERE id = 1"),
    "an invoice names a matter of its client": (
        "link-client",
        "UPDATE invoice SET matter_id = 1 WHERE id = 2",
    ),
    "a recorded payment names a matter of its client": (
        "link-client",
        record(9, 1, 1, 2),
    ),
    "a ledger names a matter of its client": ("link-client", ledger(99, "trust", 1, 1, 2)),
    # Applying
    "a payment gives no more than it has": ("apply-over", "UPDATE payment SET refunded = 4001 WHERE id = 2"),
    "a payment arrives with nothing applied": ("apply-over", payment(9, 1, 1, 100, applied=1)),
    "a payment arrives with nothing refunded": ("apply-over", payment(9, 1, 1, 100, refunded=1)),
    "an invoice is not overpaid": ("apply-over", "UPDATE invoice SET applied = 4001 WHERE id = 1"),
    "an invoice's total covers what was paid": ("apply-over", "UPDATE invoice SET total = 1999 WHERE id = 1"),
    "an invoice starts unpaid": (
        "apply-over",
        invoice(9, 1, 10, applied=5),
    ),
    "an applied invoice keeps its client": (
        "ledger-forever",
        "UPDATE invoice SET client_id = 2, matter_id = 2 WHERE id = 1",
    ),
    "an allocation over the invoice": (
        "apply-over",
        f"{transfer(25, 51, 2001, invoice=1)};{allocation(1, 1, 2001, 900)}",
    ),
    "an allocation over the payment": (
        "apply-over",
        f"{transfer(25, 51, 2000, invoice=1)};UPDATE payment SET refunded = 3000 WHERE id = 2;"
        f"{allocation(1, 1, 2000, 900)}",
    ),
    "an allocation worth more than its transfer": (
        "ledger-balanced",
        f"{transfer(25, 51, 500, invoice=1)};{allocation(1, 1, 501, 900)}",
    ),
    "an allocation of a transfer for nothing": (
        "ledger-balanced",
        f"{transfer(25, 51, 500)};{allocation(1, 1, 500, 900)}",
    ),
    "an allocation taken back without a reversal": (
        "ledger-forever",
        f"{transfer(25, 51, 500, invoice=1)};{allocation(1, 1, 500, 900, sign=-1)}",
    ),
    "an allocation taken back for another payment": (
        "ledger-forever",
        f"{transfer(51, 25, 2000, invoice=1, reverses=10)};"
        f"{allocation(1, 1, 2000, 900, sign=-1, payment=3, reverses=1)}",
    ),
    # The ledger
    "a transfer moves something": ("ledger-balanced", transfer(25, 51, 0)),
    "a transfer moves no less than nothing": ("ledger-balanced", transfer(25, 51, -5)),
    "a transfer has two accounts": ("ledger-balanced", transfer(11, 11, 5)),
    "a transfer has one currency": ("ledger-balanced", transfer(11, 41, 5)),
    "a transfer has its accounts' currency": ("ledger-balanced", transfer(21, 11, 5, currency="CAD")),
    "a reversal is whole": ("ledger-forever", transfer(51, 25, 1999, reverses=10, invoice=1)),
    "a reversal swaps both sides": ("ledger-forever", transfer(51, 26, 2000, reverses=10, invoice=1)),
    "a reversal is of the same invoice": ("ledger-forever", transfer(51, 25, 2000, reverses=10)),
    "a reversal is of something": ("ledger-forever", transfer(51, 25, 2000, reverses=999, invoice=1)),
    "a reversal is not reversed": (
        "ledger-forever",
        f"{transfer(51, 25, 2000, reverses=10, invoice=1)};"
        f"{transfer(25, 51, 2000, number=901, reverses=900, invoice=1)}",
    ),
    "a transfer is reversed once": (
        "ledger-forever",
        f"{transfer(51, 25, 2000, reverses=10, invoice=1)};"
        f"{transfer(51, 25, 2000, number=901, reverses=10, invoice=1)}",
    ),
    "a ledger account keeps its client": (
        "ledger-forever",
        "UPDATE ledger_account SET client_id = 2 WHERE id = 17",
    ),
    "a ledger account keeps its kind": (
        "ledger-forever",
        "UPDATE ledger_account SET kind = 'bank' WHERE id = 17",
    ),
    "a ledger account's totals only grow": (
        "ledger-forever",
        "UPDATE ledger_account SET debits = 0 WHERE id = 25",
    ),
    "a ledger account opens at zero": (
        "ledger-forever",
        ledger(99, "trust", 3, 2, credits=100),
    ),
    # Trust
    "a trust ledger names a client": ("trust-named", ledger(99, "trust", 1)),
    "a trust ledger names a real client": ("trust-named", ledger(99, "trust", 1, 77)),
    "a trust ledger stands on a trust account": ("trust-named", ledger(99, "trust", 2, 1)),
    "credit stands on an operating account": ("trust-named", ledger(99, "credit", 1, 1)),
    "a ledger has its bank account's currency": ("trust-named", ledger(99, "trust", 1, 1, currency="CAD")),
    "trust money pays an invoice": ("record-from-trust", transfer(15, 51, 5)),
    "trust money stays in its client's name": ("trust-named", transfer(15, 16, 5)),
    "trust money earns from its own client": ("trust-named", transfer(15, 52, 5)),
    "trust money leaves by its own bank": ("trust-named", transfer(15, 21, 5)),
    "trust money does not become credit": ("trust-named", transfer(15, 25, 5)),
    "trust money does not become unidentified again": ("trust-named", transfer(15, 14, 5)),
    "credit stays in its client's name": ("trust-named", transfer(25, 26, 5)),
    "credit earns from its own client": ("trust-named", transfer(25, 52, 5)),
    "trust money comes from somewhere": ("trust-named", transfer(51, 15, 5)),
    "trust money comes from its own bank": ("trust-named", transfer(21, 15, 5)),
    "unidentified money of another bank": ("trust-named", transfer(14, 35, 5)),
    "unidentified money earns nothing": ("trust-named", transfer(14, 51, 5)),
    "nothing is earned but by a client's money": ("trust-named", transfer(11, 51, 5)),
    "what is earned stays earned": ("trust-named", transfer(51, 11, 5)),
    "another client's money pays no invoice": (
        "trust-named",
        transfer(15, 51, 5, invoice=2),
    ),
    "an invoice is paid in its currency": (
        "trust-named",
        f"UPDATE invoice SET currency = 'CAD' WHERE id = 2;{transfer(14, 16, 50)};"
        f"{transfer(16, 52, 5, number=901, invoice=2)}",
    ),
    "a trust ledger never goes below zero": ("trust-never-negative", transfer(15, 51, 3001, invoice=1)),
    "a matter's ledger never goes below zero": ("trust-never-negative", transfer(17, 51, 1, invoice=1)),
    "credit never goes below zero": ("trust-never-negative", transfer(25, 51, 4001)),
    "unidentified money never goes below zero": ("trust-never-negative", transfer(14, 15, 5001)),
    "the total of a trust ledger is not made smaller by hand": (
        "trust-never-negative",
        "UPDATE ledger_account SET debits = 3001 WHERE id = 15",
    ),
    "uncleared money has no owner yet": ("trust-cleared", transfer(13, 15, 5)),
    "uncleared money leaves by no bank": ("trust-cleared", transfer(13, 11, 5)),
    "uncleared money clears in its own bank": ("trust-cleared", transfer(13, 34, 5)),
    "uncleared money comes from its processor": ("trust-cleared", transfer(11, 13, 5)),
    "cleared money stays cleared": ("trust-cleared", transfer(14, 13, 5)),
    "unidentified money has cleared": ("trust-named", transfer(12, 14, 5)),
    "fees never touch a trust bank account": ("trust-gross", transfer(61, 11, 5)),
    "losses never touch a trust ledger": ("trust-gross", transfer(15, 63, 5)),
    "fees due never touch a trust ledger": ("trust-gross", transfer(62, 15, 5)),
    "fees never stand on a trust account": ("trust-gross", ledger(99, "fees", 1)),
    "a netting processor is not for trust": (
        "trust-gross",
        "UPDATE bank_account SET nets_fees = 1 WHERE id = 1",
    ),
}

SQLITE_ONLY: dict[str, tuple[str, str]] = {
    "or ignore passes over no total": ("trust-never-negative", or_ignore(transfer(15, 51, 3001, invoice=1))),
    "or ignore passes over no invoice": (
        "apply-over",
        f"{transfer(25, 51, 2001, invoice=1)};{or_ignore(allocation(1, 1, 2001, 900))}",
    ),
    "or replace changes no transfer": ("ledger-forever", or_replace(transfer(25, 51, 1, number=1))),
}

POSTGRESQL_ONLY: dict[str, tuple[str, str]] = {
    f"{table} is never emptied": ("ledger-forever", f"TRUNCATE {table} CASCADE")
    for table in (*FOREVER, *KEPT)
}
