"""`paylink doctor`: whether every rule still holds, check by check as it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.services.doctor import Check


def add_to(parser: Parser) -> None:
    """Make it a command, which never writes."""
    parser.add_argument("--verbose", action="store_true", help="show how long each check took")
    carry_out(parser, _doctor)
    parser.set_defaults(readonly=True)


async def _doctor(desk: Desk) -> int:
    import time
    from contextlib import aclosing

    from paylink_tui.services.doctor import names

    start = time.perf_counter()
    found: dict[str, Check] = {}
    async with aclosing(desk.services.doctor.examine()) as done:
        async for one in done:
            found[one.name] = one
            if not desk.out.json:
                desk.out.progress("")
                desk.out.answer(None, [_line(one, verbose=desk.args.verbose)])
                desk.out.finish()
                desk.out.progress(f"{len(found)} of {len(names())} checks")
    desk.out.progress("")
    _close(desk, [found[name] for name in names()], time.perf_counter() - start)
    return 0 if all(one.ok for one in found.values()) else 1


def _line(one: Check, *, verbose: bool) -> str:
    took = f"  {one.seconds:7.2f} s" if verbose else ""
    return f"{'ok  ' if one.ok else 'FAIL'}{took}  {one.name}  {one.detail}".rstrip()


def _close(desk: Desk, checks: list[Check], seconds: float) -> None:
    """Say how it ended, or give the whole as JSON."""
    broken = sum(not one.ok for one in checks)
    listed = [
        {"name": one.name, "ok": one.ok, "detail": one.detail or None, "seconds": round(one.seconds, 3)}
        for one in checks
    ]
    words = f"{broken} of {len(checks)} checks are broken." if broken else f"All {len(checks)} checks hold."
    took = f" {seconds:.1f} s." if desk.args.verbose else ""
    value = {"ok": not broken, "seconds": round(seconds, 3), "checks": listed}
    desk.out.answer(value, [words + took])
