"""Submissions of the payment form inside a write transaction."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from paylink_tui.domain.text import storable
from paylink_tui.store.schema import submission
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

# A statement that is made once is also prepared once: making one costs more than running it.
_ADD = Prepared(insert(submission))
_KNOWN = Prepared(select(submission.c.payment_id).where(submission.c.form_key == bindparam("form")))
_URL = Prepared(update(submission).where(submission.c.form_key == bindparam("form")))


async def payment_of(unit: UnitOfWork, form_key: str) -> int | None:
    """The payment a form led to already, or None."""
    found = await unit.run(_KNOWN, {"form": form_key})
    return int(found[0].payment_id) if found else None


async def add(
    unit: UnitOfWork,
    form_key: str,
    *,
    link_id: int,
    payment_id: int,
    operation_id: str,
    receipt_hash: bytes,
    language: str,
) -> None:
    """Keep which payment a form led to; the database refuses the same form twice (`txn-once`)."""
    values = {
        "form_key": form_key,
        "link_id": link_id,
        "payment_id": payment_id,
        "operation_id": operation_id,
        "receipt_hash": receipt_hash,
        "language": storable(language),
        "submitted_at": unit.at,
    }
    await unit.run(_ADD, values)


async def keep_checkout(unit: UnitOfWork, form_key: str, url: str) -> None:
    """Keep where the payment can be made; empty when it can no more."""
    await unit.run(_URL, {"form": form_key, "checkout_url": storable(url)})
