"""No ledger of trust is below zero on any day, also not on one that a person chose."""

from __future__ import annotations

from datetime import date

from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.recording import NewRecord
from tests.services.test_linking import refused
from tests.services.trust_desk import paid_out, received


async def test_money_cannot_leave_before_the_day_it_came(desk: Services) -> None:
    await received(desk, 70_000, client="C2", dated_on=date(2026, 11, 10))
    await received(desk, 50_000)
    early = date(2026, 11, 12)
    for entry in (
        paid_out(50_000, dated_on=early),
        NewEntry(EntryKind.MOVE, "IOLTA", 1, "C1", None, "M1", dated_on=early),
    ):
        assert (await refused(desk.trust.preview(entry))).rule == "trust-never-negative"
        assert (await refused(desk.trust.enter(entry))).rule == "trust-never-negative"
    no = await refused(desk.recording.record(NewRecord("C1", "trust", 1, received_on=early)))
    assert no.rule == "record-from-trust"
    came = date(2026, 11, 20)
    assert (await desk.trust.enter(paid_out(20_000, dated_on=came))).dated_on == came
    await desk.recording.record(NewRecord("C1", "trust", 30_000, received_on=came))
