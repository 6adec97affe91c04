"""Linking: whose the money is, which invoices it pays, and how all of it is undone."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, Refused
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import LinkPreview, Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import assert_sound, authorized, balances, completed, held, services_over


async def refused(work: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as no:
        await work
    return no.value


def lines(preview: LinkPreview) -> list[tuple[str, int, int, int]]:
    return [(line.invoice.number, line.before, line.amount, line.after) for line in preview.lines]


async def test_a_clients_invoices_are_paid_oldest_due_first_and_the_rest_stays_in_its_name(
    desk: Services,
) -> None:
    paid = await completed(desk, amount=115_000)
    shown = await desk.linking.preview(paid.name, [Part("Acme")])
    expected = [
        ("103", 20_000, 20_000, 0),
        ("102", 30_000, 30_000, 0),
        ("101", 50_000, 50_000, 0),
        ("104", 10_001, 10_001, 0),
    ]
    assert (lines(shown), shown.remainder, shown.posts_now) == (expected, 4_999, True)
    assert await held(desk, "credit", 1) == 0
    done = await desk.linking.link(paid.name, [Part("Acme")], shown=shown)
    assert (done.posted, done.intent, lines(done.preview)) == (True, False, expected)
    assert (done.transaction.applied, done.transaction.unapplied) == (110_001, 4_999)
    assert await held(desk, "credit", 1) == 4_999
    assert await balances(desk) == {"101": 0, "102": 0, "103": 0, "104": 0, "201": 40_000, "202": 7}
    await assert_sound(desk)


async def test_a_matter_pays_only_its_own_invoices(desk: Services) -> None:
    paid = await completed(desk, amount=70_000)
    done = await desk.linking.link(paid.name, [Part("C1", "M1")])
    assert [(line.invoice.number, line.amount) for line in done.preview.lines] == [
        ("101", 50_000),
        ("104", 10_001),
    ]
    assert (await held(desk, "credit", 1, 1), await held(desk, "credit", 1)) == (9_999, 0)
    await assert_sound(desk)


async def test_overrides_are_exactly_what_is_paid(desk: Services) -> None:
    paid = await completed(desk, amount=60_000)
    own = Part("C1", overrides={"104": 1, "101": 50_000, "103": 0})
    done = await desk.linking.link(paid.name, [own])
    assert (await balances(desk))["104"] == 10_000
    assert (await balances(desk))["103"] == 20_000
    assert done.preview.remainder == 9_999
    await assert_sound(desk)


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (Part("C1", "M3"), "link-client"),
        (Part("C1", overrides={"101": 50_001}), "apply-over"),
        (Part("C1", overrides={"101": 50_000, "102": 30_000, "103": 20_000, "104": 1}), "apply-over"),
        (Part("C1", overrides={"201": 1}), "apply-order"),
        (Part("C1", "M1", overrides={"103": 1}), "apply-order"),
        (Part("C1", amount=99_999), "link-split"),
    ],
)
async def test_what_cannot_be_linked_is_refused_by_name(desk: Services, part: Part, rule: str) -> None:
    paid = await completed(desk)
    before = await balances(desk)
    for act in (desk.linking.preview, desk.linking.link):
        assert (await refused(act(paid.name, [part]))).rule == rule
    assert (await refused(desk.linking.link(paid.name, []))).rule == "link-client"
    assert await balances(desk) == before
    assert await held(desk, "unidentified") == 100_000


async def test_trust_money_is_linked_but_applies_to_nothing(desk: Services) -> None:
    paid = await completed(desk, "IOLTA")
    assert (await refused(desk.linking.link(paid.name, [Part("C1", apply=True)]))).rule == "apply-default"
    done = await desk.linking.link(paid.name, [Part("C1", "M1")])
    assert "recorded transfer" in done.preview.parts[0].apply_locked
    assert (done.transaction.applied, await held(desk, "trust", 1, 1)) == (0, 100_000)
    await assert_sound(desk)


async def test_an_unticked_box_applies_nothing(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    assert (await held(desk, "credit", 1), (await balances(desk))["103"]) == (100_000, 20_000)
    await assert_sound(desk)


async def test_a_choice_made_while_authorized_posts_by_itself_on_completion(desk: Services) -> None:
    paid = await authorized(desk)
    done = await desk.linking.link(paid.name, [Part("C1", "M1")])
    assert (done.posted, done.intent, done.transaction.linked) == (False, True, False)
    assert done.transaction.intent_matter_number == "M1"
    assert (await balances(desk))["101"] == 50_000
    await desk.sandbox.settle([paid.name])
    after = await desk.transactions.get(paid.id)
    assert (after.linked_by, after.applied, after.intent_client_id) == ("mia", 60_001, None)
    await assert_sound(desk)


async def test_before_completion_neither_a_split_nor_own_amounts_are_stored(desk: Services) -> None:
    paid = await authorized(desk)
    for parts in ([Part("C1", amount=1), Part("C2")], [Part("C1", overrides={"101": 1})]):
        assert (await refused(desk.linking.link(paid.name, parts))).rule == "link-only-completed"
    assert (await desk.transactions.get(paid.id)).intent_client_id is None


async def test_a_stored_choice_is_dropped_and_then_nothing_posts(desk: Services) -> None:
    paid = await authorized(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.drop_intent(paid.name)
    assert (await refused(desk.linking.drop_intent(paid.name))).rule == "link-undo"
    await desk.sandbox.settle([paid.name])
    assert not (await desk.transactions.get(paid.id)).linked
    await assert_sound(desk)


async def test_a_choice_someone_else_stored_meanwhile_is_not_overwritten_unseen(desk: Services) -> None:
    paid = await authorized(desk)
    shown = await desk.linking.preview(paid.name, [Part("C1")])
    jordan = services_over(desk.database, "jordan")
    await jordan.linking.link(paid.name, [Part("C2")])
    lost = await refused(desk.linking.link(paid.name, [Part("C1")], shown=shown))
    assert isinstance(lost, ChangedMeanwhile)
    assert "jordan" in lost.message
    assert (await desk.transactions.get(paid.id)).intent_client_name == "Lee Ng"


async def test_what_is_posted_is_what_was_shown_or_nothing(desk: Services) -> None:
    paid = await completed(desk)
    shown = await desk.linking.preview(paid.name, [Part("C1")])
    await desk.recording.record(NewRecord("C1", "cash", 1, invoices=("101",)))
    lost = await refused(desk.linking.link(paid.name, [Part("C1")], shown=shown))
    assert (lost.rule, lost.exit_code) == ("link-race", 5)
    assert await held(desk, "unidentified") == 100_000
    again = await desk.linking.preview(paid.name, [Part("C1")])
    assert (await desk.linking.link(paid.name, [Part("C1")], shown=again)).posted
    await assert_sound(desk)


async def test_a_split_adds_up_to_the_cent_and_shares_invoices(desk: Services) -> None:
    paid = await completed(desk, amount=70_000)
    parts = [Part("C1", "M1", 45_001), Part("C1", None, 20_000), Part("C1", "M1")]
    shown = await desk.linking.preview(paid.name, parts)
    assert [(line.invoice.number, line.before, line.amount) for line in shown.lines] == [
        ("101", 50_000, 45_001),
        ("103", 20_000, 20_000),
        ("101", 4_999, 4_999),
    ]
    done = await desk.linking.link(paid.name, parts, shown=shown)
    assert [part.amount for part in done.transaction.parts] == [45_001, 20_000, 4_999]
    assert (await balances(desk))["101"] == 0
    await assert_sound(desk)
    await desk.linking.unlink(paid.name, "wrong split")
    assert (await balances(desk))["101"] == 50_000
    await assert_sound(desk)


async def test_a_split_that_does_not_add_up_is_refused(desk: Services) -> None:
    paid = await completed(desk)
    for parts in (
        [Part("C1", amount=50_000), Part("C2", amount=49_999)],
        [Part("C1", amount=100_000), Part("C2", amount=1)],
        [Part("C1", amount=100_000), Part("C2")],
        [Part("C1"), Part("C2")],
        [Part("C1", amount=-1), Part("C2", amount=100_001)],
    ):
        assert (await refused(desk.linking.link(paid.name, parts))).rule == "link-split"


async def test_unlink_reverses_everything_and_keeps_the_reason(desk: Services) -> None:
    paid = await completed(desk)
    before = await balances(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    with pytest.raises(BadInput):
        await desk.linking.unlink(paid.name, " \x00 ")
    after = await desk.linking.unlink(paid.name, "another client's \ud800")
    assert (after.linked, after.applied, after.allocations) == (False, 0, ())
    assert await balances(desk) == before
    assert (await held(desk, "unidentified"), await held(desk, "credit", 1)) == (100_000, 0)
    reasons = [event.detail for event in await desk.transactions.timeline(paid.id)]
    assert "another client's ?" in reasons
    assert (await refused(desk.linking.unlink(paid.name, "again"))).rule == "link-undo"
    relinked = await desk.linking.link(paid.name, [Part("C2")])
    assert relinked.transaction.applied == 40_007
    await assert_sound(desk)


async def test_unlinking_what_a_recorded_payment_drew_on_is_refused_until_that_is_undone(
    desk: Services,
) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    drawn = await desk.recording.record(NewRecord("C1", "credit", 5_000))
    no = await refused(desk.linking.unlink(paid.name, "wrong"))
    assert (no.rule, f"Undo {drawn.name} first" in no.fix) == ("link-undo", True)
    await desk.recording.undo(drawn.id, "first")
    await desk.linking.unlink(paid.name, "wrong")
    await assert_sound(desk)


async def test_unlink_of_a_version_that_moved_on_is_refused(desk: Services) -> None:
    paid = await completed(desk)
    done = await desk.linking.link(paid.name, [Part("C1")])
    with pytest.raises(ChangedMeanwhile):
        await desk.linking.unlink(paid.name, "wrong", version=done.transaction.version - 1)
    await desk.linking.unlink(paid.name, "wrong", version=done.transaction.version)


async def test_the_second_to_link_is_told_who_when_and_whose(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    lost = await refused(services_over(desk.database, "jordan").linking.link(paid.name, [Part("C2")]))
    assert (lost.rule, lost.exit_code) == ("link-race", 5)
    assert "Acme Holdings by mia on 2026-11-20 15:00 UTC" in lost.message


async def test_the_same_key_posts_once_and_gets_the_same_answer(desk: Services) -> None:
    paid = await completed(desk, amount=60_000)
    parts = [Part("C1", overrides={"101": 50_000, "104": 1})]
    first = await desk.linking.link(paid.name, parts, key="press 1")
    for _ in range(2):
        again = await desk.linking.link(paid.name, parts, key="press 1")
        assert (lines(again.preview), again.posted) == (lines(first.preview), True)
        await desk.recording.record(NewRecord("C1", "cash", 100, invoices=("104",)))
    assert (await refused(desk.linking.link(paid.name, [Part("C2")], key="press 1"))).rule == "txn-once"
    assert len(await desk.database.reader.rows("SELECT id FROM linking")) == 1
    await assert_sound(desk)


async def test_dead_transactions_have_no_money_to_link(desk: Services) -> None:
    failed = await authorized(desk)
    await desk.sandbox.fail(failed.name)
    returned = await completed(desk)
    await desk.sandbox.give_back(returned.name)
    for one in (failed, returned):
        assert (await refused(desk.linking.link(one.name, [Part("C1")]))).rule == "link-only-completed"


async def test_marked_transactions_are_linked_each_on_its_own(desk: Services) -> None:
    first, second, third = await completed(desk), await authorized(desk), await completed(desk)
    await desk.linking.link(first.name, [Part("C2")])
    answers = await desk.linking.link_many([first.name, second.name, third.name], Part("C1"))
    assert isinstance(answers[0], ChangedMeanwhile)
    assert [getattr(one, "posted", None) for one in answers[1:]] == [False, True]
    await assert_sound(desk)
