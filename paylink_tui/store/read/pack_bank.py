"""What the monthly pack reads of the bank's statements, and of what somebody must look at."""

from __future__ import annotations

from datetime import date

from paylink_tui.domain.money import display
from paylink_tui.domain.pack_rows import BankLine, Finding
from paylink_tui.domain.times import from_ms
from paylink_tui.store.read.book import subject
from paylink_tui.store.reader import Reader, Row


async def bank_lines(reader: Reader, account_id: int, since: str, until: str) -> tuple[BankLine, ...]:
    """The bank's lines between two days with what they are matched to."""
    rows = await reader.rows(
        "SELECT s.id, s.posted_on, s.amount, s.description, s.number, t.kind, j.payment_id,"
        " j.record_payment_id, j.trust_entry_id FROM statement_line s"
        " LEFT JOIN bank_match bm ON bm.line_id = s.id LEFT JOIN transfer t ON t.id = bm.transfer_id"
        " LEFT JOIN journal j ON j.id = t.journal_id"
        " WHERE s.account_id = ? AND s.posted_on >= ? AND s.posted_on <= ? ORDER BY s.posted_on, s.id, bm.id",
        (account_id, since, until),
    )
    found: dict[int, BankLine] = {}
    for number, day, amount, description, check, kind, payment, record, by_hand in rows:
        before = found.get(number)
        matches = before.matches if before else ()
        if kind is not None:
            matches = (*matches, subject(payment, record, by_hand) or kind)
        found[number] = BankLine(date.fromisoformat(day), amount, description, check, matches)
    return tuple(found.values())


_CLOSED = """
SELECT r.prepared_by, r.prepared_at, c.closed_by, c.closed_at, coalesce(c.approved_by, ''), c.audit_head
  FROM (SELECT 1 AS one) AS always
  LEFT JOIN reconciliation r
    ON r.id = (SELECT max(id) FROM reconciliation WHERE account_id = ? AND month = ?)
  LEFT JOIN month_close c ON c.month = (SELECT min(month) FROM month_close WHERE month >= ?)
"""


async def closing(reader: Reader, account_id: int, month: str) -> Row:
    """Who prepared the reconciliation and when, who closed the month, who approved, the audit's hash."""
    return (await reader.rows(_CLOSED, (account_id, month, month)))[0]


async def unlinked(reader: Reader, account_id: int, until_ms: int) -> list[Finding]:
    """Deposits completed before an instant whose owner nobody has named yet."""
    rows = await reader.rows(
        "SELECT id, payer_name, completed_at, amount - refunded, currency FROM payment WHERE account_id = ?"
        " AND status = 'completed' AND linked = 0 AND completed_at < ? ORDER BY id",
        (account_id, until_ms),
    )
    return [
        Finding("Deposit not linked", f"T{number}", payer, from_ms(at).date(), amount, "name its client")
        for number, payer, at, amount, _ in rows
    ]


async def disputed(reader: Reader, account_id: int) -> list[Finding]:
    """Transactions whose payers dispute them, undecided."""
    rows = await reader.rows(
        "SELECT p.id, p.payer_name, p.amount, p.currency, min(f.occurred_at) FROM payment p"
        " JOIN fact f ON f.payment_id = p.id AND f.kind = 'dispute opened'"
        " WHERE p.account_id = ? AND p.dispute = 'open'"
        " GROUP BY p.id, p.payer_name, p.amount, p.currency ORDER BY p.id",
        (account_id,),
    )
    return [
        Finding("Dispute open", f"T{number}", payer, from_ms(at).date(), amount, "held until it is decided")
        for number, payer, amount, _, at in rows
    ]


async def refunds_waiting(reader: Reader, account_id: int) -> list[Finding]:
    """Refunds asked for that are neither done nor given up."""
    rows = await reader.rows(
        "SELECT r.id, p.id, p.payer_name, r.requested_at, r.amount, r.state FROM refund r"
        " JOIN payment p ON p.id = r.payment_id"
        " WHERE p.account_id = ? AND r.state IN ('requested', 'sent') ORDER BY r.id",
        (account_id,),
    )
    return [
        Finding("Refund not done", f"F{number}", payer, from_ms(at).date(), amount, f"of T{payment}, {state}")
        for number, payment, payer, at, amount, state in rows
    ]


async def conflicts(reader: Reader, account_id: int) -> list[Finding]:
    """Transactions about which a processor told contradictory things."""
    rows = await reader.rows(
        "SELECT id, payer_name, paid_at, amount, currency, conflict FROM payment"
        " WHERE account_id = ? AND conflict <> '' ORDER BY id",
        (account_id,),
    )
    return [
        Finding(
            "Contradiction",
            f"T{number}",
            payer,
            from_ms(at).date(),
            amount,
            told or display(amount, currency),
        )
        for number, payer, at, amount, currency, told in rows
    ]


async def overpaid(reader: Reader, currency: str) -> list[Finding]:
    """What clients paid beyond their invoices and still holds in their names in operating."""
    rows = await reader.rows(
        "SELECT c.code, c.name, coalesce(m.number, ''), a.credits - a.debits FROM ledger_account a"
        " JOIN client c ON c.id = a.client_id LEFT JOIN matter m ON m.id = a.matter_id"
        " WHERE a.kind = 'credit' AND a.currency = ? AND a.credits > a.debits ORDER BY c.code, 3",
        (currency,),
    )
    return [
        Finding("Unapplied credit", code, f"{name} {matter}".strip(), None, amount, "in operating")
        for code, name, matter, amount in rows
    ]
