"""Secrets from the environment, a keyring, and files; the keyring is a package of its own on the path."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from paylink_tui.domain.errors import NotFound, PayLinkError
from paylink_tui.services.secrets import NAMES, SMTP_PASSWORD, keep, place, secret

KEYRING = """
kept = {}
def get_password(service, name): return kept.get((service, name))
def set_password(service, name, value): kept[service, name] = value
"""
BROKEN = """
def get_password(service, name): raise RuntimeError("No recommended backend was available")
set_password = get_password
"""


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret anywhere, and no keyring, whatever this machine has."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "paylink" / "secrets" / SMTP_PASSWORD


def install(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a `keyring` package where imports find it."""
    (folder / "keyring.py").write_text(source)
    monkeypatch.delitem(sys.modules, "keyring")
    monkeypatch.syspath_prepend(str(folder))


def test_nowhere_is_none() -> None:
    assert secret(SMTP_PASSWORD) is None
    assert place(SMTP_PASSWORD) == ""


def test_a_file_only_its_owner_can_read(file: Path) -> None:
    assert keep(SMTP_PASSWORD, "hunter2 ") == "file"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert (secret(SMTP_PASSWORD), place(SMTP_PASSWORD)) == ("hunter2 ", "file")
    keep(SMTP_PASSWORD, "other")
    assert secret(SMTP_PASSWORD) == "other"
    assert [one.name for one in file.parent.iterdir()] == [SMTP_PASSWORD]


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(SMTP_PASSWORD, "from the file")
    monkeypatch.setenv(SMTP_PASSWORD, "from the environment")
    assert (secret(SMTP_PASSWORD), place(SMTP_PASSWORD)) == ("from the environment", "environment")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_others_can_read_is_refused_without_its_content(file: Path, mode: int) -> None:
    keep(SMTP_PASSWORD, "hunter2")
    file.chmod(mode)
    with pytest.raises(PayLinkError, match="others on this machine") as told:
        secret(SMTP_PASSWORD)
    assert "hunter2" not in f"{told.value.message}{told.value.fix}{told.value!r}"
    assert str(file) in told.value.fix


def test_a_keyring_is_used_where_there_is_one(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(SMTP_PASSWORD, "from the file")
    install(KEYRING, tmp_path, monkeypatch)
    assert secret(SMTP_PASSWORD) == "from the file"
    assert keep(SMTP_PASSWORD, "from the keyring") == "keyring"
    assert (secret(SMTP_PASSWORD), place(SMTP_PASSWORD)) == ("from the keyring", "keyring")
    assert not file.exists()


def test_a_keyring_that_does_not_work_leaves_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(BROKEN, tmp_path, monkeypatch)
    assert keep(SMTP_PASSWORD, "hunter2") == "file"
    assert secret(SMTP_PASSWORD) == "hunter2"


def test_what_is_no_secret_is_told() -> None:
    with pytest.raises(NotFound, match="no secret named PAYLINK_X"):
        secret("PAYLINK_X")
    with pytest.raises(NotFound):
        keep("../../etc/passwd", "x")
    for bad in ("", "two\nlines", "x" * 5000):
        with pytest.raises(PayLinkError, match="was not set"):
            keep(SMTP_PASSWORD, bad)


def test_a_folder_that_cannot_be_written_is_a_sentence(file: Path) -> None:
    file.parent.parent.mkdir(parents=True)
    file.parent.write_text("a file where the folder should be")
    with pytest.raises(PayLinkError, match="cannot be written"):
        keep(SMTP_PASSWORD, "hunter2")


def test_why_a_file_cannot_be_read_is_told(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe")
    file.chmod(0o600)
    with pytest.raises(PayLinkError) as no:
        secret(SMTP_PASSWORD)
    assert no.value.message == f"The secret in {file} cannot be read: it is not text."
    file.unlink()
    file.symlink_to(file)
    with pytest.raises(PayLinkError) as no:
        secret(SMTP_PASSWORD)
    assert no.value.message == f"The secret in {file} cannot be read: {os.strerror(errno.ELOOP)}."
