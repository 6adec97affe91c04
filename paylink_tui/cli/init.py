"""`paylink init`: the firm, made or changed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from paylink_tui.cli.parser import CREATED, Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk


def add_to(parser: Parser) -> None:
    """Add the arguments."""
    carry_out(parser, _init)
    parser.add_argument(
        "--firm", metavar="NAME", action=_Named, help="name of the law firm; needed the first time"
    )
    parser.add_argument("--country", metavar="US|CA", help="country of the firm (US)")
    parser.add_argument("--plan", choices=("boutique", "elite", "starter"), help="its plan (boutique)")
    parser.add_argument("--timezone", metavar="TZ", help="its time zone (America/New_York)")
    parser.add_argument("--payments", choices=("on", "off"), help="whether payments are enabled (on)")


class _Named(argparse.Action):
    """The firm's name. Only with one is a database made, so that a command without leaves none behind."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        namespace.firm, namespace.database = values, CREATED


async def _init(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
    from paylink_tui.domain.errors import UsageError

    args, known = desk.args, await desk.services.firm.get()
    if args.firm is None and known is None:
        raise UsageError("A new firm needs a name.", 'Write: paylink init --firm "Hartwell & Ng LLP"')
    firm = await desk.services.firm.init(
        args.firm if args.firm is not None else known.name if known else "",
        country=args.country,
        plan=args.plan,
        timezone=args.timezone,
        payments_enabled=None if args.payments is None else args.payments == "on",
    )
    lines = words.card(
        (
            ("Firm", firm.name),
            ("Country", firm.country),
            ("Plan", firm.plan.value.title()),
            ("Time zone", firm.timezone),
            ("Payments", "enabled" if firm.payments_enabled else "not enabled"),
        )
    )
    desk.out.answer(shapes.firm(firm), lines)
    if known is None:
        desk.out.note('Next: paylink accounts add "IOLTA" --type trust --processor sandbox')
    return 0
