"""Folding is stable, and nothing but plain pictures reaches a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paylink_tui.domain.text import ELLIPSIS, MAX_FOLDED, MAX_MARKS, REPLACEMENT, fold_words, visible

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
HOSTILE = st.text(
    st.sampled_from(
        "aé\x00\x1b[31m\u202e\u2066\u200b\u200d\ufe0f\U000e0041\ud800\ue000\u0301\u3164\n\t\x9b \u00a0"
    )
)


@pytest.mark.parametrize(
    ("parts", "folded"),
    [
        (("José  Núñez", "JN@Example.com"), "jose nunez jn example com"),
        (("O’Brien & Söhne",), "o brien sohne"),
        (("Straße ﬁne ＡＢＣ",), "strasse fine abc"),
        (("", "  ", "2026-0042/A"), "2026 0042 a"),
        (("Ελλάς ΕΛΛΆΣ",), "ελλασ ελλασ"),
        (("", "--", "\u0301"), ""),
        (("Ac\u200bme \u202eLtd\u3164",), "acme ltd"),
    ],
)
def test_words_are_folded(parts: tuple[str, ...], folded: str) -> None:
    assert fold_words(*parts) == folded


@given(st.lists(ANY_TEXT, max_size=4))
def test_folding_is_stable_and_leaves_only_words(parts: list[str]) -> None:
    folded = fold_words(*parts)
    assert fold_words(*(fold_words(part) for part in parts)) == folded
    assert all(word.isalnum() for word in folded.split(" ") if folded)
    assert len(folded) <= len(parts) * (MAX_FOLDED + 1)


LETTERS = st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F, exclude_characters="\u0131")
"""Latin letters; the Turkish dotless i is left out, for its capital is everyone's I."""


@given(st.text(LETTERS, min_size=1, max_size=40))
def test_case_and_accents_do_not_matter(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert fold_words(name) == fold_words(decomposed) == fold_words(fold_words(name).upper())


@given(ANY_TEXT)
@example("\N{COMBINING GREEK YPOGEGRAMMENI}")
def test_a_name_is_found_by_what_is_seen_of_it(name: str) -> None:
    assert fold_words(visible(name, 600)) == fold_words(name)


def test_a_huge_name_does_not_crowd_out_the_reference() -> None:
    assert fold_words("x" * 10_000, "INV-1042").endswith(" inv 1042")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dana Ruiz", "Dana Ruiz"),
        ("José Núñez", "José Núñez"),
        ("黄 さん", "黄 さん"),
        ("[/foo] Ltd", "[/foo] Ltd"),
        ("a\nb\tc\r\u2028d", "a b c  d"),
        ("\x1b[31mred\x9b0m", f"{REPLACEMENT}[31mred{REPLACEMENT}0m"),
        ("pay \u202e1042\u202c now", "pay 1042 now"),
        ("\u2066a\u2069\u200bb\u200dc\ufeff\u00ad", "abc"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("x\ufe0f\u180b\U000e0100\u3164\u2800", "x"),
        ("\ud83dlone \ue000 \U0010ffff", f"{REPLACEMENT}lone {REPLACEMENT} {REPLACEMENT}"),
        ("\u0301a" + "\u0301" * 50, "a" + "\u0301" * MAX_MARKS),
        ("wide\u3000space\u00a0", "wide space "),
    ],
)
def test_what_reaches_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_cut_ends_in_an_ellipsis() -> None:
    assert visible("x" * 10_000, 10) == "x" * 9 + ELLIPSIS
    assert visible("x" * 10, 10) == "x" * 10
    assert visible("é" * 11, 10) == "é" * 9 + ELLIPSIS
    assert visible("\u200b" * 10_000 + "hidden", 10) == ELLIPSIS


@given(st.one_of(ANY_TEXT, HOSTILE), st.integers(1, 60))
def test_only_pictures_and_plain_spaces_remain(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    assert visible(shown, limit) == shown
    assert not unicodedata.category((shown + "a")[0]).startswith("M")
    run = 0
    for char in shown:
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        assert run <= MAX_MARKS


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=100))
def test_plain_text_is_left_alone(text: str) -> None:
    assert visible(text) == text
