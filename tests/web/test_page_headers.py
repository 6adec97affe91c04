"""Every answer carries its headers, and nothing hostile gets further than a kind page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from paylink_tui.domain.colours import READABLE, contrast
from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.domain.settings import Branding, Limits
from paylink_tui.store.database import Database
from paylink_tui.web.brand import DARK, LIGHT, SEEN, brand_of, stylesheet
from paylink_tui.web.guard import Guard
from paylink_tui.web.headers import MOST_BYTES
from tests.databases import Fresh, FreshSqlite
from tests.services.desk import KEY, START
from tests.web.office import (
    ADDRESS,
    DANA,
    SETTINGS,
    Office,
    browser,
    form_of,
    office,
    opened,
    post,
    send,
    shown,
    with_page,
)

__all__ = ["browser", "office"]

FORM = "application/x-www-form-urlencoded"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7777777 }}{% raw %}",
    "\u202eevil\u2066 [red]x[/red] \x1b[31m",
    "'; DROP TABLE payment; --",
    "a\r\nSet-Cookie: x=y",
    "\ud7ff\uffff\U0010ffff",
    "\u0301" * 80 + "x",
)
ROUTES = (
    "/",
    "/p/",
    "/p/x",
    "/p/x/receipt/y",
    "/healthz",
    "/robots.txt",
    "/static/icon.svg",
    "/nowhere",
    "//x.example/",
)


@pytest.fixture
def fresh(fresh_sqlite: FreshSqlite) -> Fresh:
    """No header depends on the kind of database."""
    return fresh_sqlite


def assert_guarded(answer: httpx.Response, *, kept: bool = False) -> None:
    """The headers of every answer."""
    headers = answer.headers
    csp = headers["content-security-policy"]
    assert csp.startswith("default-src 'none'; ")
    assert "unsafe" not in csp
    assert "frame-ancestors 'none'" in csp
    assert "base-uri 'none'" in csp
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "noindex" in headers["x-robots-tag"]
    assert ("immutable" in headers["cache-control"]) if kept else headers["cache-control"] == "no-store"


async def test_every_answer_has_the_headers(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500)
    page = await browser.get(path)
    assert_guarded(page)
    assert "<script" not in page.text
    assert not re.search(r"\s(style|on\w+)=", page.text)
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        for route in (path, *ROUTES):
            answer = await browser.request(method, route)
            assert answer.status_code < 500, (method, route)
            assert_guarded(answer, kept=route.startswith("/static/") and answer.status_code == 200)
    for file in re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text):
        answer = await browser.get(file)
        assert answer.headers["content-type"].startswith("text/css")
        assert_guarded(answer, kept=True)
    went = await send(browser, await form_of(browser, path))
    assert_guarded(went)
    assert_guarded(await browser.get(went.headers["location"]))


async def test_a_failure_inside_is_a_kind_page_with_the_headers(
    office: Office, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(sql: str, params: object = ()) -> object:
        raise DatabaseProblem("The database is locked.")

    path = await office.link()
    monkeypatch.setattr(office.services.database.reader, "rows", away)
    for route in (path, "/healthz"):
        answer = await browser.get(route)
        assert answer.status_code == 503
        assert "locked" not in answer.text
        assert_guarded(answer)


async def test_transport_security_is_asked_for_only_where_there_is_any(office: Office) -> None:
    path = await office.link(amount=500)
    for address, secure in ((ADDRESS, False), ("https://pay.firm.example", True)):
        async with office.browser(address) as browser:
            page = await browser.get(path)
            assert ("strict-transport-security" in page.headers) is secure
            cookie = (await send(browser, await form_of(browser, path))).headers["set-cookie"]
            assert ("Secure" in cookie) is secure
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert f"Path={path}" in cookie


async def test_the_page_is_framed_only_where_the_firm_says(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    office = await opened(database, with_page(frame_origins=("https://www.firm.example", "nonsense;")))
    async with office.browser() as browser:
        headers = (await browser.get(await office.link())).headers
    assert "frame-ancestors https://www.firm.example;" in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    ],
)
async def test_a_form_from_another_site_is_refused(
    office: Office, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    path = await office.link(amount=500)
    form = await form_of(browser, path)
    for address in (path, f"{path}/restart"):
        answer = await post(browser, address, {**form.fields, **DANA}, **headers)
        assert answer.status_code == 403
        assert "did not come from our own page" in shown(answer)
    assert await office.payments() == []


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": ADDRESS}, {"sec-fetch-site": "none"}],
)
async def test_a_form_from_our_own_page_is_taken(
    office: Office, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    form = await form_of(browser, await office.link(amount=500))
    assert (await post(browser, form.action, {**form.fields, **DANA}, **headers)).status_code == 303


async def test_a_form_of_another_link_or_without_a_signature_pays_nothing(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path, other = await office.link(amount=500), await office.link("IOLTA", amount=900)
    form, foreign = await form_of(browser, path), await form_of(browser, other)
    for token in ("", "x", foreign.fields["form"], form.fields["form"][:-2] + "AA"):
        answer = await send(browser, form, form=token)
        assert answer.status_code == 403
        assert 'value="Dana Ruiz"' in answer.text
    without = {name: value for name, value in form.fields.items() if name != "form"}
    assert (await post(browser, path, {**without, **DANA})).status_code == 403
    assert await office.payments() == []


async def test_amount_account_and_currency_are_the_links_own(
    office: Office, browser: httpx.AsyncClient
) -> None:
    form = await form_of(browser, await office.link("IOLTA", amount=500, reference="Retainer"))
    told = {"amount": "0.01", "currency": "CAD", "account": "2", "account_id": "2", "reference": "Mine"}
    assert (await send(browser, form, **told)).status_code == 303
    rows = await office.services.database.reader.rows(
        "SELECT amount, currency, account_id, account_kind, reference, link_id FROM payment"
    )
    assert rows == [(500, "USD", 1, "trust", "Retainer", 1)]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(office: Office, browser: httpx.AsyncClient, text: str) -> None:
    path = await office.link(reference="")
    form = await form_of(browser, path)
    wrong = await send(browser, form, amount=text, name=text, email=text, reference=text, lang=text)
    assert wrong.status_code == 422
    assert "<script>" not in wrong.text
    assert "<img src=x" not in wrong.text
    assert "54444439" not in wrong.text
    again = re.search(r'id="amount"[^>]*? value="([^"]*)"', wrong.text, re.S)
    assert again
    assert unescape(again[1]).split() == text.replace("\r\n", "\n").split()
    went = await send(browser, form, amount="5", name=text, reference=text)
    assert went.status_code == 303, shown(went)
    assert "set-cookie: x" not in str(went.headers).lower()
    (kept,) = await office.services.database.reader.rows("SELECT payer_name, reference FROM payment")
    assert kept[0].split() == text.split()
    assert kept[1].split() == text.split()


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_address_is_only_not_found(
    office: Office, browser: httpx.AsyncClient, text: str
) -> None:
    word = quote(text, safe="")
    for path in (f"/p/{word}", f"/p/{word}/receipt/{word}", f"/{word}"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert "<script>" not in answer.text


async def test_a_hostile_brand_stays_text(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    nasty = HOSTILE[1]
    branding = Branding(
        logo, "red}body{display:none", (nasty,), nasty, nasty, "javascript:alert(1)", nasty, nasty
    )
    office = await opened(database, replace(SETTINGS, branding=branding))
    await office.services.firm.init(f"Hartwell {HOSTILE[0]}")
    async with office.browser() as browser:
        page = await browser.get(await office.link())
        (path,) = re.findall(r'<img class="logo" src="([^"]+)"', page.text)
        picture = await browser.get(path)
        (css,) = re.findall(r'href="(/brand-[^"]+)"', page.text)
        style = await browser.get(css)
    assert "<script" not in page.text
    assert "<img src=x" not in page.text
    assert "javascript:" not in page.text
    assert "display:none" not in style.text
    assert picture.headers["content-type"] == "image/svg+xml"
    assert_guarded(picture, kept=True)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"form=" + b"x" * MOST_BYTES, {"content-type": FORM}, 413),
        (b"", {"content-type": FORM, "content-length": str(10 << 20)}, 413),
        (b"", {"content-type": FORM, "content-length": "-1"}, 413),
        (b"", {"content-type": FORM, "content-length": "9" * 40}, 413),
        (b"{}", {"content-type": "application/json"}, 415),
        (b"--x\r\n", {"content-type": "multipart/form-data; boundary=x"}, 415),
        (b"form=x", {}, 415),
        (b"&".join(b"a=1" for _ in range(1000)), {"content-type": FORM}, 415),
        (b"\xff\xfe%ff%00=%zz&&==", {"content-type": FORM}, 403),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    office: Office, browser: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await browser.post(await office.link(amount=500), content=body, headers=headers)
    assert answer.status_code == status, shown(answer)
    assert_guarded(answer)
    assert await office.payments() == []


async def test_a_body_without_an_end_is_cut_off(office: Office, browser: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> object:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 8192

    path = await office.link(amount=500)
    messages = endless()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": await anext(messages), "more_body": True}  # type: ignore[call-overload]

    told = await asyncio.wait_for(answers(office, path, receive), 30)
    assert told[0]["status"] == 413
    assert sent <= MOST_BYTES // 8192 + 2


async def answers(
    office: Office, path: str, receive: Callable[[], Awaitable[dict[str, Any]]]
) -> list[MutableMapping[str, Any]]:
    """What the guarded page sends back to a form whose body comes by `receive`."""
    told: list[MutableMapping[str, Any]] = []

    async def tell(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST"},
        **{"scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": ""},
        **{"headers": [(b"content-type", FORM.encode())], "client": ("203.0.113.9", 1), "server": ("x", 80)},
    }
    await Guard(office.app)(scope, receive, tell)
    return told


async def test_a_body_whose_sender_hung_up_is_not_taken_for_whole(
    office: Office, browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    path = await office.link()
    form = await form_of(browser, path)
    fields = {name: value for name, value in form.fields.items() if name != "amount"}
    whole = urlencode({**fields, **DANA, "amount": "1500.00"}).encode()
    assert whole.endswith(b"amount=1500.00")
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": whole.removesuffix(b"00.00"), "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    assert await answers(office, path, receive) == []
    assert await office.payments() == []
    assert not caplog.records


async def test_too_many_tries_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    limits = Limits(link_attempts=2, page_views=1000, unknown_links=3)
    office = await opened(database, replace(SETTINGS, limits=limits))
    path = await office.link(amount=500)
    async with office.browser() as browser:
        form = await form_of(browser, path)
        assert (await send(browser, form)).status_code == 303
        assert (await send(browser, form)).status_code == 303  # the same form is not another try
        assert (await send(browser, await form_of(browser, path))).status_code == 303
        full = await send(browser, await form_of(browser, path))
        assert full.status_code == 429
        assert int(full.headers["retry-after"]) > 0
        assert "Please wait a moment" in shown(full)
        assert (await send(browser, form)).status_code == 303  # one that was taken leads on
        codes = [(await browser.get(f"/p/{'B' * 42}{n}")).status_code for n in range(5)]
        assert codes == [404, 404, 404, 429, 429]
    assert len(await office.payments()) == 2


@pytest.mark.parametrize(
    "accent", ["#1f4e79", "#ffff00", "#ffffff", "#000000", "#808080", "#ff6600", "#00ff88", "nonsense"]
)
def test_the_firms_colour_can_always_be_read(accent: str) -> None:
    light, dark = stylesheet(accent).split("@media", 1)
    for part, grounds in ((light, LIGHT), (dark, DARK)):
        colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", part))
        for ground in grounds:
            assert contrast(colours["accent"], ground) >= READABLE
            assert contrast(colours["rim"], ground) >= SEEN
        assert contrast(colours["button"], colours["on-button"]) >= READABLE


def test_a_logo_that_is_none_is_left_out(tmp_path: Path) -> None:
    text = tmp_path / "logo.png"
    text.write_text("not a picture")
    assert brand_of(Branding(logo=text)).logo_path == ""
    assert brand_of(Branding(logo=tmp_path / "none.png")).logo_path == ""
    text.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    assert brand_of(Branding(logo=text)).logo_type == "image/png"


async def test_health_and_robots(office: Office, browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/healthz")).text == "ok\n"
    assert "Disallow: /" in (await browser.get("/robots.txt")).text
    assert office.clock.now() == START
