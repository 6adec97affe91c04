"""The JSON of trust accounting: amounts as decimal strings, times as ISO 8601 UTC, days as ISO dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.money import plain
from paylink_tui.domain.times import iso, iso_day

if TYPE_CHECKING:
    from paylink_tui.cli.shapes import Shape
    from paylink_tui.domain.trust import (
        EntryView,
        Month,
        Outstanding,
        Proposal,
        Reconciliation,
        StatementLine,
        StatementReport,
        ThreeWay,
        TrustPosition,
    )


def entry(one: EntryView) -> Shape:
    """A trust entry."""
    return {
        "id": one.name if one.id else None,
        "kind": one.kind.value,
        "account": one.account_name,
        "client": one.client_code or None,
        "client_name": one.client_name or None,
        "matter": one.matter_number or None,
        "to_matter": one.to_matter_number or None,
        "amount": plain(one.amount, one.currency),
        "currency": one.currency,
        "method": one.method or None,
        "number": one.number or None,
        "payee": one.payee or None,
        "purpose": one.purpose or None,
        "date": iso_day(one.dated_on),
        "state": one.state.value,
        "undone": one.undone,
        "reason": one.reason or None,
        "requested_by": one.requested_by,
        "requested_at": iso(one.requested_at),
        "approved_by": one.approved_by or None,
        "approved_at": iso(one.approved_at),
    }


def position(one: TrustPosition) -> Shape:
    """What one ledger holds, and from when each deposit is safe."""
    return {
        "matter": one.matter_number or None,
        "currency": one.currency,
        "ledger": plain(one.ledger, one.currency),
        "available": plain(one.available, one.currency),
        "at_risk": plain(one.at_risk, one.currency),
        "held": plain(one.held, one.currency),
        "deposits": [
            {
                "transaction": each.name,
                "method": each.method,
                "amount": plain(each.amount, one.currency),
                "completed_on": iso_day(each.completed_on),
                "safe_on": iso_day(each.safe_on) if each.safe_on else None,
                "may_return_until": iso_day(each.may_return_until),
                "disputed": each.disputed,
            }
            for each in one.deposits
        ],
    }


def three_way(one: ThreeWay) -> Shape:
    """The three numbers."""
    amounts = {
        "outstanding_in": one.outstanding_in,
        "outstanding_out": one.outstanding_out,
        "book": one.book,
        "ledgers": one.ledgers,
        "trust": one.trust,
        "held": one.held,
        "refunding": one.refunding,
        "unidentified": one.unidentified,
        "shortage": one.shortage,
        "difference": one.difference,
    }
    told = {"bank_balance": one.bank_balance, "adjusted_bank": one.adjusted}
    return {
        "account": one.account_name,
        "on": iso_day(one.on),
        "currency": one.currency,
        "bank_on": iso_day(one.bank_on) if one.bank_on else None,
        **{name: None if held is None else plain(held, one.currency) for name, held in told.items()},
        **{name: plain(held, one.currency) for name, held in amounts.items()},
        "in_balance": one.in_balance,
        "why": list(one.why),
        "unexplained": [line(each) for each in one.unexplained],
    }


def outstanding(one: Outstanding) -> Shape:
    """Something that book and bank do not both have."""
    return {
        "posting": one.item.transfer_id,
        "about": one.item.about or None,
        "kind": one.item.kind,
        "who": one.item.who or None,
        "number": one.item.number or None,
        "date": iso_day(one.item.day),
        "amount": plain(one.amount),
        "age": one.age,
        "stale": one.stale or None,
        "at_bank": one.at_bank,
    }


def line(one: StatementLine) -> Shape:
    """A line of the bank."""
    return {
        "line": one.id,
        "date": iso_day(one.posted_on),
        "amount": plain(one.amount),
        "description": one.description or None,
        "number": one.number or None,
        "postings": list(one.matched),
        "offer": None if one.matched else one.offer.value,
    }


def proposal(one: Proposal) -> Shape:
    """What a line seems to be."""
    items = [
        {"posting": each.transfer_id, "about": each.about, "amount": plain(each.amount)} for each in one.items
    ]
    return {**line(one.line), "sure": one.sure, "why": one.why, "proposed": items}


def report(one: StatementReport, *, dry_run: bool) -> Shape:
    """What an import of a statement did."""
    return {
        "account": one.account_name,
        "file": one.name,
        "format": one.format,
        "dry_run": dry_run,
        "new": one.new,
        "known": one.known,
        "repeated": one.repeated,
        "first": iso_day(one.first_on) if one.first_on else None,
        "last": iso_day(one.last_on) if one.last_on else None,
        "closing_balance": None if one.closing_balance is None else plain(one.closing_balance),
        "closing_on": iso_day(one.closing_on) if one.closing_on else None,
    }


def reconciliation(one: Reconciliation) -> Shape:
    """An account's three numbers at the end of a month."""
    return {
        "month": one.month,
        "saved": one.saved,
        **three_way(one.three_way),
        "outstanding": [outstanding(each) for each in one.outstanding],
        "blocks": list(one.blocks),
        "warnings": list(one.warnings),
    }


def month(one: Month) -> Shape:
    """How far a month is."""
    closed = one.closed
    return {
        "month": one.month,
        "closed": closed is not None,
        "closed_by": closed.closed_by if closed else None,
        "closed_at": iso(closed.closed_at) if closed else None,
        "approved_by": (closed.approved_by or None) if closed else None,
        "audit_head": closed.audit_head if closed else None,
        "reconcile_by": iso_day(one.reconcile_by),
        "overdue": one.overdue,
        "reconciled": list(one.reconciled),
        "waiting": list(one.waiting),
    }
