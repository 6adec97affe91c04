"""The page in a frame: on origins the firm allows it is shown and pays, on any other it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser

from tests.databases import FreshSqlite
from tests.ports import free_port
from tests.web.browser import visit
from tests.web.payer import GOOD
from tests.web.site import Site, served
from tests.web.walking import SUBMIT

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALLOWED = free_port()


@pytest.fixture(scope="module")
def framed(fresh_sqlite: FreshSqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served firm whose own web site may show the page."""
    origin = f'frame_origins = ["http://127.0.0.1:{ALLOWED}"]'
    with served(fresh_sqlite, tmp_path_factory.mktemp("framed"), page=origin) as site:
        yield site


@asynccontextmanager
async def firms_own_page(port: int, url: str) -> AsyncIterator[str]:
    """A page of the firm's web site, with the payment page in a frame; its address."""
    html = f'<!doctype html><html lang="en"><title>Firm</title><iframe src="{url}" height=700></iframe>'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write((head + html).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.close()


async def test_a_frame_on_the_firms_own_site_shows_the_page_and_pays(browser: Browser, framed: Site) -> None:
    async with firms_own_page(ALLOWED, framed.url("open")) as address, visit(browser) as seen:
        await seen.page.goto(address)
        frame = seen.page.frame_locator("iframe")
        await frame.locator("[name=amount]").fill("75")
        await frame.locator("[name=name]").fill("In A Frame")
        await frame.locator("[name=email]").fill("frame@mail.example")
        await frame.locator(SUBMIT).click()
        await frame.locator("[name=number]").fill(GOOD)
        await frame.locator("[name=expiry]").fill("12/34")
        await frame.locator(SUBMIT).click()
        await frame.locator(".state-authorized").wait_for()
    assert framed.payments("In A Frame") == ["authorized"]


async def test_a_frame_on_any_other_site_is_refused(browser: Browser, framed: Site) -> None:
    async with firms_own_page(free_port(), framed.url("open")) as address, visit(browser) as seen:
        await seen.page.goto(address)
        await seen.page.wait_for_timeout(500)
        assert await seen.page.frame_locator("iframe").locator("[name=name]").count() == 0
        assert any("frame-ancestors" in one for one in seen.complaints), seen.complaints
        seen.complaints.clear()
