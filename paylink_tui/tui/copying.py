"""Copying from the desk: the clipboard there is, a toast that says what is known, a box as last resort."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

    from paylink_tui.services.clipboard import CopyOutcome


async def put(app: App[int], text: str) -> CopyOutcome:
    """Copy `text`; returns what is known to have happened."""
    from paylink_tui.services import clipboard

    driver = app._driver
    return await clipboard.copy(text, write_terminal=driver.write if driver is not None else None)


async def put_and_tell(app: App[int], text: str, what: str) -> CopyOutcome:
    """Copy `text` and say so; when there is no clipboard, show it in a box to be selected by hand."""
    from paylink_tui.services.clipboard import CopyOutcome

    outcome = await put(app, text)
    if outcome is CopyOutcome.NONE:
        from paylink_tui.tui.dialogs.text_box import TextBox

        app.push_screen(TextBox(what, text))
    else:
        app.notify(f"{outcome.value}: {what}")
    return outcome
