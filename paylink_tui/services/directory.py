"""Clients, matters and invoices: looking them up, and the card of what is held for a client."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.views import ClientView, InvoiceView, LedgerCard, MatterView
from paylink_tui.store.read import accounts, invoices, names, parties
from paylink_tui.store.read.invoices import PaidBy

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

__all__ = ["DirectoryService", "PaidBy"]


class DirectoryService:
    """Reads the directory the imports keep; sums are in the firm's currency."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def clients(
        self, search: str = "", *, limit: int | None = None, after: tuple[str, int] | None = None
    ) -> tuple[ClientView, ...]:
        """Clients by name; `after` is the name and id of the last one of the page before."""
        reader = self._database.reader
        currency = await accounts.firm_currency(reader)
        return await parties.client_views(reader, currency, search=search, after=after, limit=limit)

    async def client(self, name: str) -> ClientView:
        """One client by code, `#id`, or an unambiguous name.

        Raises:
            NotFound: nobody, or more than one, answers to it.
        """
        reader = self._database.reader
        number = await names.client(reader, name)
        return await parties.client_view(reader, await accounts.firm_currency(reader), number)

    async def client_named(self, name: str) -> Client:
        """As `client`, without what is held for it or owed by it."""
        return await names.client_named(self._database.reader, name)

    async def matter_named(self, name: str, *, client_id: int | None = None) -> Matter:
        """As `matter`, without what is held for it or owed on it."""
        return await names.matter_named(self._database.reader, name, client_id=client_id)

    async def matters(
        self,
        search: str = "",
        *,
        client: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> tuple[MatterView, ...]:
        """Matters by number, of one client or of all; `after` is the last number of the page before.

        Raises:
            NotFound: the client.
        """
        reader = self._database.reader
        client_id = None if client is None else await names.client(reader, client)
        currency = await accounts.firm_currency(reader)
        return await parties.matter_views(
            reader, currency, search=search, client_id=client_id, after=after, limit=limit
        )

    async def matter(self, name: str, *, client_id: int | None = None) -> MatterView:
        """One matter by number, or by an unambiguous description among those of the client given.

        Raises:
            NotFound: none, or more than one, answers to it.
        """
        reader = self._database.reader
        number = await names.matter(reader, name, client_id=client_id)
        currency = await accounts.firm_currency(reader)
        return (await parties.matter_views(reader, currency, matter_id=number))[0]

    async def invoices(
        self,
        *,
        client: str | None = None,
        matter: str | None = None,
        open_only: bool = False,
        search: str = "",
        limit: int | None = None,
        after: tuple[str, int] | None = None,
    ) -> tuple[InvoiceView, ...]:
        """Invoices by due date: the open ones oldest first, all of them newest first.

        `after` is the due date (ISO) and id of the last invoice of the page before.

        Raises:
            NotFound: the client or the matter.
        """
        reader = self._database.reader
        client_id = None if client is None else await names.client(reader, client)
        matter_id = None if matter is None else await names.matter(reader, matter, client_id=client_id)
        return await invoices.invoice_views(
            reader,
            await self._today(),
            client_id=client_id,
            matter_id=matter_id,
            open_only=open_only,
            search=search,
            after=after,
            limit=limit,
        )

    async def invoice(self, number: str) -> InvoiceView:
        """One invoice by number.

        Raises:
            NotFound: no invoice has that number.
        """
        reader = self._database.reader
        return await invoices.invoice_view(reader, await self._today(), await names.invoice(reader, number))

    async def open_invoices(self, client_id: int, matter_id: int | None) -> tuple[Invoice, ...]:
        """What a payment may pay, oldest first (`apply-order`): a client's invoices, or a matter's own."""
        return await invoices.open_invoices(self._database.reader, client_id, matter_id)

    async def card(self, name: str, *, limit: int = 50) -> LedgerCard:
        """A client's ledger card: what is held in its name, and its newest postings.

        Raises:
            NotFound: nobody, or more than one, answers to the name.
        """
        reader = self._database.reader
        view = await self.client(name)
        lines = await parties.ledger_lines(reader, view.client.id)
        return LedgerCard(view, lines, await parties.postings(reader, view.client.id, limit=limit))

    async def allocations_of(self, number: str) -> tuple[PaidBy, ...]:
        """What paid an invoice through PayLink and was not undone.

        Raises:
            NotFound: no invoice has that number.
        """
        reader = self._database.reader
        return await invoices.paid_by(reader, await names.invoice(reader, number))

    async def _today(self) -> date:
        """The day it is at the firm."""
        firm = await accounts.firm(self._database.reader)
        return self._clock.now().astimezone(ZoneInfo(firm.timezone if firm else "UTC")).date()
