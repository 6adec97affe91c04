"""Draw the pictures of the payment page for the README, in a real browser.

Run from the top of the checkout: `python screenshots/draw_page.py [NAME ...]`. Needs Chromium and the test
extra.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.web.site import Site

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1100, "height": 760}
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" rx="20"
 fill="#1f4e79"/><path d="M34 30v60M62 30v60M34 60h28M62 30l28 60V30" fill="none" stroke="#fff"
 stroke-width="9" stroke-linejoin="round"/></svg>"""


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the window's size, the link opened, and how far its payer has come."""

    name: str
    size: dict[str, int]
    link: str = "trust"
    upto: str = "page"
    dark: bool = False


PICTURES = (
    Picture("page-phone", PHONE),
    Picture("page-desktop", DESKTOP, "invoice"),
    Picture("page-dark", PHONE, "open", dark=True),
    Picture("checkout", DESKTOP, "open", "checkout"),
    Picture("receipt", PHONE, "fixed", "receipt"),
    Picture("link-ended", PHONE, "expired"),
)
BRANDING = """[branding]
logo = "{logo}"
accent = "#1f4e79"
address = ["410 Harbor Street, Suite 900", "Baltimore, MD 21202"]
phone = "+1 410 555 0142"
email = "billing@hartwell-ng.example"
website = "https://www.hartwell-ng.example"
"""


async def main(wanted: list[str]) -> None:
    """Draw every picture, or only the named ones."""
    from tests.databases import FreshSqlite
    from tests.web.browser import chromium
    from tests.web.site import served

    with tempfile.TemporaryDirectory(prefix="paylink-pictures-") as name:
        folder = Path(name)
        os.environ["XDG_CONFIG_HOME"] = name
        logo = folder / "logo.svg"
        logo.write_text(LOGO, "utf-8")
        fresh = FreshSqlite()
        with served(fresh, folder, more=BRANDING.format(logo=logo)) as site:
            async with chromium(folder) as browser:
                await _draw(browser, site, wanted)
        fresh.stop()


async def _draw(browser: Browser, site: Site, wanted: list[str]) -> None:
    from tests.web.browser import visit
    from tests.web.walking import fill_in, open_link, pay_by_card, to_checkout

    for picture in PICTURES:
        if wanted and picture.name not in wanted:
            continue
        amount = "500.00" if picture.link == "invoice" else "1500.00"
        scheme = "dark" if picture.dark else "light"
        options = {"viewport": picture.size, "color_scheme": scheme, "device_scale_factor": 2}
        async with visit(browser, **options) as seen:
            if picture.link == "expired":
                await seen.page.goto(site.url("expired"))
            else:
                await open_link(seen.page, site.url(picture.link))
                await fill_in(seen.page, "Dana Ruiz", amount)
            if picture.upto in ("checkout", "receipt"):
                await to_checkout(seen.page, "Dana Ruiz", amount)
            if picture.upto == "receipt":
                await pay_by_card(seen.page)
                await seen.page.wait_for_url("**/receipt/**")
            await seen.page.evaluate("document.activeElement.blur()")
            await seen.page.screenshot(path=HERE / f"{picture.name}.png", full_page=True)
        print(picture.name)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
