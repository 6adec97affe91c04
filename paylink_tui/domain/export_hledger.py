"""The ledger as an hledger journal, which `hledger check` and `hledger balance` read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from paylink_tui.domain.export_book import Claim, Entry, Leg
from paylink_tui.domain.money import plain
from paylink_tui.domain.text import visible

_TYPES = {"Assets": "A", "Liabilities": "L", "Income": "R", "Expenses": "X", "Equity": "E"}


class HledgerWriter:
    """Implements `BookWriter`."""

    def head(self, title: str, currencies: Iterable[str]) -> str:
        """Whose book it is, and the currencies in it."""
        lines = [f"; {_line(title)}", "; Written by PayLink; a change belongs in PayLink, not here.", ""]
        lines += [f"commodity 1000.00 {currency}" for currency in currencies]
        return "\n".join([*lines, "", ""])

    def account(self, name: str, day: date) -> str:
        """An account with its type."""
        return f"account {name}  ; type:{_TYPES[name.partition(':')[0]]}\n"

    def entry(self, one: Entry) -> str:
        """A cleared transaction with its tags."""
        lines = [f"{one.day.isoformat()} * (J{one.id}) {_line(one.title)}", *_tags(one)]
        for leg in one.legs:
            lines += _postings(leg)
        return "\n".join([*lines, "", ""])

    def claims(self, day: date, told: str, claims: Iterable[Claim]) -> str:
        """Postings of nothing, each with a balance assertion."""
        lines = [f"{day.isoformat()} * {_line(told)}"]
        for one in claims:
            sign = "=*" if one.whole else "="
            zero, amount = plain(0, one.currency), plain(one.amount, one.currency)
            lines.append(f"    {one.account}  {zero} {one.currency} {sign} {amount} {one.currency}")
        return "\n".join([*lines, "", ""]) if len(lines) > 1 else ""


def _tags(one: Entry) -> Iterator[str]:
    tags = [("kind", one.kind), ("about", one.subject), ("actor", one.actor)]
    if one.reverses:
        tags.append(("reversal-of", f"J{one.reverses}"))
    for name, value in tags:
        if value:
            yield f"    ; {name}: {_value(value)}"


def _postings(leg: Leg) -> Iterator[str]:
    amount = plain(leg.amount, leg.currency)
    tags = f"  ; transfer: {_value(leg.kind)}" + (f", invoice: {_value(leg.invoice)}" if leg.invoice else "")
    yield f"    {leg.debit}  {amount} {leg.currency}{tags}"
    yield f"    {leg.credit}  -{amount} {leg.currency}{tags}"


def _line(text: str) -> str:
    """Free text of one line; a semicolon would start a comment, and a bar would split off a payee."""
    return " ".join(visible(text, 500).replace(";", ",").replace("|", "/").split())


def _value(text: str) -> str:
    """The value of a tag, which a comma would end and a colon could start anew."""
    return " ".join(visible(text, 200).replace(",", " ").replace(":", " ").split())
