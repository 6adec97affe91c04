"""`paylink trust reconcile|listing|close|months|profile`: the three numbers, and the months they close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun
    from paylink_tui.domain.trust import Month, Reconciliation, ThreeWay


def add_months(noun: Noun) -> None:
    """Add the verbs."""
    reconcile = noun.verb("reconcile", _reconcile, "bank, book and client ledgers of a trust account")
    reconcile.add_argument("account", metavar="ACCOUNT", help="name of a trust account")
    reconcile.add_argument("--month", metavar="M", help="at its end, like 2026-11; without it, now")
    reconcile.add_argument(
        "--bank-balance", metavar="A", type=_balance, help="what the bank says, without its statement"
    )
    reconcile.add_argument("--save", action="store_true", help="keep it (the first month not closed)")
    listing = noun.verb("listing", _listing, "what every ledger of a trust account holds, by client")
    listing.add_argument("account", metavar="ACCOUNT")
    listing.add_argument("--on", metavar="DAY", type=arguments.day, help="at the end of that day (now)")
    close = noun.verb("close", _close, "close a reconciled month, which takes no posting any more")
    close.add_argument("month", metavar="MONTH", help="like 2026-11")
    close.add_argument("--approve", metavar="NAME", help="the approver who signs")
    noun.verb("months", _months, "how far each month is: reconciled, closed, late")
    noun.verb("profile", _profile, "the trust rules of the firm's jurisdiction")


def _balance(text: str) -> int:
    """What the bank says, in minor units; it may be nothing, or overdrawn."""
    import argparse

    from paylink_tui.domain.errors import BadInput
    from paylink_tui.domain.money import parse_amount

    try:
        minor = parse_amount(text.strip().removeprefix("-"))
    except BadInput as bad:
        raise argparse.ArgumentTypeError(bad.message) from None
    return -minor if text.strip().startswith("-") else minor


async def _reconcile(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes

    args, trust = desk.args, desk.services.trust
    if args.month is None and not args.save:
        (now,) = await trust.three_way(args.account, bank_balance=args.bank_balance)
        desk.out.answer(trust_shapes.three_way(now), _three(now))
        return 0
    told = await trust.reconcile(args.account, args.month, args.bank_balance, dry_run=not args.save)
    desk.out.answer(trust_shapes.reconciliation(told), _month_lines(told))
    return 0


def _three(one: ThreeWay) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    def money(amount: int | None) -> str:
        return "unknown" if amount is None else display(amount, one.currency)

    yield f"{one.account_name} on {one.on}: {'in balance' if one.in_balance else 'OUT OF BALANCE'}"
    yield from words.card(
        (
            (f"Bank{f' on {one.bank_on}' if one.bank_on else ''}", money(one.bank_balance)),
            ("+ outstanding in", money(one.outstanding_in)),
            ("- outstanding out", money(one.outstanding_out)),
            ("1 Adjusted bank", money(one.adjusted)),
            ("2 Book", money(one.book)),
            ("3 Client ledgers", money(one.ledgers)),
            ("  of it unidentified", money(one.unidentified) if one.unidentified else ""),
            ("  of it held", money(one.held) if one.held else ""),
            ("  of it refunding", money(one.refunding) if one.refunding else ""),
            ("Shortage", money(one.shortage) if one.shortage else ""),
            ("Difference", money(one.difference) if one.difference else ""),
        )
    )
    for reason in one.why:
        yield f"! {reason}"


def _month_lines(told: Reconciliation) -> Iterator[str]:
    from paylink_tui.cli.trust_bank import outstanding_table

    yield from _three(told.three_way)
    if told.outstanding:
        yield ""
        yield from outstanding_table(told.outstanding)
    yield ""
    yield f"{told.month} is {'reconciled and kept' if told.saved else 'shown only; --save keeps it'}."
    for one in told.blocks:
        if one not in told.three_way.why:
            yield f"! {one}"
    for one in told.warnings:
        yield f"Note: {one}"


async def _listing(desk: Desk) -> int:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display, plain

    found = await desk.services.trust.listing(desk.args.account, desk.args.on)
    total = sum(one.balance for one in found)
    value = {
        "account": desk.args.account,
        "on": desk.args.on and desk.args.on.isoformat(),
        "ledgers": [
            {
                "client": one.client_code or None,
                "client_name": one.client_name or None,
                "matter": one.matter_number or None,
                "kind": one.kind,
                "balance": plain(one.balance),
            }
            for one in found
        ],
        "total": plain(total),
    }
    rows = (
        (one.client_code, one.client_name, one.matter_number, one.kind, display(one.balance)) for one in found
    )
    table = words.table(("Client", "Name", "Matter", "Ledger", ">Balance"), rows, none="Nothing is held.")
    desk.out.answer(value, [*table, f"Total {display(total)}"])
    return 0


async def _close(desk: Desk) -> int:
    done = await desk.services.trust.close(desk.args.month, desk.args.approve)
    value = {
        "month": done.month,
        "closed_by": done.closed_by,
        "approved_by": done.approved_by or None,
        "audit_head": done.audit_head,
    }
    signed = f", approved by {done.approved_by}" if done.approved_by else ""
    desk.out.answer(
        value, [f"{done.month} is closed by {done.closed_by}{signed}; it takes no posting any more."]
    )
    return 0


async def _months(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes, words

    found = await desk.services.trust.months()
    table = words.table(
        ("Month", "State", "Reconciled", "Waiting", "Reconcile by", "Approved by"),
        (_month_row(one) for one in found),
        none="Trust was not used yet.",
    )
    desk.out.answer({"months": [trust_shapes.month(one) for one in found]}, table)
    return 0


def _month_row(one: Month) -> tuple[str, ...]:
    state = "closed" if one.closed else "LATE" if one.overdue else "open"
    signed = one.closed.approved_by if one.closed else ""
    names = ", ".join(one.reconciled), ", ".join(one.waiting)
    return (one.month, state, *names, one.reconcile_by.isoformat(), signed)


async def _profile(desk: Desk) -> int:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display, plain

    one = desk.services.trust.place
    value: dict[str, Any] = {
        "code": one.code,
        "name": one.name,
        "retention_years": one.retention_years,
        "keeps_current_year": one.keeps_current_year,
        "reconcile_by": one.reconcile_by,
        "deposit_days": one.deposit_days,
        "firm_money_cap": plain(one.firm_money_cap),
        "notice_days": one.notice_days,
        "payout_days": one.payout_days,
        "receipt": one.receipt,
    }
    years = f"{one.retention_years} years{' and the current one' if one.keeps_current_year else ''}"
    card = words.card(
        (
            ("Rules of", one.name),
            ("Books kept", years),
            ("Reconcile by", f"day {one.reconcile_by} of the next month"),
            ("Deposit within", f"{one.deposit_days} banking {'day' if one.deposit_days == 1 else 'days'}"),
            ("Firm's own money", f"at most {display(one.firm_money_cap)}"),
            ("Tell the client", f"within {one.notice_days} days"),
            ("Pay out", f"within {one.payout_days} days"),
            ("A receipt names", one.receipt),
        )
    )
    desk.out.answer(value, [*card, "Set it with [firm] jurisdiction in the settings file."])
    return 0
