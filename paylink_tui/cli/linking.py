"""`paylink transactions link` and `unlink`: whose a transaction is, and which invoices it pays."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun
    from paylink_tui.domain.errors import PayLinkError
    from paylink_tui.services.linking import LinkPreview, Part, PartPlan


def add_link(noun: Noun) -> None:
    """Add the verb `link`."""
    link = noun.verb("link", _link, "say whose a completed transaction is, and pay that client's invoices")
    link.add_argument("transaction", metavar="T", help="T17, the processor's reference, or a payer's name")
    link.add_argument("--client", metavar="C", help="whose it is: id or unambiguous name")
    link.add_argument("--matter", metavar="M", help="for which of the client's matters")
    link.add_argument(
        "--part",
        metavar="C[/M]=A",
        action="append",
        type=arguments.part,
        default=[],
        help="split it: this much for that client or matter; repeat",
    )
    link.add_argument(
        "--invoice",
        metavar="N=A",
        action="append",
        type=arguments.named_amount,
        default=[],
        help="pay exactly this on that invoice instead of oldest first; repeat",
    )
    apply = link.add_mutually_exclusive_group()
    apply.add_argument("--apply", action="store_true", default=None, help="apply payment to invoices")
    apply.add_argument(
        "--no-apply", action="store_false", dest="apply", help="apply nothing; keep it as credit"
    )
    link.add_argument("--dry-run", action="store_true", help="show what would be posted; post nothing")


def add_unlink(noun: Noun) -> None:
    """Add the verb `unlink`."""
    unlink = noun.verb("unlink", _unlink, "undo a link by reversal, or drop the choice made beforehand")
    unlink.add_argument("transaction", metavar="T", help="T17, the processor's reference, or a payer's name")
    unlink.add_argument("--reason", metavar="R", required=True, help="why; kept for ever")


async def _link(desk: Desk) -> int:
    args, linking = desk.args, desk.services.linking
    parts = _parts(args)
    if args.dry_run:
        preview = await linking.preview(args.transaction, parts)
        _refuse_dry_run(preview)
    else:
        outcome = await linking.link(args.transaction, parts)
        if outcome.intent:
            raise await _kept(desk, outcome.preview)
        preview = outcome.preview
    desk.out.answer(_shape(preview, dry_run=args.dry_run), _lines(preview, dry_run=args.dry_run))
    return 0


def _parts(args: argparse.Namespace) -> list[Part]:
    """The parts as the words typed name them.

    Raises:
        UsageError: neither or both of --client and --part, or options that contradict each other.
    """
    from paylink_tui.domain.errors import UsageError
    from paylink_tui.services.linking import Part

    overrides = dict(args.invoice) or None
    if bool(args.client) == bool(args.part):
        raise UsageError("Say whose it is: --client, or --part for each part of a split.")
    if args.part and (args.matter or overrides):
        raise UsageError("--matter and --invoice go with --client, not with --part.")
    if overrides and args.apply is False:
        raise UsageError("--no-apply pays no invoice, so it does not go with --invoice.")
    if args.part:
        return [Part(client, matter, amount, args.apply) for client, matter, amount in args.part]
    return [Part(args.client, args.matter, None, args.apply, overrides)]


def _refuse_dry_run(preview: LinkPreview) -> None:
    """What the real run would be refused for, when the preview alone does not tell."""
    from paylink_tui.domain.errors import ChangedMeanwhile, Refused
    from paylink_tui.domain.times import iso

    one = preview.transaction
    if preview.already:
        raise ChangedMeanwhile(
            "link-race",
            f"{one.name} was linked to {preview.already} by {one.linked_by} on {iso(one.linked_at)}.",
            f'To change it, unlink it first: paylink transactions unlink {one.name} --reason "..."',
        )
    if not preview.posts_now:
        raise Refused(
            "link-only-completed",
            f"{one.name} is {one.status.value}: linking posts only once it is completed.",
            "Without --dry-run the choice is kept and posts by itself on completion.",
        )


async def _kept(desk: Desk, preview: LinkPreview) -> PayLinkError:
    from paylink_tui.cli import shapes
    from paylink_tui.cli.failures import KeptAsIntent
    from paylink_tui.cli.transactions import client_codes

    one = await desk.services.transactions.get(preview.transaction.id)
    whose = f"{one.intent_client_name} {one.intent_matter_number}".strip()
    return KeptAsIntent(
        f"{one.name} is {one.status.value}, and linking posts only once it is completed."
        f" The choice {whose} is kept and posts by itself on completion.",
        f'To drop the choice: paylink transactions unlink {one.name} --reason "..."',
        shapes.intent(one, await client_codes(desk, [one])) or {},
    )


def _shape(preview: LinkPreview, *, dry_run: bool) -> dict[str, Any]:
    from paylink_tui.cli import shapes
    from paylink_tui.domain.money import plain

    one = preview.transaction
    single = preview.parts[0] if len(preview.parts) == 1 else None
    return {
        "transaction": one.name,
        "dry_run": dry_run,
        "posted": not dry_run,
        "client": single.client.code if single else None,
        "matter": single.matter.number if single and single.matter else None,
        "amount": plain(one.amount, one.currency),
        "currency": one.currency,
        "account": one.account_name,
        "allocations": shapes.allocations(preview.lines),
        "remainder": plain(preview.remainder, one.currency),
        "parts": [_part_shape(part, one.currency) for part in preview.parts],
    }


def _part_shape(part: PartPlan, currency: str) -> dict[str, Any]:
    from paylink_tui.domain.money import plain

    return {
        "client": part.client.code,
        "client_name": part.client.name,
        "matter": part.matter.number if part.matter else None,
        "amount": plain(part.amount, currency),
        "apply": part.apply,
        "applied": plain(part.plan.applied, currency),
        "remainder": plain(part.plan.remainder, currency),
    }


def _lines(preview: LinkPreview, *, dry_run: bool) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    one = preview.transaction
    verb = "would be linked" if dry_run else "is linked"
    for part in preview.parts:
        whose = f"{part.client.code} {part.client.name}" + (f", {part.matter.number}" if part.matter else "")
        yield f"{one.name}: {display(part.amount, one.currency)} {verb} to {whose}."
        if part.apply_locked:
            yield f"No invoice is paid: {part.apply_locked}."
        elif part.apply:
            yield from words.allocation_table(part.plan.taken)
        if part.plan.remainder:
            left = display(part.plan.remainder, one.currency)
            yield f"{left} stays in {one.account_name} in the name of {whose}."


async def _unlink(desk: Desk) -> int:
    from paylink_tui.cli.transactions import answer

    args = desk.args
    known = await desk.services.transactions.get(args.transaction)
    if not known.linked and known.intent_client_id is not None:
        await answer(desk, await desk.services.linking.drop_intent(known.id))
    else:
        await answer(desk, await desk.services.linking.unlink(known.id, args.reason))
    return 0
