"""The link generator: an account and a few optional fields, and Enter makes a link and copies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from paylink_tui.domain.errors import BadInput, PayLinkError, Refused
from paylink_tui.domain.money import parse_positive
from paylink_tui.tui.commands import Commanded
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import dim, fill, plain
from paylink_tui.tui.widgets.account_choice import AccountChoice
from paylink_tui.tui.widgets.kept_lines import KeptLines
from paylink_tui.tui.widgets.party_input import PartyInput

if TYPE_CHECKING:
    from paylink_tui.domain.parties import BankAccount
    from paylink_tui.domain.views import LinkView
    from paylink_tui.services.links import NewLink

LABELS: Final = ("Account", "Amount", "Reference", "Client", "Expires", "Uses")
LIFETIME: Final = "30d"
"""How long a link lives unless told otherwise."""


class PanelButton(Widget, can_focus=True):
    """Makes the link."""

    def render(self) -> Content:
        """The word in brackets."""
        return Content("[ Create and copy ]")

    def on_click(self) -> None:
        """As good as Enter."""
        panel = self.parent
        assert isinstance(panel, LinkPanel)
        panel.action_submit()


class Submitted(Message, namespace="link"):
    """The draft is to become a link."""

    def __init__(self, panel: LinkPanel, new: NewLink, confirmed: bool) -> None:
        super().__init__()
        self.panel = panel
        self.new = new
        self.confirmed = confirmed


class LinkPanel(KeptLines):
    """Holds a draft and posts it; the screen makes the link and tells how it went.

    The draft stays when the link was refused. A link that needs a second look (`link-lint`) is made
    when the same draft is submitted again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Create and copy", show=False, id="panel.submit"),
        Binding("down", "app.focus_next", "Next field", show=False, id="panel.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="panel.previous"),
    ]

    minted: reactive[LinkView | None] = reactive(None, layout=True)
    """The link just made."""
    said: reactive[str] = reactive("", layout=True)
    """What is known about its copy."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fees: Mapping[int, Sequence[str]] = {}
        self._refused: Mapping[int, Refused] = {}
        self._problem: PayLinkError | None = None
        self._confirming: NewLink | None = None
        self._built = False
        self._awaited = False

    # What the screen uses

    def build(self, accounts: Sequence[BankAccount], chosen: str = "") -> None:
        """Make the fields, after the first paint."""
        if not self._built:
            self._built = True
            self.mount(
                AccountChoice(id="panel-account"),
                Input(placeholder="open", id="panel-amount", compact=True, max_length=40),
                Input(placeholder="none", id="panel-reference", compact=True, max_length=200),
                PartyInput("anyone", id="panel-client"),
                Input(LIFETIME, placeholder="never", id="panel-expires", compact=True, max_length=20),
                Input(placeholder="no limit", id="panel-uses", compact=True, max_length=7),
                PanelButton(id="panel-create"),
                PanelNotes(id="panel-notes"),
            )
        self.query_one(AccountChoice).offer(accounts, chosen)
        if self._awaited:
            self.start()

    def tell_terms(self, fees: Mapping[int, Sequence[str]], closed: Mapping[int, Refused]) -> None:
        """Fee lines by account id, and why an account can have no links now."""
        self._fees, self._refused = fees, closed
        self._changed()

    def start(self) -> None:
        """Take the focus, ready for Enter; as soon as the fields are there, if they are not yet."""
        self._awaited = not self._built
        if self._built:
            self.screen.set_focus(self.query_one(AccountChoice))

    def refuse(self, problem: PayLinkError, new: NewLink | None = None) -> None:
        """Say why the link was not made; the draft stays."""
        self._problem = problem
        self._confirming = new if isinstance(problem, Refused) and problem.rule == "link-lint" else None
        self._changed()

    def made(self, link: LinkView, said: str) -> None:
        """Show the link, and begin a new draft for the same account."""
        self.minted, self.said = link, said
        self._problem = self._confirming = None
        for name in ("amount", "reference", "uses"):
            with self.prevent(Input.Changed):
                self._field(name).value = ""
        self.query_one(PartyInput).empty()
        self._changed()

    def render(self) -> Content:
        """The names of the fields, which lie over this."""
        return Content("\n").join(dim(f"{label:<11}") for label in LABELS) if self._built else Content("")

    def notes(self, width: int) -> Content:
        """What stands under the fields: offers, a refusal, the link just made, or the fees."""
        party = self.query_one(PartyInput)
        if party.open:
            return self._offers(party, width)
        if self._problem is not None:
            return self._refusal(self._problem)
        if self.minted is not None:
            return self._made(self.minted, width)
        return self._terms()

    # The draft

    def action_submit(self) -> None:
        """Post the draft, or say which field cannot be read."""
        if not self._built or self.query_one(PartyInput).pick():
            return
        try:
            new = self._draft()
        except BadInput as problem:
            self.refuse(problem)
        else:
            self.post_message(Submitted(self, new, new == self._confirming))

    def _draft(self) -> NewLink:
        from paylink_tui.domain.links import parse_expiry
        from paylink_tui.services.links import NewLink

        account = self.query_one(AccountChoice).account
        if account is None:
            raise BadInput("There is no bank account yet.", "Add one: paylink accounts add")
        party = self.query_one(PartyInput)
        if party.value.strip() and party.party is None:
            raise BadInput("No client or matter is chosen.", "Choose one from the list, or empty the field.")
        amount = self._field("amount").value.strip()
        return NewLink(
            account.name,
            amount=parse_positive(amount, account.currency) if amount else None,
            reference=self._field("reference").value.strip(),
            client=party.party.client_code if party.party else None,
            matter=party.party.matter_number or None if party.party else None,
            expires=parse_expiry(self._field("expires").value),
            max_uses=_uses(self._field("uses").value.strip()),
        )

    def _field(self, name: str) -> Input:
        return self.query_one(f"#panel-{name}", Input)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._forget()

    @on(AccountChoice.Changed)
    def _account_changed(self, event: AccountChoice.Changed) -> None:
        event.stop()
        self._forget()

    @on(PartyInput.Offered)
    def _offered(self, event: PartyInput.Offered) -> None:
        event.stop()
        self._changed()

    def _forget(self) -> None:
        """A changed draft is another draft: what was said about the last one is gone."""
        self._problem = self._confirming = self.minted = None
        self._changed()

    def _changed(self) -> None:
        if self._built:
            self.query_one(PanelNotes).refresh(layout=True)

    # Notes

    def _offers(self, party: PartyInput, width: int) -> Content:
        lines = []
        for place, offer in enumerate(party.offers):
            line = plain(offer.client_name, 60)
            if offer.matter_number:
                line += (
                    dim("  ") + plain(offer.matter_number, 30) + dim(f" {plain(offer.description, 60).plain}")
                )
            here = place == party.highlighted
            line = fill(Content("› " if here else "  ") + line, width)
            lines.append(line.stylize("bold $accent") if here else line)
        return Content("\n").join(lines)

    def _refusal(self, problem: PayLinkError) -> Content:
        rule = (
            Content.styled(f"{problem.rule}\n", "bold $text-error") if isinstance(problem, Refused) else None
        )
        said = plain(problem.message, 600).stylize("$text-error")
        fix = Content("\n") + plain(problem.fix, 400) if problem.fix else Content("")
        if self._confirming is not None:
            fix += Content.styled("\nPress Enter again to make it all the same.", "bold")
        return (rule or Content("")) + said + fix

    def _made(self, link: LinkView, width: int) -> Content:
        head = Content.styled(f"✓ {link.name} made", "bold $text-success")
        lines = [link.url[at : at + width] for at in range(0, len(link.url), max(1, width))]
        return Content("\n").join([head, *map(plain, lines), dim(self.said), dim(self._keys())])

    def _keys(self) -> str:
        """What can be done with the link, by the keys of the screen the panel is on."""
        commands = self.screen.ACTIONS if isinstance(self.screen, Commanded) else ()
        keys = {one.action: key_of(self.app, one) for one in commands}
        said = (("share", "other forms"), ("qr", "QR code"), ("back", "back"), ("leave", "back"))
        return "   ".join(f"{keys[action]} {words}" for action, words in said if action in keys)

    def _terms(self) -> Content:
        account = self.query_one(AccountChoice).account
        if account is None:
            return Content("")
        if account.id in self._refused:
            return self._refusal(self._refused[account.id])
        return Content("\n").join(dim(plain(line, 120).plain) for line in self._fees.get(account.id, ()))


class PanelNotes(Widget):
    """The part of the panel under its fields."""

    def render(self) -> Content:
        """What the panel has to say."""
        panel = self.parent
        assert isinstance(panel, LinkPanel)
        return panel.notes(self.content_size.width)


def _uses(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"uses {text[:7]!r} is not a whole number", "Write how often the link can be paid.")
    return int(text)
