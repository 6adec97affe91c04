"""What the payment page reads: a link with all that its page tells, and a payment by its form or receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paylink_tui.domain.links import PaymentLink
from paylink_tui.domain.parties import AccountKind, BankAccount, Firm, Plan
from paylink_tui.store.read.links import link_of
from paylink_tui.store.reader import Reader, first

_FIRM = "f.name, f.country, f.timezone, f.plan, f.payments_enabled, f.demo"

# A disabled link is left out where the row is sought, so that nothing later can tell it from none.
_PAGE = f"""
SELECT {_FIRM}, f.link_key_id, a.id, a.name, a.kind, a.currency, a.processor, i.number, i.balance,
       l.id, l.nonce, l.account_id, l.currency, l.amount, l.reference, l.client_id, l.matter_id,
       l.invoice_id, l.expires_at, l.max_uses, l.uses, l.disabled_at, l.created_at, l.created_by,
       (SELECT z.reason FROM link_freeze z WHERE z.link_id = l.id AND z.released_at IS NULL)
  FROM firm f
  LEFT JOIN payment_link l ON l.token_hash = ? AND l.disabled_at IS NULL
  LEFT JOIN bank_account a ON a.id = l.account_id
  LEFT JOIN invoice i ON i.id = l.invoice_id
 WHERE f.id = 1
"""

_STARTED = f"""
SELECT {_FIRM}, s.form_key, s.link_id, s.payment_id, s.operation_id, s.language, s.checkout_url,
       p.status, p.amount, p.currency, p.refunded, p.method, p.brand, p.last4, p.payer_name,
       p.payer_email, p.reference, p.paid_at, p.due_at, p.completed_at, p.processor, p.payment_ref,
       o.state, a.name
  FROM submission s
  JOIN payment p ON p.id = s.payment_id
  JOIN operation o ON o.id = s.operation_id
  JOIN bank_account a ON a.id = p.account_id
  JOIN firm f ON f.id = 1
 WHERE s.{{by}} = ?
"""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A link that is not disabled, with its account and what it names, and the firm it belongs to."""

    firm: Firm
    key_id: str
    """Which key the firm's links are made with."""
    link: PaymentLink | None = None
    account: BankAccount | None = None
    invoice: str = ""
    balance: int | None = None
    """What is left to pay of the invoice, in minor units."""


@dataclass(frozen=True, slots=True)
class Started:
    """A payment that was submitted with a form. Amounts in minor units, times in epoch milliseconds."""

    firm: Firm
    form_key: str
    link_id: int
    payment_id: int
    operation_id: str
    language: str
    checkout_url: str
    status: str
    amount: int
    currency: str
    refunded: int
    method: str
    brand: str
    last4: str
    payer_name: str
    payer_email: str
    reference: str
    paid_at: int
    due_at: int | None
    completed_at: int | None
    processor: str
    payment_ref: str
    operation_state: str
    account: str
    """Name of the account it goes to."""


async def page(reader: Reader, token_hash: bytes) -> FoundPage | None:
    """The link behind a token, or the firm alone; None while the database is empty.

    A disabled link is not found, by the same statement that does not find an unknown one.
    """
    row = await first(reader, _PAGE, (token_hash,))
    if row is None:
        return None
    firm, key_id, number, name, kind = _firm(row), row[6], *row[7:10]
    if number is None:
        return FoundPage(firm, key_id)
    account = BankAccount(number, name, AccountKind(kind), row[10], row[11])
    return FoundPage(firm, key_id, link_of(row[14:]), account, row[12] or "", row[13])


async def by_form(reader: Reader, form_key: str) -> Started | None:
    """The payment a form led to."""
    return await _started(reader, "form_key", form_key)


async def by_receipt(reader: Reader, receipt_hash: bytes) -> Started | None:
    """The payment a receipt is about."""
    return await _started(reader, "receipt_hash", receipt_hash)


async def _started(reader: Reader, by: str, value: str | bytes) -> Started | None:
    row = await first(reader, _STARTED.format(by=by), (value,))
    return None if row is None else Started(_firm(row), *row[6:])


def _firm(row: tuple[Any, ...]) -> Firm:
    name, country, timezone, plan, enabled, demo = row[:6]
    return Firm(name, country, timezone, Plan(plan), bool(enabled), bool(demo))
