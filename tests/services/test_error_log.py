"""A failure nobody foresaw is kept for who can mend it, in a file of the user's own."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paylink_tui.services.error_log import keep


def boom(word: str) -> RuntimeError:
    try:
        raise RuntimeError(word)
    except RuntimeError as error:
        return error


def test_tracebacks_are_appended_with_their_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = keep(boom("first"))
    assert file == tmp_path / "state" / "paylink" / "errors.log"
    assert keep(boom("second é")) == file
    first, second = file.read_text().split("\n\n", 1)
    for text, word in ((first, "first"), (second, "second é")):
        moment, trace, *_, last = text.strip().split("\n")
        told = datetime.fromisoformat(moment)
        assert told.utcoffset() == datetime.now(UTC).utcoffset()
        assert abs((datetime.now(UTC) - told).total_seconds()) < 60
        assert trace == "Traceback (most recent call last):"
        assert last == f"RuntimeError: {word}"
    assert text.endswith("\n\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_log_that_cannot_be_written_is_no_second_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paylink").write_text("a file where the folder would be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert keep(boom("lost")) is None
