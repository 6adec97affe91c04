"""Links: who may mint them, what their URLs are worth, and who gets the last use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from paylink_tui.domain.errors import BadInput, NotFound, PayLinkError, Refused
from paylink_tui.domain.sharing import ShareForm
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from tests.services.desk import assert_sound, balances, services_over


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(Refused) as no:
        await work
    assert no.value.message.endswith(".")
    return no.value.rule


async def pay(desk: Services, link: str | int, amount: int | None = 500) -> int:
    paid = await desk.sandbox.pay(link, amount=amount, name="Dana Ruiz", email="")
    return paid.id


async def test_a_firm_mints_links_only_on_a_paying_plan_in_its_countries(desk: Services) -> None:
    new = NewLink("Operating")
    for wrong in ({"plan": "starter"}, {"country": "GB"}, {"payments_enabled": False}):
        await desk.firm.init("Hartwell & Ng LLP", **wrong)
        assert await refused(desk.links.create(new)) == "access-plan"
        await desk.firm.init("Hartwell & Ng LLP", plan="elite", country="CA", payments_enabled=True)
    assert (await desk.links.create(new)).state == "active"


async def test_only_a_connected_account_has_links_and_keeps_its_kind(desk: Services) -> None:
    await desk.firm.add_account("Savings", "operating")
    assert await refused(desk.links.create(NewLink("Savings"))) == "access-account"
    await desk.firm.add_account("Savings", "operating", processor="sandbox")
    assert (await desk.links.create(NewLink("Savings"))).account_name == "Savings"
    with pytest.raises(BadInput):
        await desk.firm.add_account("Savings", "trust")
    with pytest.raises(BadInput):
        await desk.firm.add_account("Savings", "operating", currency="CAD")


async def test_an_endless_open_link_on_trust_is_confirmed_first(desk: Services) -> None:
    assert await refused(desk.links.create(NewLink("IOLTA"))) == "link-lint"
    assert await desk.links.list() == ()
    assert (await desk.links.create(NewLink("IOLTA"), confirmed=True)).state == "active"
    for safe in (NewLink("IOLTA", 100), NewLink("IOLTA", expires=timedelta(1)), NewLink("IOLTA", max_uses=1)):
        assert not await desk.links.needs_confirmation(safe)
        await desk.links.create(safe)


async def test_no_url_stands_in_the_database_and_another_key_makes_none(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await desk.links.create(NewLink("Operating"))
    token = link.url.rsplit("/", 1)[-1]
    assert len(token) == 43
    (row,) = await desk.database.reader.rows("SELECT nonce, token_hash, reference FROM payment_link")
    assert not any(token.encode() in (part if isinstance(part, bytes) else part.encode()) for part in row)
    assert (await services_over(desk.database).links.get(link.id)).url == link.url
    monkeypatch.setenv("PAYLINK_LINK_KEY", "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI=")
    with pytest.raises(Exception, match="link key"):
        await services_over(desk.database).links.get(link.id)


async def test_reissue_kills_the_old_url_and_wakes_a_disabled_link(desk: Services) -> None:
    link = await desk.links.create(NewLink("Operating"))
    await desk.links.disable(link.url)
    assert await refused(pay(desk, link.id)) == "link-state"
    fresh = await desk.links.reissue(link.id)
    assert (fresh.id, fresh.state) == (link.id, "active")
    assert fresh.url != link.url
    with pytest.raises(NotFound):
        await desk.links.get(link.url)
    await pay(desk, fresh.url)


async def test_the_payer_changes_nothing_the_server_fixed(desk: Services) -> None:
    fixed = await desk.links.create(NewLink("IOLTA", amount=2_500))
    assert await refused(pay(desk, fixed.id, 2_499)) == "link-locked"
    paid = await desk.transactions.get(await pay(desk, fixed.id, None))
    assert (paid.amount, paid.account_name) == (2_500, "IOLTA")
    opened = await desk.links.create(NewLink("Operating"))
    for wrong in (None, 0, -5):
        with pytest.raises(BadInput):
            await pay(desk, opened.id, wrong)


async def test_expired_and_used_up_links_are_dead_and_looking_costs_nothing(desk: Services) -> None:
    assert isinstance(desk.clock, FixedClock)
    short = await desk.links.create(NewLink("Operating", expires=timedelta(hours=1)))
    once = await desk.links.create(NewLink("Operating", max_uses=1))
    for _ in range(3):
        assert (await desk.links.get(once.url)).uses == 0
    await pay(desk, once.id)
    desk.clock.advance(timedelta(hours=1))
    states = {link.id: str(link.state) for link in await desk.links.list()}
    assert states == {short.id: "expired", once.id: "used up"}
    for dead in (short, once):
        assert await refused(pay(desk, dead.id)) == "link-state"
    assert [one.id for one in await desk.links.list("used up")] == [once.id]
    with pytest.raises(NotFound):
        await desk.links.get(99)


async def test_the_last_use_is_won_by_exactly_one_payer(desk: Services) -> None:
    link = await desk.links.create(NewLink("Operating", max_uses=3))
    ended = await asyncio.gather(*(pay(desk, link.id) for _ in range(12)), return_exceptions=True)
    won = [one for one in ended if isinstance(one, int)]
    lost = [one for one in ended if isinstance(one, Refused) and one.rule == "link-state"]
    assert (len(won), len(lost)) == (3, 9)
    assert (await desk.links.get(link.id)).uses == 3
    await assert_sound(desk)


async def test_a_payment_that_failed_gives_its_use_back(desk: Services) -> None:
    link = await desk.links.create(NewLink("Operating", max_uses=1))
    declined = await desk.sandbox.pay(
        link.id, amount=500, name="Dana Ruiz", email="", card="4000 0000 0000 0002"
    )
    assert (declined.status, declined.failure) == ("failed", "card declined")
    assert (await desk.links.get(link.id)).state == "active"
    await desk.transactions.void(await pay(desk, link.id))
    assert (await desk.links.get(link.id)).uses == 0
    await assert_sound(desk)


async def test_names_beforehand_belong_together(desk: Services) -> None:
    link = await desk.links.create(NewLink("Operating", client="Acme", matter="M1", invoice="101"))
    assert (link.client_code, link.matter_number, link.invoice_number) == ("C1", "M1", "101")
    link = await desk.links.create(NewLink("Operating", matter="M2"))
    assert (link.client_code, link.matter_number, link.invoice_number) == ("C1", "M2", "")
    link = await desk.links.create(NewLink("Operating", invoice="101"))
    assert (link.client_code, link.matter_number, link.invoice_number) == ("C1", "M1", "101")
    wrong = (
        NewLink("Operating", client="C2", matter="M1"),
        NewLink("Operating", client="C2", invoice="101"),
        NewLink("Operating", matter="M2", invoice="101"),
    )
    for one in wrong:
        assert await refused(desk.links.create(one)) == "link-client"


async def test_one_command_key_mints_one_link(desk: Services) -> None:
    first = await desk.links.create(NewLink("Operating", 700), key="form 1")
    assert (await desk.links.create(NewLink("Operating", 700), key="form 1")).id == first.id
    assert await refused(desk.links.create(NewLink("Operating", 701), key="form 1")) == "txn-once"
    assert await refused(desk.links.create(NewLink("Operating", 700, max_uses=2), key="form 1")) == "txn-once"
    assert len(await desk.links.list()) == 1


async def test_every_form_of_sharing_carries_the_url(desk: Services) -> None:
    link = await desk.links.create(NewLink("Operating", 700, "Retainer"))
    with pytest.raises(PayLinkError, match="No website may show"):
        await desk.links.share(link.id, ShareForm.FRAME)
    for form in set(ShareForm) - {ShareForm.FRAME}:
        assert link.url in await desk.links.share(link.id, form)


async def test_a_second_init_changes_only_what_differs(desk: Services) -> None:
    await desk.firm.init("Hartwell LLP", timezone="America/Los_Angeles")
    firm = await desk.firm.init("Hartwell LLP")
    assert (firm.name, firm.timezone, firm.plan) == ("Hartwell LLP", "America/Los_Angeles", "boutique")
    for wrong in ({"plan": "gold"}, {"country": "USA"}, {"timezone": "Mars/Base"}):
        with pytest.raises(BadInput):
            await desk.firm.init("Hartwell LLP", **wrong)  # type: ignore[arg-type]
    assert await balances(desk)


async def test_what_may_go_back_is_told_in_the_accounts_currency(desk: Services) -> None:
    await desk.firm.add_account("Ottawa", "operating", currency="CAD", processor="sandbox")
    link = await desk.links.create(NewLink("Ottawa"))
    paid = await desk.sandbox.pay(link.id, amount=5_000, name="Dana Ruiz", email="dana@example.com")
    await desk.sandbox.settle([paid.name])
    (refund,) = [one for one in await desk.transactions.why(paid.id) if one.action == "refund"]
    assert refund.reason == "At most C$50.00 of it can go back."
