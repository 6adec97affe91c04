"""Whose a payment may be: the suggestions, and the clients and matters that words find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paylink_tui.domain.money import display
from paylink_tui.domain.names import likeness, name_words
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import ClientView, MatterView, Suggestion
from paylink_tui.services.directory import DirectoryService
from paylink_tui.tui.widgets.picker import Choice

CLIENTS = 12
"""Clients shown for the words typed."""
MATTERS = 8
"""Matters shown under a client."""
FUZZY_OVER = 2_000
"""Clients that are compared letter by letter when no word begins like what was typed."""
ALIKE = 30
"""Likeness of names, in percent, from which a misspelled one is offered."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A client, or one of its matters, by the names services know them by."""

    client: str
    """The client's code."""
    client_name: str
    matter: str = ""
    """The matter's number, or empty for the client as a whole."""

    @property
    def label(self) -> str:
        """How people read it."""
        return (
            f"{visible(self.client_name, 60)} · {visible(self.matter, 40)}"
            if self.matter
            else (visible(self.client_name, 60))
        )


def suggested(found: Sequence[Suggestion]) -> list[Choice]:
    """Ranked suggestions as choices, each with its reasons."""
    return [
        Choice(
            (owner := Owner(one.client_code, one.client_name, one.matter_number)).label,
            ", ".join(one.reasons),
            owner,
        )
        for one in found
    ]


async def find_owners(directory: DirectoryService, words: str, currency: str) -> list[Choice]:
    """Clients with every word typed, each followed by its matters; else those with the same letters."""
    clients = list(await directory.clients(words, limit=CLIENTS))
    matters = list(await directory.matters(words, limit=CLIENTS)) if words.strip() else []
    if not clients and not matters:
        clients = await _alike(directory, words)
    known = {one.client.code for one in clients}
    choices: list[Choice] = []
    for client in clients:
        choices.append(_client(client, currency))
        own = await directory.matters(client=f"#{client.client.id}", limit=MATTERS)
        choices += [_matter(one, currency) for one in _named_first(own, matters)]
    return choices + _by_matter([one for one in matters if one.client_code not in known], currency)


def _named_first(own: Iterable[MatterView], named: Sequence[MatterView]) -> list[MatterView]:
    """A client's matters, those that the words name themselves before the others."""
    numbers = {one.matter.number for one in named}
    return sorted(own, key=lambda one: one.matter.number not in numbers)


def _by_matter(matters: Sequence[MatterView], currency: str) -> list[Choice]:
    """Matters that the words name though not their clients: each in full, for it is what was meant."""
    owners = [Owner(one.client_code, one.client_name, one.matter.number) for one in matters]
    return [
        Choice(owner.label, _matter(one, currency).note, owner)
        for owner, one in zip(owners, matters, strict=True)
    ]


async def _alike(directory: DirectoryService, words: str) -> list[ClientView]:
    """Clients whose name has the letters typed in that order, or is spelled much alike; closest first."""
    asked, letters = name_words(words), words.strip().casefold()[:40]
    scored = []
    for one in await directory.clients(limit=FUZZY_OVER):
        near = _near(asked, name_words(one.client.name))
        if near >= ALIKE or _in_order(letters, one.client.name.casefold()):
            scored.append((-near, one.client.name, one.client.id, one))
    return [one for *_, one in sorted(scored, key=lambda row: row[:3])[:CLIENTS]]


def _near(asked: Sequence[str], name: Sequence[str]) -> int:
    """How alike each word typed is, on average, to the word of the name that is most like it."""
    nearest = [max(likeness((word,), (other,)) for other in name) for word in asked if name]
    return sum(nearest) // len(nearest) if nearest else 0


def _in_order(letters: str, name: str) -> bool:
    """Whether the name has all the letters, one after the other, with others between them."""
    left = iter(name)
    return bool(letters) and all(letter in left for letter in letters)


def _client(one: ClientView, currency: str) -> Choice:
    owed = f", owes {display(one.open_balance, currency)}" if one.open_balance else ""
    return Choice(
        visible(one.client.name, 60),
        f"{visible(one.client.code, 20)}, client level{owed}",
        Owner(one.client.code, one.client.name),
    )


def _matter(one: MatterView, currency: str) -> Choice:
    owed = f", owes {display(one.open_balance, currency)}" if one.open_balance else ""
    return Choice(
        f"  {visible(one.matter.number, 40)}",
        f"{visible(one.matter.description, 60)}{owed}",
        Owner(one.client_code, one.client_name, one.matter.number),
        "accent",
    )
