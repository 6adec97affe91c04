"""`paylink transactions link` and `unlink`: whose a transaction is, and which invoices it pays."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.bulk import Done, each, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun, Parser
    from paylink_tui.domain.errors import PayLinkError
    from paylink_tui.services.linking import LinkPreview, Part, PartPlan


def add_link(noun: Noun) -> None:
    """Add the verb `link`."""
    link = noun.verb("link", _link, "say whose completed transactions are, and pay that client's invoices")
    several(link)
    _add_parts(link)


def add_relink(noun: Noun) -> None:
    """Add the verb `relink`."""
    relink = noun.verb("relink", _relink, "undo a transaction's link and link it anew, in one go")
    relink.add_argument("transaction", metavar="T", help="T17, the processor's reference, or a payer's name")
    relink.add_argument("--reason", metavar="R", help="why; kept for ever, needed unless --dry-run")
    _add_parts(relink)


def _add_parts(link: Parser) -> None:
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
    unlink = noun.verb("unlink", _unlink, "undo links by reversal, or drop choices made beforehand")
    several(unlink)
    unlink.add_argument("--reason", metavar="R", help="why; kept for ever, needed unless --dry-run")
    unlink.add_argument("--dry-run", action="store_true", help="say whether each can be; undo nothing")


async def _link(desk: Desk) -> int:
    args, linking = desk.args, desk.services.linking
    parts = _parts(args)

    async def one(name: str) -> Done:
        if args.dry_run:
            preview = await linking.preview(name, parts)
            _refuse_dry_run(preview)
        else:
            outcome = await linking.link(name, parts)
            if outcome.intent:
                raise await _kept(desk, outcome.preview)
            preview = outcome.preview
        return _done(preview, dry_run=args.dry_run)

    return await each(desk, one)


async def _relink(desk: Desk) -> int:
    from paylink_tui.domain.errors import UsageError
    from paylink_tui.services.transactions import check_relink

    args, linking = desk.args, desk.services.linking
    parts = _parts(args)
    if not args.dry_run and not args.reason:
        raise UsageError("Relinking needs a reason.", 'Add --reason "...", or --dry-run to look first.')
    preview = await linking.preview(args.transaction, parts)
    if args.dry_run:
        check_relink(preview.transaction)
    else:
        number = preview.transaction.id
        preview = (await linking.relink(number, parts, args.reason, shown=preview)).preview
    value, lines, _, _ = _done(preview, dry_run=args.dry_run)
    desk.out.answer(value, lines)
    return 0


def _done(preview: LinkPreview, *, dry_run: bool) -> Done:
    one = preview.transaction
    return _shape(preview, dry_run=dry_run), _lines(preview, dry_run=dry_run), one.amount, one.currency


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
            f'To change it: paylink transactions relink {one.name} ... --reason "..."',
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
    from paylink_tui.cli import shapes
    from paylink_tui.cli.transactions import card, client_codes
    from paylink_tui.domain.errors import UsageError
    from paylink_tui.services.transactions import check_unlink

    args, linking, zone = desk.args, desk.services.linking, await desk.zone()
    if not args.dry_run and not args.reason:
        raise UsageError("Unlinking needs a reason.", 'Add --reason "...", or --dry-run to look first.')

    async def one(name: str) -> Done:
        found = await desk.services.transactions.get(name)
        meant = not found.linked and found.intent_client_id is not None
        if not meant and args.dry_run:
            check_unlink(found)
        if not args.dry_run:
            undo = linking.drop_intent(found.id) if meant else linking.unlink(found.id, args.reason)
            found = await undo
        value = shapes.transaction(found, await client_codes(desk, [found]))
        told = {"dry_run": True} if args.dry_run else {}
        return value | told, card(found, zone), found.amount, found.currency

    return await each(desk, one)
