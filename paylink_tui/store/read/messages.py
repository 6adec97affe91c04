"""Messages read back: which are due, what each of them tells, and how they are listed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from paylink_tui.domain.notices import Audience, Told
from paylink_tui.domain.outbox import MessageState, MessageView
from paylink_tui.domain.settings import Occasion
from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is about to be sent, and everything it tells."""

    id: int
    attempt: int
    """The number of this try."""
    payment_id: int
    occasion: Occasion
    occurrence: str
    audience: Audience
    recipient: str
    """Addresses with a comma between; empty for the firm's, which the settings know."""
    language: str
    """Empty when its payer chose none."""
    created_at: int
    processor: str
    operation_id: str
    """Of the form it was submitted by; empty when it came another way."""
    content: str
    """What was true when it happened, as JSON."""
    of_payment: Sequence[Any]
    """What of the payment never changes, and whose it is."""

    def told(self) -> Told:
        """Everything it tells.

        Raises:
            ValueError: its content cannot be read.
            LookupError: its content is not complete.
        """
        return _told(f"T{self.payment_id}", json.loads(self.content), self.of_payment)


# The states in these very words: by them SQLite finds the index of what is open.
ANY_DUE = "SELECT 1 FROM message WHERE state IN ('waiting', 'sending') AND next_at <= ? LIMIT 1"
ANY_UNTRIED = """SELECT 1 FROM message WHERE state IN ('waiting', 'sending') AND next_at < ?
                    AND state = 'waiting' AND attempts = 0 LIMIT 1"""


async def any_due(reader: Reader, now: int) -> bool:
    """Whether a message is to be sent now (epoch milliseconds)."""
    return bool(await reader.rows(ANY_DUE, (now,)))


async def any_untried(reader: Reader, before: int) -> bool:
    """Whether a message that is due since before then was never tried (epoch milliseconds)."""
    return bool(await reader.rows(ANY_UNTRIED, (before,)))


async def outgoing(reader: Reader, claimed: dict[int, int]) -> list[Outgoing]:
    """The claimed messages, oldest first."""
    marks = ", ".join("?" for _ in claimed)
    rows = await reader.rows(
        f"""SELECT m.id, m.payment_id, m.occasion, m.occurrence, m.audience, m.recipient, m.language,
                   m.created_at, p.processor, coalesce(s.operation_id, ''), m.content,
                   p.amount, p.currency, p.payer_name, p.payer_email, p.reference, p.account_kind,
                   a.name, p.client_name, p.matter_number
              FROM message m JOIN payment p ON p.id = m.payment_id
              JOIN bank_account a ON a.id = p.account_id
              LEFT JOIN submission s ON s.payment_id = p.id
             WHERE m.id IN ({marks}) ORDER BY m.id""",
        tuple(claimed),
    )
    return [_outgoing(row, claimed[row[0]]) for row in rows]


def _outgoing(row: tuple[Any, ...], attempt: int) -> Outgoing:
    number, payment_id, occasion, occurrence, audience, recipient, language = row[:7]
    created_at, processor, operation_id, content = row[7:11]
    return Outgoing(
        number,
        attempt,
        payment_id,
        Occasion(occasion),
        occurrence,
        Audience(audience),
        recipient,
        language,
        created_at,
        processor,
        operation_id,
        content,
        row[11:],
    )


def _told(name: str, content: dict[str, Any], of_payment: Sequence[Any]) -> Told:
    """What was true when it happened, and what of the payment never changes."""
    amount, currency, payer_name, payer_email, reference, kind, account, client, matter = of_payment
    return Told(
        name=name,
        amount=amount,
        currency=currency,
        paid_at=from_ms(content["paid_at"]),
        method=content["method"],
        brand=content["brand"],
        last4=content["last4"],
        refund=content.get("refund", 0),
        due_at=maybe_from_ms(content.get("due_at")),
        reason=content.get("reason", ""),
        cancelled=content.get("cancelled", False),
        dispute=content.get("dispute", ""),
        linked=content.get("linked", False),
        linked_to=" · ".join(one for one in (client, matter) if one),
        payer_name=payer_name,
        payer_email=payer_email,
        reference=reference,
        account=account,
        account_kind=kind,
    )


_VIEW = """SELECT id, payment_id, occasion, audience, recipient, state, attempts, created_at, next_at,
                  sent_at, problem FROM message"""


async def listed(reader: Reader, states: Sequence[MessageState], limit: int) -> tuple[MessageView, ...]:
    """The newest messages in any of these states, newest first."""
    marks = ", ".join("?" for _ in states)
    rows = await reader.rows(
        f"{_VIEW} WHERE state IN ({marks}) ORDER BY id DESC LIMIT ?",
        (*(state.value for state in states), limit),
    )
    return tuple(_view(row) for row in rows)


async def one(reader: Reader, number: int) -> MessageView | None:
    """One message, or None."""
    rows = await reader.rows(f"{_VIEW} WHERE id = ?", (number,))
    return _view(rows[0]) if rows else None


def _view(row: tuple[Any, ...]) -> MessageView:
    number, payment_id, occasion, audience, recipient, state, attempts, created, due, sent, problem = row
    return MessageView(
        number,
        payment_id,
        Occasion(occasion),
        Audience(audience),
        recipient,
        MessageState(state),
        attempts,
        from_ms(created),
        from_ms(due),
        maybe_from_ms(sent),
        problem,
    )


async def unsent(reader: Reader) -> tuple[int, int, int]:
    """How many messages were given up, how many wait, and how many of those were tried in vain."""
    rows = await reader.rows(
        """SELECT count(CASE WHEN state = 'given up' THEN 1 END),
                  count(CASE WHEN state <> 'given up' THEN 1 END),
                  count(CASE WHEN state = 'waiting' AND attempts > 0 THEN 1 END)
             FROM message WHERE state IN ('waiting', 'sending', 'given up')"""
    )
    given_up, waiting, tried = rows[0]
    return given_up, waiting, tried
