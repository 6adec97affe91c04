"""Screens are tested on a copy of one desk, at one moment, with nothing that blinks or moves by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import textual.constants
from textual.widgets import Input

from paylink_tui.services.clock import FixedClock
from tests.tui.desk import LINK_KEY, NOW, make_desk

SIZES = [pytest.param(size, id=f"{size[0]}x{size[1]}") for size in ((80, 24), (120, 40), (200, 60))]
"""The three sizes every screen and dialog is pictured at; use with `parametrize("size", SIZES)`."""


@pytest.fixture(autouse=True)
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own folders for configuration and state, no animation, no blinking cursor, no clipboard."""
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "SSH_TTY", "SSH_CONNECTION", "PAYLINK_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PAYLINK_LINK_KEY", LINK_KEY)
    monkeypatch.setenv("PAYLINK_USER", "mia")
    monkeypatch.setenv("PAYLINK_CLIPBOARD", "off")
    monkeypatch.setenv("PAYLINK_BASE_URL", "https://pay.hartwell.example/p/")
    monkeypatch.setattr(textual.constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk, made once."""
    path = tmp_path_factory.mktemp("desk") / "desk.db"
    make_desk(path)
    return path


@pytest.fixture
def desk(desk_template: Path, tmp_path: Path) -> Path:
    """A copy of the desk that a test may change."""
    path = tmp_path / "desk.db"
    shutil.copyfile(desk_template, path)
    return path


@pytest.fixture
def clock() -> FixedClock:
    """Stands at `NOW`."""
    return FixedClock(NOW)
