"""A message in its envelope: the headers around a notice, each one line whatever is put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from paylink_tui.domain.notices import Notice
from paylink_tui.domain.text import visible


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail is from."""

    name: str
    """The firm's."""
    address: str
    reply_to: str = ""


def message_id(identity: Sequence[object], sender: str) -> str:
    """The Message-ID of what `identity` names: always the same, so that a second copy can be told as one."""
    digest = hashlib.sha256("\0".join(map(str, identity)).encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def seal(notice: Notice, sender: Sender, to: Sequence[str], identity: str, at: datetime) -> bytes:
    """Put a notice into its envelope: plain text and HTML of the same letter, marked as automatic.

    Args:
        notice: What is said.
        sender: Whom it is from.
        to: Bare addresses, each of them as `domain.emails.deliverable` gives it.
        identity: The Message-ID.
        at: When it is sent.
    """
    mail: Message[Any, Any] = Message()
    mail["MIME-Version"] = "1.0"
    mail["From"] = _from(sender)
    mail["To"] = ", ".join(to)
    mail["Subject"] = _words(notice.subject, "Subject")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = identity
    if sender.reply_to:
        mail["Reply-To"] = sender.reply_to
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = notice.language
    mail["Content-Type"] = "multipart/alternative"
    mail.attach(_part(notice.text, "text/plain"))
    mail.attach(_part(notice.html, "text/html"))
    return mail.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _part(text: str, kind: str) -> Message[Any, Any]:
    """One form of the letter, in lines that every mail server lets through."""
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part: Message[Any, Any] = Message()
    part["Content-Type"] = kind
    part.set_payload(text, charset)
    return part


def _words(text: str, name: str) -> Header:
    """Text as a header: what is not plain, or pretends to be encoded already, is encoded as a whole."""
    plain = text.isascii() and text.isprintable() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", header_name=name)


def _from(sender: Sender) -> str | Header:
    name = visible(sender.name, 80).strip()
    if name.isascii() and "=?" not in name:
        return formataddr((name, sender.address))
    header = Header(name, "utf-8", header_name="From")
    header.append(f"<{sender.address}>", "us-ascii")
    return header
