"""What keeps a trust entry from being undone: nothing posted, the bank has it, its money was spent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import ChangedMeanwhile, Refused
from paylink_tui.domain.trust import EntryKind, EntryState, EntryView, NewEntry
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import trust as rows

if TYPE_CHECKING:
    from paylink_tui.services.trust_input import Resolved
    from paylink_tui.store.unit_of_work import UnitOfWork


async def check(unit: UnitOfWork, entry: EntryView, one: Resolved, journals: Sequence[int]) -> None:
    """Refuse to undo an entry whose live journals are `journals`.

    Raises:
        Refused: `link-undo` when nothing was posted or its money was spent since, `trust-three-way` when
            the bank has it; ChangedMeanwhile when it was undone before.
    """
    _refuse_not_posted(entry, journals)
    await _refuse_matched(unit, entry, journals)
    await _refuse_spent(unit, entry, one)


async def _refuse_spent(unit: UnitOfWork, entry: EntryView, one: Resolved) -> None:
    """What came in by the entry and went out since cannot be taken out again."""
    if entry.kind is EntryKind.SHORTAGE and -await books.balance(unit, one.ledger) < entry.amount:
        told = f"What {entry.name} says is short was restored since."
        raise Refused("link-undo", told, "Undo the restoring first.")
    gave = entry.kind in (EntryKind.RECEIPT, EntryKind.MOVE)
    if gave and await books.balance(unit, one.target or one.ledger) < entry.amount:
        told = f"The ledger {entry.name} went to no longer holds its money."
        raise Refused("link-undo", told, "Undo what spent it first.")


def _refuse_not_posted(entry: EntryView, journals: Sequence[int]) -> None:
    if entry.state is not EntryState.POSTED:
        fix = f'Withdraw it: paylink trust withdraw {entry.name} --reason "..."'
        waits = entry.state is EntryState.REQUESTED
        raise Refused("link-undo", f"{entry.name} posted nothing that could be undone.", fix if waits else "")
    if not journals:
        raise ChangedMeanwhile("link-undo", f"{entry.name} was undone before.")


async def _refuse_matched(unit: UnitOfWork, entry: EntryView, journals: Sequence[int]) -> None:
    """What the bank has done cannot be made undone in the book."""
    line = await rows.matched_line(unit, journals)
    if line is None:
        return
    told = f"{entry.name} is matched to line {line.id} of the bank's statement of {line.posted_on}."
    if line.posted_on[:7] <= await books.closed_month(unit):
        fix = "That month is closed. Enter what goes the other way instead."
    else:
        fix = f"If the match is wrong: paylink trust unmatch {line.id}"
    raise Refused("trust-three-way", told, fix)


def again(entry: EntryView) -> NewEntry:
    """An entry as it was entered, without its day."""
    client = None if entry.client_id is None else f"#{entry.client_id}"
    where = (entry.matter_number or None, entry.to_matter_number or None)
    words = (entry.method, entry.number, entry.payee, entry.purpose)
    return NewEntry(entry.kind, entry.account_name, entry.amount, client, *where, *words)
