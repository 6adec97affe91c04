"""`paylink transactions`: what was paid through links, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.bulk import Done, each, several
from paylink_tui.cli.linking import add_link, add_relink, add_unlink
from paylink_tui.cli.parser import Noun, Parser
from paylink_tui.cli.refunds import add_refunds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.views import TimelineEvent, Transaction
    from paylink_tui.services.transactions import WhyLine


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    listing = noun.verb("list", _list, "the newest transactions")
    listing.add_argument(
        "--query", metavar="Q", default="", help="like the filter bar: status:completed linked:no amount:>500"
    )
    listing.add_argument("--limit", metavar="N", type=arguments.count, default=50, help="how many (50)")
    show = noun.verb("show", _show, "one transaction: its history, and what may be done with it")
    named(show)
    add_link(noun)
    add_relink(noun)
    add_unlink(noun)
    void = noun.verb("void", _void, "cancel transactions while they are authorized")
    several(void)
    void.add_argument("--dry-run", action="store_true", help="say whether each can be; cancel nothing")
    add_refunds(noun)


def named(parser: Any) -> None:
    """Add the argument that names a transaction."""
    parser.add_argument("transaction", metavar="T", help="T17, the processor's reference, or a payer's name")


async def _list(desk: Desk) -> int:
    found = await desk.services.transactions.list(desk.args.query, limit=desk.args.limit)
    await answer_many(
        desk, found, none="No transaction matches." if desk.args.query else "No transaction yet."
    )
    return 0


async def _show(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    one = await desk.services.transactions.get(desk.args.transaction)
    timeline = await desk.services.transactions.timeline(one.id)
    why = await desk.services.transactions.why(one.id)
    value = {
        **shapes.transaction(one, await client_codes(desk, [one])),
        "timeline": [shapes.event(event) for event in timeline],
        "why": [shapes.why(line) for line in why],
    }
    zone = await desk.zone()
    desk.out.answer(value, [*card(one, zone), "", *_history(timeline, zone), "", *_actions(why)])
    return 0


async def _void(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    transactions, dry_run, zone = desk.services.transactions, desk.args.dry_run, await desk.zone()

    async def one(name: str) -> Done:
        from paylink_tui.services.transactions import check_void

        found = await transactions.get(name)
        check_void(found)
        if not dry_run:
            found = await transactions.void(found.id)
        value = shapes.transaction(found, await client_codes(desk, [found]))
        return value | ({"dry_run": True} if dry_run else {}), card(found, zone), found.amount, found.currency

    return await each(desk, one)


async def answer(desk: Desk, one: Transaction) -> None:
    """Answer with one transaction."""
    from paylink_tui.cli import shapes

    value = shapes.transaction(one, await client_codes(desk, [one]))
    desk.out.answer(value, card(one, await desk.zone()))


async def answer_many(desk: Desk, found: Sequence[Transaction], *, none: str) -> None:
    """Answer with a list of transactions."""
    from paylink_tui.cli import shapes

    codes = await client_codes(desk, found)
    lines = _table(found, await desk.zone(), none)
    desk.out.answer([shapes.transaction(one, codes) for one in found], lines)


async def client_codes(desk: Desk, found: Iterable[Transaction]) -> dict[int, str]:
    """The codes of clients that transactions are only meant for yet, by client id."""
    meant = {one.intent_client_id for one in found if one.intent_client_id is not None}
    return {number: (await desk.services.directory.client(f"#{number}")).client.code for number in meant}


def _table(found: Iterable[Transaction], zone: tzinfo, none: str) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    def row(one: Transaction) -> tuple[str, ...]:
        head = (one.name, words.when(one.paid_at, zone), one.payer_name, display(one.amount, one.currency))
        return (*head, one.account_kind.value.upper(), one.display_state, _whose(one), one.reference)

    heads = ("No.", "Paid", "Payer", ">Amount", "Account", "Status", "Client", "Reference")
    return words.table(heads, map(row, found), none=none)


def _whose(one: Transaction) -> str:
    if one.parts:
        return ", ".join(f"{part.client_name} {part.matter_number}".strip() for part in one.parts)
    meant = f"{one.intent_client_name} {one.intent_matter_number}".strip()
    return f"(will be {meant})" if meant else ""


def card(one: Transaction, zone: tzinfo) -> Iterator[str]:
    """One transaction, for people."""
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    paid = "; ".join(
        f"{line.invoice_number} {display(line.amount, one.currency)}" for line in one.allocations
    )
    return words.card(
        (
            ("Transaction", one.name),
            ("Payer", f"{one.payer_name} {one.payer_email}".strip()),
            ("Amount", display(one.amount, one.currency)),
            ("Status", one.display_state),
            ("Account", f"{one.account_kind.value.upper()} {one.account_name}"),
            ("Reference", one.reference),
            ("Method", " ".join(filter(None, (one.method, one.brand, one.last4)))),
            ("Paid", words.when(one.paid_at, zone)),
            ("Completed", words.when(one.completed_at, zone)),
            ("Client", _whose(one)),
            ("Invoices", paid),
            ("Unapplied", display(one.unapplied, one.currency) if one.linked else ""),
            ("Refunded", display(one.refunded, one.currency) if one.refunded else ""),
            ("Being refunded", display(one.refunding, one.currency) if one.refunding else ""),
            ("Dispute", one.dispute.value),
            ("Failure", one.failure),
            ("Conflict", one.conflict),
        )
    )


def _history(timeline: Iterable[TimelineEvent], zone: tzinfo) -> Iterator[str]:
    from paylink_tui.cli import words

    rows = ((words.when(one.at, zone), one.what, one.who, one.detail) for one in timeline)
    return words.table(("When", "What", "Who", "Detail"), rows, none="Nothing happened yet.")


def _actions(why: Iterable[WhyLine]) -> Iterator[str]:
    for line in why:
        if line.allowed:
            yield f"May {line.action}: {line.reason}"
        else:
            yield f"May not {line.action} ({line.rule}): {' '.join(filter(None, (line.reason, line.fix)))}"
