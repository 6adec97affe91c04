"""Short histories that once left money in a wrong place, played again; and a fuse that does what it says."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services import disputes
from tests.databases import Fresh
from tests.services.desk import KEY
from tests.simulation.fuse import Cut
from tests.simulation.machine import Histories
from tests.simulation.places import furnished
from tests.simulation.walk import BrokenError, Step, replay

LOST_WHILE_REFUNDING: list[Step] = [
    ("dispute", 1, "lost", False),
    ("lay_fuse", 1, "before"),
    ("refund", 1, 0, -1, False),
]
"""The refund's call is never made: looking it up tells of the dispute first, then the refund is declined."""

KNOWN: dict[str, list[Step]] = {
    "a dispute is lost while its refund is asked for": LOST_WHILE_REFUNDING,
    "a dispute is opened while its refund is asked for": [
        ("link", 1, 0, True, False),
        ("dispute", 1, "open", False),
        ("lay_fuse", 1, "unsent"),
        ("refund", 1, 0, -1, False),
        ("dispute", 0, "won", True),
    ],
    "more is refunded elsewhere while a refund is asked for": [
        ("link", 1, 0, True, False),
        ("foreign_refund", 1, 60_000, False),
        ("lay_fuse", 1, "before"),
        ("refund", 1, 60_000, -1, False),
    ],
    "trust comes back to a ledger whose payment was refunded elsewhere": [
        ("link", 0, 0, False, False),
        ("enter", "disbursement", 0, 0, 0, 60_000, False),
        ("foreign_refund", 0, 60_000, True),
        ("undo_entry", 0),
        ("record", "trust", 0, 1, []),
    ],
    "a month ends in which nothing was done": [("jump", 960), ("month_end", False), ("month_end", True)],
}


@pytest.fixture
def machine(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> type[Histories]:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return type("Histories", (Histories,), {"place": furnished(fresh)})


@pytest.mark.parametrize("name", KNOWN)
def test_what_once_went_wrong_goes_well(machine: type[Histories], name: str) -> None:
    one = machine()
    try:
        replay(one, KNOWN[name])
    finally:
        one.teardown()


def test_the_books_kept_by_hand_find_what_a_lost_dispute_forgets(
    machine: type[Histories], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(*_: object) -> None:
        return None

    monkeypatch.setattr(disputes, "follow_again", forget)
    one = machine()
    try:
        with pytest.raises(BrokenError) as broken:
            replay(one, LOST_WHILE_REFUNDING)
    finally:
        one.teardown()
    assert len(broken.value.steps) == len(LOST_WHILE_REFUNDING)


@pytest.mark.parametrize(("how", "there"), [("before", 0), ("after", 1), ("unsent", 0), ("unheard", 1)])
def test_a_cut_before_a_commit_leaves_nothing_and_after_it_everything(
    machine: type[Histories], how: str, there: int
) -> None:
    one = machine()
    try:
        one.open()
        one.fuse.lay(0, how)
        with pytest.raises(Cut):
            one.run(one.desk.linking.link(2, [one.part(one.share(one.book.payments[2], 0, 100_000, False))]))
        rows = one.run(one.desk.database.reader.rows("SELECT count(*) FROM linking"))
        assert rows == [(there,)]
    finally:
        one.teardown()


@pytest.mark.parametrize(("how", "voided"), [("unsent", False), ("unheard", True)])
def test_a_broken_line_leaves_a_call_unknown(machine: type[Histories], how: str, voided: bool) -> None:
    one = machine()
    try:
        one.open()
        assert one.book.payments[3].state == "authorized"
        one.fuse.lay(1, how)
        with pytest.raises(PayLinkError, match="was not voided: the line broke"):
            one.run(one.desk.transactions.void(3))
        one.fuse.put_out()
        open_ends = one.run(one.desk.database.reader.rows("SELECT state FROM operation WHERE kind = 'void'"))
        assert open_ends == [("unknown",)]
        one.heal(False, look=True)
        status = one.run(one.desk.database.reader.rows("SELECT status FROM payment WHERE id = 3"))
        assert status == [("voided" if voided else "authorized",)]
    finally:
        one.teardown()
