"""The way to the first frame: what it must not import, and how a desk that cannot be opened ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "holidays", "segno", "pyperclip", "tomllib")


def test_the_first_frame_imports_nothing_that_can_wait() -> None:
    code = (
        "import sys; from paylink_tui.tui.app import PayLinkApp; PayLinkApp(None);"
        f"print(*(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_keyless_desk_costs_no_look_at_other_screens() -> None:
    code = (
        "import sys; from paylink_tui.tui.app import PayLinkApp; PayLinkApp(None);"
        "print(*(name for name in sys.modules if name.startswith('paylink_tui.tui.screens.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    screens = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert not screens & {"links", "invoices", "clients", "help", "qr", "new_link", "first_run"}


def test_the_first_rows_wait_for_no_processor_and_no_settings(desk: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from paylink_tui.services.bundle import open_services\n"
        "async def main():\n"
        f"    services = await open_services({str(desk)!r})\n"
        "    await services.firm.require()\n"
        "    await services.table.view().page(0, 20)\n"
        "    await services.close()\n"
        "asyncio.run(main())\n"
        "late = ('paylink_tui.processors', 'paylink_tui.domain.settings', 'paylink_tui.services.limits')\n"
        "print(*(name for name in sys.modules if name.startswith(late)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_style_sheets_are_beside_the_checkout() -> None:
    from paylink_tui.tui.paths import style

    assert style("home").parent == Path(__file__).resolve().parents[2] / "styles"
