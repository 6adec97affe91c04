"""What a processor tells, however late, often or wrongly, becomes each transaction once and in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import FactKind, Status
from paylink_tui.processors.port import Order, Snapshot
from paylink_tui.processors.sandbox import reference_for
from paylink_tui.processors.sandbox_cards import Means
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.store import schema
from tests.services.desk import START, assert_sound, authorized, completed, held
from tests.services.desk_payments import submitted


async def told_so_far(desk: Services, number: int) -> Snapshot:
    """All the sandbox knows of a transaction."""
    ref = (await desk.transactions.get(number)).payment_ref
    snapshot = await desk.sandbox_processor.fetch(ref)
    assert isinstance(snapshot, Snapshot)
    return snapshot


async def status(desk: Services, number: int) -> str:
    return (await desk.transactions.get(number)).status.value


async def test_told_twice_counts_once(desk: Services) -> None:
    paid = await completed(desk)
    version = paid.version
    for _ in range(3):
        await desk.intake.take("sandbox", await told_so_far(desk, paid.id))
        await desk.intake.poll()
    assert (await desk.transactions.get(paid.id)).version == version
    assert await held(desk, "unidentified") == 100_000
    await assert_sound(desk)


async def test_captured_before_authorized_completes_and_the_late_fact_changes_nothing(desk: Services) -> None:
    paid = await authorized(desk)
    whole = await told_so_far(desk, paid.id)
    new = await submitted(desk, 100_000)
    facts = [
        replace(whole.facts[0], payment_ref=new.payment_ref, external_ref="late a"),
        replace(
            whole.facts[0],
            payment_ref=new.payment_ref,
            external_ref="early c",
            kind=FactKind.CAPTURED,
            occurred_at=START + timedelta(days=2),
        ),
    ]
    for fact in reversed(facts):
        await desk.intake.take("sandbox", Snapshot(new.payment_ref, (fact,)))
        assert await status(desk, new.id) == "completed"
    after = await desk.transactions.get(new.id)
    assert (after.completed_at, after.conflict) == (START + timedelta(days=2), "")
    await assert_sound(desk)


async def test_a_return_told_with_its_capture_takes_the_same_way(desk: Services) -> None:
    paid = await authorized(desk)
    await desk.linking.link(paid.id, [Part("C1")])
    await desk.sandbox_processor.settle(paid.payment_ref)
    await desk.sandbox_processor.give_back(paid.payment_ref, "R01")
    await desk.intake.poll()
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.failure, after.linked) == (Status.RETURNED, "R01", True)
    assert (await held(desk, "bank"), await held(desk, "credit", 1)) == (0, 0)
    await assert_sound(desk)


async def test_a_return_before_its_capture_waits_for_it(desk: Services) -> None:
    paid = await authorized(desk)
    await desk.sandbox_processor.settle(paid.payment_ref)
    await desk.sandbox_processor.give_back(paid.payment_ref, "R01")
    whole = await told_so_far(desk, paid.id)
    back = [fact for fact in whole.facts if fact.kind is FactKind.RETURNED]
    await desk.intake.take("sandbox", replace(whole, facts=tuple(back)))
    early = await desk.transactions.get(paid.id)
    assert (early.status, early.conflict) == (Status.AUTHORIZED, "returned before it was captured")
    await assert_sound(desk)
    await desk.intake.take("sandbox", whole)
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.conflict) == (Status.RETURNED, "")
    await assert_sound(desk)


async def test_captured_after_it_failed_is_for_a_person_and_moves_nothing(desk: Services) -> None:
    paid = await authorized(desk)
    await desk.sandbox.fail(paid.id, "processing error")
    whole = await told_so_far(desk, paid.id)
    late = replace(whole.facts[0], kind=FactKind.CAPTURED, external_ref="evt_late")
    await desk.intake.take("sandbox", replace(whole, facts=(*whole.facts, late)))
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.conflict) == (Status.FAILED, "told as both captured and failed")
    assert await held(desk, "unidentified") == 0
    await assert_sound(desk)


@pytest.mark.parametrize("kind", [FactKind.AUTHORIZED, FactKind.CAPTURED])
async def test_another_amount_is_a_conflict_that_stays_and_is_never_merged(
    desk: Services, kind: FactKind
) -> None:
    paid = await authorized(desk)
    whole = await told_so_far(desk, paid.id)
    ref = whole.facts[0].external_ref if kind is FactKind.AUTHORIZED else "evt_other"
    wrong = replace(whole.facts[0], kind=kind, external_ref=ref, amount=99_999)
    await desk.intake.take("sandbox", replace(whole, facts=(wrong,)))
    conflict = (await desk.transactions.get(paid.id)).conflict
    assert conflict
    await desk.sandbox.settle([paid.name])
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.conflict) == (Status.COMPLETED, conflict)
    assert await held(desk, "unidentified") == 100_000
    await assert_sound(desk)


async def test_an_event_before_its_payment_is_parked_and_retried(desk: Services) -> None:
    operation = "op_early"
    ref = reference_for(operation)
    await desk.sandbox_processor.open_checkout(Order(operation, 700, "USD", "Operating", "", ""))
    await desk.sandbox_processor.pay(ref, Means("4242424242424242"))
    for _ in range(2):
        assert await desk.intake.poll() == 0
    assert await desk.intake.parked() == 1
    new = await submitted(desk, 700, operation)
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(seconds=1))
    assert await desk.intake.poll() == 1
    assert (await desk.intake.parked(), await status(desk, new.id)) == (0, "authorized")
    await assert_sound(desk)


async def test_an_event_that_arrives_while_its_payment_is_fetched_is_not_lost(desk: Services) -> None:
    paid = await authorized(desk)
    old = await told_so_far(desk, paid.id)
    newest = (await desk.database.reader.rows("SELECT max(id) FROM inbox"))[0][0]
    await desk.sandbox_processor.settle(paid.payment_ref)
    async with desk.database.write() as connection:
        row = {"source": "sandbox", "external_id": "evt_x", "body": paid.payment_ref, "received_at": 0}
        await connection.execute(insert(schema.inbox), [row])
    await desk.intake.take("sandbox", old, upto=newest)
    assert await desk.intake.parked() == 1
    await desk.intake.poll()
    assert (await desk.intake.parked(), await status(desk, paid.id)) == (0, "completed")


async def test_one_payment_the_rules_refuse_holds_up_no_other(desk: Services) -> None:
    first, second = await authorized(desk), await authorized(desk)
    taken = (await told_so_far(desk, second.id)).facts[0].external_ref
    event = (await desk.database.reader.rows("SELECT max(id) FROM sandbox_event"))[0][0]
    assert taken == f"evt_{event}"
    row = {"charge_ref": first.payment_ref, "kind": "captured", "amount": 100_000, "currency": "USD"}
    async with desk.database.write() as connection:
        await connection.execute(
            insert(schema.fact),
            [
                {
                    "payment_id": second.id,
                    "processor": "sandbox",
                    "kind": "captured",
                    "external_ref": f"evt_{event + 1}",
                    "amount": 5,
                    "currency": "USD",
                    "occurred_at": 0,
                    "seen_at": 0,
                    "source": "test",
                }
            ],
        )
        await connection.execute(insert(schema.sandbox_event), [{**row, "occurred_at": 0}])
    await desk.sandbox_processor.settle(second.payment_ref)
    third = await authorized(desk)
    await desk.sandbox_processor.settle(third.payment_ref)
    await desk.intake.poll()
    assert await status(desk, first.id) == "authorized"
    assert await status(desk, third.id) == "completed"
    problem = await desk.database.reader.rows("SELECT problem FROM inbox WHERE handled_at IS NULL")
    assert ("This was counted already, and counts once.",) in problem


async def test_one_submit_counts_once(desk: Services) -> None:
    await submitted(desk, 700, "op_twice")
    with pytest.raises(Refused) as no:
        await submitted(desk, 700, "op_twice")
    assert no.value.rule == "txn-once"
    assert [link.uses for link in await desk.links.list()] == [0, 1]


async def test_a_payers_text_is_only_data(desk: Services) -> None:
    link = (await authorized(desk)).link_id
    for text in ("[/foo] Ltd", "a\x00b", "\ud800", "x" * 10_000, "\u202eevil\x1b[2J"):
        paid = await desk.sandbox.pay(link, amount=1, name=text, email=text, reference=text)
        assert paid.payer_name == text.encode("utf-8", "replace").decode().replace("\0", "")
    await assert_sound(desk)
