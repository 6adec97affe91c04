"""What a bookkeeper has entered so far of a trust entry, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.trust import METHODS, EntryKind, NewEntry

OF_CLIENTS = (EntryKind.RECEIPT, EntryKind.DISBURSEMENT, EntryKind.MOVE)
"""Kinds that move a client's money."""
BY_METHOD = (EntryKind.RECEIPT, EntryKind.DISBURSEMENT)
"""Kinds where money comes in or goes out by cheque, wire or cash."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """The fields of the dialog. Amount in minor units."""

    kind: EntryKind
    account: str
    client: str = ""
    """Its code."""
    matter: str = ""
    amount: int | None = None
    to_matter: str = ""
    method: str = METHODS[0]
    number: str = ""
    payee: str = ""
    purpose: str = ""
    dated: str = ""

    def new_entry(self) -> NewEntry:
        """As the trust service takes it; only what its kind needs.

        Raises:
            BadInput: a field that is missing or cannot be read.
        """
        if self.kind in OF_CLIENTS and not self.client:
            raise BadInput("Choose whose money it is.")
        if self.amount is None and self.kind is not EntryKind.RESTORE:
            raise BadInput("Type the amount.")
        if self.kind is EntryKind.DISBURSEMENT:
            self._check_payment()
        named, moved = self.kind in OF_CLIENTS, self.kind is EntryKind.MOVE
        paid = self.kind in BY_METHOD
        return NewEntry(
            self.kind,
            self.account,
            self.amount,
            client=self.client if named else None,
            matter=(self.matter or None) if named else None,
            to_matter=(self.to_matter.strip() or None) if moved else None,
            method=self.method if paid else "",
            number=self.number.strip() if paid else "",
            payee=self.payee.strip() if paid else "",
            purpose=self.purpose.strip(),
            dated_on=_day(self.dated),
        )

    def _check_payment(self) -> None:
        needed = {"the payee": self.payee, "the purpose": self.purpose}
        if self.method == "cheque":
            needed = {"the cheque’s number": self.number, **needed}
        missing = [name for name, said in needed.items() if not said.strip()]
        if missing:
            raise BadInput(f"Type {' and '.join(missing)}.")

    @property
    def problem(self) -> str | None:
        """What is missing before it can be previewed."""
        try:
            self.new_entry()
        except PayLinkError as bad:
            return bad.message
        return None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{text.strip()[:20]} is not a day; write it like 2026-11-22.") from None
