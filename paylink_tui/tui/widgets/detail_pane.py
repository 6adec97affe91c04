"""The pane of one transaction: whose, how much, where it went, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content
from textual.reactive import reactive

from paylink_tui.domain.money import display
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import HEADING, badge, dim, fill, plain, state, when
from paylink_tui.tui.widgets.kept_lines import KeptLines

if TYPE_CHECKING:
    from paylink_tui.domain.views import TimelineEvent, Transaction

BETWEEN: Final = 4
"""Cells between the facts and the history, when the two fit side by side."""
LABEL: Final = 11
BAD: Final = "bold $text-error"

HAPPENED: Final = {
    "submitted": "Submitted",
    "declined": "Card declined",
    "authorized": "Authorized",
    "captured": "Completed",
    "fee": "Fee charged",
    "voided": "Voided",
    "failed": "Failed",
    "returned": "Returned",
    "intend": "Client chosen",
    "drop intent": "Choice dropped",
    "link": "Linked",
    "unlink": "Unlinked",
    "void": "Void asked for",
    "conflict": "Conflict",
    "refunded": "Refunded",
    "dispute opened": "Dispute opened",
    "dispute won": "Dispute won",
    "dispute lost": "Dispute lost",
    "ask refund": "Refund asked for",
    "refund sent": "Refund sent",
    "refund declined": "Refund declined",
    "withdraw refund": "Refund withdrawn",
}
SIGNS: Final = {
    "failed": ("✗ ", BAD),
    "returned": ("↩ ", BAD),
    "refunded": ("◂ ", "bold $text-warning"),
    "refund declined": ("✗ ", BAD),
    "dispute opened": ("⚑ ", BAD),
    "dispute won": ("✓ ", "$text-success"),
    "dispute lost": ("✗ ", BAD),
}
"""Glyphs of what went wrong or back, in the history."""


class Aftermath(NamedTuple):
    """What came of money that went back, beside the transaction itself. Amounts in minor units."""

    undone: tuple[tuple[str, int], ...] = ()
    """Invoices owed again, and by how much."""
    short: int = 0
    """What its trust account is short of."""


class DetailPane(KeptLines, can_focus=True):
    """Paints a transaction; the screen gives it one when the cursor has come to rest."""

    shown: reactive[tuple[Transaction, tuple[TimelineEvent, ...]] | None] = reactive(None, layout=True)
    aftermath: reactive[Aftermath] = reactive(Aftermath(), layout=True)

    def __init__(self, zone: tzinfo, now: datetime, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone = zone
        self.now = now
        """Tells this year's dates from older ones."""

    def render(self) -> Content:
        """The transaction, or what to do to see one."""
        if self.shown is None:
            return dim("No transaction under the cursor.")
        one, events = self.shown
        link, trust = key_of(self.app, "home.link"), key_of(self.app, "home.trust")
        after = back_lines(one, self.aftermath, trust)
        return describe(one, events, self.content_size.width, self.zone, self.now, link, after)

    def show(
        self,
        one: Transaction | None,
        events: Sequence[TimelineEvent] = (),
        aftermath: Aftermath | None = None,
    ) -> None:
        """Paint this transaction."""
        self.aftermath = aftermath or Aftermath()
        self.shown = None if one is None else (one, tuple(events))


def describe(
    one: Transaction,
    events: Sequence[TimelineEvent],
    width: int,
    zone: tzinfo,
    now: datetime,
    link: str = "",
    after: Sequence[Content] = (),
) -> Content:
    """A transaction as styled lines of at most `width` cells; `link` is the key that links it, `after`
    tells what went back of it."""
    facts, history = [*_facts(one, zone, now, link), *after], _history(events, zone, now)
    left = max(_widest(facts) + BETWEEN, width // 2)
    if left + _widest(history) > width:
        return Content("\n").join(fill(line, width) for line in [*facts, Content(""), *history])
    pairs = zip_longest(facts, history, fillvalue=Content(""))
    return Content("\n").join(fill(fact, left) + fill(event, width - left) for fact, event in pairs)


def _widest(lines: Sequence[Content]) -> int:
    return max(line.cell_length for line in lines)


def _facts(one: Transaction, zone: tzinfo, now: datetime, link: str) -> list[Content]:
    amount = Content.styled(display(one.amount, one.currency), "bold")
    title = Content("  ").join(
        [Content.styled(one.name, HEADING), amount, badge(one.account_kind.value), state(one.told_state)]
    )
    lines = [title, _line("From", plain(one.payer_name) + _gap(plain(one.payer_email)))]
    if one.reference:
        lines.append(_line("Reference", plain(one.reference)))
    lines.append(_line("Into", plain(one.account_name) + dim(f"  by link L{one.link_id}, {_means(one)}")))
    lines.append(_line("Paid", Content(when(one.paid_at, zone, now)) + _completion(one, zone, now)))
    return [*lines, *_trouble(one), *_owners(one, zone, now, link), *_money(one)]


def _completion(one: Transaction, zone: tzinfo, now: datetime) -> Content:
    if one.completed_at is not None:
        return dim("   completed ") + Content(when(one.completed_at, zone, now))
    if one.due_at is not None and one.status.value in ("pending", "authorized"):
        return dim(f"   expected {when(one.due_at, zone, now)}")
    return Content("")


def _trouble(one: Transaction) -> list[Content]:
    told = (("Conflict", one.conflict), ("Failed", one.failure))
    return [_line(label, plain(text).stylize("$text-error")) for label, text in told if text]


def _owners(one: Transaction, zone: tzinfo, now: datetime, link: str) -> list[Content]:
    if one.linked:
        lines = []
        for part in one.parts:
            who = plain(part.client_name) + _gap(plain(part.matter_number))
            several = dim(f"  {display(part.amount, one.currency)}") if len(one.parts) > 1 else Content("")
            lines.append(_line("Linked to", who + several))
        if one.linked_at is not None:
            lines.append(_line("", dim(f"by {one.linked_by}, {when(one.linked_at, zone, now)}")))
        return lines
    if one.intent_client_id is not None:
        who = plain(one.intent_client_name) + _gap(plain(one.intent_matter_number))
        return [_line("On completion", who + dim("  is linked to it"))]
    if one.status.value == "completed":
        return [_line("Linked to", Content.styled(f"nobody yet: press {link}", "$text-warning"))]
    return []


def _money(one: Transaction) -> list[Content]:
    lines = []
    for index, applied in enumerate(one.allocations):
        recorded = dim(f"  by R{applied.record_payment_id}") if applied.record_payment_id else Content("")
        paid = dim("invoice ") + plain(applied.invoice_number)
        amount = Content.styled(f"  {display(applied.amount, one.currency)}", "bold")
        lines.append(_line("" if index else "Applied", paid + amount + recorded))
    if one.linked and one.unapplied:
        where = "in trust" if one.account_kind.value == "trust" else "as credit"
        left = Content.styled(display(one.unapplied, one.currency), "bold")
        lines.append(_line("Unapplied", left + dim(f"  held {where} in the client's name")))
    if one.fee:
        lines.append(_line("Fee", Content(display(one.fee, one.currency)) + dim("  from operating")))
    return lines


def back_lines(one: Transaction, aftermath: Aftermath, trust: str) -> list[Content]:
    """What went back of a transaction, is about to, or may; `trust` is the key where it is put right."""
    lines, currency = [], one.currency
    if one.refunded:
        of = dim(f"  of {display(one.amount, currency)}; its link is frozen")
        lines.append(_line("Refunded", Content.styled(display(one.refunded, currency), "bold") + of))
    if one.refunding:
        sent = dim("  set aside: sent, and not done yet")
        lines.append(_line("Refunding", Content.styled(display(one.refunding, currency), "bold") + sent))
    if one.dispute.value:
        lines.append(_line("Dispute", _dispute(one.dispute.value)))
    for index, (number, amount) in enumerate(aftermath.undone):
        owed = dim("invoice ") + plain(number) + dim(f"  owes {display(amount, currency)} again")
        lines.append(_line("" if index else "Undone", owed))
    if aftermath.short:
        short = f"trust is {display(aftermath.short, currency)} short: {trust} and then S restores it"
        lines.append(_line("Short", Content.styled(short, BAD)))
    return lines


def _dispute(how: str) -> Content:
    told = {
        "open": ("⚑ open: what is left of it is held, and nobody may spend it", BAD),
        "won": ("✓ won: it is the client’s as before", "$text-success"),
        "lost": ("✗ lost: the payer has the money back", BAD),
    }
    return Content.styled(*told[how])


def _history(events: Sequence[TimelineEvent], zone: tzinfo, now: datetime) -> list[Content]:
    lines = [Content.styled("History", HEADING)]
    for event in events:
        what = HAPPENED.get(event.what, event.what.capitalize())
        line = (
            dim(f"{when(event.at, zone, now)}  ")
            + _sign(event.what)
            + plain(what)
            + dim("  ")
            + plain(event.who).stylize("dim")
        )
        lines.append(line + _gap(plain(event.detail)))
    return lines


def _sign(what: str) -> Content:
    return Content.styled(*SIGNS[what]) if what in SIGNS else Content("")


def _line(label: str, body: Content) -> Content:
    return dim(f"{label:<{LABEL}}" if len(label) < LABEL else f"{label} ") + body


def _gap(content: Content) -> Content:
    return Content("  ") + content if content else content


def _means(one: Transaction) -> str:
    if one.method == "echeck":
        return "eCheck" + (f" ..{one.last4}" if one.last4 else "")
    brand = one.brand.replace("_", " ").title() or one.method
    return f"{brand} ..{one.last4}" if one.last4 else brand
