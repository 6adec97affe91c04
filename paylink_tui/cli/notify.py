"""`paylink notify`: the mail about payments, what became of it, and whether the mail server works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from datetime import tzinfo

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.outbox import MessageState, MessageView

NO_SERVER = (
    "No mail server is set, so messages wait: set mail.host in the settings file (paylink config path)."
)


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    test = noun.verb("test", _test, "send a message to an address now, to see whether mail works")
    test.add_argument("address", metavar="ADDRESS")
    listing = noun.verb("list", _list, "messages to payers and the firm, newest first")
    only = listing.add_mutually_exclusive_group()
    only.add_argument("--failed", action="store_true", help="only those that were given up")
    only.add_argument("--waiting", action="store_true", help="only those still to be sent")
    listing.add_argument("--limit", type=arguments.count, default=50, metavar="N")
    retry = noun.verb("retry", _retry, "send again what was given up or waits, now")
    retry.add_argument(
        "message",
        metavar="MESSAGE",
        nargs="?",
        type=arguments.message_number,
        help="N12, for example; by default all of them",
    )


async def _test(desk: Desk) -> int:
    steps: list[str] = []

    def tell(step: str) -> None:
        steps.append(step)
        desk.out.note(step)

    address = desk.args.address
    answer = await desk.services.messages.test(address, tell)
    value = {"address": address, "sent": True, "steps": steps, "answer": answer}
    last = f"It took the message for {address} ({answer}). Look for it there, among the junk too."
    desk.out.answer(value, [last])
    return 0


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
    from paylink_tui.services.messages import UNSENT

    messages = desk.services.messages
    found = await messages.list(_states(desk), limit=desk.args.limit)
    zone = await desk.zone()
    heads = ("Message", "About", "Occasion", "For", "To", "State", "Tries", "Told or due", "Problem")
    rows = (_row(one, zone) for one in found)
    desk.out.answer([shapes.message(one) for one in found], words.table(heads, rows, none="No message."))
    if not messages.is_sending and any(one.state in UNSENT for one in found):
        desk.out.note(NO_SERVER)
    return 0


def _states(desk: Desk) -> tuple[MessageState, ...]:
    from paylink_tui.domain.outbox import MessageState
    from paylink_tui.services.messages import FAILED, UNSENT

    if desk.args.failed:
        return FAILED
    return UNSENT if desk.args.waiting else tuple(MessageState)


def _row(one: MessageView, zone: tzinfo) -> tuple[str, ...]:
    from paylink_tui.cli import words
    from paylink_tui.services.messages import UNSENT

    when = one.next_at if one.state in UNSENT else one.sent_at
    what = (one.name, f"T{one.payment_id}", one.occasion.value, one.audience.value, one.recipient)
    return (*what, one.state.value, str(one.attempts), words.when(when, zone), one.problem)


async def _retry(desk: Desk) -> int:
    from paylink_tui.services.mail import send_waiting

    messages, number = desk.services.messages, desk.args.message
    retried = await messages.retry(number)
    sent = await send_waiting(desk.services) if messages.is_sending else 0
    left = await messages.left(number)
    desk.out.answer({"retried": retried, "sent": sent, "left": left}, _retried(retried, sent, left))
    if not messages.is_sending and left:
        desk.out.note(NO_SERVER)
    elif number is not None:
        problem = (await messages.get(number)).problem
        desk.out.note(f"N{number}: {problem}" if problem else "")
    elif left:
        desk.out.note("Why: paylink notify list --waiting, or --failed.")
    return 1 if left else 0


def _retried(retried: int, sent: int, left: int) -> list[str]:
    if not retried:
        return ["Nothing was given up, and nothing waits."]
    skipped = max(0, retried - sent - left)
    parts = ((sent, "sent"), (left, "not sent"), (skipped, "not to be sent, as the settings are"))
    return [", ".join(f"{count} {what}" for count, what in parts if count) + "."]
