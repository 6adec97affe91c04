"""What a bookkeeper has entered so far in Record Payment, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.parties import Invoice
from paylink_tui.services.recording import NewRecord
from paylink_tui.tui.dialogs.owners import Owner

FUNDS = ("credit", "trust")
"""Sources on the ledger, which hold so much and no more."""
SOURCES = (*FUNDS, "cash", "cheque", "wire", "other")


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """The fields of the dialog. Amount in minor units."""

    owner: Owner | None = None
    source: str = "credit"
    amount: int | None = None
    marked: frozenset[str] = frozenset()
    """Numbers of the invoices to pay; none means every open one."""
    received: str = ""
    reference: str = ""
    payee: str = ""

    @property
    def direct(self) -> bool:
        """Whether the money comes from outside the books."""
        return self.source not in FUNDS

    def owed(self, invoices: tuple[Invoice, ...]) -> int:
        """What the invoices to pay owe together."""
        return sum(one.balance for one in invoices if not self.marked or one.number in self.marked)

    def fitting(self, invoices: tuple[Invoice, ...], held: int) -> int | None:
        """The amount a person most likely means, before one is typed; None when there is no telling."""
        if self.direct:
            return self.owed(invoices) if self.marked else None
        return min(self.owed(invoices), held) or None

    def new_record(self) -> NewRecord:
        """As the recording service takes it.

        Raises:
            BadInput: a field that is missing or cannot be read.
        """
        if self.owner is None:
            raise BadInput("Choose a client or a matter first.")
        if self.amount is None:
            raise BadInput("Type the amount.")
        return NewRecord(
            self.owner.client,
            self.source,
            self.amount,
            self.owner.matter or None,
            tuple(sorted(self.marked)),
            self._day() if self.direct else None,
            self.reference if self.direct else "",
            self.payee if self.direct else "",
        )

    def _day(self) -> date | None:
        if not self.received.strip():
            return None
        try:
            return date.fromisoformat(self.received.strip())
        except ValueError:
            raise BadInput("The date received must be written like 2026-11-22.") from None

    @property
    def problem(self) -> PayLinkError | None:
        """What is missing or cannot be read, if anything."""
        try:
            self.new_record()
        except BadInput as bad:
            return bad
        return None
