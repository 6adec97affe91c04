"""Relinking: whose a linked payment is instead, with the reason, in one go."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.views import Suggestion, Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import LinkOutcome, LinkPreview
from paylink_tui.services.transactions import check_unlink
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.link_dialog import LinkDialog
from paylink_tui.tui.dialogs.link_draft import LinkDraft
from paylink_tui.tui.dialogs.owner_dialog import LINK


class RelinkDialog(LinkDialog):
    """Takes the link of one payment back and posts another; the preview counts its invoices as owed again."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        replace(LINK, label="Relink", help="Take the old link back and post the new one."),
        *LinkDialog.ACTIONS[1:],
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_id: int) -> None:
        super().__init__(services, transaction_id, "Relink")

    def body(self) -> ComposeResult:
        """The fields of linking, then the reason."""
        yield from super().body()
        yield Input(placeholder="Why? It is kept in the books", id="reason", max_length=200, compact=True)

    def suggest(self, found: tuple[Suggestion, ...]) -> None:
        """Choose nobody beforehand: the best suggestion is most likely whom it is linked to."""
        super().suggest(found)
        self.show_suggestions(choose=False)

    def closed(self, one: Transaction) -> Refused | None:
        """Why the link cannot be taken back (`link-undo`)."""
        try:
            check_unlink(one)
        except Refused as no:
            return no
        return None

    @property
    def reason(self) -> str:
        """Why, as typed so far."""
        return self.query_one("#reason", Input).value.strip()

    @on(Input.Changed, "#reason")
    def _reason_typed(self) -> None:
        self.show_problem(None)

    def _post(self) -> None:
        """Ask for the reason once it is plain who gets the payment, then relink."""
        field = self.query_one("#reason", Input)
        if self.reason:
            super()._post()
            return
        self._enter_waits = False
        if field.has_focus:
            self.show_problem("A reason is needed: it is kept beside the reversal.")
        field.focus()

    async def send(self, draft: LinkDraft, shown: LinkPreview) -> LinkOutcome:
        """Reverse and post in one go."""
        linking = self.services.linking
        return await linking.relink(self._payment_id, draft.parts, self.reason, shown=shown, key=self._key)
