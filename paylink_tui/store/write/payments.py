"""Payments and their facts inside a write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from paylink_tui.domain.facts import Fact, FactKind, PaymentView
from paylink_tui.domain.text import fold_words, storable
from paylink_tui.domain.times import from_ms, maybe_ms, to_ms
from paylink_tui.store.schema import fact, linking, operation, payment
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

# A statement that is made once is also prepared once: making one costs more than running it.
_BY_ID = Prepared(select(payment).where(payment.c.id == bindparam("payment_id")).with_for_update())
_BY_REFERENCE = Prepared(
    select(payment)
    .where(payment.c.processor == bindparam("told_by"), payment.c.payment_ref == bindparam("ref"))
    .with_for_update()
)
_FACTS = Prepared(select(fact).where(fact.c.payment_id == bindparam("payment_id")))
_ADD = Prepared(insert(payment).returning(payment.c.id))
_ADD_FACT = Prepared(insert(fact))
_CHANGE = Prepared(
    update(payment)
    .where(payment.c.id == bindparam("payment_id"))
    .values(version=payment.c.version + 1, changed_at=bindparam("now"))
)
_START = Prepared(insert(operation))
_SETTLE = Prepared(
    update(operation)
    .where(operation.c.id == bindparam("operation_id"))
    .values(attempts=operation.c.attempts + 1)
)


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment at the moment its payer submits it. Amount in minor units."""

    link_id: int
    account_id: int
    account_kind: str
    currency: str
    amount: int
    method: str
    payer_name: str
    payer_email: str
    reference: str
    processor: str
    payment_ref: str


async def add(unit: UnitOfWork, new: NewPayment) -> int:
    """Insert a pending payment and tell its id."""
    told = {name: getattr(new, name) for name in NewPayment.__slots__}
    values = {name: storable(value) if isinstance(value, str) else value for name, value in told.items()}
    words = (values["payer_name"], values["payer_email"], values["reference"])
    values |= {"status": "pending", "paid_at": unit.at, "changed_at": unit.at, "search": fold_words(*words)}
    ((number,),) = await unit.run(_ADD, values)
    return int(number)


async def lock(unit: UnitOfWork, payment_id: int) -> Any | None:
    """The payment's row, held until the unit ends, or None."""
    found = await unit.run(_BY_ID, {"payment_id": payment_id})
    return found[0] if found else None


async def lock_by_reference(unit: UnitOfWork, processor: str, payment_ref: str) -> Any | None:
    """The row of the processor's payment, held until the unit ends, or None."""
    found = await unit.run(_BY_REFERENCE, {"told_by": processor, "ref": payment_ref})
    return found[0] if found else None


async def facts_of(unit: UnitOfWork, row: Any) -> list[Fact]:
    """Every fact known of a payment."""
    found = await unit.run(_FACTS, {"payment_id": row.id})
    return [
        Fact(
            one.processor,
            FactKind(one.kind),
            one.external_ref,
            row.payment_ref,
            one.amount,
            one.currency,
            from_ms(one.occurred_at),
            one.detail,
        )
        for one in found
    ]


async def add_facts(unit: UnitOfWork, payment_id: int, new: Sequence[Fact], source: str) -> None:
    """Append facts; the database refuses the same identity twice (`txn-once`)."""
    rows = [
        {
            "payment_id": payment_id,
            "processor": one.processor,
            "kind": one.kind.value,
            "external_ref": one.external_ref,
            "amount": one.amount,
            "currency": one.currency,
            "occurred_at": to_ms(one.occurred_at),
            "seen_at": unit.at,
            "source": source,
            "detail": one.detail,
        }
        for one in new
    ]
    await unit.run_each(_ADD_FACT, rows)


async def set_view(unit: UnitOfWork, row: Any, view: PaymentView, **also: Any) -> None:
    """Write the fold's result to the row the table reads (`txn-facts`).

    What was refunded and how a dispute stands are written with their postings.
    """
    columns = view_columns(row, view)
    del columns["refunded"], columns["dispute"]
    await change(unit, row, **{**columns, **also})


def view_columns(row: Any, view: PaymentView) -> dict[str, Any]:
    """The fold's result as columns of the payment's row."""
    return {
        "status": view.status.value,
        "paid_at": maybe_ms(view.paid_at) or row.paid_at,
        "completed_at": maybe_ms(view.completed_at),
        "refunded": view.refunded,
        "fee": view.fee,
        "failure": view.failure,
        "conflict": view.conflict,
        "dispute": view.dispute.value,
    }


async def change(unit: UnitOfWork, row: Any, **values: Any) -> None:
    """Update a payment, moving its version so that a screen that shows the old one is told."""
    await unit.run(_CHANGE, {"payment_id": row.id, "now": unit.at, **values})
    unit.touch("payment", row.id)


async def set_owner(
    unit: UnitOfWork,
    row: Any,
    linking_id: int | None,
    client_id: int | None,
    matter_id: int | None,
    client_name: str,
    matter_number: str,
) -> None:
    """Write whose the payment is, or with no linking that nobody's name is on it."""
    await change(
        unit,
        row,
        linking_id=linking_id,
        linked=int(linking_id is not None),
        client_id=client_id,
        matter_id=matter_id,
        client_name=client_name,
        matter_number=matter_number,
        search=fold_words(row.payer_name, row.payer_email, row.reference, client_name, matter_number),
        intent_client_id=None,
        intent_matter_id=None,
        intent_apply=None,
        intent_by=None,
    )


async def current_linking(unit: UnitOfWork, row: Any) -> Any:
    """The live linking of a linked payment."""
    return (await unit.connection.execute(select(linking).where(linking.c.id == row.linking_id))).one()


async def start_operation(unit: UnitOfWork, operation_id: str, payment_id: int, kind: str) -> None:
    """Commit the intent to call a processor before calling it (`txn-unknown`)."""
    values = {"id": operation_id, "payment_id": payment_id, "kind": kind, "state": "sent", "sent_at": unit.at}
    await unit.run(_START, values)


async def settle_operation(unit: UnitOfWork, operation_id: str, state: str, problem: str = "") -> None:
    """Write how a processor call ended."""
    values = {"operation_id": operation_id, "state": state, "problem": problem, "settled_at": unit.at}
    await unit.run(_SETTLE, values)
