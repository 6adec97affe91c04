"""The page that plays the processor: test numbers alone, one charge, a kind word when it is over."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from paylink_tui.domain.facts import Status
from paylink_tui.processors.port import Order
from paylink_tui.processors.sandbox_cards import ACCOUNT, CARDS, DECLINES, ROUTING
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.sandbox_checkout import TRIES
from paylink_tui.store.database import Database
from paylink_tui.web.sandbox_words import WORDS
from tests.services.desk import KEY, assert_sound, furnish
from tests.web.sandbox_site import (
    ADDRESS,
    DECLINED,
    GOOD,
    POOR,
    RETURN,
    alert,
    card,
    checkout,
    client,
    services_at,
)

REAL = "4111111111111111"
"""A number that is no published one of ours."""


@pytest.fixture
async def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Services:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return await furnish(services_at(database))


async def state(desk: Services, number: int) -> tuple[str, str]:
    await desk.intake.poll()
    one = await desk.transactions.get(number)
    return one.status.value, one.failure


async def test_a_test_card_pays_and_leads_back_to_the_firm(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        page = await payer.get(url)
        shown = unescape(page.text)
        assert page.status_code == 200
        assert "SANDBOX" in shown
        assert "no real money moves" in shown
        assert "Pay $1,500.00" in shown
        assert "Hartwell & Ng LLP" in shown
        assert "Retainer <b>1</b>" in shown
        assert "<b>1</b>" not in page.text
        paid = await payer.post(url, data=card())
        assert (paid.status_code, paid.headers["location"]) == (303, RETURN)
    assert await state(desk, pending.id) == ("authorized", "")
    one = await desk.transactions.get(pending.id)
    assert (one.method, one.brand, one.last4) == ("card", "Visa", "4242")
    await assert_sound(desk)


async def test_every_published_number_is_listed_and_does_what_it_says(desk: Services) -> None:
    async with client(desk) as payer:
        for count, number in enumerate(CARDS):
            _, url = await checkout(desk, operation=f"op_{count}")
            listed = (await payer.get(url)).text.replace(" ", "")
            assert all(known in listed for known in CARDS)
            answer = await payer.post(url, data=card(number))
            assert answer.status_code == 303
            assert (answer.headers["location"] == RETURN) is (number not in DECLINES)
    await desk.intake.poll()
    states = [one.status for one in await desk.transactions.list(limit=None)]
    assert states.count(Status.AUTHORIZED) == len(CARDS) - len(DECLINES)


async def test_an_echeck_takes_the_published_account_alone(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        page = await payer.get(f"{url}?method=echeck")
        assert ROUTING in page.text
        assert ACCOUNT in page.text
        wrong = {"method": "echeck", "seen": "0", "routing": ROUTING, "account": "987654321012"}
        refused = await payer.post(url, data=wrong)
        assert refused.status_code == 422
        assert "987654321012" not in refused.text
        assert "not the test account" in refused.text
        paid = await payer.post(url, data=wrong | {"account": ACCOUNT})
        assert paid.headers["location"] == RETURN
    assert await state(desk, pending.id) == ("authorized", "")
    one = await desk.transactions.get(pending.id)
    assert (one.method, one.brand, one.last4) == ("echeck", "eCheck", "6789")


@pytest.mark.parametrize("where", ["number", "expiry", "name", "seen", "method", "routing"])
async def test_a_real_number_is_refused_and_nowhere_afterwards(
    desk: Services, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pending, url = await checkout(desk)
    typed = [REAL, f"{REAL[:4]} {REAL[4:8]} {REAL[8:12]} {REAL[12:]}", "4111-1111-1111-1111"]
    async with client(desk) as payer:
        for number in typed:
            form = card("" if where != "number" else number) | {where: number}
            answer = await payer.post(url, data=form)
            assert answer.status_code == 422
            assert "4111" not in answer.text
            assert "4111" not in str(answer.headers)
    assert await state(desk, pending.id) == ("pending", "")
    assert "4111" not in caplog.text
    assert REAL[:12].encode() not in await everything(desk)


async def test_a_number_typed_where_a_name_belongs_is_nowhere_either(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        paid = await payer.post(url, data=card() | {"name": REAL})
        assert paid.headers["location"] == RETURN
    assert (await state(desk, pending.id))[0] == "authorized"
    assert REAL[:12].encode() not in await everything(desk)


async def everything(desk: Services) -> bytes:
    """All the database keeps: its files, or every row of every table."""
    if desk.database.dialect == "sqlite":
        path = desk.database.place.path
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    tables = await desk.database.reader.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await desk.database.reader.rows(f"SELECT * FROM {name}") for (name,) in tables]
    return repr(rows).encode()


async def test_after_a_decline_another_card_may_be_tried(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        declined = await payer.post(url, data=card(POOR))
        assert declined.headers["location"].startswith(url.removeprefix(ADDRESS))
        page = await payer.get(declined.headers["location"])
        assert alert(page.text) == (
            "The card was declined: insufficient funds Nothing was charged. You can try another card."
            " Tries left: 4"
        )
        assert 'name="seen" value="1"' in page.text
        assert await state(desk, pending.id) == ("pending", "")
        paid = await payer.post(url, data=card(GOOD, seen=1))
        assert paid.headers["location"] == RETURN
    assert await state(desk, pending.id) == ("authorized", "")
    happened = [one.what for one in await desk.transactions.timeline(pending.id)]
    assert happened == ["submitted", "declined", "authorized"]
    await assert_sound(desk)


async def test_the_fifth_decline_fails_the_payment_and_gives_the_use_back(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        for seen in range(TRIES):
            answer = await payer.post(url, data=card(DECLINED, seen))
            assert answer.status_code == 303
        closed = await payer.get(url)
        assert closed.status_code == 410
        assert "Too many cards were declined, so the page was closed." in closed.text
        assert f'href="{RETURN}"' in closed.text
        again = await payer.post(url, data=card(GOOD, TRIES))
        assert again.headers["location"].startswith("/sandbox/")
    assert await state(desk, pending.id) == ("failed", "card declined")
    assert (await desk.links.get(pending.link_id)).uses == 0
    counted = await desk.database.reader.rows("SELECT count(*) FROM attempt WHERE outcome = 'declined'")
    assert counted == [(TRIES,)]
    await assert_sound(desk)


async def test_declines_on_a_link_freeze_it(desk: Services) -> None:
    first, url = await checkout(desk)
    async with client(desk) as payer:
        for seen in range(TRIES):
            await payer.post(url, data=card(DECLINED, seen))
        await desk.intake.poll()
        assert (await desk.links.get(first.link_id)).frozen == ""
        _, second = await checkout(desk, operation="op_2", link_id=first.link_id)
        for seen in range(3):
            await payer.post(second, data=card(DECLINED, seen))
    await desk.intake.poll()
    assert "8 declined cards" in (await desk.links.get(first.link_id)).frozen


@pytest.mark.parametrize("number", [GOOD, DECLINED])
async def test_a_double_click_counts_once(desk: Services, number: str) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        answers = await asyncio.gather(*(payer.post(url, data=card(number)) for _ in range(6)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["location"] for one in answers}) == 1
    kind = "authorized" if number == GOOD else "declined"
    told = await desk.database.reader.rows("SELECT kind FROM sandbox_event")
    assert told == [(kind,)]
    assert (await state(desk, pending.id))[0] == ("authorized" if number == GOOD else "pending")


async def test_an_expired_page_says_so_and_takes_nothing(desk: Services) -> None:
    pending, url = await checkout(desk)
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(minutes=30))
    async with client(desk) as payer:
        page = await payer.get(url)
        assert page.status_code == 410
        assert WORDS["en"]["expired title"] in page.text
        assert f'href="{RETURN}"' in page.text
        await payer.post(url, data=card())
    assert await state(desk, pending.id) == ("pending", "")


async def test_a_paid_page_says_so(desk: Services) -> None:
    _, url = await checkout(desk)
    async with client(desk) as payer:
        await payer.post(url, data=card())
        page = await payer.get(url)
        assert page.status_code == 200
        assert WORDS["en"]["paid title"] in page.text
        assert "<form" not in page.text
        cancelled = await payer.post(f"{url}/cancel")
        assert cancelled.headers["location"] == RETURN
    told = await desk.database.reader.rows("SELECT kind FROM sandbox_event")
    assert told == [("authorized",)]


async def test_cancelling_leads_back_and_ends_the_payment(desk: Services) -> None:
    pending, url = await checkout(desk)
    async with client(desk) as payer:
        answer = await payer.post(f"{url}/cancel")
        assert (answer.status_code, answer.headers["location"]) == (303, RETURN)
        assert (await payer.get(url)).status_code == 410
    assert await state(desk, pending.id) == ("failed", "cancelled by the payer")
    assert (await desk.links.get(pending.link_id)).uses == 0


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_the_page_speaks_the_orders_language(desk: Services, language: str) -> None:
    _, url = await checkout(desk, language=language)
    words = WORDS[language]
    async with client(desk) as payer:
        page = unescape((await payer.get(url)).text)
        assert f'<html lang="{language}">' in page
        for key in ("banner", "number", "expiry", "echeck", "test cards", "accepted"):
            assert words[key] in page
        assert ("1\u00a0500,00" in page) is (language == "fr")
        wrong = unescape((await payer.post(url, data=card("1", expiry="x"))).text)
        assert words["no test card"] in wrong
        assert words["no expiry"] in wrong
        assert f"<title>{words['error']}: " in wrong


def test_every_language_has_every_word() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


@pytest.mark.parametrize(
    ("expiry", "right"),
    [
        *[(text, True) for text in ("12/34", "11/26", "12 / 34", "1/2030", "0130", "01/2030")],
        *[(text, False) for text in ("", "13/30", "00/30", "10/26", "12/3", "12/345", "a/b", "12", "²/34")],
    ],
)
async def test_an_expiry_is_a_month_to_come(desk: Services, expiry: str, right: bool) -> None:
    _, url = await checkout(desk)
    async with client(desk) as payer:
        answer = await payer.post(url, data=card(expiry=expiry))
    assert answer.status_code == (303 if right else 422)


async def test_hostile_requests_get_short_answers(desk: Services) -> None:
    _, url = await checkout(desk)
    async with client(desk) as payer:
        for guess in ("x", "a" * 32, "%00" * 32, "%ff", "a" * 5000):
            for answer in (
                await payer.get(f"/sandbox/checkout/{guess}"),
                await payer.post(f"/sandbox/checkout/{guess}", data=card()),
                await payer.post(f"/sandbox/checkout/{guess}/cancel"),
            ):
                assert answer.status_code == 404
        big = await payer.post(url, data=card() | {"name": "x" * 70_000})
        assert big.status_code == 413
        assert (await payer.post(url, content=b"{}")).status_code == 415
        many = "&".join(f"a{n}=1" for n in range(50))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await payer.post(url, content=many, headers=kind)).status_code == 415
        odd = b"number=\xff\x00&seen=99999999999999999999&expiry=\x00"
        assert (await payer.post(url, content=odd, headers=kind)).status_code == 422
        assert (await payer.put(url)).status_code == 405


async def test_an_address_cannot_be_guessed_and_stays_the_same(desk: Services) -> None:
    _, url = await checkout(desk)
    secret = url.rsplit("/", 1)[1]
    assert len(secret) == 32
    again = await desk.sandbox_processor.open_checkout(Order("op_1", 150_000, "USD", "Operating", "", ""))
    assert again.url == url
    other = await desk.sandbox_processor.open_checkout(Order("op_2", 150_000, "USD", "Operating", "", ""))
    assert other.url.rsplit("/", 1)[1] != secret
    assert (await desk.transactions.list())[0].payment_ref not in url
