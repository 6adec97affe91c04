"""The payment page in a real browser: paid on a phone, by keyboard, without JavaScript, and once."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from tests.web.browser import PHONE, visit
from tests.web.payer import DECLINED, GOOD
from tests.web.site import Site
from tests.web.walking import SUBMIT, fill_in, open_link, paid, pay_by_card, to_checkout

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_link_is_opened_paid_and_receipted(browser: Browser, site: Site) -> None:
    async with visit(browser, viewport=PHONE) as seen:
        await paid(seen.page, "Dana Ruiz", site.url("open"))
        text = await seen.page.inner_text("main")
        assert "$150.00" in text
        assert "4242" in text
        assert "Hartwell & Ng LLP" in await seen.page.inner_text("body")
    assert site.payments("Dana Ruiz") == ["authorized"]


async def test_a_double_click_pays_once(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("open"))
        await fill_in(seen.page, "Double Click")
        await seen.page.dblclick(SUBMIT)
        await seen.page.wait_for_url("**/sandbox/checkout/**")
        await seen.page.fill("[name=number]", GOOD)
        await seen.page.fill("[name=expiry]", "12 / 34")
        await seen.page.dblclick(SUBMIT)
        await seen.page.wait_for_url("**/receipt/**")
    assert site.payments("Double Click") == ["authorized"]


async def test_back_and_reload_pay_nothing_more(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await paid(seen.page, "Back Again", site.url("open"))
        receipt = seen.page.url
        for _ in range(2):
            await seen.page.reload()
            assert seen.page.url == receipt
        for _ in range(2):
            await seen.page.go_back()
        await seen.page.reload()
        await seen.page.goto(receipt)
        assert "$150.00" in await seen.page.inner_text("main")
    assert site.payments("Back Again") == ["authorized"]


async def test_the_same_form_sent_again_after_going_back_is_the_same_payment(
    browser: Browser, site: Site
) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("open"))
        await to_checkout(seen.page, "Came Back")
        await seen.page.go_back()
        await to_checkout(seen.page, "Came Back")
        await pay_by_card(seen.page)
        await seen.page.wait_for_url("**/receipt/**")
    assert site.payments("Came Back").count("authorized") == 1


@pytest.mark.parametrize("kind", ["expired", "used up", "disabled", "unknown"])
async def test_a_dead_link_is_a_kind_page_that_pays_nothing(browser: Browser, site: Site, kind: str) -> None:
    async with visit(browser, viewport=PHONE) as seen:
        answer = await seen.page.goto(site.url(kind))
        assert answer is not None
        assert answer.status == (404 if kind in ("disabled", "unknown") else 410)
        assert await seen.page.locator("form[method=post]").count() == 0
        assert await seen.page.locator("h1").count() == 1
        text = await seen.page.inner_text("body")
        assert "Hartwell & Ng LLP" in text
        assert await seen.overflow() == 0


async def test_a_declined_card_then_a_good_one(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("open"))
        await to_checkout(seen.page, "Second Try")
        await pay_by_card(seen.page, DECLINED)
        await seen.page.locator("[role=alert]").wait_for()
        assert site.payments("Second Try") == ["pending"]
        await pay_by_card(seen.page)
        await seen.page.wait_for_url("**/receipt/**")
    assert site.payments("Second Try") == ["authorized"]


async def test_everything_works_without_javascript(browser: Browser, site: Site) -> None:
    async with visit(browser, java_script_enabled=False) as seen:
        await paid(seen.page, "No Script", site.url("open"))
        assert "$150.00" in await seen.page.inner_text("main")
    assert site.payments("No Script") == ["authorized"]


async def test_everything_works_by_keyboard_alone(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("open"))
        for name, value in (("amount", "150"), ("name", "By Keyboard"), ("email", "k@mail.example")):
            await tab_to(seen.page, f"name={name}")
            await seen.page.keyboard.type(value)
        await tab_to(seen.page, "type=submit")
        await seen.page.keyboard.press("Enter")
        await seen.page.wait_for_url("**/sandbox/checkout/**")
        for name, value in (("number", GOOD), ("expiry", "12/34")):
            await tab_to(seen.page, f"name={name}")
            await seen.page.keyboard.type(value)
        await tab_to(seen.page, "type=submit")
        await seen.page.keyboard.press("Enter")
        await seen.page.wait_for_url("**/receipt/**")
    assert site.payments("By Keyboard") == ["authorized"]


async def tab_to(page: Page, attribute: str) -> None:
    """Press Tab until the control with this attribute is focused, and can be seen to be."""
    script = (
        "a => document.activeElement.matches(`[${a}]`) && document.activeElement.matches(':focus-visible')"
    )
    for _ in range(25):
        if await page.evaluate(script, attribute):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"Tab never comes to {attribute}")


async def test_a_fixed_amount_cannot_be_typed(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("fixed"))
        assert await seen.page.locator("input[name=amount]:not([type=hidden])").count() == 0
        assert "$250.00" in await seen.page.inner_text("main")
        await to_checkout(seen.page, "Fixed Amount")
        assert "250.00" in await seen.page.inner_text("main")
        await pay_by_card(seen.page)
        await seen.page.wait_for_url("**/receipt/**")
    rows = site.look("SELECT amount, status FROM payment WHERE payer_name = 'Fixed Amount'")
    assert rows == [(25_000, "authorized")]


async def test_an_invoice_is_paid_in_part(browser: Browser, site: Site) -> None:
    async with visit(browser) as seen:
        await open_link(seen.page, site.url("invoice"))
        text = await seen.page.inner_text("main")
        assert "101" in text
        assert "$500.00" in text
        await to_checkout(seen.page, "In Part", "120.00")
        await pay_by_card(seen.page)
        await seen.page.wait_for_url("**/receipt/**")
    rows = site.look("SELECT amount, status FROM payment WHERE payer_name = 'In Part'")
    assert rows == [(12_000, "authorized")]


@pytest.mark.parametrize(
    ("locale", "word"), [("en-US", "Amount"), ("fr-CA", "Montant"), ("es-MX", "Importe|Monto")]
)
async def test_three_languages(browser: Browser, site: Site, locale: str, word: str) -> None:
    async with visit(browser, locale=locale) as seen:
        await open_link(seen.page, site.url("open"))
        assert await seen.page.get_attribute("html", "lang") == locale[:2]
        text = await seen.page.inner_text("main")
        assert any(one in text for one in word.split("|")), text
        await to_checkout(seen.page, f"In {locale}", "150")
        assert await seen.page.get_attribute("html", "lang") == locale[:2]
        await pay_by_card(seen.page)
        await seen.page.wait_for_url("**/receipt/**")
        assert await seen.page.get_attribute("html", "lang") == locale[:2]
