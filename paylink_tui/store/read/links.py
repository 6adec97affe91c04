"""Payment links with the names of what they point to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from paylink_tui.domain.links import PaymentLink
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.domain.views import LinkView
from paylink_tui.store.reader import Reader, Row, first

UrlOf = Callable[[bytes], str]

_SELECT = """
SELECT l.id, l.nonce, l.account_id, l.currency, l.amount, l.reference, l.client_id, l.matter_id,
       l.invoice_id, l.expires_at, l.max_uses, l.uses, l.disabled_at, l.created_at, l.created_by,
       a.name, a.kind, c.code, c.name, m.number, i.number,
       (SELECT f.reason FROM link_freeze f WHERE f.link_id = l.id AND f.released_at IS NULL)
  FROM payment_link l
  JOIN bank_account a ON a.id = l.account_id
  LEFT JOIN client c ON c.id = l.client_id
  LEFT JOIN matter m ON m.id = l.matter_id
  LEFT JOIN invoice i ON i.id = l.invoice_id
"""


async def views(
    reader: Reader, url_of: UrlOf, now: datetime, *, only: int | None = None
) -> tuple[LinkView, ...]:
    """Every link, newest first, or the one with this id."""
    where, params = ("WHERE l.id = ?", (only,)) if only is not None else ("", ())
    found = await reader.rows(f"{_SELECT} {where} ORDER BY l.id DESC", params)
    return tuple(_view(row, url_of, now) for row in found)


async def by_token(reader: Reader, token_hash: bytes) -> int | None:
    """The number of the link whose URL holds a token, or None."""
    row = await first(reader, "SELECT id FROM payment_link WHERE token_hash = ?", (token_hash,))
    return None if row is None else int(row[0])


def link_of(row: Row) -> PaymentLink:
    """The link itself, from the first fifteen columns and, last, why it froze."""
    number, nonce, account, currency, amount, reference, client, matter, invoice = row[:9]
    ends, most, uses, disabled, made, maker = row[9:15]
    return PaymentLink(
        number,
        bytes(nonce),
        account,
        currency,
        amount,
        reference,
        client,
        matter,
        invoice,
        maybe_from_ms(ends),
        most,
        uses,
        maybe_from_ms(disabled),
        from_ms(made),
        maker,
        row[-1] or "",
    )


def _view(row: Row, url_of: UrlOf, now: datetime) -> LinkView:
    link = link_of(row)
    return LinkView(
        id=link.id,
        url=url_of(link.nonce),
        account_id=link.account_id,
        account_name=row[15],
        account_kind=AccountKind(row[16]),
        currency=link.currency,
        amount=link.amount,
        reference=link.reference,
        client_code=row[17] or "",
        client_name=row[18] or "",
        matter_number=row[19] or "",
        invoice_number=row[20] or "",
        state=link.state(now),
        uses=link.uses,
        max_uses=link.max_uses,
        expires_at=link.expires_at,
        created_at=link.created_at,
        created_by=link.created_by,
        frozen=link.frozen,
    )
