"""What is left to say when the server stops while a page, or the work behind it, is not done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from paylink_tui.web.guard import Guard

SCOPE = {"type": "http", "headers": [], "raw_path": b"/", "query_string": b""}


@pytest.mark.parametrize("begun", [True, False])
async def test_a_page_cut_off_by_a_stop_ends_without_a_failure(begun: bool) -> None:
    told: list[Any] = []
    reached = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        reached.set()
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    task = asyncio.create_task(Guard(slow)(dict(SCOPE), receive, send))
    await reached.wait()
    task.cancel()
    await task
    assert told[0]["status"] == (200 if begun else 503)
