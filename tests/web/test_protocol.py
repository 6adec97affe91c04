"""HTTP without the page: slow askers, long heads, too many at once, and pages that fail."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn

from paylink_tui.web import protocol
from paylink_tui.web.guard import Guard
from paylink_tui.web.listening import listen
from paylink_tui.web.protocol import HEAD_BYTES, PatientProtocol

PATIENCE = 20.0


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body; `/fail` fails, `/own` with words of its own, `/half` fails with an answer
    begun, `/slow` takes longer than one may ask."""
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5 * protocol.ASKING_SECONDS)
    if scope["path"] == "/own":
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"Internal Server Error"})
    if scope["path"] in ("/fail", "/own"):
        raise RuntimeError("4242 4242 4242 4242")
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    if scope["path"] == "/half":
        raise RuntimeError("after all")
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little time to ask in; whoever asks in time does so in one piece."""
    monkeypatch.setattr(protocol, "ASKING_SECONDS", 0.5)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[uvicorn.Server]:
    """The protocol over `echo`, with room for five connections."""
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 5)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        Guard(echo), http=PatientProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    await until(lambda: server.started)
    yield server
    server.should_exit = server.force_exit = True
    await task


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    [listening] = server.servers[0].sockets
    return int(listening.getsockname()[1])


async def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.01)


async def answer(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Everything that comes back for the pieces, until the server hangs up; what is left then is not sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came = bytearray()

    async def read() -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(1000):
                came.extend(piece)

    reading = asyncio.create_task(read())
    for piece in pieces:
        if reading.done():
            break
        with contextlib.suppress(ConnectionError):
            writer.write(piece)
            await writer.drain()
        await asyncio.sleep(pause)
    await asyncio.wait_for(reading, PATIENCE)
    writer.close()
    return bytes(came)


ENDLESS = [bytes([one]) for one in b"GET / HTTP/1.1\r\nX: " + b"x" * 2_000]
"""A head a byte at a time, that takes a minute to send."""
POST = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"


async def test_a_whole_request_is_answered_however_it_is_cut(port: int) -> None:
    pieces = [POST[:9], POST[9:40], POST[40:], b"ab", b"cd"]
    assert (await answer(port, *pieces, pause=0.02)).endswith(b"abcd")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "pieces", [[b""], [b"GET / HT"], [POST], [POST, b"ab"]], ids=["silent", "head", "body", "half a body"]
)
async def test_who_takes_too_long_to_ask_is_hung_up_on(port: int, pieces: list[bytes]) -> None:
    assert (await answer(port, *pieces)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


@pytest.mark.usefixtures("hasty")
async def test_dripping_a_byte_at_a_time_does_not_help(port: int) -> None:
    assert b" 408 " in await answer(port, *ENDLESS, pause=0.03)


@pytest.mark.usefixtures("hasty")
async def test_dripping_into_a_kept_connection_does_not_help(port: int) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    came = await answer(port, whole, *ENDLESS, pause=0.03)
    assert came.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in came


@pytest.mark.usefixtures("hasty")
async def test_a_slow_page_is_waited_for(port: int) -> None:
    assert (await answer(port, POST.replace(b"/ ", b"/slow ") + b"abcd")).endswith(b"abcd")


@pytest.mark.parametrize("cut", [1, 5])
async def test_a_head_that_is_too_long_is_refused(port: int, cut: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + b"x" * HEAD_BYTES + b"\r\n\r\n"
    step = -(-len(head) // cut)
    pieces = [head[at : at + step] for at in range(0, len(head), step)]
    assert (await answer(port, *pieces, pause=0.02))[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400", b"")


async def test_a_crowd_beyond_the_bound_is_hung_up_on_and_the_others_are_not(
    server: uvicorn.Server, port: int
) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    await until(lambda: len(server.server_state.connections) == 5)
    assert await answer(port, whole) == b""
    reader, writer = open_ones[0]
    writer.write(whole)
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    for _, one in open_ones:
        one.close()


@pytest.mark.parametrize("path", [b"/fail", b"/own"])
async def test_a_page_that_fails_is_apologised_for_and_told_once(
    port: int, caplog: pytest.LogCaptureFixture, path: bytes
) -> None:
    with caplog.at_level(logging.ERROR):
        came = await answer(port, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        half = await answer(port, b"GET /half HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert came.startswith(b"HTTP/1.1 503 ")
    assert b"4242" not in came
    assert b"content-security-policy: default-src 'none'" in came
    assert half.startswith(b"HTTP/1.1 200 ")
    assert [one.getMessage() for one in caplog.records if one.name == "paylink.page"] == [
        "A page could not be shown"
    ] * 2


async def test_a_visitor_who_leaves_half_way_is_no_failure(
    server: uvicorn.Server, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(POST + b"a")
    await writer.drain()
    await until(lambda: server.server_state.connections)
    writer.close()
    await until(lambda: not server.server_state.connections)
    assert (await answer(port, POST + b"abcd")).endswith(b"abcd")
    assert caplog.records == []
