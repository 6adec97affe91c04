"""HTTP without the page: slow askers, long heads, too many at once, and pages that fail."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from paylink_tui.web import protocol
from paylink_tui.web.guard import Guard
from paylink_tui.web.listening import listen
from paylink_tui.web.protocol import HEAD_BYTES, PatientProtocol


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body; `/fail` fails, `/own` with words of its own, `/half` fails with an answer
    begun, `/slow` takes longer than one may ask."""
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
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
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(protocol, "ASKING_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 5)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        Guard(echo), http=PatientProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    yield int(listener.getsockname()[1])
    server.should_exit = server.force_exit = True
    await task


async def answer(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Everything that comes back for the pieces, until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came = bytearray()

    async def read() -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(1000):
                came.extend(piece)

    reading = asyncio.create_task(read())
    for piece in pieces:
        with contextlib.suppress(ConnectionError):
            writer.write(piece)
            await writer.drain()
        await asyncio.sleep(pause)
    await asyncio.wait_for(reading, 10)
    writer.close()
    return bytes(came)


POST = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"


async def test_a_whole_request_is_answered_however_it_is_cut(port: int) -> None:
    pieces = [POST[:9], POST[9:40], POST[40:], b"ab", b"cd"]
    assert (await answer(port, *pieces, pause=0.02)).endswith(b"abcd")


@pytest.mark.parametrize(
    "pieces", [[b""], [b"GET / HT"], [POST], [POST, b"ab"]], ids=["silent", "head", "body", "half a body"]
)
async def test_who_takes_too_long_to_ask_is_hung_up_on(port: int, pieces: list[bytes]) -> None:
    assert (await answer(port, *pieces)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


async def test_dripping_a_byte_at_a_time_does_not_help(port: int) -> None:
    assert b" 408 " in await answer(port, *(bytes([one]) for one in POST[:20]), pause=0.03)


async def test_dripping_into_a_kept_connection_does_not_help(port: int) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    came = await answer(port, whole, *(bytes([one]) for one in whole[:20]), pause=0.03)
    assert came.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in came


async def test_a_slow_page_is_waited_for(port: int) -> None:
    assert (await answer(port, POST.replace(b"/ ", b"/slow ") + b"abcd")).endswith(b"abcd")


@pytest.mark.parametrize("cut", [1, 5])
async def test_a_head_that_is_too_long_is_refused(port: int, cut: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + b"x" * HEAD_BYTES + b"\r\n\r\n"
    step = -(-len(head) // cut)
    pieces = [head[at : at + step] for at in range(0, len(head), step)]
    assert (await answer(port, *pieces, pause=0.02))[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400", b"")


async def test_a_crowd_beyond_the_bound_is_hung_up_on_and_the_others_are_not(port: int) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    await asyncio.sleep(0.05)
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
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(POST + b"a")
    await writer.drain()
    writer.close()
    await asyncio.sleep(0.1)
    assert (await answer(port, POST + b"abcd")).endswith(b"abcd")
    assert caplog.records == []
