"""What a person does in the browser, from the link to the receipt."""

from __future__ import annotations

from playwright.async_api import Page

from tests.web.payer import GOOD

SUBMIT = "main form[method=post] button[type=submit] >> nth=0"


async def open_link(page: Page, url: str) -> None:
    answer = await page.goto(url)
    assert answer is not None
    assert answer.status == 200, await page.content()


async def fill_in(page: Page, name: str, amount: str = "150.00") -> None:
    """Type into the payment page's form."""
    await page.fill("[name=name]", name)
    await page.fill("[name=email]", "dana@mail.example")
    if await page.locator("input[name=amount]:not([type=hidden])").count():
        await page.fill("[name=amount]", amount)


async def to_checkout(page: Page, name: str, amount: str = "150.00") -> None:
    """Send the payment page's form, and arrive at the processor's page."""
    await fill_in(page, name, amount)
    await page.click(SUBMIT)
    await page.wait_for_url("**/sandbox/checkout/**")


async def pay_by_card(page: Page, number: str = GOOD) -> None:
    """Pay on the processor's page."""
    await page.fill("[name=number]", number)
    await page.fill("[name=expiry]", "12 / 34")
    await page.click(SUBMIT)


async def paid(page: Page, name: str, url: str) -> None:
    """All the way from a link to its receipt."""
    await open_link(page, url)
    await to_checkout(page, name)
    await pay_by_card(page)
    await page.wait_for_url("**/receipt/**")
