"""How alike two names are, whatever their order, accents, titles and company suffixes."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.text import fold_words

_TITLES: Final = frozenset(("mr", "mrs", "ms", "dr", "the", "and", "of", "a"))
_COMPANY_FORMS: Final = frozenset(
    (
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "llc",
        "llp",
        "pc",
        "plc",
    )
)
_NOISE: Final = _TITLES | _COMPANY_FORMS
"""Words that tell nothing about whose name it is."""

SAME: Final = 100
"""Likeness of two names with the same words."""


def name_words(name: str) -> tuple[str, ...]:
    """The folded words that identify a name; all of its words when every one is noise."""
    words = tuple(dict.fromkeys(fold_words(name).split()))
    return tuple(word for word in words if word not in _NOISE) or words


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How alike the words of two names are, 0 to 100.

    Shared trigrams over all trigrams; a name that holds every word of the other is at least 75, so
    that `Acme` answers to `Acme Holdings`.
    """
    first, second = set(one), set(other)
    if not first or not second:
        return 0
    if first == second:
        return SAME
    shorter = min(first, second, key=len)
    held = shorter <= first & second and max(map(len, shorter)) >= 4
    left, right = _trigrams(one), _trigrams(other)
    shared = 100 * len(left & right) // len(left | right)
    return max(shared, 75) if held else min(shared, SAME - 1)


def _trigrams(words: tuple[str, ...]) -> set[str]:
    return {
        padded[start : start + 3]
        for word in words
        for padded in (f"  {word} ",)
        for start in range(len(padded) - 2)
    }
