"""The sandbox's webhooks: how their bodies are written, signed, and checked."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.processors.port import Hint

HEADER: Final = "PayLink-Signature"
WINDOW: Final = timedelta(seconds=300)
"""How far the stamp of a signature may lie from now, in the past and in the future."""
LONGEST: Final = 200
"""Characters an id may have."""


def body_of(hints: Iterable[Hint]) -> bytes:
    """The body that tells of these hints."""
    events = [
        {
            "id": hint.external_id,
            "payment": hint.payment_ref,
            "kind": hint.kind,
            "occurred_at": to_ms(hint.occurred_at),
        }
        for hint in hints
    ]
    return json.dumps({"events": events}, separators=(",", ":")).encode()


def signature(body: bytes, secret: str, at: datetime) -> str:
    """The header's value for a body sent at an instant: its stamp and the HMAC over both."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_mac(secret, stamp, body)}"


def verified(
    body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
) -> tuple[Hint, ...]:
    """The hints of a body, or none when any part of it or of its signature is wrong."""
    given = next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "")
    parts = [part.strip().partition("=") for part in given.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    macs = [value.encode() for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not _timely(stamps[0], now):
        return ()
    signed = [_mac(secret, stamps[0], body).encode() for secret in secrets if secret]
    matches = [hmac.compare_digest(mac, ours) for mac in macs for ours in signed]
    return _hints(body) if any(matches) else ()


def _timely(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        return False
    return abs(now - datetime.fromtimestamp(int(stamp), UTC)) <= WINDOW


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _hints(body: bytes) -> tuple[Hint, ...]:
    """All of them, or none when one cannot be read."""
    try:
        return tuple(_hint(one) for one in json.loads(body)["events"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return ()


def _hint(one: Mapping[str, Any]) -> Hint:
    words = (one["id"], one["payment"], one["kind"])
    if not all(isinstance(word, str) and 0 < len(word) <= LONGEST and word.isprintable() for word in words):
        raise ValueError("an id is a short text")
    if type(one["occurred_at"]) is not int:
        raise ValueError("a time is whole milliseconds")
    return Hint(*words, from_ms(one["occurred_at"]))
