"""The key that link tokens are derived from, kept outside the database (`link-token`)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from paylink_tui.domain.errors import PayLinkError

VARIABLE = "PAYLINK_LINK_KEY"
"""Environment variable that carries the key itself, base64, for a database several desks share."""


def key_id(key: bytes) -> str:
    """What the database keeps of a key: enough to tell it from another, nothing to derive with."""
    return hashlib.sha256(b"paylink link key id 1\0" + key).hexdigest()[:16]


def new_key() -> bytes:
    """The key given by the environment, or a fresh one kept in a file only its owner can read."""
    given = _from_environment()
    if given is not None:
        return given
    key = secrets.token_bytes(32)
    path = _folder() / f"{key_id(key)}.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def load_key(wanted: str) -> bytes:
    """The key with this id.

    Raises:
        PayLinkError: it is neither in the environment nor in the key folder, or is another one.
    """
    given = _from_environment()
    if given is not None:
        if key_id(given) != wanted:
            raise PayLinkError(
                f"The link key in {VARIABLE} is not the one this database's links were made with.",
                f"Set {VARIABLE} to the key whose id is {wanted}.",
            )
        return given
    path = _folder() / f"{wanted}.key"
    try:
        return _decode(path.read_text().strip(), str(path))
    except FileNotFoundError:
        raise PayLinkError(
            f"The key of this database's payment links is not on this machine ({path}).",
            f"Copy that file from the desk that made the database, or set {VARIABLE}.",
        ) from None


def _from_environment() -> bytes | None:
    text = os.environ.get(VARIABLE, "").strip()
    return _decode(text, VARIABLE) if text else None


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 32:
        raise PayLinkError(
            f"The link key in {where} cannot be used: it is not base64 of at least 32 bytes.",
            "Restore it from a backup; without it the links' URLs cannot be shown again.",
        )
    return key


def _folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path("paylink") / "keys"
