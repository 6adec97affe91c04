"""Whose payment this may be: the store's candidates, ranked by the domain."""

from __future__ import annotations

from paylink_tui.domain.suggestions import Unlinked, rank, search_terms
from paylink_tui.domain.views import Suggestion, Transaction
from paylink_tui.store.read.suggestions import candidates, named_by_link
from paylink_tui.store.reader import Reader


async def suggest(reader: Reader, transaction: Transaction) -> tuple[Suggestion, ...]:
    """The likeliest clients, matters and invoices of a transaction, best first, each with its reasons."""
    client_id, matter_id, invoice = await named_by_link(reader, transaction.link_id)
    payment = Unlinked(
        transaction.payer_name,
        transaction.payer_email,
        transaction.reference,
        transaction.amount,
        transaction.currency,
        client_id,
        matter_id,
        invoice,
    )
    found = await candidates(reader, search_terms(payment), client_id=client_id, matter_id=matter_id)
    return rank(payment, found)
