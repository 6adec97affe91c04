"""Whose payment is this: the ranked clients, matters and invoices, each with its reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from paylink_tui.domain.names import SAME, likeness, name_words
from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.text import fold_words
from paylink_tui.domain.views import Suggestion

STRONG: Final = 60
"""Score from which a suggestion may be taken with one key."""
CLEAR_LEAD: Final = 15
"""Points the best suggestion must be ahead of the next client's to be taken unseen."""
LIMIT: Final = 8
"""Suggestions shown."""

_NAMED_BY_LINK: Final = 500
"""More than all other evidence together: the firm itself said whose payment it would be."""
_ALIKE: Final = 50
"""Likeness of names, in percent, from which it is told."""
_INVOICE_WORDS: Final = frozenset(("invoice", "inv", "bill", "no", "nr", "number"))


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What a payment tells about its owner. `amount` in minor units."""

    payer_name: str
    payer_email: str
    reference: str
    amount: int
    currency: str
    link_client_id: int | None = None
    """The client its payment link named beforehand."""
    link_matter_id: int | None = None
    link_invoice_number: str = ""


@dataclass(frozen=True, slots=True)
class PastLink:
    """How often the same payer's earlier payments were linked to one client or matter."""

    client_id: int
    matter_id: int | None
    times: int
    same_email: bool
    """True when found by the payer's e-mail address, False when only by the name."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found for `search_terms`.

    The client of every matter, invoice and past link is among `clients`, and every open invoice of
    each client is among `invoices`.
    """

    clients: tuple[Client, ...] = ()
    matters: tuple[Matter, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    past: tuple[PastLink, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What to look up, so that ranking sees tens of candidates and not the whole book."""

    email: str
    """Lower-case: clients of this e-mail address, and past payments from it. May be empty."""
    payer_name: str
    """As written: past payments of exactly this payer name."""
    prefixes: tuple[str, ...]
    """Beginnings of words of clients' folded names."""
    numbers: tuple[str, ...]
    """Upper-case numbers a reference may name: invoices, matters and client codes, in whole."""
    digits: tuple[str, ...]
    """Runs of three digits or more that an open invoice's or a matter's number may end in."""
    amount: int
    """Open invoices whose balance is exactly this, in `currency`."""
    currency: str


def search_terms(payment: Unlinked) -> SearchTerms:
    """Which e-mail, words, numbers and amount the store should look up for this payment."""
    reference = fold_words(payment.reference).split()
    words = (*name_words(payment.payer_name), *(word for word in reference if word.isalpha()))
    written = re.findall(r"[^\W_](?:[\w./-]*[^\W_])?", payment.reference.upper()[:200])
    numbers = [word for word in written if any(char.isdigit() for char in word)]
    digits = [run for word in reference for run in re.findall(r"[0-9]{3,}", word)]
    return SearchTerms(
        email=payment.payer_email.strip().lower(),
        payer_name=payment.payer_name,
        prefixes=_some(word[:4] for word in words if len(word) >= 3 and word not in _INVOICE_WORDS),
        numbers=_some((*numbers, *digits)),
        digits=_some(digits),
        amount=payment.amount,
        currency=payment.currency,
    )


def rank(payment: Unlinked, known: Candidates) -> tuple[Suggestion, ...]:
    """The likeliest owners, best first, each with its reasons; at most `LIMIT`, the same every time."""
    clients = {client.id: client for client in known.clients}
    matters = {matter.id: matter.number for matter in known.matters}
    evidence = [
        told
        for source in _SOURCES
        for told in source(payment, known)
        if told.client_id in clients and (told.matter_id is None or told.matter_id in matters)
    ]
    scored = []
    for target in _targets(evidence):
        speaking = sorted((told for told in evidence if told.speaks_for(target)), key=_weight)
        client = clients[target.client_id]
        number = matters[target.matter_id] if target.matter_id is not None else ""
        points = sum(told.points for told in speaking)
        reasons = tuple(dict.fromkeys(told.reason for told in speaking))
        one = Suggestion(
            client.id, client.code, client.name, target.matter_id, number, target.invoice, points, reasons
        )
        scored.append(one)
    scored.sort(
        key=lambda one: (-one.score, one.client_name, one.client_id, one.matter_number, one.invoice_number)
    )
    return tuple(scored[:LIMIT])


def strong(suggestion: Suggestion) -> bool:
    """Whether it is good enough to be chosen beforehand, so that Enter takes it."""
    return suggestion.score >= STRONG


def best(ranked: tuple[Suggestion, ...]) -> Suggestion | None:
    """The first one when it is strong and no other client comes near, else None: a person decides."""
    if not ranked or not strong(ranked[0]):
        return None
    rivals = (one.score for one in ranked if one.client_id != ranked[0].client_id)
    return ranked[0] if ranked[0].score - max(rivals, default=0) >= CLEAR_LEAD else None


class _Evidence(NamedTuple):
    """One reason to think of a client, or of one matter or invoice of it."""

    client_id: int
    matter_id: int | None
    invoice: str
    points: int
    reason: str

    def speaks_for(self, target: _Evidence) -> bool:
        """Whether it supports a target: nothing it names is different there."""
        return (
            self.client_id == target.client_id
            and self.matter_id in (None, target.matter_id)
            and self.invoice in ("", target.invoice)
        )


def _weight(told: _Evidence) -> tuple[int, str]:
    return -told.points, told.reason


def _targets(evidence: list[_Evidence]) -> list[_Evidence]:
    """The most precise owners named: a client only when no matter or invoice of it is."""
    named = {(told.client_id, told.matter_id, told.invoice): told for told in evidence}
    return [
        target
        for key, target in named.items()
        if not any(key != other and target.speaks_for(named[other]) for other in named)
    ]


def _some(words: Iterable[str], most: int = 12) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:most]


def _by_link(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    if payment.link_client_id is None:
        return
    invoice = payment.link_invoice_number
    what = f"invoice {invoice}" if invoice else "this matter" if payment.link_matter_id else "this client"
    reason = f"the link names {what}"
    yield _Evidence(payment.link_client_id, payment.link_matter_id, invoice, _NAMED_BY_LINK, reason)


def _by_reference(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    reference = fold_words(payment.reference)
    if not reference:
        return
    for invoice in _open(payment, known):
        if points := _named(invoice.number, reference):
            reason = f"reference names invoice {invoice.number}"
            yield _Evidence(invoice.client_id, invoice.matter_id, invoice.number, points, reason)
    for matter in known.matters:
        if points := _named(matter.number, reference):
            yield _Evidence(
                matter.client_id, matter.id, "", points, f"reference names matter {matter.number}"
            )
    yield from _clients_by_reference(reference, known)


def _clients_by_reference(reference: str, known: Candidates) -> Iterator[_Evidence]:
    padded = f" {' '.join(name_words(reference))} "
    for client in known.clients:
        words = " ".join(name_words(client.name))
        if len(words) >= 4 and f" {words} " in padded:
            yield _Evidence(client.id, None, "", 40, "reference names the client")
        elif len(client.code) >= 3 and _named(client.code, reference) == 60:
            yield _Evidence(client.id, None, "", 40, f"reference names client {client.code}")


def _named(number: str, reference: str) -> int:
    """Points for a folded reference that holds this number: whole 60, its last digits alone 45, else 0."""
    folded = fold_words(number)
    words = reference.split()
    if not folded:
        return 0
    if len(folded) < 3:
        pairs = pairwise(words)
        return 60 if any(before in _INVOICE_WORDS and after == folded for before, after in pairs) else 0
    if f" {folded} " in f" {reference} " or folded.replace(" ", "") in words:
        return 60
    tail = re.search(r"[0-9]{3,}$", folded)
    return 45 if tail and tail[0] in words else 0


def _open(payment: Unlinked, known: Candidates) -> list[Invoice]:
    return [one for one in known.invoices if one.balance > 0 and one.currency == payment.currency]


def _by_amount(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    invoices = _open(payment, known)
    exact = [invoice for invoice in invoices if invoice.balance == payment.amount]
    points = 30 if len(exact) == 1 else 15
    for invoice in exact:
        reason = f"pays invoice {invoice.number} exactly"
        yield _Evidence(invoice.client_id, invoice.matter_id, invoice.number, points, reason)
    count = Counter(invoice.client_id for invoice in invoices)
    owed: Counter[int] = Counter()
    for invoice in invoices:
        owed[invoice.client_id] += invoice.balance
    for client_id, number in count.items():
        if number > 1 and owed[client_id] == payment.amount:
            yield _Evidence(client_id, None, "", 30, f"pays all {number} open invoices exactly")


def _by_email(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    email = payment.payer_email.strip().lower()
    owners = [client for client in known.clients if email and client.email.strip().lower() == email]
    for client in owners:
        yield _Evidence(client.id, None, "", 60 if len(owners) == 1 else 35, "e-mail of the client")


def _by_past(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    """Earlier payments; what the e-mail address already told is not counted again by name."""
    names = {client.id: client.name for client in known.clients}
    told = {past.client_id for past in known.past if past.same_email}
    for same_email in (True, False):
        kind = [
            p for p in known.past if p.same_email is same_email and (same_email or p.client_id not in told)
        ]
        alone = len({past.client_id for past in kind}) == 1
        for past in kind:
            base = 45 if same_email else 25
            points = base + 5 * min(past.times, 3) if alone else base - 15
            times = "once" if past.times == 1 else f"{past.times} times"
            reason = f"paid for {names.get(past.client_id, '')} before ({times})"
            yield _Evidence(past.client_id, past.matter_id, "", points, reason)


def _by_name(payment: Unlinked, known: Candidates) -> Iterator[_Evidence]:
    payer = name_words(payment.payer_name)
    alike = {client.id: likeness(payer, name_words(client.name)) for client in known.clients}
    alone = list(alike.values()).count(SAME) == 1
    for client_id, percent in alike.items():
        if percent == SAME:
            yield _Evidence(client_id, None, "", 50 if alone else 35, "same name")
        elif percent >= _ALIKE:
            yield _Evidence(client_id, None, "", 10 + percent // 4, "similar name")


_Source = Callable[[Unlinked, Candidates], Iterator[_Evidence]]
_SOURCES: Final[tuple[_Source, ...]] = (_by_link, _by_reference, _by_amount, _by_email, _by_past, _by_name)
