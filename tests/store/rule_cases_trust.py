"""Raw SQL that breaks one rule of refunds, disputes, trust by hand, statements and closed months each."""

from __future__ import annotations

from tests.store.book import ledger, or_ignore, or_replace, transfer, unlinking
from tests.store.book_trust import (
    CLOSED,
    OPEN,
    close,
    entry,
    journal,
    line,
    match,
    reconciliation,
    refund,
    statement,
)

FOREVER = {
    "statement": "name",
    "statement_line": "amount",
    "reconciliation": "book",
    "month_close": "closed_by",
}
KEPT = ("refund", "trust_entry")
ENTRY, ASKED = "UPDATE trust_entry SET", "WHERE id = 2"

CASES: dict[str, tuple[str, str]] = {
    **{
        f"{table} is never changed": ("ledger-forever", f"UPDATE {table} SET {column} = {column}")
        for table, column in FOREVER.items()
    },
    **{
        f"{table} is never deleted": ("ledger-forever", f"DELETE FROM {table}") for table in (*FOREVER, *KEPT)
    },
    # Refunds
    "a refund starts as asked for": ("ledger-forever", refund(9, 3, 5, "sent")),
    "only a completed payment is refunded": ("txn-refund-completed", refund(9, 1, 5)),
    "a refund gives back no more than was paid": ("apply-over", refund(9, 3, 8001)),
    "a refund names a matter of its client": ("link-client", refund(9, 3, 5, client_id=1, matter_id=2)),
    "a refund keeps its amount": ("ledger-forever", "UPDATE refund SET amount = 1"),
    "a refund keeps its payment": ("ledger-forever", "UPDATE refund SET payment_id = 3"),
    "a refund keeps its asker": ("ledger-forever", "UPDATE refund SET requested_by = 'z'"),
    "a refund is approved by another person": ("second-person", "UPDATE refund SET approved_by = 'a'"),
    "a refund's asker is no other person in other letters": (
        "second-person",
        "UPDATE refund SET approved_by = ' A '",
    ),
    "a disbursement's asker is no other person in other letters": (
        "second-person",
        f"{ENTRY} approved_by = ' A ' {ASKED}",
    ),
    "a refund that was asked for is not done": ("txn-states", "UPDATE refund SET state = 'done'"),
    "a refund is approved once": (
        "ledger-forever",
        "UPDATE refund SET approved_by = 'b';UPDATE refund SET approved_by = 'c'",
    ),
    "a payment sets no more aside than it has": (
        "apply-over",
        "UPDATE payment SET refunding = 4001 WHERE id = 2",
    ),
    "a link is frozen while a refund runs": (
        "link-undo",
        f"UPDATE payment SET refunding = 1 WHERE id = 2;{unlinking(9, 1)}",
    ),
    "a link is frozen after a refund": (
        "link-undo",
        f"UPDATE payment SET refunded = 1 WHERE id = 2;{unlinking(9, 1)}",
    ),
    # Trust by hand
    "a trust entry is made on a trust account": ("trust-named", entry(9, account=2)),
    "a trust entry has its account's currency": ("trust-named", entry(9, account=1).replace("USD", "CAD")),
    "a trust receipt names a client": ("trust-named", entry(9, client_id=None)),
    "a trust disbursement names a client": ("trust-named", entry(9, "disbursement", client_id=None)),
    "a trust entry names a matter of its client": ("link-client", entry(9, matter_id=2)),
    "a move goes to a matter of its client": ("link-client", entry(9, "move", to_matter_id=2)),
    "a trust entry is approved by another person": ("second-person", entry(9, approved_by="a")),
    "who asked for a disbursement does not approve it": (
        "second-person",
        f"{ENTRY} approved_by = 'a' {ASKED}",
    ),
    "a trust entry is approved once": (
        "ledger-forever",
        f"{ENTRY} approved_by = 'b' {ASKED};{ENTRY} approved_by = 'c' {ASKED}",
    ),
    "a trust entry keeps its amount": ("ledger-forever", f"{ENTRY} amount = 1 {ASKED}"),
    "a trust entry keeps its client": ("ledger-forever", f"{ENTRY} client_id = 2 {ASKED}"),
    "a trust entry keeps its payee": ("ledger-forever", f"{ENTRY} payee = 'me' {ASKED}"),
    "a trust entry keeps its asker": ("ledger-forever", f"{ENTRY} requested_by = 'z' {ASKED}"),
    "a posted trust entry is not withdrawn": ("txn-states", f"{ENTRY} state = 'withdrawn' WHERE id = 1"),
    "a posted trust entry is not asked for again": (
        "txn-states",
        f"{ENTRY} state = 'requested' WHERE id = 1",
    ),
    # Statements and matches
    "the same statement counts once": ("txn-once", statement(9, 1, "one")),
    "the same bank line counts once": ("txn-once", line(9, 1, "2026-11-24", 5, "f1")),
    "a posting is one bank line": ("txn-once", match(9, 2, 20)),
    "a line matches postings of its own account": ("trust-three-way", match(9, 3, 3)),
    "a line matches postings of a bank": ("trust-three-way", match(9, 2, 5)),
    "a match is never changed": ("ledger-forever", "UPDATE bank_match SET line_id = 2"),
    "a closed month's line takes no match": ("trust-three-way", match(9, 1, 3)),
    "a closed month's match stays": ("trust-three-way", "DELETE FROM bank_match WHERE id = 1"),
    "a closed month takes no bank line": ("trust-three-way", line(9, 1, "2026-09-30", 5, "f9")),
    # Months
    "a closed month takes no posting": ("trust-three-way", journal(9, "2026-09-30")),
    "a month before a closed one takes no posting": ("trust-three-way", journal(9, "2025-01-01")),
    "a month is closed once": ("trust-three-way", close(CLOSED)),
    "a month is not closed after a later one": ("trust-three-way", close("2026-08")),
    "a month is closed by two people": ("second-person", close("2026-10", "a")),
    "a month closes only when reconciled": ("trust-three-way", close(OPEN)),
    "a month closes only on its own numbers": (
        "trust-three-way",
        f"{reconciliation(9, OPEN, 500, 500, 500)};{close(OPEN)}",
    ),
    "a month closes only while nothing was posted since": (
        "trust-three-way",
        f"{reconciliation(9, OPEN, 8500, 8500, 8500)};{transfer(11, 15, 1)};{close(OPEN)}",
    ),
    "a reconciliation's bank and book agree": ("trust-three-way", reconciliation(9, OPEN, 499, 500, 500)),
    "a reconciliation's book and ledgers agree": ("trust-three-way", reconciliation(9, OPEN, 500, 500, 499)),
    "a reconciliation has no shortage": ("trust-three-way", reconciliation(9, OPEN, 500, 500, 500, 1)),
    # Held money
    "a held ledger names a client": ("trust-named", ledger(99, "held", 1)),
    "money is held in its own client's name": ("trust-named", transfer(16, 18, 5)),
    "money is held in its own account": ("trust-named", transfer(15, 28, 5)),
    "held money comes from its ledger alone": ("trust-named", transfer(11, 18, 5)),
    "held money leaves by no bank": ("trust-named", transfer(18, 11, 5)),
    "held money goes back by a reversal alone": ("trust-named", transfer(18, 15, 5)),
    "held money pays no invoice": ("trust-named", f"{transfer(15, 18, 5)};{transfer(18, 51, 5, number=901)}"),
    # Money set aside for a refund
    "money set aside goes back by a reversal alone": ("trust-named", transfer(19, 15, 5)),
    "money set aside leaves by its own bank": ("txn-refund-completed", transfer(19, 21, 5)),
    "money set aside comes from an owner": ("txn-refund-completed", transfer(11, 19, 5)),
    "an owner sets aside in its own account": ("trust-named", transfer(15, 29, 5)),
    "no more leaves than was set aside": ("trust-never-negative", transfer(19, 11, 5)),
    # Shortage
    "a shortage stands on a trust account": ("trust-named", ledger(99, "shortage", 2)),
    "a shortage is its own bank's": ("trust-shortage", transfer(10, 21, 5)),
    "a shortage is the bank's alone": ("trust-shortage", transfer(12, 10, 5)),
    "a shortage is no client's money": ("trust-named", transfer(10, 15, 5)),
    "no more is restored than is short": ("trust-shortage", transfer(11, 10, 5)),
    "the total of a shortage is not made smaller by hand": (
        "trust-shortage",
        "UPDATE ledger_account SET credits = 5 WHERE id = 10",
    ),
    # Disputes
    "a dispute never stands on a trust account": ("trust-gross", ledger(99, "disputes", 1)),
    "a dispute never touches a trust ledger": ("trust-gross", transfer(15, 64, 5)),
    "a dispute never touches a trust bank account": ("trust-gross", transfer(64, 11, 5)),
    "unidentified trust money pays no dispute": ("trust-gross", transfer(14, 64, 5)),
}

SQLITE_ONLY: dict[str, tuple[str, str]] = {
    "or ignore posts nothing into a closed month": ("trust-three-way", or_ignore(journal(9, "2026-09-30"))),
    "or ignore takes no match to another account": ("trust-three-way", or_ignore(match(9, 3, 3))),
    "or ignore closes no month": ("trust-three-way", or_ignore(close(OPEN))),
    "or ignore restores no more than is short": ("trust-shortage", or_ignore(transfer(11, 10, 5))),
    "or ignore refunds nothing unpaid": ("txn-refund-completed", or_ignore(refund(9, 1, 5))),
    "or replace changes no bank line": ("ledger-forever", or_replace(line(2, 1, "2026-11-23", 1, "f2"))),
    "or replace changes no statement": ("ledger-forever", or_replace(statement(3, 3, "other"))),
    "or replace takes no closed match": ("trust-three-way", or_replace(match(9, 2, 20))),
    "or replace changes no reconciliation": (
        "ledger-forever",
        or_replace(reconciliation(1, CLOSED, 1, 1, 1)),
    ),
    "or replace changes no closed month": ("trust-three-way", or_replace(close(CLOSED, None))),
    "or replace changes no trust entry": ("ledger-forever", or_replace(entry(1, amount=1))),
    "or replace changes no refund": ("ledger-forever", or_replace(refund(1, 3, 1))),
}

POSTGRESQL_ONLY: dict[str, tuple[str, str]] = {
    f"{table} is never emptied": ("ledger-forever", f"TRUNCATE {table} CASCADE")
    for table in (*FOREVER, *KEPT, "bank_match")
}
