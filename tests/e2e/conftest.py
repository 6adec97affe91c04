from __future__ import annotations

from tests.commands import both, desk, empty, firm_file, firm_server, own_home, run

__all__ = ["both", "desk", "empty", "firm_file", "firm_server", "own_home", "run"]
