"""However the call for the processor's page ends, nothing is charged that its payer does not know of."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from paylink_tui.processors.port import Checkout, Declined, NotDone, Order, Unknown
from paylink_tui.services.bundle import Services
from paylink_tui.services.recovery import PATIENCE
from tests.services.desk import assert_sound
from tests.web.office import ADDRESS, Office, browser, form_of, office, pay_by_card, send, shown

__all__ = ["browser", "office"]


class _Stubborn:
    """Answers a call to open a page as it is told to, and passes every other call on."""

    def __init__(
        self, services: Services, answers: list[Declined | NotDone | Unknown], *, opening: bool = False
    ) -> None:
        """With `opening` pages are opened, whatever is answered."""
        self._services = services
        self._inner = services.sandbox_processor
        self._answers = answers
        self._opening = opening
        self.orders: list[Order] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def open_checkout(self, order: Order) -> Checkout | Declined | NotDone | Unknown:
        self.orders.append(order)
        if self._opening:
            await self._inner.open_checkout(order)
        return self._answers.pop(0) if self._answers else await self._inner.open_checkout(order)


def stubborn(office: Office, *answers: Declined | NotDone | Unknown, opening: bool = False) -> _Stubborn:
    processor = _Stubborn(office.services, list(answers), opening=opening)
    office.services.processors["sandbox"] = processor  # type: ignore[index]
    return processor


@pytest.mark.parametrize("answer", [Declined("blocked", "no"), NotDone("not reached")])
async def test_a_page_the_processor_would_not_open_charges_nothing(
    office: Office, browser: httpx.AsyncClient, answer: Declined | NotDone
) -> None:
    stubborn(office, answer)
    path = await office.link(amount=500, max_uses=1)
    told = await send(browser, await form_of(browser, path))
    assert told.status_code == 502
    assert "Nothing was charged" in shown(told)
    assert [status for _, status, _ in await office.payments()] == ["failed"]
    assert (await office.services.links.get(1)).uses == 0
    form = await form_of(browser, path)
    assert (await send(browser, form)).status_code == 303
    await assert_sound(office.services)


async def test_a_call_nobody_knows_the_outcome_of_is_looked_up_before_it_is_made_again(
    office: Office, browser: httpx.AsyncClient
) -> None:
    processor = stubborn(office, Unknown("no answer"))
    path = await office.link(amount=500, max_uses=1)
    form = await form_of(browser, path)
    unsure = await send(browser, form)
    assert "/receipt/" in unsure.headers["location"]
    told = shown(await browser.get(unsure.headers["location"]))
    assert "We are checking your payment" in told
    assert "do not pay again" in told
    again = await send(browser, form)
    assert "/sandbox/checkout/" in again.headers["location"]
    assert len({order.operation for order in processor.orders}) == 1
    assert [status for _, status, _ in await office.payments()] == ["pending"]


@pytest.mark.parametrize("answer", [Declined("blocked", "no"), NotDone("not reached")])
async def test_a_no_to_the_same_call_again_ends_no_payment_whose_page_the_first_call_opened(
    office: Office, browser: httpx.AsyncClient, answer: Declined | NotDone
) -> None:
    stubborn(office, Unknown("no answer"), answer, opening=True)
    path = await office.link(amount=500, max_uses=1)
    form = await form_of(browser, path)
    for _ in range(2):
        told = await send(browser, form)
        assert "/receipt/" in told.headers["location"]
        assert [status for _, status, _ in await office.payments()] == ["pending"]
    again = await send(browser, form)
    await browser.get(await pay_by_card(office, browser, again.headers["location"]))
    assert [status for _, status, _ in await office.payments()] == ["authorized"]
    await assert_sound(office.services)


async def test_a_page_whose_address_was_lost_is_found_again(
    office: Office, browser: httpx.AsyncClient
) -> None:
    stubborn(office, Unknown("no answer"), opening=True)
    form = await form_of(browser, await office.link(amount=500, max_uses=1))
    await send(browser, form)
    office.clock.advance(PATIENCE + timedelta(seconds=1))
    await office.services.intake.poll()
    states = await office.services.database.reader.rows("SELECT state FROM operation")
    assert states == [("done",)]
    again = await send(browser, form)
    assert "/sandbox/checkout/" in again.headers["location"]
    await browser.get(await pay_by_card(office, browser, again.headers["location"]))
    assert [status for _, status, _ in await office.payments()] == ["authorized"]


class _Slow(_Stubborn):
    """Opens a page only after everybody else gave the payment up."""

    async def open_checkout(self, order: Order) -> Checkout:
        intake, ref = self._services.intake, self._inner.reference(order.operation)
        assert await intake.end_unpaid("sandbox", ref, order.operation, "never opened", "look")
        return await self._inner.open_checkout(order)


async def test_a_page_that_opens_after_its_payment_ended_is_closed_and_nobody_sent_there(
    office: Office, browser: httpx.AsyncClient
) -> None:
    processor = _Slow(office.services, [])
    office.services.processors["sandbox"] = processor  # type: ignore[index]
    told = await send(browser, await form_of(browser, await office.link(amount=500, max_uses=1)))
    assert "/receipt/" in told.headers["location"]
    assert "did not go through" in shown(await browser.get(told.headers["location"])).lower()
    charges = await office.services.database.reader.rows("SELECT state FROM sandbox_charge")
    assert charges == [("failed",)]
    assert (await office.services.links.get(1)).uses == 0
    await office.services.intake.poll()
    await assert_sound(office.services)


async def test_the_order_tells_the_processor_no_more_than_it_needs(
    office: Office, browser: httpx.AsyncClient
) -> None:
    processor = stubborn(office)
    path = await office.link(client="C1", invoice="101")
    await send(browser, await form_of(browser, f"{path}?lang=fr"), amount="5")
    (order,) = processor.orders
    assert (order.amount, order.currency, order.language) == (500, "USD", "fr")
    assert order.return_url.startswith(f"{ADDRESS}{path}/receipt/")
    assert "Acme" not in repr(order)
