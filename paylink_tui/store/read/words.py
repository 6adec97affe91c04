"""Conditions that find rows by the words a person typed, as `domain.text.fold_words` keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from paylink_tui.domain.text import fold_words
from paylink_tui.store.reader import Dialect

NO_LIMIT: Final = 2**62
"""What `LIMIT ?` takes on both databases when every row is wanted."""


def has_words(column: str, typed: str) -> tuple[str, list[str]]:
    """That every word of `typed` starts a word of the folded `column`: a condition and its parameters.

    Nothing but signs (`---`) matches no row. Meant for tables of tens of thousands of rows: it reads
    the whole column, 50,000 clients in under 20 ms.
    """
    asked = fold_words(typed).split()
    if not asked:
        return "1 = 0", []
    # Folded words hold letters and digits only, so none can be a wildcard of LIKE.
    condition = " AND ".join(f"({column} LIKE ? OR {column} LIKE ?)" for _ in asked)
    return f"({condition})", [pattern for word in asked for pattern in (f"{word}%", f"% {word}%")]


def client_has_words(dialect: Dialect, typed: str) -> tuple[str, list[str]]:
    """The same for `client`, by its word index: quick however many clients there are."""
    asked = fold_words(typed).split()
    if not asked:
        return "1 = 0", []
    return in_word_index(dialect), [all_begin(dialect, asked)]


def in_word_index(dialect: Dialect) -> str:
    """A condition on `client` whose one parameter is an expression of `begins`."""
    if dialect == "sqlite":
        return "id IN (SELECT rowid FROM client_search WHERE client_search MATCH ?)"
    return "to_tsvector('simple', search) @@ to_tsquery('simple', ?)"


def begins(dialect: Dialect, word: str) -> str:
    """In a word index's own language: a word that begins like this folded one."""
    return f'"{word}"*' if dialect == "sqlite" else f"'{word}':*"


def all_begin(dialect: Dialect, words: Sequence[str]) -> str:
    """In a word index's own language: all of the words, each as a beginning."""
    return (" AND " if dialect == "sqlite" else " & ").join(begins(dialect, word) for word in words)


def starts_words(typed: str, text: str) -> bool:
    """Whether every word of `typed` starts a word of `text`."""
    words = fold_words(text).split()
    return all(any(word.startswith(asked) for word in words) for asked in fold_words(typed).split())


def bindable(typed: str) -> str:
    """`typed` without what no database takes as text (NUL, lone surrogates) and without outer spaces."""
    return typed.replace("\0", "").encode("utf-8", "replace").decode().strip()
