"""Garbage is looked for when the hands rest, and only where that was left to them."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from paylink_tui.tui.rest import Rest
from paylink_tui.tui.start import collect_again


class Ring:
    """Holds itself: only the collector can let it go."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.disable()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)
    gc.enable()


def ring() -> weakref.ref[Ring]:
    return weakref.ref(Ring())


async def gone(what: weakref.ref[Ring]) -> bool:
    for _ in range(200):
        if what() is None:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.usefixtures("collector")
async def test_a_rest_takes_the_garbage_away_each_time() -> None:
    collect_again()
    rest = Rest(0.01)
    for _ in range(2):
        left = ring()
        rest.put_off()
        assert left() is not None
        assert await gone(left)


@pytest.mark.usefixtures("collector")
async def test_nothing_is_looked_for_after_the_end_nor_where_it_is_not_left_to_rests() -> None:
    left, usual = ring(), Rest(0.0)
    usual.put_off()
    await asyncio.sleep(0.02)
    assert left() is not None
    collect_again()
    ended = Rest(0.0)
    ended.put_off()
    ended.end()
    await asyncio.sleep(0.02)
    assert left() is not None


@pytest.mark.usefixtures("collector")
async def test_a_key_waits_anew() -> None:
    collect_again()
    rest, left = Rest(1.0), ring()
    for _ in range(120):
        rest.put_off()
        await asyncio.sleep(0.01)
    assert left() is not None
    assert await gone(left)
