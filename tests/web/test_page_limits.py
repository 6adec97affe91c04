"""The limits that hold without a settings file: for guessing links, for submits, and for testing cards."""

from __future__ import annotations

import secrets
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from paylink_tui.domain.settings import Limits
from tests.databases import FreshSqlite
from tests.web.payer import DECLINED, Payer
from tests.web.safety import assert_safe
from tests.web.site import Site, served
from tests.web.wire import Wire

GIVEN = Limits()
SOMEBODY_ELSE = "127.0.0.2"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a second loopback address")


@pytest.fixture
def guarded(fresh_sqlite: FreshSqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served firm with the limits it has by default."""
    with served(fresh_sqlite, tmp_path_factory.mktemp("guarded"), limits="") as site:
        yield site


@linux
async def test_who_guesses_links_is_made_to_wait_and_others_are_not(guarded: Site) -> None:
    wire, answers = Wire(guarded.server.address), Counter[int]()
    for _ in range(GIVEN.unknown_links * 3):
        answer = await wire.get("/p/" + secrets.token_urlsafe(32))
        assert_safe(answer.status, answer.headers, answer.text, answer.url)
        answers[answer.status] += 1
        assert answer.status == 404 or int(answer.headers["retry-after"]) > 0
    assert set(answers) == {404, 429}
    assert answers[404] <= GIVEN.unknown_links * 1.5
    await wire.close()
    other = Wire(guarded.server.address, source=SOMEBODY_ELSE)
    assert (await other.get(guarded.links["open"])).status == 200
    await other.close()


async def test_submits_of_one_address_are_limited(guarded: Site) -> None:
    wire, answers = Wire(guarded.server.address), Counter[int]()
    for number in range(GIVEN.address_attempts + 10):
        payer = Payer(wire, f"Payer {number}")
        form = await payer.open(guarded.links["open" if number % 2 else "other"])
        answer = await wire.post(form.action, form.filled(**payer.values("10")))
        assert_safe(answer.status, answer.headers, answer.text, answer.url)
        answers[answer.status] += 1
    await wire.close()
    assert answers == {303: GIVEN.address_attempts, 429: 10}
    rows = guarded.look("SELECT count(*) FROM payment WHERE payer_name LIKE 'Payer%'")
    assert rows == [(GIVEN.address_attempts,)]


async def test_a_link_on_which_cards_are_tried_freezes(guarded: Site) -> None:
    wire, declined = Wire(guarded.server.address), 0
    while (page := await wire.get(guarded.links["open"])).status == 200 and declined < 60:
        payer = Payer(wire, "Mallory")
        address = await payer.submit(await payer.open(guarded.links["open"]), "1")
        for _ in range(3):
            answer = await wire.get(address)
            if answer.status != 200 or "number" not in answer.text:
                break
            charge = await payer.checkout(address)
            await wire.post(charge.action, charge.filled(number=DECLINED, expiry="12/34"))
            declined += 1
        await wire.get(guarded.links["other"])
    assert page.status == 403, (page.status, declined)
    assert declined <= GIVEN.declines_to_freeze + 4
    assert (await wire.get(guarded.links["other"])).status == 200
    await wire.close()
    assert guarded.look("SELECT link_id FROM link_freeze WHERE released_at IS NULL") == [(1,)]
