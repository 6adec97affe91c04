from __future__ import annotations

from tests.commands import both, desk, empty, own_home, run

__all__ = ["both", "desk", "empty", "own_home", "run"]
