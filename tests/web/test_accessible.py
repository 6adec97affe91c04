"""Every page by an accessibility checker (axe) and at 320 pixels, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.web.browser import DESKTOP, PHONE, visit
from tests.web.payer import DECLINED
from tests.web.site import Site
from tests.web.walking import SUBMIT, fill_in, open_link, pay_by_card, to_checkout

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERIOUS = ("serious", "critical")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DEAD = ("expired", "used up", "unknown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_every_page_is_for_everyone(
    browser: Browser, site: Site, scheme: str, size: dict[str, int]
) -> None:
    found: list[str] = []
    async with visit(browser, viewport=size, color_scheme=scheme) as seen:
        page = seen.page

        async def look(name: str) -> None:
            await page.wait_for_load_state()  # with its stylesheets: without them a button is too small
            assert await seen.overflow() == 0, f"{name} is wider than the window"
            found.extend(f"{name}: {one}" for one in await violations(page))

        for kind in DEAD:
            await page.goto(site.url(kind))
            await look(kind)
        for kind in ("trust", "fixed", "invoice", "open"):
            await open_link(page, site.url(kind))
            await look(kind)
        await page.evaluate("document.forms[0].noValidate = true")
        await page.click(SUBMIT)
        await page.locator("[aria-invalid=true]").first.wait_for()
        await look("form with mistakes")
        await fill_in(page, "Hana Tanaka")
        await to_checkout(page, "Hana Tanaka")
        await look("checkout")
        await pay_by_card(page, DECLINED)
        await page.locator("[role=alert]").wait_for()
        await look("declined")
        await pay_by_card(page)
        await page.wait_for_url("**/receipt/**")
        await look("receipt")
    print("\n".join(["", *found]))
    assert not [one for one in found if any(f"[{level}]" in one for level in SERIOUS)], found


async def violations(page: Page) -> list[str]:
    """What axe finds on the page: impact, rule, and where."""
    results: Any = await Axe().run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
    return [
        f"[{one['impact']}] {one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in results.response["violations"]
    ]
