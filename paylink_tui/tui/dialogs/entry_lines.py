"""The words of a trust entry's preview: what the ledgers hold afterwards, and what to mind."""

from __future__ import annotations

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import EntryKind, EntryPreview
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.cells import COLOURS, whose


def entry_lines(preview: EntryPreview) -> Content:
    """The ledgers before and after, warnings, and whether a second person is needed."""
    one = preview.entry
    short = one.kind in (EntryKind.SHORTAGE, EntryKind.RESTORE)
    name = "Short in trust" if short else whose(one.client_name, one.matter_number)
    lines = [_ledger(name, preview.held_before, preview.held_after, one.currency)]
    if preview.to_before is not None and preview.to_after is not None:
        to = whose(one.client_name, one.to_matter_number)
        lines.append(_ledger(to, preview.to_before, preview.to_after, one.currency))
    if one.kind is EntryKind.RESTORE:
        lines.append(dim(f"{display(one.amount, one.currency)} comes from operating, which loses it."))
    lines += [Content.styled(f"! {visible(said, 200)}", COLOURS["warn"]) for said in preview.warnings]
    if preview.second_person_needed:
        lines.append(
            Content.styled("‖ Another person has to approve it: nothing is posted before.", COLOURS["accent"])
        )
    return Content("\n").join(lines)


def _ledger(name: str, before: int, after: int, currency: str) -> Content:
    return Content.assemble(
        (name, "bold"), f"  {display(before, currency)} → ", (display(after, currency), "bold")
    )
