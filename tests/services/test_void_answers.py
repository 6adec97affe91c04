"""A void that its processor does not do: told to who asked, and kept as the processor's answer."""

from __future__ import annotations

import pytest

from paylink_tui.processors import port
from paylink_tui.services.bundle import Services
from tests.services import golden
from tests.services.desk import authorized

ANSWERS: dict[str, port.Outcome] = {
    "declined": port.Declined("too_late", "the batch has gone out"),
    "not done": port.NotDone("no connection"),
    "unknown": port.Unknown("no answer"),
}


@pytest.mark.parametrize("state", ANSWERS)
async def test_a_void_that_is_not_done_is_told_and_kept(
    desk: Services, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    paid = await authorized(desk)

    async def answer(*_: object) -> port.Outcome:
        return ANSWERS[state]

    monkeypatch.setattr(desk.sandbox_processor, "void", answer)
    with pytest.raises(Exception, match="T1 was not voided") as no:
        await desk.transactions.void(paid.name)
    kept = await desk.database.reader.rows(
        "SELECT state, problem FROM operation WHERE kind = 'void' AND payment_id = ?", (paid.id,)
    )
    told = {"told": no.value, "kept": [tuple(row) for row in kept]}
    golden.compare_part("voids", state, golden.shown(told))
    assert (await desk.transactions.get(paid.id)).status.value == "authorized"
