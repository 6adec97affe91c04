from __future__ import annotations

from tests.commands import desk, empty, firm_file, own_home, run

__all__ = ["desk", "empty", "firm_file", "own_home", "run"]
