"""What the page says, in each language: the same sentences under the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from paylink_tui.web.words import en, es, fr

WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": en.WORDS, "fr": fr.WORDS, "es": es.WORDS}
"""Sentences by language and name."""

Say = Callable[..., str]


def speaker(language: str) -> Say:
    """A function that says a sentence of one language, with what it is given put into its gaps."""
    words = WORDS[language]

    def say(name: str, **given: object) -> str:
        return words[name].format_map(given) if given else words[name]

    return say
