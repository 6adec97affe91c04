"""Limits of the payment page: who is let through, which link freezes itself, and how it is released."""

from __future__ import annotations

import asyncio
import multiprocessing
from datetime import timedelta

import pytest

from paylink_tui.domain.settings import Limits, Settings
from paylink_tui.services.buckets import Buckets
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock, SystemClock
from paylink_tui.services.limits import LimitService, network
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.services.desk import START, assert_sound, decline

TIGHT = Limits(link_attempts=3, address_attempts=4, total_attempts=5, declines_to_freeze=2)
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
async def page(desk: Services) -> Services:
    """The desk with tight limits, and two links."""
    desk.settings = Settings(limits=TIGHT)
    for _ in range(2):
        await desk.links.create(NewLink("Operating"))
    return desk


async def outcomes(desk: Services) -> list[str]:
    rows = await desk.database.reader.rows("SELECT outcome FROM attempt ORDER BY id")
    return [row[0] for row in rows]


def forward(desk: Services, **span: float) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(**span))


async def scope(desk: Services, link: int, address: str) -> str:
    refused = await desk.limits.allow_submit(link, address)
    return refused.scope if refused else ""


async def test_each_limit_says_which_it_is(page: Services) -> None:
    assert [await scope(page, 1, HERE) for _ in range(4)] == ["", "", "", "link"]
    assert [await scope(page, 2, HERE) for _ in range(2)] == ["", "address"]
    assert [await scope(page, 2, THERE) for _ in range(2)] == ["", "all"]
    assert (await outcomes(page)).count("submitted") == 5


async def test_it_tells_when_there_is_room_and_there_is(page: Services) -> None:
    for _ in range(3):
        assert await page.limits.allow_submit(1, HERE) is None
        forward(page, minutes=2)
    refused = await page.limits.allow_submit(1, HERE)
    assert refused is not None
    assert (refused.scope, refused.seconds) == ("link", 240)
    forward(page, seconds=239)
    assert await scope(page, 1, HERE) == "link"
    forward(page, seconds=1)
    assert await scope(page, 1, HERE) == ""


async def test_hammering_on_costs_the_database_one_row(page: Services) -> None:
    for _ in range(50):
        await page.limits.allow_submit(1, HERE)
    assert await outcomes(page) == ["submitted"] * 3 + ["limited"]


async def test_a_limit_of_zero_lets_everyone_through(page: Services) -> None:
    page.settings = Settings(limits=Limits(link_attempts=0, address_attempts=0, total_attempts=0))
    assert [await scope(page, 1, HERE) for _ in range(60)] == [""] * 60


async def test_submits_at_once_are_counted_one_by_one(page: Services) -> None:
    found = await asyncio.gather(*(scope(page, 1, HERE) for _ in range(12)))
    assert sorted(found) == [""] * 3 + ["link"] * 9


def submit_elsewhere(url: str, times: int) -> int:
    """In another process: how many submits were let through."""

    async def work() -> int:
        database = await open_database(url)
        try:
            limits = LimitService(database, SystemClock(), Limits(link_attempts=20))
            return [await limits.allow_submit(1, HERE) for _ in range(times)].count(None)
        finally:
            await database.close()

    return asyncio.run(work())


async def test_processes_count_together(page: Services) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        counts = await asyncio.to_thread(pool.starmap, submit_elsewhere, [(page.database.place.url, 15)] * 2)
    assert sum(counts) == 20


async def test_no_address_stands_in_the_database(page: Services) -> None:
    await page.limits.allow_submit(1, HERE)
    await page.limits.allow_submit(1, "2001:db8::1")
    await page.limits.allow_submit(1, "2001:db8::2")
    hashes = [row[0] for row in await page.database.reader.rows("SELECT address_hash FROM attempt")]
    assert len(hashes[0]) == 32
    assert hashes[1] == hashes[2] != hashes[0]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_visitor_is_the_network_it_can_speak_from(address: str, told: str) -> None:
    assert network(address) == told


async def test_declined_cards_freeze_the_link_and_say_why(page: Services) -> None:
    await decline(page, 1)
    assert (await page.links.get(1)).state == "active"
    seen = await page.feed.last()
    await decline(page, 1)
    frozen = await page.links.get(1)
    assert (frozen.state, frozen.frozen) == ("frozen", "2 declined cards in 10 minutes")
    assert [(one.entity, one.entity_id) for one in await page.feed.since(seen)] == [("link", 1)]
    await decline(page, 1)
    rows = await page.database.reader.rows(
        "SELECT actor, action, reason FROM audit WHERE entity = 'link' AND action = 'freeze'"
    )
    assert rows == [("limits", "freeze", "2 declined cards in 10 minutes")]
    assert (await page.links.get(2)).state == "active"


async def test_declines_long_ago_do_not_count(page: Services) -> None:
    for _ in range(4):
        await decline(page, 1)
        forward(page, minutes=10)
    assert (await page.links.get(1)).state == "active"


async def test_a_released_link_is_counted_afresh(page: Services) -> None:
    for _ in range(2):
        await decline(page, 1)
    forward(page, seconds=1)
    released = await page.freezes.release("L1")
    assert (released.state, released.frozen) == ("active", "")
    forward(page, seconds=1)
    await decline(page, 1)
    assert (await page.links.get(1)).state == "active"
    await decline(page, 1)
    assert (await page.links.get(1)).state == "frozen"
    rows = await page.database.reader.rows("SELECT actor FROM audit WHERE action = 'release'")
    assert rows == [("mia",)]
    await assert_sound(page)


async def test_releasing_a_link_that_is_not_frozen_changes_nothing(page: Services) -> None:
    seen = await page.feed.last()
    assert (await page.freezes.release(2)).state == "active"
    assert await page.feed.last() == seen


async def test_old_attempts_are_forgotten_and_fresh_ones_kept(page: Services) -> None:
    for _ in range(3):
        await page.limits.allow_submit(1, HERE)
    forward(page, hours=23)
    await page.limits.allow_submit(2, HERE)
    assert await page.limits.prune() == 0
    forward(page, hours=2)
    assert await page.limits.prune() == 3
    assert await page.limits.prune() == 0
    assert await outcomes(page) == ["submitted"]


def test_a_bucket_empties_and_fills_again() -> None:
    buckets, now = Buckets(3), START
    assert [buckets.take("a", now) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b", now)
    assert not buckets.take("a", now + timedelta(seconds=19))
    assert buckets.take("a", now + timedelta(seconds=20))
    assert [buckets.take("a", now + timedelta(hours=1)) for _ in range(4)] == [True, True, True, False]
    assert not buckets.take("a", now)  # a clock set back gives nothing


def test_buckets_remember_only_so_many() -> None:
    buckets = Buckets(1, kept=100)
    for number in range(1_000):
        assert buckets.take(str(number), START)
    assert len(buckets) == 100


async def test_an_address_that_guesses_links_sees_no_page_for_a_while(page: Services) -> None:
    page.settings = Settings(limits=Limits(unknown_links=2))
    assert page.limits.allow_view(HERE)
    assert [page.limits.unknown_link(HERE) for _ in range(3)] == [True, True, False]
    assert not page.limits.allow_view(HERE)
    assert page.limits.allow_view(THERE)
    forward(page, seconds=30)
    assert page.limits.allow_view(HERE)


async def test_page_views_run_out(page: Services) -> None:
    page.settings = Settings(limits=Limits(page_views=2))
    assert [page.limits.allow_view(HERE) for _ in range(3)] == [True, True, False]
