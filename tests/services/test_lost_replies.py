"""Four ways a processor's reply can fail, on every call about money: each ends with exactly one effect."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.facts import Status
from paylink_tui.domain.forms import Typed
from paylink_tui.domain.page import GoTo, NotStarted, PayPage, Posted, SeeReceipt, Submitted
from paylink_tui.domain.refunds import RefundState
from paylink_tui.processors.port import (
    Capabilities,
    Checkout,
    Declined,
    EventPage,
    Hint,
    NotDone,
    Order,
    Outcome,
    Processor,
    Snapshot,
    Unknown,
)
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.sandbox_checkout import Form
from tests.services.desk import assert_sound, authorized, balances, completed, held

Result = TypeVar("Result")

FAULTS = ("refused", "lost", "truncated", "slow")
"""The call never arrives and that is known; its answer never arrives; half of the answer does; it takes
longer than anybody waits, and arrives when it was looked up already."""


class Line:
    """The real sandbox behind a line that fails the next call about money, in one way, once."""

    def __init__(self, inner: Processor, fault: str) -> None:
        self.name = inner.name
        self._inner = inner
        self.fault = fault
        self._late: Awaitable[object] | None = None

    def capabilities(self) -> Capabilities:
        return self._inner.capabilities()

    def reference(self, operation: str) -> str:
        return self._inner.reference(operation)

    async def open_checkout(self, order: Order) -> Checkout | Declined | NotDone | Unknown:
        return await self._over(self._inner.open_checkout(order))

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Outcome:
        return await self._inner.cancel_checkout(operation, payment_ref)

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone | Unknown:
        return await self._inner.fetch(payment_ref)

    async def look(self, operation: str) -> Snapshot | NotDone | Unknown:
        return await self._inner.look(operation)

    async def void(self, operation: str, payment_ref: str) -> Outcome:
        return await self._over(self._inner.void(operation, payment_ref))

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        return await self._over(self._inner.refund(operation, payment_ref, amount))

    async def events(self, cursor: str, limit: int = 200) -> EventPage | NotDone | Unknown:
        return await self._inner.events(cursor, limit)

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
    ) -> tuple[Hint, ...]:
        return self._inner.verify(body, headers, secrets, now)

    async def arrive(self) -> None:
        """Let a call that was slow reach the processor at last."""
        if self._late is not None:
            await self._late
            self._late = None

    async def _over(self, call: Awaitable[Result]) -> Result | NotDone | Unknown:
        fault, self.fault = self.fault, ""
        if fault == "refused":
            getattr(call, "close", lambda: None)()
            return NotDone("the connection was refused")
        if fault == "slow":
            self._late = call
            return Unknown("no answer in time")
        answer = await call
        if fault:
            return Unknown("the answer was cut off" if fault == "truncated" else "the answer was lost")
        return answer


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def behind(desk: Services, fault: str) -> tuple[Services, Line]:
    """The same desk with its processor behind a line, which fails once it is told how."""
    line = Line(desk.sandbox_processor, fault)
    faulty = Services(desk.database, desk.clock, "mia", sandbox_schedule=desk._sandbox_schedule)
    faulty.__dict__["processors"] = {"sandbox": line}
    return faulty, line


async def recover(desk: Services, line: Line) -> None:
    """Let patience run out, look calls up, let a slow call arrive, and hear the rest of the news."""
    assert isinstance(desk.clock, FixedClock)
    for _ in range(2):
        desk.clock.advance(timedelta(minutes=3))
        await desk.intake.poll()
        await line.arrive()


async def kinds(desk: Services, payment_ref: str) -> list[str]:
    found = await desk.sandbox_processor.fetch(payment_ref)
    assert isinstance(found, Snapshot)
    return [fact.kind.value for fact in found.facts]


async def open_calls(desk: Services) -> list[tuple[object, ...]]:
    return await desk.database.reader.rows("SELECT id FROM operation WHERE state IN ('sent', 'unknown')")


async def test_a_refund_happens_once_or_its_money_is_back(desk: Services, fault: str) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    owed = await balances(desk)
    faulty, line = behind(desk, fault)
    asked = await faulty.refunds.request(paid.name, 40_000, reason="paid twice")
    assert asked.unknown is (fault != "refused")
    assert await held(desk, "refunding") == (0 if fault == "refused" else 40_000)
    await assert_sound(desk)
    await recover(faulty, line)
    done = fault != "refused"
    assert (await desk.refunds.get(asked.id)).state is (RefundState.DONE if done else RefundState.DECLINED)
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.refunding) == (40_000 if done else 0, 0)
    assert (await kinds(desk, paid.payment_ref)).count("refunded") == int(done)
    assert (await balances(desk) == owed) is not done
    assert (await held(desk, "refunding"), await open_calls(desk)) == (0, [])
    await assert_sound(desk)


class Death(BaseException):
    """The program dies: nothing of its own may catch this."""


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_program_that_dies_while_it_refunds_finds_out_when_it_is_started_again(
    desk: Services, *, arrived: bool
) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    faulty, line = behind(desk, "")

    async def dying(operation: str, payment_ref: str, amount: int) -> Outcome:
        if arrived:
            await desk.sandbox_processor.refund(operation, payment_ref, amount)
        raise Death

    line.refund = dying  # type: ignore[method-assign]
    with pytest.raises(Death):
        await faulty.refunds.request(paid.name, 40_000, reason="paid twice")
    assert (await desk.refunds.get("F1")).unknown
    await assert_sound(desk)
    again, line = behind(desk, "")
    await recover(again, line)
    assert (await desk.refunds.get("F1")).state is RefundState.DONE
    assert (await kinds(desk, paid.payment_ref)).count("refunded") == 1
    assert (await held(desk, "refunding"), await open_calls(desk)) == (0, [])
    await assert_sound(desk)


async def test_a_payment_that_comes_back_while_a_refund_of_it_is_on_its_way_is_taken_once(
    desk: Services,
) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    faulty, line = behind(desk, "slow")
    asked = await faulty.refunds.request(paid.name, 40_000, reason="paid twice")
    await desk.sandbox.give_back(paid.name)
    await assert_sound(desk)
    await recover(faulty, line)
    assert (await desk.refunds.get(asked.id)).state is RefundState.DECLINED
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.refunded, after.refunding, after.applied) == (Status.RETURNED, 0, 0, 0)
    assert (await held(desk, "bank"), await held(desk, "credit", 1)) == (0, 0)
    await assert_sound(desk)


async def test_a_void_happens_once_or_can_be_pressed_again(desk: Services, fault: str) -> None:
    paid = await authorized(desk)
    faulty, line = behind(desk, fault)
    with pytest.raises(PayLinkError):
        await faulty.transactions.void(paid.name)
    await recover(faulty, line)
    if fault == "refused":
        await faulty.transactions.void(paid.name)
    assert (await desk.transactions.get(paid.id)).status is Status.VOIDED
    assert (await kinds(desk, paid.payment_ref)).count("voided") == 1
    assert (await held(desk, "uncleared"), await open_calls(desk)) == (0, [])
    await assert_sound(desk)


async def submit(desk: Services, token: str, form: str) -> Submitted:
    typed = Typed(amount="", name="Dana Ruiz", email="dana@example.com", reference="")
    return await desk.page.submit(token, Posted(form, typed, "en", "203.0.113.9"))


async def test_a_checkout_is_paid_once_on_one_use(desk: Services, fault: str) -> None:
    link = await desk.links.create(NewLink("Operating", amount=500, max_uses=1))
    token = link.url.rsplit("/", 1)[-1]
    faulty, line = behind(desk, fault)
    page = await faulty.page.open(token)
    assert isinstance(page, PayPage)
    first = await submit(faulty, token, page.form_token)
    assert isinstance(first, NotStarted if fault == "refused" else SeeReceipt)
    await recover(faulty, line)
    again = await submit(faulty, token, page.form_token)
    if not isinstance(again, GoTo):
        # The first call ended without a page anybody can pay on, so the use is free for a fresh form.
        assert (await desk.links.get(link.id)).uses == 0
        fresh = await faulty.page.open(token)
        assert isinstance(fresh, PayPage)
        again = await submit(faulty, token, fresh.form_token)
    assert isinstance(again, GoTo)
    card = Form(False, number="4242424242424242", expiry="12/30")
    paid = await desk.sandbox_checkout.pay(again.url.rsplit("/", 1)[-1], card)
    assert paid is not None
    assert not paid[1]
    await recover(faulty, line)
    stands = [one for one in await desk.transactions.list() if one.status is not Status.FAILED]
    assert [(one.status, one.amount) for one in stands] == [(Status.AUTHORIZED, 500)]
    assert ((await desk.links.get(link.id)).uses, await open_calls(desk)) == (1, [])
    await assert_sound(desk)
