"""Mail about payments through a real mail server: each message once, whatever the server does."""

from __future__ import annotations

import asyncio
import random
import threading
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from paylink_tui.domain.forms import receipt_hash, receipt_token
from paylink_tui.domain.settings import Branding, Mail, Notify, Occasion, Settings
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import Order
from paylink_tui.services import mail_round
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.services.mail import send_waiting
from paylink_tui.store import schema
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.write import messages
from tests.mail_settings import OFFICE, through
from tests.mail_sink import Sink
from tests.services.desk import KEY, START, furnish, settles
from tests.services.desk_payments import submitted

PAYER, PARTNER = "dana@ruiz.example", "partner@firm.example"
PAYMENTS = 60
"""Payments whose mail waits while the server is down: four messages each."""


def settings_for(sink: Sink, *firm: str) -> Settings:
    """Mail through the sink; the firm's addresses are told of everything."""
    branding = Branding(address=("1 Main Street",), email="pay@firm.example")
    return through(sink.port, *firm, branding=branding)


def over(database: Database, settings: Settings) -> Services:
    return Services(database, FixedClock(START), "mia", sandbox_schedule=settles, settings=settings)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as started:
        yield started


@pytest.fixture
async def office(database: Database, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A furnished firm whose mail goes to the sink."""
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    monkeypatch.delenv("PAYLINK_SMTP_PASSWORD", raising=False)
    services = await furnish(over(database, settings_for(sink)))
    await services.links.create(NewLink("Operating", reference="Lease"))
    return services


async def pay(office: Services, *, email: str = PAYER, name: str = "Dana Ruiz", settle: bool = True) -> int:
    paid = await office.sandbox.pay("L1", amount=7_500, name=name, email=email)
    if settle:
        await office.sandbox.settle([paid.name])
    return paid.id


def later(office: Services, wait: timedelta) -> None:
    assert isinstance(office.clock, FixedClock)
    office.clock.advance(wait)


async def states(office: Services) -> Counter[str]:
    return Counter(one.state.value for one in await office.messages.list(limit=10_000))


async def test_payer_and_firm_are_each_told_once_of_each_thing(office: Services, sink: Sink) -> None:
    number = await pay(office)
    assert await send_waiting(office) == 4
    assert await send_waiting(office) == 0
    assert [str(mail["Subject"]) for mail in sink.to(PAYER)] == [
        "[TEST] Payment received: $75.00 to Hartwell & Ng LLP",
        "[TEST] Receipt: $75.00 paid to Hartwell & Ng LLP",
    ]
    assert [str(mail["Subject"]) for mail in sink.to(OFFICE)] == [
        f"[TEST] T{number} authorized: $75.00 from Dana Ruiz",
        f"[TEST] T{number} completed, to link: $75.00 from Dana Ruiz",
    ]
    assert len(set(sink.ids)) == len(sink.taken) == 4
    assert {str(mail["Reply-To"]) for _, mail in sink.taken} == {"pay@firm.example"}
    assert await states(office) == {"sent": 4}


async def test_a_failure_a_return_and_a_void_are_told_and_a_page_left_unpaid_is_not(
    office: Services, sink: Sink
) -> None:
    await office.sandbox.fail(f"T{await pay(office, settle=False)}", "processing error")
    await office.sandbox.give_back(f"T{await pay(office)}", "R01")
    await office.transactions.void(await pay(office, settle=False))
    await send_waiting(office)
    told = Counter(str(mail["Subject"]).removeprefix("[TEST] ").partition(":")[0] for mail in sink.to(PAYER))
    assert told == {
        "Payment received": 3,
        "Payment not completed": 1,
        "Receipt": 1,
        "Payment returned": 1,
        "Payment cancelled": 1,
    }
    assert "R01" in next(mail for mail in sink.to(OFFICE) if "returned" in mail["Subject"]).as_string()


async def test_a_declined_card_is_told_once_and_an_abandoned_page_never(office: Services, sink: Sink) -> None:
    await office.sandbox.pay("L1", amount=100, name="Dana", email=PAYER, card="4000000000000002")
    await send_waiting(office)
    assert [str(mail["Subject"]) for mail in sink.to(PAYER)] == [
        "[TEST] Payment not completed: $1.00 to Hartwell & Ng LLP"
    ]
    left = await submitted(office, 500)
    await office.sandbox_processor.open_checkout(await order_of(office, left.id))
    operations = await office.database.reader.rows(
        "SELECT id FROM operation WHERE payment_id = ?", (left.id,)
    )
    await office.sandbox_processor.cancel_checkout(operations[0][0], left.payment_ref)
    await office.intake.poll()
    assert (await office.transactions.get(left.id)).status == "failed"
    assert await send_waiting(office) == 0
    assert len(await office.messages.list()) == 2


async def order_of(office: Services, number: int) -> Order:
    rows = await office.database.reader.rows("SELECT id FROM operation WHERE payment_id = ?", (number,))
    one = await office.transactions.get(number)
    return Order(rows[0][0], one.amount, one.currency, one.account_name, "", "")


async def test_each_refund_is_told_with_its_own_amount(office: Services, sink: Sink) -> None:
    one = await office.transactions.get(await pay(office))
    await send_waiting(office)
    for operation, amount in (("op_a", 1_000), ("op_b", 2_500)):
        await office.sandbox_processor.refund(operation, one.payment_ref, amount)
        await office.intake.poll()
        await office.intake.poll()
    await send_waiting(office)
    assert [str(mail["Subject"]) for mail in sink.to(PAYER)][2:] == [
        "[TEST] Refund: $10.00 from Hartwell & Ng LLP",
        "[TEST] Refund: $25.00 from Hartwell & Ng LLP",
    ]


async def test_a_payer_without_an_address_is_not_told_and_the_firm_is(office: Services, sink: Sink) -> None:
    await pay(office, email="")
    await send_waiting(office)
    assert [to for to, _ in sink.taken] == [(OFFICE,), (OFFICE,)]


async def test_a_payer_is_told_in_the_language_of_the_page_and_finds_the_receipt(
    office: Services, sink: Sink
) -> None:
    paid = await pay(office, settle=False)
    query = "SELECT id FROM operation WHERE payment_id = ?"
    ((operation,),) = await office.database.reader.rows(query, (paid,))
    secret = receipt_token(b64decode(KEY), operation)
    async with office.database.write() as connection:
        row = {"form_key": "k", "link_id": 1, "payment_id": paid, "operation_id": operation}
        row |= {"receipt_hash": receipt_hash(secret), "language": "fr", "submitted_at": 0}
        await connection.execute(insert(schema.submission), row)
    await office.sandbox.settle()
    await office.links.reissue(1)
    await send_waiting(office)
    receipt = sink.to(PAYER)[-1]
    assert receipt["Content-Language"] == "fr"
    assert "Reçu : 75,00" in receipt["Subject"]
    plain = receipt.get_body(("plain",))
    assert plain is not None
    assert f"{office.settings.page.address}/r/{secret}" in plain.get_content()
    token = (await office.links.get(1)).url.rsplit("/", 1)[-1]
    assert token not in receipt.as_string()
    shown = await office.page.receipt(secret)
    assert shown is not None
    assert (shown.number, shown.language) == (f"T{paid}", "fr")
    assert sink.to(OFFICE)[-1]["Content-Language"] == "en"


async def test_hostile_names_reach_nobodys_headers(office: Services, sink: Sink) -> None:
    name = "Dana\r\nBcc: all@world.example\r\n\r\n\u202e<b>=?utf-8?q?=0D=0AX:_y?="
    await pay(office, name=name)
    await send_waiting(office)
    for to, mail in sink.taken:
        assert to in ((PAYER,), (OFFICE,))
        assert mail["Bcc"] is None
        assert mail["X"] is None
        assert str(mail["Subject"]).isprintable()
        assert "all@world.example" not in mail.as_string() or to == (OFFICE,)


async def test_a_server_that_is_down_and_back_loses_nothing_and_doubles_nothing(
    office: Services, sink: Sink
) -> None:
    sink.stop()
    for _ in range(PAYMENTS):
        await pay(office)
    for _ in range(4):
        assert await send_waiting(office) == 0
        later(office, timedelta(hours=2))
    sink.start()
    assert await states(office) == {"waiting": 4 * PAYMENTS}
    sink.answer = occasionally(random.Random(7), "451 greylisted, try again")
    sink.break_off["before"] = 2
    other = over(await open_database(office.database.url), office.settings)
    try:
        for _ in range(40):
            await asyncio.gather(send_waiting(office), send_waiting(other), return_exceptions=False)
            if await states(office) == {"sent": 4 * PAYMENTS}:
                break
            later(office, timedelta(hours=2))
            later(other, timedelta(hours=2) if other.clock.now() < office.clock.now() else timedelta())
    finally:
        await other.close()
    assert await states(office) == {"sent": 4 * PAYMENTS}
    assert Counter(sink.ids).most_common(1)[0][1] == 1
    assert len(sink.taken) == 4 * PAYMENTS


def occasionally(dice: random.Random, words: str) -> Callable[[str, list[str]], str]:
    return lambda _sender, _to: words if dice.random() < 0.2 else "250 OK, taken"


async def test_what_was_taken_when_the_line_broke_may_come_twice_under_one_id(
    office: Services, sink: Sink
) -> None:
    await pay(office)
    sink.break_off["after"] = 1
    await send_waiting(office)
    later(office, timedelta(minutes=2))
    await send_waiting(office)
    assert sorted(Counter(sink.ids).values()) == [1, 1, 1, 2]
    assert await states(office) == {"sent": 4}


async def test_an_address_refused_for_good_is_given_up_and_holds_up_nobody(
    office: Services, sink: Sink
) -> None:
    sink.refused[PAYER] = "550 5.1.1 no such user here"
    await pay(office)
    for _ in range(4):
        await send_waiting(office)
        later(office, timedelta(hours=2))
    assert await states(office) == {"sent": 2, "given up": 2}
    failed = [one for one in await office.messages.list() if one.state == "given up"]
    assert {one.attempts for one in failed} == {3}
    assert all("550 5.1.1 no such user here" in one.problem for one in failed)
    sink.refused.clear()
    assert await office.messages.retry() == 2
    assert await send_waiting(office) == 2
    assert await states(office) == {"sent": 4}


async def test_of_several_addresses_only_the_one_put_off_is_tried_again(office: Services, sink: Sink) -> None:
    office.settings = settings_for(sink, OFFICE, PARTNER)
    await pay(office, email="", settle=False)
    sink.refused[PARTNER] = "450 mailbox busy"
    await send_waiting(office)
    [one] = await office.messages.list()
    assert (one.state, one.recipient) == ("waiting", PARTNER)
    sink.refused.clear()
    later(office, timedelta(hours=1))
    await send_waiting(office)
    assert [to for to, _ in sink.taken] == [(OFFICE,), (PARTNER,)]
    assert await states(office) == {"sent": 1}


async def test_a_server_that_takes_nothing_from_us_is_nobodys_fault_for_a_week(
    office: Services, sink: Sink
) -> None:
    await pay(office, settle=False)
    sink.sender_answer = "550 not allowed to send"
    for _ in range(6 * 24):
        await send_waiting(office)
        later(office, timedelta(hours=1))
    assert await states(office) == {"waiting": 2}
    later(office, timedelta(days=2))
    await send_waiting(office)
    assert await states(office) == {"given up": 2}
    assert "takes no mail from payments@firm.example" in (await office.messages.get(1)).problem


async def test_without_a_server_messages_wait_and_old_ones_are_never_sent(
    office: Services, sink: Sink
) -> None:
    with_mail = office.settings
    office.settings = replace(with_mail, mail=Mail())
    await pay(office)
    assert await send_waiting(office) == 0
    assert await states(office) == {"waiting": 4}
    later(office, timedelta(days=3, minutes=1))
    fresh = await pay(office)
    assert await send_waiting(office) == 0
    office.settings = with_mail
    assert await send_waiting(office) == 4
    assert await states(office) == {"skipped": 4, "sent": 4}
    assert {f"T{fresh}" in str(mail["Subject"]) for mail in sink.to(OFFICE)} == {True}


async def test_who_is_told_of_what_is_a_setting(office: Services, sink: Sink) -> None:
    told = Notify(payer=(Occasion.COMPLETED,), firm={Occasion.COMPLETED: (OFFICE,)})
    office.settings = replace(office.settings, notify=told)
    await pay(office)
    assert await send_waiting(office) == 2
    assert await states(office) == {"sent": 2, "skipped": 2}


async def test_a_demonstration_sends_no_mail(office: Services, sink: Sink) -> None:
    async with office.database.write() as connection:
        await connection.execute(schema.firm.update().values(demo=1))
    await pay(office)
    assert await send_waiting(office) == 0
    assert await states(office) == {"skipped": 4}
    assert not sink.taken


async def test_what_is_no_address_is_given_up_at_once(office: Services, sink: Sink) -> None:
    await pay(office, email="nobody at home", settle=False)
    assert await send_waiting(office) == 1
    assert await states(office) == {"sent": 1, "given up": 1}


async def test_a_message_that_cannot_be_written_holds_up_no_other(office: Services, sink: Sink) -> None:
    await pay(office)
    async with office.database.write() as connection:
        await connection.execute(schema.message.update().where(schema.message.c.id == 2).values(content="{}"))
    assert await send_waiting(office) == 3
    assert "cannot be written" in (await office.messages.get(2)).problem


async def test_stopping_in_the_middle_of_a_batch_gives_the_rest_back(office: Services, sink: Sink) -> None:
    for _ in range(5):
        await pay(office)
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(_sender: str, _to: list[str]) -> str:
        loop.call_soon_threadsafe(began.set)
        return "250 OK, taken"

    sink.answer = slowly
    sending = asyncio.create_task(send_waiting(office))
    await began.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    after = await states(office)
    assert after["sent"] == len(sink.taken)
    assert after["waiting"] == 20 - after["sent"] > 0
    await send_waiting(office)
    assert Counter(sink.ids).most_common(1)[0][1] == 1
    assert len(sink.taken) == 20


async def test_a_server_that_stalls_does_not_hold_up_the_end(
    office: Services, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_round, "LAST_WORDS", 0.1)
    await pay(office)
    began, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def stalled(_sender: str, _to: list[str]) -> str:
        loop.call_soon_threadsafe(began.set)
        go_on.wait(30)
        return "451 too late"

    sink.answer = stalled
    sending = asyncio.create_task(send_waiting(office))
    await began.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(sending, 20)
    go_on.set()
    assert await states(office) == {"waiting": 4}
    assert {one.attempts for one in await office.messages.list()} == {0}


async def test_a_claim_that_ran_out_is_taken_over(office: Services, sink: Sink) -> None:
    await pay(office)
    async with office.database.write() as connection:
        now = to_ms(office.clock.now())
        assert len(await messages.claim(connection, now, now + 60_000, 50)) == 4
    assert await send_waiting(office) == 0
    later(office, timedelta(minutes=1))
    assert await send_waiting(office) == 4


async def test_a_trial_comes_from_the_firm_in_its_own_words(office: Services, sink: Sink) -> None:
    said: list[str] = []
    answer = await office.messages.test(PARTNER, said.append)
    assert "taken" in answer
    assert said
    ((to, mail),) = sink.taken
    assert to == (PARTNER,)
    assert "Hartwell & Ng LLP" in str(mail["From"])
    assert str(mail["To"]) == PARTNER


async def test_what_a_server_says_at_length_is_cut(office: Services, sink: Sink) -> None:
    await pay(office)
    sink.refused[PAYER] = "550 " + "never " * 150
    await send_waiting(office)
    told = {one.problem for one in await office.messages.list(limit=100) if one.problem}
    assert told
    assert all(200 < len(one) <= 500 for one in told)
