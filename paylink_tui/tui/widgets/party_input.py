"""A client or a matter by some letters of its name: what is found is offered, the best one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from paylink_tui.domain.text import visible

REST: Final = 0.1
"""Seconds without a key after which the letters are searched for."""


class Party(NamedTuple):
    """A client, or a matter of one."""

    client_code: str
    client_name: str
    matter_number: str = ""
    description: str = ""

    @property
    def label(self) -> str:
        """How the field shows it."""
        name = visible(self.client_name, 60)
        return f"{name}  {visible(self.matter_number, 40)}" if self.matter_number else name


class Searched(Message, namespace="party"):
    """Letters to search for came to rest."""

    def __init__(self, field: PartyInput, text: str) -> None:
        super().__init__()
        self.field = field
        self.text = text


class PartyInput(Input):
    """Asks its screen to search; holds the party that was picked, until its text is changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Next", show=False, id="party.next"),
        Binding("up", "step(-1)", "Previous", show=False, id="party.previous"),
    ]

    class Offered(Message):
        """The offers, or the one among them that would be picked, are others."""

    def __init__(self, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, max_length=200)
        self.party: Party | None = None
        """What was picked."""
        self.offers: tuple[Party, ...] = ()
        self.highlighted = 0
        self._resting: Timer | None = None

    @property
    def open(self) -> bool:
        """Whether there are offers to pick from."""
        return bool(self.offers) and self.has_focus and self.party is None

    def offer(self, text: str, found: Sequence[Party]) -> None:
        """What was found for `text`; ignored when something else stands there by now."""
        if text == self.value.strip() and self.party is None:
            self.offers, self.highlighted = tuple(found), 0
            self.post_message(self.Offered())

    def pick(self) -> bool:
        """Take the highlighted offer; False when there is none."""
        if not self.open:
            return False
        party = self.offers[self.highlighted]
        with self.prevent(Input.Changed):
            self.value = party.label
        self.cursor_position = len(self.value)
        self.party, self.offers = party, ()
        self.post_message(self.Offered())
        return True

    def empty(self) -> None:
        """Nobody is named."""
        with self.prevent(Input.Changed):
            self.value = ""
        self.party, self.offers = None, ()

    def on_input_changed(self) -> None:
        """Another text names nobody until something is picked again."""
        self.party, self.offers = None, ()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._search)
        self.post_message(self.Offered())

    def _search(self) -> None:
        text = self.value.strip()
        if text and self.party is None:
            self.post_message(Searched(self, text))

    def action_step(self, by: int) -> None:
        """Go through the offers, or on to the next field when there are none."""
        if self.open:
            self.highlighted = (self.highlighted + by) % len(self.offers)
            self.post_message(self.Offered())
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def on_blur(self) -> None:
        """Leaving with offers open takes the best one, as it stood on the screen."""
        if self.offers and self.party is None and self.value.strip():
            party = self.offers[self.highlighted]
            with self.prevent(Input.Changed):
                self.value = party.label
            self.party, self.offers = party, ()
            self.post_message(self.Offered())
