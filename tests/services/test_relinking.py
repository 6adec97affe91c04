"""Relinking: a link reversed and another posted in one go, or nothing at all."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, Refused
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import assert_sound, balances, completed, held

BEFORE = {"101": 50_000, "102": 30_000, "103": 20_000, "104": 10_001, "201": 40_000, "202": 7}


async def test_another_client_gets_all_of_it_and_the_first_ones_invoices_are_open_again(
    desk: Services,
) -> None:
    paid = await completed(desk, amount=45_000)
    await desk.linking.link(paid.name, [Part("C1")])
    assert (await balances(desk))["103"] == 0
    done = await desk.linking.relink(paid.name, [Part("C2")], "the wrong client")
    assert (done.posted, [part.client_code for part in done.transaction.parts]) == (True, ["C2"])
    assert await balances(desk) == {**BEFORE, "201": 0, "202": 0}
    assert (await held(desk, "credit", 1), await held(desk, "credit", 2)) == (0, 4_993)
    told = await desk.transactions.timeline(paid.id)
    assert [one.what for one in told][-2:] == ["unlink", "link"]
    await assert_sound(desk)


async def test_the_preview_of_a_linked_transaction_counts_what_it_paid_as_owed_again(desk: Services) -> None:
    paid = await completed(desk, amount=70_000)
    await desk.linking.link(paid.name, [Part("C1")])
    shown = await desk.linking.preview(paid.name, [Part("C1", "M1", 60_000), Part("C2", amount=10_000)])
    lines = [(line.invoice.number, line.before, line.amount) for line in shown.lines]
    assert lines == [("101", 50_000, 50_000), ("104", 10_001, 10_000), ("201", 40_000, 10_000)]
    done = await desk.linking.relink(paid.name, list(parts()), "split it", shown=shown)
    assert done.preview.lines == shown.lines
    assert await balances(desk) == {**BEFORE, "101": 0, "104": 1, "201": 30_000}
    await assert_sound(desk)


def parts() -> tuple[Part, Part]:
    return Part("C1", "M1", 60_000), Part("C2", amount=10_000)


async def test_nothing_is_undone_when_the_invoices_are_not_what_was_shown(desk: Services) -> None:
    paid = await completed(desk, amount=45_000)
    await desk.linking.link(paid.name, [Part("C1")])
    shown = await desk.linking.preview(paid.name, [Part("C2")])
    await desk.recording.record(NewRecord("C2", "cash", 30_000))
    with pytest.raises(ChangedMeanwhile):
        await desk.linking.relink(paid.name, [Part("C2")], "the wrong client", shown=shown)
    still = await desk.transactions.get(paid.id)
    assert ([part.client_code for part in still.parts], still.applied) == (["C1"], 45_000)
    await assert_sound(desk)


async def test_the_same_key_relinks_once(desk: Services) -> None:
    paid = await completed(desk, amount=45_000)
    await desk.linking.link(paid.name, [Part("C1")])
    first = await desk.linking.relink(paid.name, [Part("C2")], "the wrong client", key="k")
    again = await desk.linking.relink(paid.name, [Part("C2")], "the wrong client", key="k")
    assert first.preview.lines == again.preview.lines
    assert [one.what for one in await desk.transactions.timeline(paid.id)].count("unlink") == 1


async def test_what_is_not_linked_or_has_no_reason_is_refused(desk: Services) -> None:
    paid = await completed(desk, amount=45_000)
    with pytest.raises(Refused) as no:
        await desk.linking.relink(paid.name, [Part("C2")], "why not")
    assert no.value.rule == "link-undo"
    await desk.linking.link(paid.name, [Part("C1")])
    with pytest.raises(BadInput):
        await desk.linking.relink(paid.name, [Part("C2")], "  ")
