"""A furnished desk with its payment page, asked in this process: no port, no server, a still clock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from paylink_tui.domain.settings import Branding, Page, Settings
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database
from paylink_tui.web.app import build
from tests.services.desk import KEY, START, furnish, settles
from tests.web.forms import Form, forms

ADDRESS = "http://127.0.0.1:9"
"""Where nobody listens: what is sent there in earnest is refused at once."""
DANA = {"name": "Dana Ruiz", "email": "dana@example.com"}
BRANDING = Branding(address=("120 Wall Street",), phone="+1 212 555 0100", email="billing@hartwell.example")
SETTINGS = Settings(branding=BRANDING, page=Page(address=ADDRESS))


class Office:
    """One desk, its application, and browsers that ask it."""

    def __init__(self, services: Services, settings: Settings = SETTINGS) -> None:
        self.services = services
        self.clock: FixedClock = services.clock  # type: ignore[assignment]
        self.app = build(services)
        self.settings = settings

    def browser(self, address: str = ADDRESS, **headers: str) -> httpx.AsyncClient:
        """A browser of its own, with its own cookies; redirects are told, not followed."""
        transport = httpx.ASGITransport(self.app, client=("203.0.113.9", 50000))
        return httpx.AsyncClient(transport=transport, base_url=address, headers=headers)

    async def link(self, account: str = "Operating", **more: Any) -> str:
        """The path of a new link's page."""
        made = await self.services.links.create(NewLink(account, **more), confirmed=True)
        return urlsplit(made.url).path

    async def payments(self) -> list[tuple[int, str, str]]:
        """Amount, status and payer of each payment, oldest first."""
        rows = await self.services.database.reader.rows(
            "SELECT amount, status, payer_name FROM payment ORDER BY id"
        )
        return [(amount, status, name) for amount, status, name in rows]


async def opened(database: Database, settings: Settings = SETTINGS) -> Office:
    """An office over a new database; the caller has set `PAYLINK_LINK_KEY`."""
    services = Services(database, FixedClock(START), "mia", sandbox_schedule=settles, settings=settings)
    return Office(await furnish(services), settings)


def with_page(**values: Any) -> Settings:
    """Settings whose table `[page]` says this."""
    return replace(SETTINGS, page=replace(SETTINGS.page, **values))


@pytest.fixture
async def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office on each database in turn."""
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return await opened(database)


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at that office."""
    async with office.browser() as browser:
        yield browser


async def pay_by_card(
    office: Office, browser: httpx.AsyncClient, checkout: str, number: str = "4242424242424242"
) -> str:
    """Pay on the processor's page, after some seconds of typing; where it leads."""
    form = forms((await browser.get(checkout)).text, checkout)[0]
    office.clock.advance(timedelta(seconds=9))
    card = {"number": number, "expiry": "12/34", "cvc": "123"}
    answer = await post(browser, form.action, {**form.fields, **card})
    assert answer.status_code == 303, shown(answer)
    return str(answer.headers["location"])


async def form_of(browser: httpx.AsyncClient, path: str, **headers: str) -> Form:
    """The form that pays, as a browser finds it on a link's page."""
    answer = await browser.get(path, headers=headers)
    assert answer.status_code == 200, (answer.status_code, shown(answer))
    return next(form for form in forms(answer.text, str(answer.url)) if form.method == "post")


async def send(browser: httpx.AsyncClient, form: Form, /, **typed: str) -> httpx.Response:
    """Fill a form in and send it, its own fields and any other that is told."""
    return await post(browser, form.action, {**form.fields, **DANA, **typed})


async def post(
    browser: httpx.AsyncClient, path: str, fields: Mapping[str, str], **headers: str
) -> httpx.Response:
    """Send fields as a browser does."""
    return await browser.post(path, data=dict(fields), headers=headers)


def shown(answer: httpx.Response) -> str:
    """The words of a page as a person reads them."""
    body = re.sub(r"<(title|style|svg)\b.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())
