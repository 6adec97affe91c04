"""Secrets: from the environment, the system's keyring, or a file only its owner can read."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Any, Final

from paylink_tui.domain.errors import NotFound, PayLinkError

SMTP_PASSWORD: Final = "PAYLINK_SMTP_PASSWORD"
WEBHOOK_SECRET: Final = "PAYLINK_SANDBOX_WEBHOOK_SECRET"
WEBHOOK_SECRET_OLD: Final = "PAYLINK_SANDBOX_WEBHOOK_SECRET_OLD"

NAMES: Final = (SMTP_PASSWORD, WEBHOOK_SECRET, WEBHOOK_SECRET_OLD)
"""Every secret there is; each is also the environment variable that may carry it."""

_SERVICE: Final = "paylink"
"""The name the keyring keeps them under."""
LONGEST: Final = 4096


def secret(name: str) -> str | None:
    """A secret's value: from the environment, else the keyring, else its file; None when it is nowhere.

    Raises:
        NotFound: there is no secret of that name.
        PayLinkError: its file can be read by others, or not at all.
    """
    return _find(name)[1]


def place(name: str) -> str:
    """Where a secret is: `environment`, `keyring`, `file`, or nothing.

    Raises:
        NotFound: there is no secret of that name.
        PayLinkError: its file can be read by others, or not at all.
    """
    return _find(name)[0]


def keep(name: str, value: str) -> str:
    """Put a secret into the keyring, or where there is none into its file; tells which.

    Raises:
        NotFound: there is no secret of that name.
        PayLinkError: it is empty, too long, or the file cannot be written.
    """
    check_name(name)
    if not value or len(value) > LONGEST or not value.isprintable():
        raise PayLinkError(
            f"{name} was not set: a secret is one line of 1 to {LONGEST} printable characters.",
            "Type it, or pipe it in.",
        )
    if _put_into_keyring(name, value):
        # A file left from before would be what holds on a day the keyring cannot be asked.
        _file(name).unlink(missing_ok=True)
        return "keyring"
    _write(_file(name), value)
    return "file"


def _find(name: str) -> tuple[str, str | None]:
    check_name(name)
    if given := os.environ.get(name):
        return "environment", given
    if kept := _from_keyring(name):
        return "keyring", kept
    if written := _from_file(_file(name)):
        return "file", written
    return "", None


def check_name(name: str) -> None:
    """Refuse a name that is no secret's.

    Raises:
        NotFound: with those there are.
    """
    if name not in NAMES:
        raise NotFound(f"There is no secret named {name[:60]}.", f"Secrets: {', '.join(NAMES)}", NAMES)


def _keyring() -> Any | None:
    """The keyring package, if it is installed."""
    with contextlib.suppress(ImportError):
        from importlib import import_module

        return import_module("keyring")
    return None


def _from_keyring(name: str) -> str | None:
    """What the keyring has; one that is locked, broken or not there has nothing."""
    keyring = _keyring()
    if keyring is None:
        return None
    # Every system's keyring fails in a way of its own, and then there is still the file.
    with contextlib.suppress(Exception):
        kept = keyring.get_password(_SERVICE, name)
        return kept if isinstance(kept, str) else None
    return None


def _put_into_keyring(name: str, value: str) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    with contextlib.suppress(Exception):
        keyring.set_password(_SERVICE, name, value)
        return bool(keyring.get_password(_SERVICE, name) == value)
    return False


def _file(name: str) -> Path:
    from paylink_tui.services.settings import folder

    return folder() / "secrets" / name


def _from_file(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise PayLinkError(
                    f"The secret in {path} is not used: others on this machine can read it.",
                    f"Set a new one, and keep it to yourself: chmod 600 {path}",
                )
            return file.read(LONGEST + 2).strip("\r\n") or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not text"
        raise PayLinkError(f"The secret in {path} cannot be read: {why}.") from None


def _write(path: Path, value: str) -> None:
    """Replace the file at once, never readable by others, not even for a moment."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise PayLinkError(f"{path} cannot be written: {problem.strerror}.") from None
