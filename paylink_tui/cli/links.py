"""`paylink links`: minting payment links and handing them on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.parties import BankAccount
    from paylink_tui.domain.views import LinkView
    from paylink_tui.services.links import NewLink

TRUST_LIFE_DAYS = 30
"""Life of an open trust link when neither an expiry, an amount nor a number of uses bounds it."""


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    _add_create(noun)
    listing = noun.verb("list", _list, "every link, newest first")
    listing.add_argument("--state", metavar="STATE", help="active, disabled, expired, used-up or frozen")
    for name, run, told in (
        ("show", _show, "one link"),
        ("disable", _disable, "kill a link; to whoever opens it there is no such link any more"),
        ("release", _release, "let people pay again on a link that froze itself"),
        ("reissue", _reissue, "give a link a new URL; the old one is dead from then on"),
    ):
        _named(noun, name, run, told)
    qr = _named(noun, "qr", _qr, "the link's QR code, drawn here or saved")
    qr.add_argument("--svg", metavar="FILE", type=Path, help="save it as a drawing of any size")
    qr.add_argument("--png", metavar="FILE", type=Path, help="save it as a picture")
    share = _named(noun, "share", _share, "the link in the form that mail, a website or a message wants")
    forms = ("url", "markdown", "html", "frame", "email", "sms")
    share.add_argument("--as", dest="form", required=True, choices=forms, help="which form")


def _named(noun: Noun, name: str, run: Callable[[Desk], Any], told: str) -> Any:
    parser = noun.verb(name, run, told)
    parser.add_argument("link", metavar="LINK", help="L5, its URL, or an unambiguous reference")
    return parser


def _add_create(noun: Noun) -> None:
    create = noun.verb("create", _create, "mint a link for one bank account")
    create.add_argument("--account", required=True, metavar="NAME", help="where the money goes")
    create.add_argument("--amount", metavar="A", type=arguments.amount, help="fixed amount (payer's choice)")
    create.add_argument("--reference", metavar="R", default="", help="what the payment is for")
    create.add_argument("--client", metavar="C", help="whose the payments will be")
    create.add_argument("--matter", metavar="M", help="and for which matter")
    create.add_argument("--invoice", metavar="N", help="and for which invoice")
    create.add_argument(
        "--expires", metavar="30d", type=arguments.lifetime, help="its life: 12h, 30d, 2w or never"
    )
    create.add_argument("--uses", metavar="N", type=arguments.count, help="how often it may be paid")
    create.add_argument("--copy", action="store_true", help="put its URL on the clipboard")
    create.add_argument("--yes", action="store_true", help="confirm an open trust link that never ends")


async def _create(desk: Desk) -> int:
    from paylink_tui.services.links import NewLink

    args, links = desk.args, desk.services.links
    account = await desk.services.firm.account(args.account)
    new = NewLink(
        account=f"#{account.id}",
        amount=args.amount,
        reference=args.reference,
        client=args.client,
        matter=args.matter,
        invoice=args.invoice,
        expires=_life(desk, account),
        max_uses=args.uses,
    )
    link = await links.create(new, confirmed=args.yes or await _confirmed(desk, new, account))
    _answer(desk, link, await desk.zone())
    for line in await desk.services.firm.fee_lines(account):
        desk.out.note(line)
    if args.copy:
        await _copy(desk, link.url)
    return 0


def _life(desk: Desk, account: BankAccount) -> timedelta | None:
    from datetime import timedelta

    from paylink_tui.domain.parties import AccountKind

    args = desk.args
    if args.expires is not None:
        return None if args.expires == arguments.NEVER else timedelta(seconds=args.expires.total_seconds())
    if account.kind is not AccountKind.TRUST or args.amount is not None or args.uses is not None:
        return None
    desk.out.note(
        f"An open link for a trust account lives {TRUST_LIFE_DAYS} days unless --expires says otherwise."
    )
    return timedelta(days=TRUST_LIFE_DAYS)


async def _confirmed(desk: Desk, new: NewLink, account: BankAccount) -> bool:
    """The second confirmation of `link-lint`, asked only where somebody can answer."""
    from paylink_tui.cli.output import ask

    if not await desk.services.links.needs_confirmation(new):
        return False
    return ask(
        f"Anyone who gets this URL could pay any amount into the trust account {account.name}, for ever."
        " Mint it?"
    )


async def _copy(desk: Desk, url: str) -> None:
    import sys

    from paylink_tui.services.clipboard import copy

    def write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    outcome = await copy(url, write_terminal=write if sys.stderr.isatty() else None)
    desk.out.note(outcome.value)


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words

    found = await desk.services.links.list(desk.args.state)
    zone = await desk.zone()

    def row(one: LinkView) -> tuple[str, ...]:
        uses = f"{one.uses}" if one.max_uses is None else f"{one.uses} of {one.max_uses}"
        expires = words.when(one.expires_at, zone) or "never"
        head = (one.name, one.account_name, one.account_kind.value.upper(), _amount(one))
        return (*head, one.reference, one.client_name, uses, expires, one.state.value)

    heads = ("Link", "Account", "Type", ">Amount", "Reference", "Client", ">Uses", "Expires", "State")
    lines = words.table(heads, map(row, found), none="No link.")
    desk.out.answer([shapes.link(one) for one in found], lines)
    return 0


async def _show(desk: Desk) -> int:
    _answer(desk, await desk.services.links.get(desk.args.link), await desk.zone())
    return 0


async def _disable(desk: Desk) -> int:
    _answer(desk, await desk.services.links.disable(desk.args.link), await desk.zone())
    return 0


async def _release(desk: Desk) -> int:
    _answer(desk, await desk.services.freezes.release(desk.args.link), await desk.zone())
    return 0


async def _reissue(desk: Desk) -> int:
    _answer(desk, await desk.services.links.reissue(desk.args.link), await desk.zone())
    return 0


def _answer(desk: Desk, one: LinkView, zone: Any) -> None:
    from paylink_tui.cli import shapes

    desk.out.answer(shapes.link(one), _card(one, zone))


def _card(one: LinkView, zone: Any) -> Iterator[str]:
    from paylink_tui.cli import words

    fields: Iterable[tuple[str, str]] = (
        ("Link", one.name),
        ("URL", one.url),
        ("Account", f"{one.account_kind.value.upper()} {one.account_name}"),
        ("Amount", _amount(one)),
        ("Reference", one.reference),
        ("Client", f"{one.client_code} {one.client_name}".strip()),
        ("Matter", one.matter_number),
        ("Invoice", one.invoice_number),
        ("Expires", words.when(one.expires_at, zone) or "never"),
        ("Uses", f"{one.uses} of {one.max_uses or 'any number'}"),
        ("State", one.state.value),
        ("Frozen", f"{one.frozen}; release it with: paylink links release {one.name}" if one.frozen else ""),
    )
    return words.card(fields)


def _amount(one: LinkView) -> str:
    from paylink_tui.domain.money import display

    return "open" if one.amount is None else display(one.amount, one.currency)


async def _qr(desk: Desk) -> int:
    import os
    import sys

    from paylink_tui.services import qr

    link, args = await desk.services.links.get(desk.args.link), desk.args
    kinds = (("svg", args.svg, qr.save_svg), ("png", args.png, qr.save_png))
    value: dict[str, Any] = {"link": link.name, "url": link.url}
    for kind, file, save in kinds:
        value[kind] = None if file is None else str(file)
        if file is not None:
            save(link.url, file)
    if desk.out.json:
        desk.out.document(value)
    elif args.svg or args.png:
        lines = [f"The QR code of {link.name} is in {file}." for _, file, _ in kinds if file is not None]
        desk.out.answer(value, lines)
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        desk.out.drawing(qr.for_terminal(link.url, colour=colour))
    return 0


async def _share(desk: Desk) -> int:
    from paylink_tui.domain.sharing import ShareForm

    link = await desk.services.links.get(desk.args.link)
    text = await desk.services.links.share(link.id, ShareForm(desk.args.form))
    desk.out.answer({"link": link.name, "as": desk.args.form, "text": text}, text.splitlines())
    return 0
