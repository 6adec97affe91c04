"""The demonstration's payment page: served beside the screen, paid on, seen on the screen, gone with it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from paylink_tui.domain.settings import Settings
from paylink_tui.services.demo.payers import Payers
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.web import beside
from paylink_tui.web.beside import Beside
from tests.web.payer import Payer
from tests.web.wire import Wire

PATIENCE = 60.0


class Demo(PayLinkApp):
    """The demonstration as `paylink --demo` opens it, with what is on its screen."""

    def __init__(self) -> None:
        super().__init__(None, demo=True, page=Beside)

    def reads(self, words: str) -> bool:
        return any(words in line.text for line in self.screen._compositor.render_strips(self.size))

    def said(self, words: str) -> bool:
        return any(words in one.message for one in self._notifications)

    async def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, [one.message for one in self._notifications]
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No payers but the test's, links that point where the page is, databases in the test's folder."""

    async def nobody(_: Payers) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Payers, "play", nobody)
    monkeypatch.delenv("PAYLINK_BASE_URL")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(beside, "PORT", 0)


def listens(address: str) -> bool:
    host, port = urlsplit(address).netloc.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


async def test_a_link_of_the_demonstration_is_paid_in_a_browser_and_seen_on_the_screen() -> None:
    app = Demo()
    async with app.run_test(size=(160, 48), notifications=True):
        await app.until(lambda: app.said("opens in a browser"))
        services = app._services
        assert services is not None
        address = services.settings.page.address
        assert app.said(f"Page {address}\n")
        link = (await services.links.list())[0].url
        assert link.startswith(f"{address}/p/")
        payer = Payer(Wire(address), "Zelda Quirk")
        assert (await payer.pay(link)).confirmed
        await payer.wire.close()
        await app.until(lambda: app.reads("Zelda Quirk"))
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert not listens(address)
    assert "page" not in [one.name for one in threading.enumerate()]


async def test_trust_opens_on_a_bank_that_agrees_and_a_month_that_is_closed() -> None:
    app = Demo()
    async with app.run_test(size=(120, 40)) as pilot:
        await app.until(lambda: app.reads("Trust in balance"))
        await pilot.press("T")
        await app.until(lambda: app.reads("✓ In balance") and app.reads("on the way in"))
        await pilot.press("5")
        await app.until(lambda: app.reads("✓ Closed") and app.reads("○ Open"))


async def test_a_port_that_is_taken_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(beside, "PORT", taken)
        page = Beside()
        address = page.open()
        assert not address.endswith(f":{taken}")
        assert listens(address)
        page.stop()
        assert not listens(address)


async def test_a_page_that_cannot_be_served_says_why(tmp_path: Path) -> None:
    page, said, heard = Beside(), list[str](), threading.Event()

    def told(words: str) -> None:
        said.append(words)
        heard.set()

    address = page.open()
    page.start(str(tmp_path / "none.db"), Settings(), told)
    assert await asyncio.to_thread(heard.wait, PATIENCE)
    page.stop()
    assert "There is no database at" in said[0]
    assert not listens(address)


async def test_leaving_before_the_page_is_there_leaves_nothing_behind() -> None:
    app = Demo()
    async with app.run_test(size=(120, 40)):
        await app.until(lambda: app._page is not None and app._services is not None)
    assert "page" not in [one.name for one in threading.enumerate()]
