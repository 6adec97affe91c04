"""Refunds as JSON and as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.domain.cascade import Cascade, RefundPreview
    from paylink_tui.domain.refunds import RefundView


def shape(one: RefundView) -> dict[str, Any]:
    """A refund, as JSON."""
    from paylink_tui.domain.money import plain
    from paylink_tui.domain.times import iso

    return {
        "id": one.name,
        "transaction": f"T{one.transaction_id}",
        "payer_name": one.payer_name,
        "amount": plain(one.amount, one.currency),
        "currency": one.currency,
        "client": one.client_code or None,
        "matter": one.matter_number or None,
        "state": one.state.value,
        "unknown": one.unknown,
        "reason": one.reason,
        "requested_by": one.requested_by,
        "requested_at": iso(one.requested_at),
        "approved_by": one.approved_by or None,
        "approved_at": iso(one.approved_at),
        "settled_at": iso(one.settled_at),
        "problem": one.problem or None,
    }


def preview_shape(one: RefundPreview) -> dict[str, Any]:
    """What a refund would do, as JSON."""
    from paylink_tui.domain.money import plain

    currency = one.transaction.currency
    return {
        "transaction": one.transaction.name,
        "dry_run": True,
        "payer_name": one.transaction.payer_name,
        "payer_email": one.transaction.payer_email or None,
        "clients": [
            {
                "client": who.client_code,
                "client_name": who.client_name,
                "matter": who.matter_number or None,
                "alike": who.alike,
            }
            for who in one.clients
        ],
        "refundable": plain(one.refundable, currency),
        "overpayment": plain(one.overpayment, currency),
        "second_person_needed": one.second_person_needed,
        "warnings": list(one.warnings),
        **cascade_shape(one.cascade),
    }


def cascade_shape(one: Cascade) -> dict[str, Any]:
    """What money that goes back undoes, as JSON."""
    from paylink_tui.domain.money import plain

    def amounts(**values: int) -> dict[str, str]:
        return {name: plain(amount, one.currency) for name, amount in values.items()}

    return {
        "event": one.event,
        "currency": one.currency,
        "invoices": [
            {
                "invoice": line.number,
                **amounts(paid_before=line.paid_before, paid_after=line.paid_after),
                **amounts(balance_before=line.owed_before, balance_after=line.owed_after),
            }
            for line in one.invoices
        ],
        "owners": [
            {
                "client": who.client_code or None,
                "client_name": who.client_name or None,
                "matter": who.matter_number or None,
                **amounts(amount=who.amount, holds_before=who.holds_before, holds_after=who.holds_after),
            }
            for who in one.owners
        ],
        **amounts(amount=one.amount, fee_kept=one.fee_kept, from_operating=one.from_operating),
        **amounts(short_in_trust=one.short_in_trust),
        "link_frozen": one.frozen,
    }


def state(one: RefundView) -> str:
    """Where a refund stands, in a few words."""
    return "sent, outcome not known yet" if one.unknown else one.state.value


def outcome(one: RefundView) -> Iterator[str]:
    """How a refund stands now."""
    from paylink_tui.domain.money import display

    told = {
        "requested": f"waits for another person: paylink transactions approve {one.name}",
        "sent": "is sent; how it ended is looked up by itself" if one.unknown else "is sent",
        "done": "is done; it cannot be undone, and the link is frozen",
        "declined": f"was declined, and its money is back where it was: {one.problem}",
        "withdrawn": f"is withdrawn: {one.problem}",
    }[one.state.value]
    yield f"{one.name}: {display(one.amount, one.currency)} of T{one.transaction_id} {told}."


def preview_lines(one: RefundPreview) -> Iterator[str]:
    """What a refund would do."""
    from paylink_tui.domain.money import display

    currency = one.transaction.currency
    amount, payer = display(one.amount, currency), one.transaction.payer_name
    yield f"{one.transaction.name}: {amount} would go back to {payer}."
    for who in one.clients:
        same = "" if who.alike else " (not the payer)"
        yield f"Linked to {who.client_code} {who.client_name} {who.matter_number}".rstrip() + same + "."
    if one.overpayment:
        yield f"Of it {display(one.overpayment, currency)} is overpaid; refunding that undoes nothing."
    yield from cascade_lines(one.cascade)
    yield from one.warnings
    if one.second_person_needed:
        yield "Somebody else must approve it."


def cascade_lines(one: Cascade) -> Iterator[str]:
    """What money that goes back undoes."""
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    def money(amount: int) -> str:
        return display(amount, one.currency)

    yield from words.table(
        ("Invoice", ">Paid before", ">Paid after", ">Owed after"),
        (
            (line.number, money(line.paid_before), money(line.paid_after), money(line.owed_after))
            for line in one.invoices
        ),
        none="No invoice is owed again.",
    )
    for who in one.owners:
        name = f"{who.client_name} {who.matter_number}".strip() or "unidentified money"
        held = f"{money(who.holds_before)} before, {money(who.holds_after)} after"
        yield f"{money(who.amount)} out of {name}: {held}."
    for amount, told in (
        (one.from_operating, "is the firm's loss, borne by operating"),
        (one.short_in_trust, "would be short in trust until operating restores it"),
        (0 if one.event == "refund" else one.fee_kept, "of fees is not returned"),
    ):
        if amount:
            yield f"{money(amount)} {told}."
    if one.frozen:
        yield "The link cannot be undone afterwards."
