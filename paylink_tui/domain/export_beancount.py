"""The ledger as a Beancount file, which `bean-check` reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from paylink_tui.domain.export_book import Claim, Entry, Leg
from paylink_tui.domain.money import plain
from paylink_tui.domain.text import visible


class BeancountWriter:
    """Implements `BookWriter`."""

    def head(self, title: str, currencies: Iterable[str]) -> str:
        """Whose book it is, and the currencies in it."""
        lines = [";; Written by PayLink; a change belongs in PayLink, not here."]
        lines.append(f'option "title" {_quoted(title)}')
        lines += [f'option "operating_currency" "{currency}"' for currency in currencies]
        return "\n".join([*lines, "", ""])

    def account(self, name: str, day: date) -> str:
        """An account that is open from a day on."""
        return f"{day.isoformat()} open {name}\n"

    def entry(self, one: Entry) -> str:
        """A transaction with a link to what it is about, and metadata."""
        link = f" ^{one.subject}" if one.subject else ""
        lines = [f"{one.day.isoformat()} * {_quoted(one.payer)} {_quoted(one.title)}{link}"]
        lines += [f'  journal: "J{one.id}"', f"  kind: {_quoted(one.kind)}", f"  actor: {_quoted(one.actor)}"]
        if one.reverses:
            lines.append(f'  reversal-of: "J{one.reverses}"')
        if one.reason:
            lines.append(f"  reason: {_quoted(one.reason)}")
        for leg in one.legs:
            lines += _postings(leg)
        return "\n".join([*lines, "", ""])

    def claims(self, day: date, told: str, claims: Iterable[Claim]) -> str:
        """Balance directives; theirs hold at the start of a day and for whole trees of accounts."""
        morning = (day + timedelta(days=1)).isoformat()
        lines = [
            f"{morning} balance {one.account}  {plain(one.amount, one.currency)} {one.currency}"
            for one in claims
        ]
        comment = f"; {' '.join(visible(told, 500).split())}"
        return "\n".join([comment, *lines, "", ""]) if lines else ""


def _postings(leg: Leg) -> list[str]:
    amount = plain(leg.amount, leg.currency)
    told = [f"    transfer: {_quoted(leg.kind)}"]
    if leg.invoice:
        told.append(f"    invoice: {_quoted(leg.invoice)}")
    debit, credit = f"  {leg.debit}  {amount} {leg.currency}", f"  {leg.credit}  -{amount} {leg.currency}"
    return [debit, *told, credit, *told]


def _quoted(text: str) -> str:
    """A string of theirs, where only a backslash and a quote mean something."""
    bare = visible(text, 500).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{bare}"'
