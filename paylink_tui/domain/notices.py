"""What people are told by mail about a payment: subject, plain text and HTML from facts alone.

The rules of this room are `notify-completed` and `notify-neutral`. Nothing a payer typed is ever in a
message to a payer's address: the address is theirs to choose, and mail in the firm's name must not
carry a stranger's words to whomever they like.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from paylink_tui.domain.languages import LANGUAGES, day_in, money_in
from paylink_tui.domain.notice_layout import Letter, Letterhead, html_of, text_of
from paylink_tui.domain.notice_words import WORDS, Words
from paylink_tui.domain.settings import Occasion
from paylink_tui.domain.settings_rules import is_web_address
from paylink_tui.domain.text import visible

LONGEST_NAME = 80
"""Characters of a name that a subject or a sentence carries."""
LONGEST_SUBJECT = 180

_HAS_RECEIPT = (Occasion.SUBMITTED, Occasion.COMPLETED, Occasion.REFUNDED)


class Audience(StrEnum):
    """Who a message is for."""

    PAYER = "payer"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a payment, as it was when it happened. Amounts in minor units, times UTC."""

    name: str
    """The transaction's name, `T17`."""
    amount: int
    currency: str
    paid_at: datetime
    method: str = ""
    brand: str = ""
    last4: str = ""
    refund: int = 0
    """The amount of this one refund."""
    due_at: datetime | None = None
    """When it is expected to complete."""
    reason: str = ""
    """Why it failed or came back, in the processor's words; only the firm reads it."""
    cancelled: bool = False
    """Whether it did not fail but was voided."""
    dispute: str = ""
    """How a dispute stands: `open`, `won` or `lost`."""
    linked: bool = False
    """Whether a choice made beforehand linked it when it completed."""
    linked_to: str = ""
    payer_name: str = ""
    payer_email: str = ""
    reference: str = ""
    account: str = ""
    account_kind: str = ""
    receipt_url: str = ""
    test: bool = False
    """Whether no real money moved."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message ready to be put into an envelope; the subject is one line without hidden characters."""

    subject: str
    text: str
    html: str
    language: str


def render(occasion: Occasion, audience: Audience, told: Told, head: Letterhead, language: str) -> Notice:
    """Write the message an audience gets on an occasion, in a language (English when it is not ours)."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    words = WORDS[language]
    filled = _fill(words, told, head, language)
    stem = f"{audience.value}.{_variant(occasion, audience, told)}"
    follow_up = "" if "{due}" in words[f"{stem}.next"] and not filled["due"] else words[f"{stem}.next"]
    is_refund = occasion is Occasion.REFUNDED
    details = _payer_details if audience is Audience.PAYER else _firm_details
    has_receipt = audience is Audience.PAYER and occasion in _HAS_RECEIPT and is_web_address(told.receipt_url)
    letter = Letter(
        title=words[f"{stem}.title"],
        amount=filled["refund"] if is_refund else filled["amount"],
        lines=tuple(line.format_map(filled) for line in (words[f"{stem}.line"], follow_up) if line),
        details=tuple(
            (label, value) for label, value in details(words, told, filled, refund=is_refund) if value
        ),
        button=(words["receipt"], told.receipt_url) if has_receipt else None,
        closing=words["automatic"].format_map(filled),
        banner=words["test"] if told.test else "",
        colon=words["colon"],
    )
    mark = f"{words['test_mark']} " if told.test else ""
    subject = visible(mark + words[f"{stem}.subject"].format_map(filled), LONGEST_SUBJECT)
    return Notice(subject, text_of(letter, head), html_of(letter, head, language), language)


def trial(head: Letterhead, language: str) -> Notice:
    """The message that shows that mail gets through, and what the firm's mail looks like."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    words = WORDS[language]
    filled = {"firm": _shown(head.firm)}
    letter = Letter(
        title=words["trial.title"],
        amount="",
        lines=(words["trial.line"].format_map(filled),),
        details=(),
        button=None,
        closing=words["trial.closing"].format_map(filled),
        banner="",
        colon=words["colon"],
    )
    subject = visible(words["trial.subject"].format_map(filled), LONGEST_SUBJECT)
    return Notice(subject, text_of(letter, head), html_of(letter, head, language), language)


def _variant(occasion: Occasion, audience: Audience, told: Told) -> str:
    """The words for an occasion: a void is no failure, and a linked payment is not to be linked."""
    if occasion is Occasion.FAILED and told.cancelled:
        return "cancelled"
    if occasion is Occasion.DISPUTED and told.dispute in ("won", "lost"):
        return f"dispute_{told.dispute}"
    if occasion is Occasion.COMPLETED and audience is Audience.FIRM and told.linked:
        return "linked"
    return occasion.value


def _fill(words: Words, told: Told, head: Letterhead, language: str) -> dict[str, str]:
    """The values the sentences name, each safe to show."""
    zone = ZoneInfo(head.timezone)
    due = day_in(told.due_at.astimezone(zone).date(), language) if told.due_at else ""
    return {
        "firm": _shown(head.firm),
        "amount": money_in(told.amount, told.currency, language),
        "refund": money_in(told.refund, told.currency, language),
        "name": told.name,
        "payer": _shown(told.payer_name) or words["nobody"],
        "account": f"{words.get(told.account_kind, '')} {_shown(told.account)}".strip(),
        "due": due,
        "date": day_in(told.paid_at.astimezone(zone).date(), language),
        "time": told.paid_at.astimezone(zone).strftime("%H:%M"),
    }


def _payer_details(
    words: Words, told: Told, filled: dict[str, str], *, refund: bool
) -> tuple[tuple[str, str], ...]:
    """Amount, date, method and last four digits: all that a payer's receipt says (`notify-neutral`)."""
    return (
        (words["refund"], filled["refund"] if refund else ""),
        (words["amount"], filled["amount"]),
        (words["date"], filled["date"]),
        (words["method"], _method(words, told)),
    )


def _firm_details(
    words: Words, told: Told, filled: dict[str, str], *, refund: bool
) -> tuple[tuple[str, str], ...]:
    return (
        (words["transaction"], told.name),
        (words["payer"], _shown(told.payer_name)),
        (words["email"], _shown(told.payer_email)),
        (words["refund"], filled["refund"] if refund else ""),
        (words["amount"], filled["amount"]),
        (words["account"], filled["account"]),
        (words["date"], f"{filled['date']}, {filled['time']}"),
        (words["method"], _method(words, told)),
        (words["reference"], visible(told.reference).strip()),
        (words["linked_to"], _shown(told.linked_to) if told.linked else ""),
        (words["reason"], visible(told.reason).strip()),
    )


def _method(words: Words, told: Told) -> str:
    is_card = told.method == "card"
    what = (visible(told.brand, 30).strip() if is_card else "") or words.get(told.method, "")
    last4 = visible(told.last4, 4).strip()
    return words["ending"].format(what=what, last4=last4) if what and last4 else what


def _shown(text: str) -> str:
    return visible(text, LONGEST_NAME).strip()
