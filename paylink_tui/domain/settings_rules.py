"""What the values of single settings must be like, by their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from paylink_tui.domain.colours import is_colour
from paylink_tui.domain.emails import is_email
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.jurisdictions import JURISDICTIONS
from paylink_tui.domain.languages import LANGUAGES
from paylink_tui.domain.money import parse_amount

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class Rule:
    """A test of one value, and the words for what passes it."""

    def __init__(self, must_be: str, passes: Callable[[Any], bool]) -> None:
        self.must_be = must_be
        """Continues "must be": `a colour like #1f4e79`."""
        self.passes = passes


def between(least: int, most: int) -> Rule:
    """A whole number from `least` to `most`."""
    return Rule(f"a whole number from {least:,} to {most:,}", lambda value: least <= value <= most)


def is_host(text: str) -> bool:
    """Whether it is a host name, or an IP address without brackets."""
    return (len(text) <= 253 and _HOST.fullmatch(text) is not None) or _is_network(text, addresses=True)


def is_origin(text: str) -> bool:
    """Whether it is scheme, host and perhaps a port, and nothing more."""
    return _split(text, paths=False)


def is_web_address(text: str) -> bool:
    """Whether it is an http or https address."""
    return _split(text, paths=True)


def is_loopback(text: str) -> bool:
    """Whether a host, or the host of an origin, is this machine itself."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    host = (urlsplit(text).hostname or "") if "://" in text else text
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _split(text: str, *, paths: bool) -> bool:
    from urllib.parse import urlsplit

    if not text.isascii() or any(char.isspace() for char in text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    named = parts.scheme in ("http", "https") and is_host(host) and port != 0
    bare = not (parts.path or parts.query or parts.fragment or text.endswith(("?", "#")))
    return named and "@" not in parts.netloc and (paths or bare)


def _is_network(text: str, *, addresses: bool = False) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        ip_address(text) if addresses else ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_amount(text: str) -> bool:
    try:
        parse_amount(text)
    except BadInput:
        return False
    return True


_COLOUR: Final = Rule("a colour like #1f4e79", is_colour)
_EMAIL_OR_NONE: Final = Rule("an e-mail address", lambda text: not text or is_email(text))
_PORT: Final = between(1, 65_535)
_ATTEMPTS: Final = between(0, 1_000_000)
_OPENED: Final = between(1, 1_000_000)

RULES: Final[Mapping[str, Rule]] = {
    "branding.accent": _COLOUR,
    "branding.email": _EMAIL_OR_NONE,
    "branding.website": Rule(
        "an address like https://www.firm.example", lambda text: not text or is_web_address(text)
    ),
    "page.address": Rule("an address without a path, like https://pay.firm.example", is_origin),
    "page.host": Rule("an address of this machine, like 127.0.0.1", is_host),
    "page.port": _PORT,
    "page.workers": between(1, 64),
    "page.trusted_proxies": Rule("addresses or networks like 10.0.0.1 or 10.0.0.0/8", _is_network),
    "page.frame_origins": Rule("origins without a path, like https://www.firm.example", is_origin),
    "page.languages": Rule(f"languages out of {', '.join(LANGUAGES)}", LANGUAGES.__contains__),
    "mail.host": Rule("the name of a mail server", lambda text: not text or is_host(text)),
    "mail.port": _PORT,
    "mail.sender": _EMAIL_OR_NONE,
    "mail.reply_to": _EMAIL_OR_NONE,
    "notify.firm": Rule("e-mail addresses", is_email),
    "limits.link_attempts": _ATTEMPTS,
    "limits.address_attempts": _ATTEMPTS,
    "limits.total_attempts": _ATTEMPTS,
    "limits.window": between(10, 86_400),
    "limits.declines_to_freeze": between(0, 1_000),
    "limits.page_views": _OPENED,
    "limits.unknown_links": _OPENED,
    "firm.jurisdiction": Rule(
        f"one of {', '.join(JURISDICTIONS)}", lambda text: not text or text in JURISDICTIONS
    ),
    "approval.above": Rule("an amount like 1000.00, in quotes", _is_amount),
}
"""The rules beyond a value's kind. For a list, the rule is about each of its items."""
