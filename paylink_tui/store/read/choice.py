"""One row out of those a name could mean, or a refusal that lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from paylink_tui.domain.errors import NotFound
from paylink_tui.domain.text import visible
from paylink_tui.store.read.words import starts_words

MAX_CANDIDATES: Final = 8
"""How many rows an ambiguous name lists."""

READ: Final = 60
"""Rows read to tell exact names from beginnings; more than these are ambiguous whatever they hold."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """The words of an answer about one kind of thing."""

    one: str
    many: str
    searched: str
    """What a name is looked for in."""
    fix: str
    """Where to look the right name up."""


def numbered(typed: str, sign: str, *, bare: bool = True) -> int | None:
    """The row id in `T17` (sign `T`), and in `17` too when `bare`; None when it is a name."""
    signed = typed[:1].upper() == sign
    digits = typed[1:] if signed else typed
    if not (signed or bare) or not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        return None
    return int(digits)


def nearest(
    found: Sequence[T], typed: str, keys: Callable[[T], tuple[str, ...]], text: Callable[[T], str]
) -> list[T]:
    """The rows meant: those of exactly that name, else those with its words in their own text, else all."""
    wanted = typed.casefold()
    exact = [one for one in found if wanted in (name.casefold() for name in keys(one))]
    if exact or len(found) >= READ:
        return exact or list(found)
    return [one for one in found if starts_words(typed, text(one))] or list(found)


def only(found: Sequence[T], typed: str, kind: Kind, label: Callable[[T], str]) -> T:
    """The single row found.

    Raises:
        NotFound: there is none, or there are several; these become the candidates.
    """
    if len(found) == 1:
        return found[0]
    asked = visible(typed, 80)
    if not found:
        raise NotFound(f'No {kind.one} answers to "{asked}"; searched by {kind.searched}.', kind.fix)
    names = tuple(visible(label(one), 80) for one in found[:MAX_CANDIDATES])
    count = str(len(names)) if len(found) == len(names) else f"more than {len(names)}"
    raise NotFound(
        f'"{asked}" could be {count} {kind.many}: {"; ".join(names)}.',
        f"Type more of the name, or name the {kind.one} by the first word of its line.",
        names,
    )
