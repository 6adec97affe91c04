"""A link in another form: shown as it will be pasted, and copied by Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.sharing import ShareForm
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.paint import dim
from paylink_tui.tui.paths import style

if TYPE_CHECKING:
    from paylink_tui.domain.views import LinkView
    from paylink_tui.services.bundle import Services

FORMS: Final = {
    ShareForm.URL: ("URL", "anywhere"),
    ShareForm.MARKDOWN: ("Markdown", "notes and chats"),
    ShareForm.HTML: ("HTML button", 'a "Pay now" button for a page or a mail'),
    ShareForm.FRAME: ("Frame", "the page itself inside a website you list"),
    ShareForm.EMAIL: ("E-mail", "subject and text"),
    ShareForm.SMS: ("Text message", "as short as it can be"),
}


class ShareDialog(Dialog[None]):
    """Chooses a form; the text under the list is what is copied."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("share.copy", "enter,y", "Copy", "Copy the text shown.", "Dialog", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)
    CSS_PATH = [style("dialogs"), style("sheets")]

    def __init__(self, services: Services, link: LinkView) -> None:
        super().__init__(f"Share {link.name}")
        self._services = services
        self._link = link
        self._text = ""

    def body(self) -> ComposeResult:
        """The forms, and the text of the one under the cursor."""
        yield OptionList(
            *(
                Option(Content.styled(f"{name:14}", "bold") + dim(use), id=form.value)
                for form, (name, use) in FORMS.items()
            ),
            id="forms",
            compact=True,
        )
        with VerticalScroll(id="share-text", can_focus=False):
            yield Static("", id="text", markup=False)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id:
            self._show(ShareForm(event.option_id))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.action_copy()

    @work(exclusive=True, group="query", exit_on_error=False)
    async def _show(self, form: ShareForm) -> None:
        try:
            self._text = await self._services.links.share(self._link.id, form)
        except PayLinkError as problem:
            self._text = ""
            self.query_one("#text", Static).update("")
            self.show_problem(problem)
            return
        self.query_one("#text", Static).update(Content(self._text))

    @work(group="share", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy what is shown, and leave."""
        from paylink_tui.tui import copying

        if self._text:
            app, text, name = self.app, self._text, self._link.name
            self.dismiss(None)
            await copying.put_and_tell(app, text, f"{name}, to be pasted")
