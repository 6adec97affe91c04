"""The fold over facts: the same in any order, with any repetition; contradictions are for a person."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.facts import (
    TRANSITIONS,
    Dispute,
    Fact,
    FactConflict,
    FactKind,
    PaymentView,
    Status,
    fold,
    merge,
    undecided,
)

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
AUTHORIZED, CAPTURED = FactKind.AUTHORIZED, FactKind.CAPTURED
FAILED, VOIDED, RETURNED = FactKind.FAILED, FactKind.VOIDED, FactKind.RETURNED


def fact(kind: FactKind, ref: str = "e1", amount: int = 1000, minutes: int = 0, detail: str = "") -> Fact:
    return Fact("sandbox", kind, ref, "p1", amount, "USD", START + timedelta(minutes=minutes), detail)


FACTS = st.builds(
    fact,
    st.sampled_from(FactKind),
    st.sampled_from(["e1", "e2", "e3"]),
    st.just(1000),
    st.integers(0, 3),
    st.sampled_from(["", "declined", "insufficient funds"]),
)


@given(st.lists(FACTS, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(facts: list[Fact], shuffle: random.Random) -> None:
    told = [*facts, *shuffle.choices(facts, k=len(facts))]
    shuffle.shuffle(told)
    assert fold(told) == fold(facts)
    assert merge(told, facts) == merge(facts, ())


@given(st.lists(FACTS, max_size=8), st.integers(0, 8))
def test_two_halves_make_the_whole(facts: list[Fact], at: int) -> None:
    known, told = facts[:at], facts[at:]
    assert fold(merge(known, told).values()) == fold(facts)
    assert merge(known, told) == merge(told, known)


@given(st.lists(FACTS, min_size=1, max_size=6), st.data())
def test_one_identity_has_one_amount(facts: list[Fact], data: st.DataObject) -> None:
    first = data.draw(st.sampled_from(facts))
    other = data.draw(st.sampled_from((replace(first, amount=999), replace(first, currency="CAD"))))
    for told in ([*facts, other], [other, *facts]):
        with pytest.raises(FactConflict, match=first.external_ref):
            fold(told)


@given(
    st.lists(FACTS, max_size=6), st.lists(st.integers(0, 3), max_size=6), st.randoms(use_true_random=False)
)
def test_declined_cards_move_nothing_whenever_they_are_told(
    facts: list[Fact], minutes: list[int], shuffle: random.Random
) -> None:
    others = [one for one in facts if one.kind is not FactKind.DECLINED]
    declines = [fact(FactKind.DECLINED, f"d{count}", 1, at) for count, at in enumerate(minutes)]
    told = [*others, *declines, *declines]
    shuffle.shuffle(told)
    assert fold(told) == fold(others)


@given(st.lists(FACTS, max_size=8))
def test_a_view_agrees_with_itself(facts: list[Fact]) -> None:
    view = fold(facts)
    kinds = {one.kind for one in facts}
    assert (view.completed_at is not None) is (CAPTURED in kinds)
    if view.status is Status.COMPLETED:
        assert view.completed_at is not None
        assert view.failure == ""
    if view.paid_at is None:
        assert not kinds & {AUTHORIZED, FactKind.SUBMITTED, CAPTURED}
    distinct = {one.identity: one for one in facts}.values()
    assert view.refunded == sum(one.amount for one in distinct if one.kind is FactKind.REFUNDED)
    assert view.fee == sum(one.amount for one in distinct if one.kind is FactKind.FEE)


PATHS = st.lists(
    st.sampled_from([kind for kind in FactKind if kind not in (FactKind.FEE, FactKind.REFUNDED)])
)


@given(PATHS)
def test_without_contradiction_every_step_is_a_legal_one(kinds: list[FactKind]) -> None:
    """A history told in time order moves the state only along `txn-states`, while nothing contradicts."""
    told: list[Fact] = []
    before = Status.PENDING
    for minute, kind in enumerate(kinds):
        told.append(fact(kind, f"{kind.value}", minutes=minute))
        view = fold(told)
        if view.conflict:
            return
        if view.status is not before:
            reached = TRANSITIONS[before] | {then for one in TRANSITIONS[before] for then in TRANSITIONS[one]}
            assert view.status in reached
        before = view.status


@pytest.mark.parametrize(
    ("facts", "status", "failure", "conflict"),
    [
        ([], Status.PENDING, "", ""),
        ([fact(FactKind.SUBMITTED)], Status.PENDING, "", ""),
        ([fact(FactKind.SUBMITTED), fact(AUTHORIZED)], Status.AUTHORIZED, "", ""),
        ([fact(AUTHORIZED), fact(CAPTURED)], Status.COMPLETED, "", ""),
        ([fact(CAPTURED)], Status.COMPLETED, "", ""),
        ([fact(AUTHORIZED), fact(VOIDED, detail="by the firm")], Status.VOIDED, "by the firm", ""),
        ([fact(AUTHORIZED), fact(FAILED, detail="nsf")], Status.FAILED, "nsf", ""),
        ([fact(CAPTURED), fact(RETURNED, detail="R01")], Status.RETURNED, "R01", ""),
        (
            [fact(CAPTURED), fact(FAILED, detail="x")],
            Status.COMPLETED,
            "",
            "told as both captured and failed",
        ),
        ([fact(CAPTURED), fact(VOIDED)], Status.COMPLETED, "", "told as both captured and voided"),
        ([fact(RETURNED)], Status.RETURNED, "", "returned before it was captured"),
        ([fact(AUTHORIZED), fact(CAPTURED, amount=900)], Status.COMPLETED, "", "captured another amount"),
        ([fact(FactKind.REFUNDED, amount=1)], Status.PENDING, "", "refunded more than was captured"),
        ([fact(CAPTURED), fact(FactKind.REFUNDED, amount=1001)], Status.COMPLETED, "", "refunded more"),
        ([fact(CAPTURED), fact(FactKind.REFUNDED, amount=1000)], Status.COMPLETED, "", ""),
    ],
)
def test_what_facts_amount_to(facts: list[Fact], status: Status, failure: str, conflict: str) -> None:
    view = fold(facts)
    assert (view.status, view.failure) == (status, failure)
    assert view.conflict.startswith(conflict)
    assert bool(view.conflict) is bool(conflict)


def test_both_dates_are_kept() -> None:
    view: PaymentView = fold(
        [fact(CAPTURED, minutes=90), fact(AUTHORIZED, minutes=5), fact(FactKind.SUBMITTED, minutes=1)]
    )
    assert view.paid_at == START + timedelta(minutes=5)
    assert view.completed_at == START + timedelta(minutes=90)


OPENED, WON, LOST = FactKind.DISPUTE_OPENED, FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST
PAID = fact(CAPTURED, "paid")


@pytest.mark.parametrize(
    ("told", "stands", "conflict"),
    [
        ([(OPENED, "d1"), (WON, "d1")], Dispute.WON, False),
        ([(OPENED, "d1"), (WON, "d1"), (OPENED, "d2")], Dispute.OPEN, False),
        ([(OPENED, "e1"), (WON, "e2"), (OPENED, "e3")], Dispute.OPEN, False),
        ([(OPENED, "e1"), (WON, "e2"), (OPENED, "e3"), (WON, "e4")], Dispute.WON, False),
        ([(OPENED, "d1"), (WON, "d1"), (OPENED, "d2"), (LOST, "d2")], Dispute.LOST, False),
        ([(OPENED, "d1"), (WON, "d1"), (LOST, "d1")], Dispute.LOST, True),
        ([(OPENED, "e1"), (WON, "e2"), (LOST, "e3")], Dispute.LOST, True),
        ([(OPENED, "d1"), (OPENED, "d2"), (WON, "d1"), (LOST, "d1")], Dispute.LOST, True),
    ],
)
def test_a_dispute_after_a_won_one_counts_and_one_dispute_cannot_be_both_won_and_lost(
    told: list[tuple[FactKind, str]], stands: Dispute, conflict: bool
) -> None:
    facts = [PAID, *(fact(kind, ref, minutes=at) for at, (kind, ref) in enumerate(told))]
    view = fold(facts)
    assert (view.dispute, bool(view.conflict)) == (stands, conflict)
    assert fold([*reversed(facts), *facts]) == view


def test_a_win_closes_its_own_dispute_and_else_the_earliest() -> None:
    first, second = fact(OPENED, "d1", minutes=1), fact(OPENED, "d2", minutes=2)
    assert undecided([second, first, fact(WON, "d2")]) == [first]
    assert undecided([second, first, fact(WON, "e9")]) == [second]
    assert undecided([second, second, first, fact(AUTHORIZED)]) == [first, second]
