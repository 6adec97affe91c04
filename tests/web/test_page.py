"""A link's page: what it shows in each state and language, what its form does, and what its receipt tells."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from paylink_tui.domain.forms import FORM_LIFE
from paylink_tui.domain.languages import LANGUAGES
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.web.words import WORDS
from tests.services.desk import assert_sound, freeze
from tests.web.forms import forms
from tests.web.office import ADDRESS, DANA, Office, browser, form_of, office, pay_by_card, post, send, shown

__all__ = ["browser", "office"]


async def test_a_link_is_paid_from_its_page_to_the_receipt(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link("IOLTA", amount=150_000, reference="Retainer")
    page = await browser.get(path)
    told = shown(page)
    assert "Hartwell & Ng LLP" in told
    assert "Deposit into the firm’s client trust account" in told
    assert "$1,500.00" in told
    assert "Retainer" in told
    assert "Card" in told
    assert "card number" not in told.lower()
    went = await send(browser, await form_of(browser, path))
    assert went.status_code == 303
    assert await office.payments() == [(150_000, "pending", "Dana Ruiz")]
    receipt = await browser.get(await pay_by_card(office, browser, went.headers["location"]))
    assert receipt.status_code == 200
    for words in (
        "Payment received",
        "$1,500.00",
        "Visa ending in 4242",
        "November 20, 2026 at 10:00 AM (EST)",
    ):
        assert words in shown(receipt)
    assert "Retainer" not in shown(receipt)
    assert "trust" not in shown(receipt)
    again = await browser.get(str(receipt.url))
    assert shown(again) == shown(receipt)
    assert await office.payments() == [(150_000, "authorized", "Dana Ruiz")]
    await assert_sound(office.services)


async def test_opening_a_page_uses_nothing(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500, max_uses=1)
    for _ in range(5):
        assert (await browser.get(path)).status_code == 200
        assert (await browser.head(path)).status_code == 200
    assert (await office.services.links.get(1)).uses == 0
    assert await office.payments() == []


async def test_each_dead_link_says_so_kindly(office: Office, browser: httpx.AsyncClient) -> None:
    services = office.services
    live = await office.link(amount=500, max_uses=1)
    went = await send(browser, await form_of(browser, live))
    assert went.status_code == 303
    short = await office.link(expires=timedelta(hours=1))
    frozen, gone = await office.link(), await office.link()
    await services.links.disable(4)
    await freeze(services, 3)
    office.clock.advance(timedelta(hours=2))
    async with office.browser() as other:
        for path, status, words in (
            (live, 410, "This link has been used"),
            (short, 410, "This link has expired"),
            (frozen, 403, "Payments on this link are paused"),
            (gone, 404, "This link does not work"),
            ("/p/" + "A" * 43, 404, "This link does not work"),
        ):
            answer = await other.get(path)
            assert (answer.status_code, words in shown(answer)) == (status, True), (path, shown(answer))
            assert "Hartwell & Ng LLP" in shown(answer)
            assert "<form" not in answer.text


async def test_a_dead_link_takes_no_form_that_was_open_before(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link(amount=500)
    form = await form_of(browser, path)
    await office.services.links.disable(1)
    assert (await send(browser, form)).status_code == 404
    assert await office.payments() == []


async def test_a_disabled_link_and_an_unknown_one_are_one_page(
    office: Office, browser: httpx.AsyncClient
) -> None:
    gone = await office.link(amount=500)
    await office.services.links.disable(1)
    unknown = "/p/" + "A" * 43
    for lang in LANGUAGES:
        one, other = [await browser.get(path, params={"lang": lang}) for path in (gone, unknown)]
        assert one.content == other.content
        assert (one.status_code, dict(one.headers)) == (other.status_code, dict(other.headers))
    fields = {"form": "x", **DANA}
    one, other = [await post(browser, path, fields) for path in (gone, unknown)]
    assert (one.status_code, one.content) == (other.status_code, other.content)


async def test_a_disabled_link_costs_the_database_what_an_unknown_one_costs(office: Office) -> None:
    gone = (await office.link(amount=500)).removeprefix("/p/")
    await office.services.links.disable(1)
    asked: list[str] = []
    rows = office.services.database.reader.rows

    async def listening(sql: str, params: object = ()) -> object:
        asked.append(sql)
        return await rows(sql, params)  # type: ignore[arg-type]

    office.services.database.reader.rows = listening  # type: ignore[method-assign,assignment]
    one = await office.services.page.open(gone)
    first, asked[:] = list(asked), []
    assert await office.services.page.open("A" * 43) == one
    assert asked == first
    assert len(first) == 1


async def test_the_firm_without_payments_says_what_is_missing(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link(amount=500)
    await office.services.firm.init("Hartwell & Ng LLP", payments_enabled=False)
    answer = await browser.get(path)
    assert answer.status_code == 403
    assert "Online payments are switched off" in shown(answer)
    assert "Payments are not enabled for this firm." in shown(answer)


async def test_an_invoice_is_paid_in_part_and_then_whole(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(invoice="101")
    page = await browser.get(path)
    assert "Pay invoice 101" in shown(page)
    assert "$500.00" in shown(page)
    assert "Acme" not in page.text
    assert "M1" not in shown(page)
    form = await form_of(browser, path)
    assert form.fields["amount"] == "500.00"
    over = await send(browser, form, amount="500.01")
    assert over.status_code == 422
    assert "Enter $500.00 or less" in shown(over)
    assert (await send(browser, form, amount="200")).status_code == 303
    assert await office.payments() == [(20_000, "pending", "Dana Ruiz")]


async def test_a_paid_invoice_has_nothing_to_pay(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(invoice="103")
    paid = await office.services.sandbox.pay(1, amount=20_000, name="Dana", email="d@example.com")
    await office.services.sandbox.settle([paid.name])
    assert (await browser.get(path)).status_code == 200
    await office.services.linking.link(paid.name, [Part("C1")])
    answer = await browser.get(path)
    assert answer.status_code == 410
    assert "This invoice is paid" in shown(answer)


async def test_a_fixed_amount_is_asked_for_only_while_so_much_is_due(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link(amount=20_000, invoice="103")
    form = await form_of(browser, path)
    for amount, title in ((1, "The amount due has changed"), (19_999, "This invoice is paid")):
        other = await office.services.links.create(NewLink("Operating"))
        paid = await office.services.sandbox.pay(other.id, amount=amount, name="Dana", email="")
        await office.services.sandbox.settle([paid.name])
        await office.services.linking.link(paid.name, [Part("C1")])
        for answer in (await browser.get(path), await send(browser, form)):
            assert (answer.status_code, title in shown(answer)) == (410, True), shown(answer)
    assert len(await office.payments()) == 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_the_language(
    office: Office, browser: httpx.AsyncClient, language: str
) -> None:
    say = WORDS[language]
    path, ended = await office.link(), await office.link(expires=timedelta(seconds=1))
    office.clock.advance(timedelta(minutes=1))
    for address, headers in ((f"{path}?lang={language}", {}), (path, {"accept-language": language})):
        page = await browser.get(address, headers=headers)
        assert f'<html lang="{language}">' in page.text
        assert page.headers["content-language"] == language
        assert say["form.button"] in shown(page)
    assert say["expired.title"] in shown(await browser.get(ended, params={"lang": language}))
    assert say["notfound.title"] in shown(await browser.get("/nowhere", params={"lang": language}))
    form = await form_of(browser, f"{path}?lang={language}")
    wrong = await send(browser, form, amount="nothing", email="")
    assert wrong.status_code == 422
    assert say["wrong.email missing"] in shown(wrong)
    went = await send(browser, form, amount="12,50")
    assert went.status_code == 303
    page = await browser.get(path, params={"lang": language})
    assert say["mine.title"] in shown(page)
    receipt = await browser.get(await pay_by_card(office, browser, went.headers["location"]))
    assert say["state.authorized.title"] in shown(receipt)
    assert f'<html lang="{language}">' in receipt.text
    assert await office.payments() == [(1250, "authorized", "Dana Ruiz")]


def test_every_language_has_every_sentence_with_the_same_gaps() -> None:
    gaps = {
        language: {name: sorted(set(re.findall(r"{(\w+)}", text))) for name, text in words.items()}
        for language, words in WORDS.items()
    }
    assert gaps["fr"] == gaps["en"] == gaps["es"]


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    office: Office, browser: httpx.AsyncClient
) -> None:
    form = await form_of(browser, await office.link())
    answer = await send(browser, form, amount="1.500", name="", email="dana@", reference="Matter 7")
    assert answer.status_code == 422
    again = next(one for one in forms(answer.text, str(answer.url)) if one.method == "post")
    assert again.fields["amount"] == "1.500"
    assert again.fields["reference"] == "Matter 7"
    for name in ("amount", "name", "email"):
        field = re.search(rf'<input id="{name}"[^>]*>', answer.text, re.S)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert f"{name}-wrong" in field[0]
        assert f'id="{name}-wrong"' in answer.text
        assert f'href="#{name}"' in answer.text
    assert await office.payments() == []


async def test_two_clicks_pay_once(office: Office, browser: httpx.AsyncClient) -> None:
    form = await form_of(browser, await office.link(amount=500))
    answers = await asyncio.gather(*(send(browser, form) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await office.payments() == [(500, "pending", "Dana Ruiz")]
    link = await office.services.links.get(1)
    assert link.uses == 1
    rows = await office.services.database.reader.rows("SELECT count(*) FROM sandbox_charge")
    assert rows[0][0] == 1


async def test_the_last_use_is_won_by_one_payer(office: Office) -> None:
    path = await office.link(amount=500, max_uses=1)
    async with office.browser() as one, office.browser() as other:
        ones, others = await form_of(one, path), await form_of(other, path)
        answers = await asyncio.gather(send(one, ones), send(other, others, name="Lee Ng"))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    assert len(await office.payments()) == 1
    lost = next(answer for answer in answers if answer.status_code == 410)
    assert "This link has been used" in shown(lost)


async def test_a_form_sent_again_after_paying_leads_to_the_receipt(
    office: Office, browser: httpx.AsyncClient
) -> None:
    form = await form_of(browser, await office.link(amount=500, max_uses=1))
    went = await send(browser, form)
    receipt = await pay_by_card(office, browser, went.headers["location"])
    again = await send(browser, form)
    assert again.status_code == 303
    assert again.headers["location"].split("?")[0] == receipt.removeprefix(ADDRESS).split("?")[0]
    assert await office.payments() == [(500, "authorized", "Dana Ruiz")]


async def test_a_form_changed_and_sent_again_is_not_another_payment(
    office: Office, browser: httpx.AsyncClient
) -> None:
    form = await form_of(browser, await office.link())
    await send(browser, form, amount="5")
    changed = await send(browser, form, amount="50")
    assert "/receipt/" in changed.headers["location"]
    told = shown(await browser.get(changed.headers["location"]))
    assert "Not paid yet" in told
    assert "$5.00" in told
    assert await office.payments() == [(500, "pending", "Dana Ruiz")]


async def test_a_payer_comes_back_to_a_payment_that_is_not_finished(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link(amount=500, max_uses=1)
    went = await send(browser, await form_of(browser, path))
    back = await browser.get(path)
    assert back.status_code == 200
    assert "You have a payment that is not finished" in shown(back)
    async with office.browser() as stranger:
        assert (await stranger.get(path)).status_code == 410
    (receipt,) = re.findall(r'href="(/p/[^"]*/receipt/[^"]*)"', back.text)
    pending = await browser.get(receipt.replace("&amp;", "&"))
    assert f'href="{went.headers["location"]}"' in pending.text
    await pay_by_card(office, browser, went.headers["location"])
    paid = await browser.get(path)
    assert paid.status_code == 410
    assert "See your receipt" in shown(paid)


async def test_starting_over_gives_the_use_back(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500, max_uses=1)
    went = await send(browser, await form_of(browser, path))
    (receipt,) = re.findall(r'href="(/p/[^"]*/receipt/[^"]*)"', (await browser.get(path)).text)
    page = await browser.get(receipt)
    (restart,) = [form for form in forms(page.text, str(page.url)) if form.method == "post"]
    answer = await post(browser, restart.action, restart.fields)
    assert answer.status_code == 303
    assert (await office.services.links.get(1)).uses == 0
    assert (await send(browser, await form_of(browser, path))).status_code == 303
    assert [status for _, status, _ in await office.payments()] == ["failed", "pending"]
    assert (await browser.get(went.headers["location"])).status_code == 410
    await assert_sound(office.services)


async def test_a_payment_that_was_made_cannot_be_started_over(
    office: Office, browser: httpx.AsyncClient
) -> None:
    path = await office.link(amount=500, max_uses=1)
    went = await send(browser, await form_of(browser, path))
    receipt = await pay_by_card(office, browser, went.headers["location"])
    secret = receipt.split("/receipt/")[1].split("?")[0]
    assert (await post(browser, f"{path}/restart", {"receipt": secret})).status_code == 303
    assert await office.payments() == [(500, "authorized", "Dana Ruiz")]


async def test_a_form_that_is_too_old_is_sent_once_more(office: Office, browser: httpx.AsyncClient) -> None:
    form = await form_of(browser, await office.link())
    office.clock.advance(FORM_LIFE)
    stale = await send(browser, form, amount="5")
    assert stale.status_code == 422
    assert "Please send the form once more" in shown(stale)
    fresh = next(one for one in forms(stale.text, str(stale.url)) if one.method == "post")
    assert fresh.fields["name"] == "Dana Ruiz"
    assert (await post(browser, fresh.action, fresh.fields)).status_code == 303
    assert await office.payments() == [(500, "pending", "Dana Ruiz")]


async def test_a_payment_that_failed_offers_another_try(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500, max_uses=1)
    went = await send(browser, await form_of(browser, path))
    assert went.status_code == 303
    await office.services.sandbox.fail("T1", "insufficient funds")
    back = await browser.get(path)
    assert back.status_code == 200
    secret = went.cookies["paylink_payer"]
    receipt = await browser.get(f"{path}/receipt/{secret}")
    assert "Payment not made" in shown(receipt)
    assert "insufficient" not in shown(receipt)
    assert f'href="{path}?lang=en"' in receipt.text
    assert "received" not in shown(receipt).lower()


async def test_a_receipt_by_itself_leads_to_no_link(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500)
    went = await send(browser, await form_of(browser, path))
    (secret,) = re.findall(r'/receipt/([^"?]*)', (await browser.get(path)).text)
    pending = await browser.get(f"/r/{secret}")
    assert went.headers["location"] in pending.text
    assert "/p/" not in pending.text
    back = await pay_by_card(office, browser, went.headers["location"])
    alone, beside = await browser.get(f"/r/{secret}"), await browser.get(back)
    assert (alone.status_code, shown(alone)) == (200, shown(beside))
    await office.services.sandbox.fail(1, "processing error")
    alone, beside = await browser.get(f"/r/{secret}"), await browser.get(back)
    assert path in beside.text
    assert "/p/" not in alone.text
    assert "Payment not made" in shown(alone)
    assert (await browser.get("/r/" + "A" * 43)).status_code == 404


async def test_a_receipt_follows_its_payment(office: Office, browser: httpx.AsyncClient) -> None:
    path = await office.link(amount=500)
    went = await send(browser, await form_of(browser, path))
    receipt = await pay_by_card(office, browser, went.headers["location"])
    assert "expected to complete it by November 21, 2026" in shown(await browser.get(receipt))
    await office.services.sandbox.settle(["T1"])
    assert "completed on November 20, 2026" in shown(await browser.get(receipt))
    await office.services.sandbox.give_back("T1")
    told = shown(await browser.get(receipt))
    assert "Payment returned" in told
    assert "Returned by the bank" in told
    await office.services.links.reissue(1)
    assert (await browser.get(receipt)).status_code == 200


@pytest.mark.parametrize("secret", ["A" * 43, "x", "%00", "é"])
async def test_a_receipt_nobody_has_is_not_there(
    office: Office, browser: httpx.AsyncClient, secret: str
) -> None:
    path = await office.link(amount=500)
    assert (await browser.get(f"{path}/receipt/{secret}")).status_code == 404
