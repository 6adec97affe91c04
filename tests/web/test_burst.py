"""A burst of events, shuffled, doubled, early and late, by webhook and by poll, ends as it would in order."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from paylink_tui.processors.port import Hint
from paylink_tui.processors.sandbox_signature import HEADER, body_of, signature
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.write.payments import NewPayment
from paylink_tui.web.app import build
from tests.databases import Fresh
from tests.services.desk import KEY, assert_sound, furnish
from tests.web.burst import Scenario, UnsteadyServices, final, happen, scenario, services_over
from tests.web.sandbox_site import listening

SIZE, SEED = int(os.environ.get("PAYLINK_BURST", "1000")), 1
DOUBLED, EARLY, LATE = 0.3, 0.2, 0.1
AT_ONCE = 8
"""Webhooks under way at the same time."""


async def test_a_shuffled_burst_ends_as_it_would_in_order(
    database: Database, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    told = scenario(SEED, SIZE)
    assert len(told.events) == SIZE
    url = fresh.migrated()
    second = await open_database(url)
    try:
        expected = await in_order(services_over(second, ""), told)
    finally:
        await second.close()
        fresh.drop(url)
    served = listening(None)
    async with served as port:
        desk = services_over(database, f"http://127.0.0.1:{port}")
        served.app = build(desk)
        await Burst(desk, told, random.Random(SEED)).run()
        found = await final(desk)
    for what, rows in expected.items():
        assert found[what] == rows, what
    assert {row[7] for row in found["payments"]} == {""}
    await assert_sound(desk)


async def submit(desk: UnsteadyServices, charges: list[dict[str, object]]) -> None:
    """Commit the payers' intents, all by one link."""
    links = await desk.links.list()
    link = links[0] if links else await desk.links.create(NewLink("Operating"))
    for one in charges:
        new = NewPayment(
            link.id,
            link.account_id,
            "operating",
            "USD",
            int(str(one["amount"])),
            "card",
            "Dana Ruiz",
            "",
            "",
            "sandbox",
            str(one["ref"]),
        )
        assert await desk.intake.submit(new, str(one["idempotency_key"])) is not None
        await desk.intake.settle_operation(str(one["idempotency_key"]), "done")


async def in_order(desk: UnsteadyServices, told: Scenario) -> dict[str, list[tuple[object, ...]]]:
    """The final state when each event is heard when it happens."""
    await furnish(desk)
    await happen(desk, told)
    await submit(desk, told.charges)
    for start in range(0, len(told.events), 20):
        desk.sandbox_processor.visible.update(one["id"] for one in told.events[start : start + 20])
        await desk.intake.poll()
    assert await desk.intake.parked() == 0
    await assert_sound(desk)
    return await final(desk)


class Burst:
    """The same events told in rounds a minute apart."""

    def __init__(self, desk: UnsteadyServices, told: Scenario, dice: random.Random) -> None:
        self.desk, self.told, self.dice = desk, told, dice
        self.doubles: list[Hint] = []

    async def run(self) -> None:
        """Tell everything."""
        await furnish(self.desk)
        await happen(self.desk, self.told)
        early = self.early()
        await submit(self.desk, [one for one in self.told.charges if one["ref"] not in early])
        hints = self.told.hints()
        self.dice.shuffle(hints)
        late = hints[: int(len(hints) * LATE)]
        async with httpx.AsyncClient(trust_env=False, timeout=60) as self.sender:
            rounds = list(pieces(hints[len(late) :], 60))
            for number, some in enumerate(rounds):
                await self.round(some, by_webhook=0.5)
                if number == len(rounds) // 2:
                    await submit(self.desk, [one for one in self.told.charges if one["ref"] in early])
            self.wait(timedelta(days=1))
            await self.round([*late, *self.doubles], by_webhook=1)
        for _ in range(20):
            self.wait(timedelta(hours=2))
            await self.desk.intake.poll()
        assert await self.desk.intake.parked() == 0

    def early(self) -> set[str]:
        """Payments that are heard of before they exist; their date is that of the authorization."""
        paid = {one["charge_ref"] for one in self.told.events if one["kind"] == "authorized"}
        refs = sorted(str(ref) for ref in paid)
        return set(self.dice.sample(refs, int(len(refs) * EARLY)))

    async def round(self, hints: list[Hint], by_webhook: float) -> None:
        """Make some events visible, and tell of part of them by webhooks; polls go on meanwhile."""
        self.desk.sandbox_processor.visible.update(int(one.external_id[4:]) for one in hints)
        pushed = [one for one in hints if self.dice.random() < by_webhook]
        again = [one for one in hints if self.dice.random() < DOUBLED]
        self.doubles += again[len(again) // 2 :]
        pushed += again[: len(again) // 2]
        self.dice.shuffle(pushed)
        turns = asyncio.Semaphore(AT_ONCE)
        bodies = list(pieces(pushed, self.dice.randint(1, 6)))
        await asyncio.gather(
            *(self.push(turns, some) for some in bodies), self.desk.intake.poll(), self.desk.intake.poll()
        )
        self.wait(timedelta(seconds=61))
        await self.desk.intake.poll()

    async def push(self, turns: asyncio.Semaphore, hints: list[Hint]) -> None:
        """Send one webhook over HTTP."""
        body = body_of(hints)
        secret = (await self.desk.webhook_secrets.all())[0]
        signed = {HEADER: signature(body, secret, self.desk.clock.now())}
        async with turns:
            target = f"{self.desk.settings.page.address}/webhooks/sandbox"
            answer = await self.sender.post(target, content=body, headers=signed)
        assert answer.status_code == 200

    def wait(self, time: timedelta) -> None:
        assert isinstance(self.desk.clock, FixedClock)
        self.desk.clock.advance(time)


def pieces(hints: list[Hint], size: int) -> Iterator[list[Hint]]:
    """Cut into pieces."""
    for start in range(0, len(hints), size):
        yield hints[start : start + size]
