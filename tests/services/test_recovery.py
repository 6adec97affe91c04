"""A crash between the intent and the processor's answer leaves nothing unknown for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paylink_tui.domain.facts import Status
from paylink_tui.processors.port import Order
from paylink_tui.processors.sandbox import reference_for
from paylink_tui.processors.sandbox_cards import Means
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.intake import new_operation
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database
from paylink_tui.store.write.payments import NewPayment

START = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
async def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    services = Services(database, FixedClock(START), "mia")
    await services.firm.init("Hartwell & Ng LLP")
    await services.firm.add_account("Operating", "operating", processor="sandbox")
    await services.links.create(NewLink("Operating", max_uses=1))
    return services


async def submitted(desk: Services) -> tuple[int, str, str]:
    """A payment whose intent was committed, and then the desk died."""
    operation = new_operation()
    reference = reference_for(operation)
    new = NewPayment(
        1, 1, "operating", "USD", 5_000, "card", "Dana Ruiz", "", "Retainer", "sandbox", reference
    )
    number = await desk.intake.submit(new, operation)
    assert number is not None
    return number, operation, reference


def wait(desk: Services, minutes: int) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(minutes=minutes))


async def test_a_call_the_processor_never_heard_of_fails_and_gives_the_use_back(desk: Services) -> None:
    number, _, _ = await submitted(desk)
    await desk.intake.poll()
    assert (await desk.transactions.get(number)).status is Status.PENDING
    wait(desk, 3)
    await desk.intake.poll()
    assert (await desk.transactions.get(number)).status is Status.FAILED
    assert (await desk.links.get("L1")).uses == 0
    assert all(check.ok for check in await desk.doctor.run())


async def test_a_payment_the_processor_took_is_found_by_our_operation(desk: Services) -> None:
    number, operation, reference = await submitted(desk)
    await desk.sandbox_processor.open_checkout(Order(operation, 5_000, "USD", "Operating", "", ""))
    await desk.sandbox_processor.pay(reference, Means("4242424242424242"))
    wait(desk, 3)
    await desk.intake.poll()
    assert (await desk.transactions.get(number)).status is Status.AUTHORIZED
    open_calls = await desk.database.reader.rows("SELECT id FROM operation WHERE state <> 'done'")
    assert open_calls == []
