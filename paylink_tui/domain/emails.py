"""E-mail addresses: what may be written as one, and how a mail server takes it."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 254
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


def is_email(text: str) -> bool:
    """Whether it is a bare e-mail address that a mail server can be asked to deliver to."""
    return len(text) <= LONGEST and _EMAIL.fullmatch(text) is not None and ".." not in text


def deliverable(address: str) -> str:
    """The address as a mail server takes it, a foreign domain in its ASCII form; empty when it is none."""
    local, at, domain = address.strip().rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    found = f"{local}{at}{plain}"
    return found if is_email(found) else ""
