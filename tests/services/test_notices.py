"""Once only: whatever order facts arrive in and however often, nobody is told the same twice."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.facts import Dispute, Fact, FactKind, Status, fold, route
from paylink_tui.domain.notices import Audience
from paylink_tui.domain.settings import Occasion
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services
from paylink_tui.services.notices import News, news
from tests.services.desk import START, completed
from tests.services.desk_payments import submitted

KINDS = (
    (FactKind.AUTHORIZED, "a", 9_000),
    (FactKind.CAPTURED, "c", 9_000),
    (FactKind.REFUNDED, "r1", 1_000),
    (FactKind.REFUNDED, "r2", 2_000),
    (FactKind.RETURNED, "b", 9_000),
    (FactKind.FAILED, "f", 9_000),
    (FactKind.VOIDED, "v", 9_000),
    (FactKind.DECLINED, "d", 9_000),
)
FACTS = tuple(
    Fact("sandbox", kind, ref, "p", amount, "USD", START + timedelta(minutes=at))
    for at, (kind, ref, amount) in enumerate(KINDS)
)
LAST = {
    Status.AUTHORIZED: Occasion.SUBMITTED,
    Status.COMPLETED: Occasion.COMPLETED,
    Status.FAILED: Occasion.FAILED,
    Status.VOIDED: Occasion.FAILED,
    Status.RETURNED: Occasion.RETURNED,
}


@given(st.lists(st.lists(st.sampled_from(FACTS), max_size=4), max_size=12))
def test_the_state_reached_and_every_refund_of_it_are_told_once_in_any_order(
    tellings: list[list[Fact]],
) -> None:
    status, known, told = Status.PENDING, list[Fact](), list[News]()
    reached = [status]
    for telling in tellings:
        new = [fact for fact in dict.fromkeys(telling) if fact not in known]
        after = fold([*known, *new])
        allowed = route(status, after.status) is not None
        if new and allowed and (after.status is not Status.RETURNED or after.completed_at):
            told += news(status, after.status, known, new, tried=True)
            status = after.status
            reached.append(status)
        known += new
    count = Counter((one.occasion, one.occurrence) for one in told)
    assert set(count.values()) <= {1}
    if status is not Status.PENDING and reached[-2:] != [Status.PENDING, Status.VOIDED]:
        never_paid = status is Status.VOIDED and Status.AUTHORIZED not in reached
        assert count[(LAST[status], "")] == (0 if never_paid else 1)
    if status in (Status.COMPLETED, Status.RETURNED) and fold(known).status is status:
        refunds = {fact.external_ref for fact in known if fact.kind is FactKind.REFUNDED}
        told_refunds = {occurrence for occasion, occurrence in count if occasion is Occasion.REFUNDED}
        assert told_refunds == refunds


def test_a_page_that_was_left_is_nobodys_news() -> None:
    assert news(Status.PENDING, Status.FAILED, [], [], tried=False) == []
    assert news(Status.PENDING, Status.VOIDED, [], [], tried=True) == []
    assert news(Status.PENDING, Status.FAILED, [], [], tried=True) == [News(Occasion.FAILED)]
    assert news(Status.AUTHORIZED, Status.FAILED, [], [], tried=False) == [News(Occasion.FAILED)]


def test_cards_declined_one_after_another_are_not_told_one_by_one() -> None:
    declined = [fact for fact in FACTS if fact.kind is FactKind.DECLINED]
    assert news(Status.PENDING, Status.PENDING, [], declined, tried=True) == []


async def test_facts_shuffled_and_doubled_leave_each_message_once(desk: Services) -> None:
    dice = random.Random(11)
    for round_ in range(25):
        paid = await submitted(desk, 9_000)
        mine = [
            replace(fact, payment_ref=paid.payment_ref, external_ref=f"{round_}{fact.external_ref}")
            for fact in FACTS[: dice.choice((1, 2, 4, 5))]
        ]
        heard = mine * 3
        dice.shuffle(heard)
        while heard:
            some, heard = heard[:2], heard[2:]
            snapshot = Snapshot(paid.payment_ref, tuple(some), "card", "Visa", "4242")
            await desk.intake.take("sandbox", snapshot)
        await desk.intake.take("sandbox", Snapshot(paid.payment_ref, tuple(mine), "card", "Visa", "4242"))
        status = (await desk.transactions.get(paid.id)).status
        told = Counter(
            (one.occasion, one.audience) for one in await desk.messages.list() if one.payment_id == paid.id
        )
        refunds = sum(fact.kind is FactKind.REFUNDED for fact in mine)
        assert told[(LAST[status], Audience.FIRM)] == 1
        assert told[(Occasion.REFUNDED, Audience.FIRM)] == refunds
        assert sum(told.values()) <= 3 + refunds


def test_a_dispute_is_told_as_often_as_it_turns_and_a_lost_one_not_as_a_return() -> None:
    done, gone, none = Status.COMPLETED, Status.RETURNED, Dispute.NONE
    opened = news(done, done, [], [], True, (none, Dispute.OPEN))
    assert opened == [News(Occasion.DISPUTED, "open", dispute="open")]
    assert news(done, gone, [], [], True, (Dispute.OPEN, Dispute.LOST)) == [
        News(Occasion.DISPUTED, "lost", dispute="lost")
    ]
    assert news(done, done, [], [], True, (Dispute.OPEN, Dispute.OPEN)) == []
    assert news(Status.AUTHORIZED, Status.AUTHORIZED, [], [], True, (none, Dispute.OPEN)) == []


async def test_only_the_firm_hears_of_a_dispute(desk: Services) -> None:
    paid = await completed(desk)
    for end in ("open", "lost"):
        await desk.sandbox.dispute(paid.name, end)
    rows = await desk.database.reader.rows(
        """SELECT occasion, occurrence, audience FROM message
            WHERE occasion IN ('disputed', 'returned') ORDER BY id"""
    )
    assert [tuple(row) for row in rows] == [("disputed", "open", "firm"), ("disputed", "lost", "firm")]
