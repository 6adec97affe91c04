"""`paylink doctor`: whether every rule still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk


def add_to(parser: Parser) -> None:
    """Make it a command."""
    carry_out(parser, _doctor)


async def _doctor(desk: Desk) -> int:
    checks = await desk.services.doctor.run()
    whole = all(one.ok for one in checks)
    value = {
        "ok": whole,
        "checks": [{"name": one.name, "ok": one.ok, "detail": one.detail or None} for one in checks],
    }
    lines = [f"{'ok  ' if one.ok else 'FAIL'}  {one.name}" + f"  {one.detail}".rstrip() for one in checks]
    desk.out.answer(value, lines)
    return 0 if whole else 1
