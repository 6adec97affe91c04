"""The header of the home screen: what of trust is off, and what waits for another person."""

from __future__ import annotations

from pathlib import Path

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.screens.trust_clients import TrustClientsScreen
from tests.tui.desk import NOW
from tests.tui.test_home import desk_app, text_of, until

STATEMENT = b"Date,Description,Amount,Balance\n2026-11-02,SERVICE CHARGE,-12.00,8488.00\n"


def top(app: PayLinkApp) -> str:
    return text_of(app).splitlines()[0]


async def test_what_the_bank_says_otherwise_and_what_waits_is_in_view_while_it_happens(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(160, 40)) as pilot:
        await until(pilot, lambda: "Trust in balance" in top(app) and "live" in top(app))
        services = await open_services(str(desk), clock=FixedClock(NOW), actor="mia")
        try:
            await services.trust.import_statement("IOLTA 4411", "november.csv", STATEMENT)
            await services.roles.set("ann", "approver")
            await services.refunds.request(3, 250000, reason="moved away")
        finally:
            await services.close()
        await until(pilot, lambda: "Trust OUT: Bank $20,238.00 ≠ Book $11,750.00" in top(app))
        await until(pilot, lambda: "To approve 1" in top(app))
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TrustClientsScreen))
        await until(pilot, lambda: "SERVICE CHARGE" in text_of(app))


async def test_in_a_small_terminal_it_is_one_loud_word(desk: Path) -> None:
    services = await open_services(str(desk), clock=FixedClock(NOW), actor="mia")
    try:
        await services.trust.import_statement("IOLTA 4411", "november.csv", STATEMENT)
    finally:
        await services.close()
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Trust OUT OF BALANCE" in top(app))
