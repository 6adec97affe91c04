"""A payment link in the form a bookkeeper sends it: bare, Markdown, a button, an e-mail, a text message."""

from __future__ import annotations

import re
from enum import StrEnum
from html import escape
from typing import Final
from urllib.parse import quote, urlsplit

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.text import visible

SMS_LENGTH: Final = 160
"""Characters of one text message; the reference is left out rather than starting a second."""

_BUTTON_STYLE: Final = (
    "display:inline-block;padding:12px 24px;border-radius:6px;background:#1f4e79;color:#ffffff;"
    "font:600 16px/1.25 Arial,Helvetica,sans-serif;text-decoration:none"
)
_FRAME_STYLE: Final = "width:100%;max-width:960px;height:1100px;border:0"
_MARKDOWN_SIGNS: Final = re.compile(r"[\\`*_\[\]<>~|$]|&(?=#?\w+;)")


class ShareForm(StrEnum):
    """How a link is handed on."""

    URL = "url"
    MARKDOWN = "markdown"
    HTML = "html"
    """A "Pay now" button with its style inside, for a web page or an HTML e-mail."""
    EMAIL = "email"
    """A subject line, an empty line and a plain-text body."""
    FRAME = "frame"
    """The page itself inside another page, for websites the firm lists."""
    SMS = "sms"


def share(url: str, form: ShareForm, *, firm: str, amount_text: str | None, reference: str = "") -> str:
    """The text to copy for one form.

    Args:
        url: The link's own URL.
        form: What it is for.
        firm: Name of the firm; escaped for the form, as is the reference.
        amount_text: The fixed amount as people read it, or None when the payer types it.
        reference: The link's reference; may be empty.

    Raises:
        BadInput: the URL is not an http or https address.
    """
    address = _address(url)
    who, what = visible(firm, 80).strip(), visible(reference, 80).strip()
    amount = visible(amount_text or "", 40).strip()
    match form:
        case ShareForm.URL:
            return address
        case ShareForm.MARKDOWN:
            return _markdown(address, _sentence(who, amount, what))
        case ShareForm.HTML:
            return _button(address, _sentence(who, amount, what))
        case ShareForm.FRAME:
            return _frame(address, who)
        case ShareForm.EMAIL:
            return _email(address, who, amount, what)
        case ShareForm.SMS:
            return _sms(address, who, amount, what)


def _address(url: str) -> str:
    """The URL with everything percent-encoded that could end it early in any of the forms."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise BadInput(
            f"{visible(url, 60)!r} is not the address of a payment page",
            "Set the address of the payment page to one that starts with https://",
        )
    return quote(url, safe=":/?#[]@!$&+,;=%-._~", errors="replace")


def _sentence(firm: str, amount: str, reference: str) -> str:
    pay = f"Pay {amount} to {firm}" if amount else f"Pay {firm}"
    return f"{pay} ({reference})" if reference else pay


def _markdown(address: str, sentence: str) -> str:
    return f"[{_MARKDOWN_SIGNS.sub(lambda sign: chr(92) + sign[0], sentence)}]({address})"


def _button(address: str, sentence: str) -> str:
    return (
        f'<a href="{escape(address)}" style="{_BUTTON_STYLE}" aria-label="{escape(sentence)}"'
        ' target="_blank" rel="noopener noreferrer">Pay now</a>'
    )


def _frame(address: str, firm: str) -> str:
    return (
        f'<iframe src="{escape(address)}" title="{escape(f"Secure payment page of {firm}")}"'
        f' style="{_FRAME_STYLE}" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )


def _email(address: str, firm: str, amount: str, reference: str) -> str:
    about = f"\nReference: {reference}\n" if reference else ""
    whom = f"{amount} to {firm}" if amount else firm
    return (
        f"Subject: Payment request from {firm}\n\nHello,\n\n"
        f"please use this secure page to pay {whom}:\n\n{address}\n{about}\n"
        f"Card details are entered on the page only; please never send them by e-mail.\n\n{firm}\n"
    )


def _sms(address: str, firm: str, amount: str, reference: str) -> str:
    pay = f"{visible(firm, 40)}: pay {amount} here" if amount else f"{visible(firm, 40)}: pay here"
    full = f"{pay} {address} Ref {reference}"
    return full if reference and len(full) <= SMS_LENGTH else f"{pay} {address}"
