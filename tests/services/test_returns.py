"""Money the bank takes back: un-paid invoices, emptied ledgers, and nobody else's money touched."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Status
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import assert_sound, authorized, balances, completed, held


async def banks(desk: Services) -> dict[int, int]:
    """What the book of each bank account holds, in minor units."""
    rows = await desk.database.reader.rows(
        "SELECT bank_account_id, debits - credits FROM ledger_account WHERE kind = 'bank'"
    )
    return dict(rows)


async def returned(desk: Services, name: str) -> None:
    one = await desk.sandbox.give_back(name, "R01")
    assert (one.status, one.failure, one.applied) == (Status.RETURNED, "R01", 0)
    await assert_sound(desk)


async def test_an_unlinked_payment_just_goes_back(desk: Services) -> None:
    for account in ("Operating", "IOLTA"):
        await returned(desk, (await completed(desk, account)).name)
    assert await banks(desk) == {1: 0, 2: 0}
    assert await held(desk, "unidentified") == 0


async def test_invoices_it_paid_are_owed_again(desk: Services) -> None:
    before = await balances(desk)
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", amount=60_000), Part("C2")])
    assert await balances(desk) != before
    await returned(desk, paid.name)
    assert await balances(desk) == before
    assert (await held(desk, "credit", 1), await held(desk, "credit", 2)) == (0, 0)
    with pytest.raises(Refused) as no:
        await desk.linking.unlink(paid.name, "gone")
    assert no.value.rule == "link-undo"


@pytest.mark.parametrize(("account", "source"), [("Operating", "credit"), ("IOLTA", "trust")])
async def test_what_was_recorded_out_of_it_is_taken_back_and_another_payments_money_stays(
    desk: Services, account: str, source: str
) -> None:
    first, second = await completed(desk, account, 40_000), await completed(desk, account, 50_000)
    for one in (first, second):
        await desk.linking.link(one.name, [Part("C1", apply=False)])
    record = await desk.recording.record(NewRecord("C1", source, 60_000))
    await returned(desk, first.name)
    kind = {"credit": "credit", "trust": "trust"}[source]
    assert await held(desk, kind, 1) == 30_000
    owed = await balances(desk)
    assert owed["101"] + owed["102"] + owed["103"] + owed["104"] == 110_001 - 20_000
    assert await held(desk, "losses") == 0
    assert sum((await banks(desk)).values()) == 50_000
    await desk.recording.undo(record.id, "also wrong")
    assert await held(desk, kind, 1) == 50_000
    await assert_sound(desk)


async def test_parts_for_one_owner_give_back_together(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 80_000)
    await desk.linking.link(paid.name, [Part("C1", None, 40_000), Part("C1")])
    await desk.recording.record(NewRecord("C1", "trust", 30_000))
    await returned(desk, paid.name)
    assert (await held(desk, "trust", 1), await banks(desk)) == (0, {1: 0, 2: 0})


async def test_a_matters_part_is_found_though_its_sister_was_spent(desk: Services) -> None:
    paid = await completed(desk, amount=70_000)
    await desk.linking.link(paid.name, [Part("C1", "M1", 50_000), Part("C1", "M2", apply=False)])
    await desk.recording.record(NewRecord("C1", "credit", 20_000, "M2"))
    await returned(desk, paid.name)
    assert (await held(desk, "credit", 1, 1), await held(desk, "credit", 1, 2)) == (0, 0)
    assert await held(desk, "losses") == 0


async def test_fees_are_not_given_back_and_stand_on_operating(desk: Services) -> None:
    paid = await completed(desk, "IOLTA")
    assert paid.fee > 0
    await returned(desk, paid.name)
    assert await held(desk, "fees due") == paid.fee


async def test_void_only_while_authorized(desk: Services) -> None:
    paid = await authorized(desk)
    voided = await desk.transactions.void(paid.name)
    assert (voided.status, await held(desk, "uncleared")) == (Status.VOIDED, 0)
    done = await completed(desk)
    for name in (paid.name, done.name):
        with pytest.raises(Refused) as no:
            await desk.transactions.void(name)
        assert no.value.rule == "txn-void-authorized"
    await desk.intake.poll()
    assert await desk.intake.parked() == 0
    await assert_sound(desk)


async def test_too_late_to_void_is_the_same_refusal(desk: Services) -> None:
    paid = await authorized(desk)
    await desk.sandbox_processor.settle(paid.payment_ref)
    with pytest.raises(Refused) as no:
        await desk.transactions.void(paid.name)
    assert no.value.rule == "txn-void-authorized"
    await desk.intake.poll()
    assert (await desk.transactions.get(paid.id)).status is Status.COMPLETED
    await assert_sound(desk)


async def test_a_query_finds_and_a_timeline_tells_all(desk: Services) -> None:
    first, second = await completed(desk, amount=2_500), await authorized(desk, "IOLTA")
    await desk.linking.link(first.name, [Part("C1")])
    assert [one.id for one in await desk.transactions.list()] == [second.id, first.id]
    for query, expected in (
        ("status:authorized", [second.id]),
        ("account:operating linked:yes", [first.id]),
        ('client:"Acme"', [first.id]),
        ("-client:Acme dana", [second.id]),
        ("amount:>100", [second.id]),
        ("amount:25.00", [first.id]),
        ("status:failed", []),
    ):
        assert [one.id for one in await desk.transactions.list(query)] == expected, query
    told = [event.what for event in await desk.transactions.timeline(first.id)]
    assert told == ["submitted", "authorized", "captured", "fee", "link"]


async def test_why_names_the_rule_for_every_action(desk: Services) -> None:
    async def closed(number: int) -> dict[str, str]:
        return {line.action: line.rule for line in await desk.transactions.why(number)}

    waiting, trust, done = await authorized(desk), await completed(desk, "IOLTA"), await completed(desk)
    await desk.linking.link(done.name, [Part("C1")])
    assert await closed(waiting.id) == {
        "link": "link-only-completed",
        "apply to invoices": "link-only-completed",
        "unlink": "link-undo",
        "relink": "link-undo",
        "void": "",
        "refund": "txn-refund-completed",
        "count on its money": "",
    }
    assert (await closed(trust.id))["apply to invoices"] == "apply-default"
    assert await closed(done.id) == {
        "link": "link-race",
        "apply to invoices": "apply-over",
        "unlink": "",
        "relink": "",
        "void": "txn-void-authorized",
        "refund": "",
        "count on its money": "",
    }
