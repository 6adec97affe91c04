"""What the outbox puts into an envelope: a message's words, its addresses, and whom it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.emails import deliverable
from paylink_tui.domain.envelope import Sender
from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.forms import receipt_token
from paylink_tui.domain.notice_layout import Letterhead
from paylink_tui.domain.notices import Audience, Notice, Told, render
from paylink_tui.services import keys
from paylink_tui.services.mail_server import ServerProblem
from paylink_tui.store.read import firm as firm_row

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.read.messages import Outgoing


def letterhead(services: Services, firm: Firm) -> Letterhead:
    """The firm as its mail shows it."""
    return Letterhead(firm.name, services.settings.branding, firm.timezone)


def sender_of(services: Services, firm: Firm) -> Sender:
    """Whom mail is from.

    Raises:
        ServerProblem: the settings name no address to send from.
    """
    mail, branding = services.settings.mail, services.settings.branding
    address = deliverable(mail.sender)
    if not address:
        raise ServerProblem(
            "The settings name no address that mail is sent from.",
            'Set mail.sender, like sender = "payments@firm.example", under [mail].',
        )
    return Sender(firm.name, address, deliverable(mail.reply_to or branding.email))


def addresses_of(services: Services, one: Outgoing) -> tuple[str, ...] | None:
    """Where a message goes, or None when nobody is to be told; of a payer's, what cannot be one is kept.

    The firm's are those the settings name now, unless the message went to some of them before.
    """
    settings = services.settings
    if one.audience is Audience.PAYER:
        return (one.recipient,) if one.occasion in settings.notify.payer else None
    known = one.recipient.split(", ") if one.recipient else settings.told_in_firm(one.occasion)
    return tuple(dict.fromkeys(known)) or None


async def notice_of(services: Services, firm: Firm, one: Outgoing) -> Notice:
    """The words of a message, in its payer's language or the firm's first."""
    language = one.language or services.settings.page.languages[0]
    told = one.told()
    processor = services.processors.get(one.processor)
    values = {name: getattr(told, name) for name in Told.__slots__}
    values |= {
        "test": processor is not None and processor.capabilities().test_mode,
        "receipt_url": await _receipt_url(services, one) if one.audience is Audience.PAYER else "",
    }
    return render(one.occasion, one.audience, Told(**values), letterhead(services, firm), language)


async def _receipt_url(services: Services, one: Outgoing) -> str:
    """Where the payer sees the receipt; empty for what was not paid on our page, or without the key.

    It holds nothing of the link: a link that was given a new URL keeps it from its former payers.
    """
    if not one.operation_id:
        return ""
    try:
        key = keys.load_key(await firm_row.key_id(services.database.reader))
    except PayLinkError:
        return ""
    return f"{services.settings.page.address.rstrip('/')}/r/{receipt_token(key, one.operation_id)}"
