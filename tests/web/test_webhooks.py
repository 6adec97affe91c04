"""Webhooks: verified both ways in time, stored before they are answered, told again until they are taken."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylink_tui.processors.port import Hint
from paylink_tui.processors.sandbox_signature import HEADER, body_of, signature, verified
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.secrets import WEBHOOK_SECRET, WEBHOOK_SECRET_OLD
from paylink_tui.store.database import Database
from paylink_tui.web.app import build
from tests.services.desk import KEY, START, assert_sound, furnish
from tests.web.sandbox_site import card, checkout, client, listening, services_at, until

SECRET = "whsec_new"
TARGET = "/webhooks/sandbox"


@pytest.fixture
async def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Services:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(WEBHOOK_SECRET, SECRET)
    return await furnish(services_at(database))


def hint(ref: str = "sb_1", event: str = "evt_1") -> Hint:
    return Hint(event, ref, "authorized", START)


async def post(
    desk: Services, body: bytes, *, secret: str = SECRET, at: datetime = START, **headers: str
) -> httpx.Response:
    """Send a signed webhook."""
    async with client(desk) as sender:
        return await sender.post(
            TARGET, content=body, headers={HEADER: signature(body, secret, at), **headers}
        )


async def stored(desk: Services) -> list[str]:
    rows = await desk.database.reader.rows("SELECT external_id FROM inbox ORDER BY id")
    return [row[0] for row in rows]


async def status(desk: Services, number: int) -> str:
    return (await desk.transactions.get(number)).status.value


async def authorized(desk: Services, numbers: list[int]) -> bool:
    return {await status(desk, one) for one in numbers} == {"authorized"}


async def pays(desk: Services, operation: str = "op_1") -> int:
    """A payment that was authorized at the processor; nobody was told."""
    pending, url = await checkout(desk, operation=operation)
    async with client(desk) as payer:
        await payer.post(url, data=card())
    return pending.id


async def test_a_signed_webhook_is_stored_answered_and_handled(desk: Services) -> None:
    number = await pays(desk)
    ref = (await desk.transactions.get(number)).payment_ref
    answer = await post(desk, body_of([hint(ref)]))
    assert (answer.status_code, answer.content) == (200, b"")
    assert await stored(desk) == ["evt_1"]
    assert await status(desk, number) == "authorized"
    assert await desk.intake.parked() == 0
    source = await desk.database.reader.rows("SELECT source FROM fact WHERE kind = 'authorized'")
    assert source == [("webhook",)]
    await assert_sound(desk)


BODY = body_of([hint()])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "no signature"),
        ({HEADER: ""}, "an empty one"),
        ({HEADER: "t=,v1="}, "an empty stamp"),
        ({HEADER: "v1=" + "0" * 64}, "no stamp"),
        ({HEADER: signature(BODY, "whsec_other", START)}, "another secret"),
        ({HEADER: signature(BODY, "", START)}, "no secret"),
        ({HEADER: signature(BODY + b" ", SECRET, START)}, "another body"),
        ({HEADER: signature(BODY, SECRET, START).replace("t=", "t=1,t=")}, "two stamps"),
        ({HEADER: signature(BODY, SECRET, START).replace("t=1", "t=2")}, "another stamp"),
        ({HEADER: signature(BODY, SECRET, START).replace("t=", "t=-")}, "a stamp before time"),
        ({HEADER: signature(BODY, SECRET, START).replace("t=", "t=9" * 3)}, "a stamp far off"),
        ({HEADER: signature(BODY, SECRET, START).replace("v1=", "v0=")}, "another scheme"),
        ({HEADER: signature(BODY, SECRET, START - timedelta(seconds=301))}, "replayed"),
        ({HEADER: signature(BODY, SECRET, START + timedelta(seconds=301))}, "from the future"),
    ],
)
async def test_what_is_not_ours_or_not_now_is_refused_and_not_stored(
    desk: Services, given: dict[str, str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "paylink")
    async with client(desk) as sender:
        answer = await sender.post(TARGET, content=BODY, headers=given)
    assert answer.status_code == 400, why
    assert await stored(desk) == []
    told = [one for one in caplog.records if one.name == "paylink.webhooks"]
    assert len(told) == 1
    assert "evt_1" not in told[0].getMessage()


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
async def test_five_minutes_either_way_are_taken(desk: Services, seconds: int) -> None:
    answer = await post(desk, BODY, at=START + timedelta(seconds=seconds))
    assert answer.status_code == 200
    assert await stored(desk) == ["evt_1"]


async def test_secrets_are_exchanged_without_losing_one(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = desk.clock
    assert isinstance(clock, FixedClock)

    async def taken(secret: str, event: str) -> bool:
        body = body_of([hint(event=event)])
        return (await post(desk, body, secret=secret, at=clock.now())).status_code == 200

    assert await taken(SECRET, "evt_1")
    monkeypatch.setenv(WEBHOOK_SECRET, "whsec_next")
    monkeypatch.setenv(WEBHOOK_SECRET_OLD, SECRET)
    clock.advance(timedelta(minutes=1))
    assert await taken(SECRET, "evt_2")
    assert await taken("whsec_next", "evt_3")
    monkeypatch.delenv(WEBHOOK_SECRET_OLD)
    clock.advance(timedelta(minutes=1))
    assert not await taken(SECRET, "evt_4")
    assert await taken("whsec_next", "evt_5")
    assert await stored(desk) == ["evt_1", "evt_2", "evt_3", "evt_5"]


async def test_without_a_secret_of_its_own_it_comes_from_the_link_key(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WEBHOOK_SECRET)
    (derived,) = await desk.webhook_secrets.all()
    assert len(derived) == 64
    assert (await post(desk, BODY, secret=derived)).status_code == 200
    assert (await post(desk, BODY, secret=SECRET)).status_code == 400


async def test_bodies_are_bounded_in_length(desk: Services) -> None:
    big = b'{"events": [' + b" " * (64 * 1024) + b"]}"
    assert (await post(desk, big)).status_code == 413

    async def dribble(pieces: int) -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield b" " * 10_000

    async with client(desk) as sender:
        assert (await sender.post(TARGET, content=dribble(8))).status_code == 413
        lying = {"Content-Length": "9" * 30}
        assert (await sender.post(TARGET, content=dribble(1), headers=lying)).status_code == 413
    assert await stored(desk) == []


async def test_another_processor_is_not_there(desk: Services) -> None:
    async with client(desk) as sender:
        for name in ("stripe", "Sandbox", "%00", "x" * 5000):
            answer = await sender.post(f"/webhooks/{name}", content=BODY)
            assert (answer.status_code, answer.content) == (404, b"")
        assert (await sender.get(TARGET)).status_code == 405


EVENT = {"id": "evt_1", "payment": "sb_1", "kind": "authorized", "occurred_at": 1}


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"events": {}}',
        b'{"events": [1]}',
        b"[" * 60_000,
        *[
            json.dumps({"events": [EVENT, {**EVENT, **wrong}]}).encode()
            for wrong in (
                {"id": ""},
                {"id": 1},
                {"id": "x" * 201},
                {"id": "a\0b"},
                {"payment": None},
                {"payment": "\ud800"},
                {"kind": "\x1b[2J"},
                {"occurred_at": 1.5},
                {"occurred_at": True},
                {"occurred_at": 10**30},
            )
        ],
    ],
)
async def test_a_signed_body_that_cannot_be_read_is_refused_whole(desk: Services, told: bytes) -> None:
    assert (await post(desk, told)).status_code == 400
    assert await stored(desk) == []


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
SHAPES = JSON | st.fixed_dictionaries(
    {"events": st.lists(st.fixed_dictionaries(dict.fromkeys(EVENT, JSON)) | JSON, max_size=3)}
)


@given(SHAPES)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_json_breaks_the_reading(told: Any) -> None:
    body = json.dumps(told).encode()
    for one in verified(body, {HEADER.upper(): signature(body, SECRET, START)}, [SECRET], START):
        assert one.external_id
        assert one.payment_ref.isprintable()


@given(st.text(max_size=200), st.binary(max_size=50))
def test_no_header_breaks_the_check(header: str, body: bytes) -> None:
    assert verified(body, {HEADER: header}, [SECRET], START) == ()


async def test_told_by_both_sources_counts_once(desk: Services) -> None:
    number = await pays(desk)
    ref = (await desk.transactions.get(number)).payment_ref
    body = body_of([hint(ref)])
    await asyncio.gather(*(post(desk, body) for _ in range(5)), desk.intake.poll())
    version = (await desk.transactions.get(number)).version
    await desk.intake.poll()
    await post(desk, body)
    assert await stored(desk) == ["evt_1"]
    assert (await desk.transactions.get(number)).version == version
    assert await status(desk, number) == "authorized"
    await assert_sound(desk)


async def test_paying_on_the_page_reaches_the_desk_by_webhook_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    async with running(database) as (desk, _):
        pending, url = await checkout(desk)
        async with httpx.AsyncClient(trust_env=False) as payer:
            assert (await payer.post(url, data=card())).status_code == 303
        await until(lambda: authorized(desk, [pending.id]))
        source = await database.reader.rows("SELECT source FROM fact WHERE kind = 'authorized'")
        assert source == [("webhook",)]
        assert await desk.webhook_sender.deliver() == 0


async def test_the_sender_tells_everything_once_its_receiver_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    async with running(database) as (desk, port):
        first = await pays(desk, "op_0")
        await until(lambda: authorized(desk, [first]))
    down = await restarted(desk, port)
    numbers = [await pays(down, f"op_{count}") for count in range(1, 4)]
    assert isinstance(down.clock, FixedClock)
    for _ in range(12):
        assert await down.webhook_sender.deliver() == 0
        down.clock.advance(timedelta(seconds=1))
    assert [await status(down, one) for one in numbers] == ["pending"] * 3
    assert len([one for one in caplog.records if "not taken" in one.getMessage()]) == 1
    async with listening(build(down), port):
        down.clock.advance(timedelta(minutes=1))
        told = await asyncio.gather(*(down.webhook_sender.deliver() for _ in range(4)))
        assert sum(told) == 3
        await until(lambda: authorized(down, numbers))
    await assert_sound(down)
    await down.webhook_sender.close()


async def test_two_senders_at_once_are_harmless(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    async with running(database) as (desk, port):
        other = await restarted(desk, port)
        desk.webhook_sender._not_before = desk.clock.now() + timedelta(hours=1)
        numbers = [await pays(desk, f"op_{count}") for count in range(3)]
        desk.webhook_sender._not_before = None
        await asyncio.gather(desk.webhook_sender.deliver(), other.webhook_sender.deliver())
        await until(lambda: authorized(desk, numbers))
        assert len(await stored(desk)) == 3
        assert await other.webhook_sender.deliver() == 0
        await other.webhook_sender.close()
        await assert_sound(desk)


class running:
    """A furnished desk whose page and webhooks are served on a port of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> tuple[Services, int]:
        self._served = listening(None)
        port = await self._served.__aenter__()
        self.desk = await furnish(services_at(self._database, f"http://127.0.0.1:{port}"))
        self._served.app = build(self.desk)
        return self.desk, port

    async def __aexit__(self, *error: object) -> None:
        await self._served.__aexit__(*error)
        await self.desk.webhook_sender.close()


async def restarted(desk: Services, port: int) -> Services:
    """Another process over the same database."""
    return services_at(desk.database, f"http://127.0.0.1:{port}")
