"""The sandbox's sender and our receiver over real HTTP: signed, in turns, later and later while refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from paylink_tui.domain.settings import Page, Settings
from paylink_tui.processors.port import Order
from paylink_tui.processors.sandbox_cards import card_means
from paylink_tui.processors.sandbox_signature import HEADER
from paylink_tui.services.bundle import Services
from paylink_tui.services.secrets import WEBHOOK_SECRET, WEBHOOK_SECRET_OLD
from paylink_tui.services.webhook_delivery import kick
from paylink_tui.services.webhook_secrets import WebhookSecrets
from tests.services import golden
from tests.services.desk_payments import submitted
from tests.services.trust_desk import later

GOOD = "4242424242424242"


@pytest.fixture(autouse=True)
def one_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WEBHOOK_SECRET, "whsec_new")
    monkeypatch.setenv(WEBHOOK_SECRET_OLD, "whsec_old")


class Receiver:
    """A site that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.came = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().strip().split("\r\n")
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers["content-length"]))
                self.posts.append((first, headers, body))
                self.came.set()
                await self.open.wait()
                writer.write(f"HTTP/1.1 {self.status} So\r\nContent-Length: 0\r\n\r\n".encode())
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def site(desk: Services) -> AsyncIterator[Receiver]:
    """A receiver at the address of the desk's page."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    desk.settings = replace(Settings(), page=Page(address=f"http://127.0.0.1:{port}/"))
    try:
        yield receiver
    finally:
        await desk.webhook_sender.close()
        server.close()


async def pays(desk: Services, operation: str = "op_1") -> int:
    """A payment authorized at the sandbox, of which the desk was not told."""
    pending = await submitted(desk, 7_500, operation)
    await desk.sandbox_processor.open_checkout(Order(operation, 7_500, "USD", "Operating", "", ""))
    await desk.intake.settle_operation(operation, "done")
    await desk.sandbox_processor.pay(pending.payment_ref, card_means(GOOD))
    return pending.id


async def test_what_is_sent_is_verified_kept_and_handled(desk: Services) -> None:
    async with site(desk) as receiver:
        number = await pays(desk)
        assert await desk.webhook_sender.deliver() == 1
        assert await desk.webhook_sender.deliver() == 0
        ((first, headers, body),) = receiver.posts
        assert (first, headers["content-type"]) == ("POST /webhooks/sandbox HTTP/1.1", "application/json")
        assert (desk.webhooks.knows("sandbox"), desk.webhooks.knows("paypal")) == (True, False)
        assert await desk.webhooks.receive("sandbox", body + b" ", headers) == ()
        assert await desk.intake.parked() == 0
        refs = await desk.webhooks.receive("sandbox", body, headers)
        paid = await desk.transactions.get(number)
        assert (refs, paid.status.value) == ((paid.payment_ref,), "pending")
        await desk.webhooks.handle("sandbox", refs)
    golden.compare("webhook taken", golden.since({}, await _told(desk)))


async def _told(desk: Services) -> golden.Book:
    book = await golden.book(desk)
    return {name: book[name] for name in ("audit", "fact", "inbox", "setting", "payment")}


async def test_of_many_that_ask_at_once_one_waits_for_its_turn(desk: Services) -> None:
    async with site(desk) as receiver:
        await pays(desk)
        receiver.open.clear()
        first = asyncio.create_task(desk.webhook_sender.deliver())
        await receiver.came.wait()
        others = [asyncio.create_task(desk.webhook_sender.deliver()) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [one.done() for one in others] == [False, True, True]
        await pays(desk, "op_2")
        receiver.open.set()
        assert await first + sum(await asyncio.gather(*others)) == 2


async def test_a_sender_that_is_refused_waits_twice_as_long_each_time_and_says_so_once(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(desk) as receiver:
        await pays(desk)
        receiver.status = 503
        tried = []
        for second in range(200):
            before = len(receiver.posts)
            assert await desk.webhook_sender.deliver() == 0
            tried += [second] * (len(receiver.posts) - before)
            later(desk, seconds=1)
        assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]
        said = [one.getMessage() for one in caplog.records if one.name == "paylink.webhooks"]
        assert [one.split("(")[1] for one in said] == ["answer 503); tried again"]
        receiver.status = 200
        later(desk, minutes=1)
        assert await desk.webhook_sender.deliver() == 1
        await pays(desk, "op_2")
        receiver.status = 503
        assert await desk.webhook_sender.deliver() == 0
        later(desk, seconds=1)
        assert await desk.webhook_sender.deliver() == 0
        assert len(receiver.posts) == 12
        assert len([one for one in caplog.records if one.name == "paylink.webhooks"]) == 2


async def test_where_nobody_listens_it_is_said_and_waits(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    await pays(desk)
    desk.settings = replace(Settings(), page=Page(address="http://127.0.0.1:9"))
    await kick(desk)
    assert "http://127.0.0.1:9/webhooks/sandbox (ConnectError)" in caplog.text
    await desk.webhook_sender.close()


async def test_events_that_cannot_be_handled_are_left_to_the_poll(
    desk: Services, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from paylink_tui.domain.errors import DatabaseProblem

    async def full(*_: object) -> int:
        raise DatabaseProblem("The disk is full.")

    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(desk.intake, "handle", full)
    await desk.webhooks.handle("sandbox", ["sb_1"])
    assert "Events of sandbox are left to the next poll: The disk is full." in caplog.text


async def test_payments_are_looked_after_in_turns_of_two_hundred(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    async def look(name: str, refs: list[str]) -> int:
        seen.append([name, *refs])
        await asyncio.sleep(0)
        return 0

    monkeypatch.setattr(desk.intake, "handle", look)
    refs = [f"sb_{at}" for at in range(401)]
    await asyncio.gather(
        desk.webhooks.handle("sandbox", refs),
        *(desk.webhooks.handle("sandbox", [one, "sb_1"]) for one in ("sb_a", "sb_b")),
    )
    assert [len(one) for one in seen] == [201, 201, 2, 4]
    assert seen[3] == ["sandbox", "sb_a", "sb_1", "sb_b"]


async def test_secrets_are_the_new_one_then_the_old_one_and_kept_for_half_a_minute(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = WebhookSecrets(desk.database, desk.clock)
    assert await secrets.all() == ("whsec_new", "whsec_old")
    monkeypatch.delenv(WEBHOOK_SECRET_OLD)
    monkeypatch.setenv(WEBHOOK_SECRET, "whsec_newer")
    later(desk, seconds=29)
    assert await secrets.all() == ("whsec_new", "whsec_old")
    later(desk, seconds=1)
    assert await secrets.all() == ("whsec_newer",)


async def test_without_a_secret_it_is_derived_from_the_link_key(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WEBHOOK_SECRET)
    monkeypatch.delenv(WEBHOOK_SECRET_OLD)
    derived = await WebhookSecrets(desk.database, desk.clock).all()
    assert derived == ("c56ab922b3133439363c95073caf4ddb92f425ec264d191b389647ef746b52cc",)


async def test_a_signature_is_looked_for_under_its_own_header(desk: Services) -> None:
    assert await desk.webhooks.receive("sandbox", b"[]", {HEADER: "t=1,v1=0"}) == ()
