"""The JSON of each thing the desk talks about: amounts as decimal strings, times as ISO 8601 UTC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.facts import Status
from paylink_tui.domain.money import plain
from paylink_tui.domain.times import iso, iso_day

if TYPE_CHECKING:
    from paylink_tui.domain.allocation import AllocationLine
    from paylink_tui.domain.outbox import MessageView
    from paylink_tui.domain.parties import BankAccount, Firm
    from paylink_tui.domain.views import (
        ClientView,
        InvoiceView,
        LedgerLine,
        LinkView,
        MatterView,
        Posting,
        TimelineEvent,
        Transaction,
    )
    from paylink_tui.services.transactions import WhyLine

Shape = dict[str, Any]


def firm(one: Firm) -> Shape:
    """The firm."""
    return {
        "name": one.name,
        "country": one.country,
        "plan": one.plan.value,
        "timezone": one.timezone,
        "payments_enabled": one.payments_enabled,
        "demo": one.demo,
    }


def account(one: BankAccount) -> Shape:
    """A bank account."""
    return {
        "id": one.id,
        "name": one.name,
        "type": one.kind.value,
        "currency": one.currency,
        "processor": one.processor,
        "connected": one.connected,
    }


def client(view: ClientView) -> Shape:
    """A client, with what it owes and what is held for it."""
    one = view.client
    return {
        "id": one.code,
        "name": one.name,
        "type": one.kind,
        "email": one.email or None,
        "phone": one.phone or None,
        "matters": view.matters,
        "open_invoices": view.open_invoices,
        "open_balance": plain(view.open_balance),
        "trust": plain(view.trust),
        "credit": plain(view.credit),
    }


def matter(view: MatterView) -> Shape:
    """A matter, with what it owes and what is held for it."""
    return {
        "number": view.matter.number,
        "client": view.client_code,
        "client_name": view.client_name,
        "description": view.matter.description or None,
        "status": view.matter.status,
        "open_balance": plain(view.open_balance),
        "trust": plain(view.trust),
        "credit": plain(view.credit),
    }


def invoice(view: InvoiceView) -> Shape:
    """An invoice."""
    one = view.invoice
    return {
        "number": one.number,
        "client": view.client_code,
        "client_name": view.client_name,
        "matter": view.matter_number or None,
        "issued": iso_day(one.issued),
        "due": iso_day(one.due),
        "total": plain(one.total, one.currency),
        "balance": plain(one.balance, one.currency),
        "currency": one.currency,
        "state": view.state,
    }


def link(view: LinkView) -> Shape:
    """A payment link."""
    return {
        "id": view.name,
        "url": view.url,
        "account": view.account_name,
        "account_type": view.account_kind.value,
        "amount": None if view.amount is None else plain(view.amount, view.currency),
        "currency": view.currency,
        "reference": view.reference or None,
        "client": view.client_code or None,
        "client_name": view.client_name or None,
        "matter": view.matter_number or None,
        "invoice": view.invoice_number or None,
        "state": view.state.value,
        "frozen": view.frozen or None,
        "uses": view.uses,
        "max_uses": view.max_uses,
        "expires_at": iso(view.expires_at),
        "created_at": iso(view.created_at),
        "created_by": view.created_by,
    }


def transaction(one: Transaction, codes: dict[int, str]) -> Shape:
    """A transaction; `codes` are the codes of the clients that are only chosen beforehand, by id."""
    return {
        "id": one.name,
        "status": one.status.value,
        "display_state": one.display_state,
        "amount": plain(one.amount, one.currency),
        "currency": one.currency,
        "account": one.account_name,
        "account_type": one.account_kind.value,
        "link": f"L{one.link_id}",
        "payer_name": one.payer_name,
        "payer_email": one.payer_email or None,
        "reference": one.reference or None,
        "method": one.method,
        "last4": one.last4 or None,
        **_owner(one),
        **_money(one),
        **_times(one),
        "dispute": one.dispute.value or None,
        "failure": one.failure or None,
        "conflict": one.conflict or None,
        "intent": intent(one, codes),
    }


def _money(one: Transaction) -> Shape:
    return {
        "applied": plain(one.applied, one.currency),
        "unapplied": plain(one.unapplied, one.currency),
        "refunded": plain(one.refunded, one.currency),
        "refunding": plain(one.refunding, one.currency),
        "allocations": [
            {"invoice": line.invoice_number, "amount": plain(line.amount, one.currency)}
            for line in one.allocations
        ],
    }


def _times(one: Transaction) -> Shape:
    return {
        "paid_at": iso(one.paid_at),
        "authorized_at": iso(one.paid_at) if _was_authorized(one) else None,
        "due_at": iso(one.due_at),
        "completed_at": iso(one.completed_at),
    }


def _owner(one: Transaction) -> Shape:
    """Whose it is; null where several parts differ, for then `parts` tells."""
    clients = {(part.client_code, part.client_name) for part in one.parts}
    matters = {part.matter_number or None for part in one.parts}
    code, name = clients.pop() if len(clients) == 1 else (None, None)
    return {
        "client": code,
        "client_name": name,
        "matter": matters.pop() if len(matters) == 1 and code else None,
        "linked": one.linked,
        "linked_by": one.linked_by or None,
        "linked_at": iso(one.linked_at),
        "parts": [
            {
                "client": part.client_code,
                "client_name": part.client_name,
                "matter": part.matter_number or None,
                "amount": plain(part.amount, one.currency),
            }
            for part in one.parts
        ],
    }


def _was_authorized(one: Transaction) -> bool:
    """A decline has no day on which the money would have arrived."""
    return one.status is not Status.PENDING and (one.status is not Status.FAILED or one.due_at is not None)


def intent(one: Transaction, codes: dict[int, str]) -> Shape | None:
    """Whose a transaction will be once it completes, when that was chosen beforehand."""
    if one.intent_client_id is None:
        return None
    return {
        "client": codes.get(one.intent_client_id),
        "client_name": one.intent_client_name,
        "matter": one.intent_matter_number or None,
        "apply": one.intent_apply,
    }


def allocations(lines: Iterable[AllocationLine]) -> list[Shape]:
    """What each invoice takes, and what it owes before and after."""
    return [
        {
            "invoice": line.invoice.number,
            "amount": plain(line.amount, line.invoice.currency),
            "balance_before": plain(line.before, line.invoice.currency),
            "balance_after": plain(line.after, line.invoice.currency),
        }
        for line in lines
    ]


def ledger_line(one: LedgerLine) -> Shape:
    """What one ledger holds in someone's name."""
    return {
        "account": one.account_name,
        "account_type": one.account_kind.value,
        "matter": one.matter_number or None,
        "balance": plain(one.balance, one.currency),
        "currency": one.currency,
    }


def posting(one: Posting) -> Shape:
    """One transfer into (positive) or out of (negative) someone's name."""
    return {
        "at": iso(one.at),
        "account": one.account_name,
        "matter": one.matter_number or None,
        "what": one.what,
        "amount": plain(one.amount, one.currency),
        "currency": one.currency,
    }


def event(one: TimelineEvent) -> Shape:
    """One line of a transaction's history."""
    return {"at": iso(one.at), "what": one.what, "who": one.who, "detail": one.detail or None}


def why(line: WhyLine) -> Shape:
    """Whether an action is open, and by which rule not."""
    return {
        "action": line.action,
        "allowed": line.allowed,
        "rule": line.rule or None,
        "reason": line.reason,
        "fix": line.fix or None,
    }


def message(one: MessageView) -> Shape:
    """A message of the outbox."""
    return {
        "id": one.name,
        "transaction": f"T{one.payment_id}",
        "occasion": one.occasion.value,
        "audience": one.audience.value,
        "recipient": one.recipient or None,
        "state": one.state.value,
        "attempts": one.attempts,
        "created_at": iso(one.created_at),
        "next_at": iso(one.next_at) if one.state in ("waiting", "sending") else None,
        "sent_at": iso(one.sent_at),
        "problem": one.problem or None,
    }
