"""The sandbox's payment page, whole: what it shows, which cards it takes, and what is wrong with a form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paylink_tui.processors.port import Checkout, Order
from paylink_tui.services.bundle import Services
from paylink_tui.services.sandbox_checkout import Form, PageState, Trouble
from tests.services import golden
from tests.services.desk_payments import submitted
from tests.services.trust_desk import later

GOOD, DECLINED = "4242 4242 4242 4242", "4000000000000002"


async def opened(desk: Services) -> str:
    """The secret of a page that waits for its payer."""
    pending = await submitted(desk, 7_500, "op_1")
    order = Order("op_1", 7_500, "USD", "Operating", "Retainer", "", "Ng LLP", "http://back", "fr")
    made = await desk.sandbox_processor.open_checkout(order)
    assert isinstance(made, Checkout)
    assert pending.status.value == "pending"
    return made.url.rsplit("/", 1)[1]


def card(number: str = GOOD, expiry: str = "12/34", seen: int | None = None) -> Form:
    return Form(False, number, expiry, seen=seen)


async def test_a_page_shows_what_is_paid_and_what_pays(desk: Services) -> None:
    page = await desk.sandbox_checkout.open(await opened(desk))
    golden.compare("sandbox page", golden.shown(page))
    assert await desk.sandbox_checkout.open("x" * 32) is None
    assert await desk.sandbox_checkout.pay("no secret", card()) is None
    assert await desk.sandbox_checkout.cancel("no secret") is None


async def test_a_card_is_taken_once(desk: Services) -> None:
    secret = await opened(desk)
    for _ in range(2):
        paid = await desk.sandbox_checkout.pay(secret, card())
        assert paid is not None
        assert (paid[0].state, paid[1]) == (PageState.PAID, {})
    gone = await desk.sandbox_checkout.cancel(secret)
    assert gone is not None
    assert gone.state is PageState.PAID


async def test_the_fifth_declined_card_ends_it(desk: Services) -> None:
    secret, told = await opened(desk), []
    for seen in range(5):
        answer = await desk.sandbox_checkout.pay(secret, card(DECLINED, seen=seen))
        assert answer is not None
        told.append((answer[0].state.value, answer[0].left, len(answer[0].declines)))
    assert told == [*(("open", left, 5 - left) for left in (4, 3, 2, 1)), ("ended", 0, 5)]


async def test_a_page_is_closed_by_its_payer_or_by_time(desk: Services) -> None:
    secret = await opened(desk)
    later(desk, seconds=int(timedelta(minutes=30).total_seconds()) - 1)
    page = await desk.sandbox_checkout.open(secret)
    assert page is not None
    assert page.state is PageState.OPEN
    later(desk, seconds=1)
    late = await desk.sandbox_checkout.pay(secret, card())
    assert late is not None
    assert (late[0].state, late[1]) == (PageState.EXPIRED, {})
    gone = await desk.sandbox_checkout.cancel(secret)
    assert gone is not None
    assert gone.state is PageState.ENDED


@pytest.mark.parametrize(
    ("form", "troubles"),
    [
        (card("4111"), {"number": Trouble.NO_TEST_CARD}),
        (card(expiry=""), {"expiry": Trouble.NO_EXPIRY}),
        (card("4111", "13/34"), {"number": Trouble.NO_TEST_CARD, "expiry": Trouble.NO_EXPIRY}),
        (card(expiry="0/34"), {"expiry": Trouble.NO_EXPIRY}),
        (card(expiry="012/34"), {"expiry": Trouble.NO_EXPIRY}),
        (card(expiry="12/034"), {"expiry": Trouble.NO_EXPIRY}),
        (card(expiry="1a/34"), {"expiry": Trouble.NO_EXPIRY}),
        (card(expiry="10/26"), {"expiry": Trouble.IN_THE_PAST}),
        (card(expiry="12 / 2025"), {"expiry": Trouble.IN_THE_PAST}),
        (card(expiry="11/26"), {}),
        (card(expiry="1 / 2027"), {}),
        (card(expiry="1226"), {}),
        (Form(True, routing="1", account="2"), {"account": Trouble.NO_TEST_ACCOUNT}),
        (Form(True, routing="110000000", account="000123456789"), {}),
    ],
)
async def test_what_is_wrong_with_a_form_is_told_by_field(
    desk: Services, form: Form, troubles: dict[str, Trouble]
) -> None:
    answer = await desk.sandbox_checkout.pay(await opened(desk), form)
    assert answer is not None
    assert answer[1] == troubles
    assert answer[0].state is (PageState.OPEN if troubles else PageState.PAID)
