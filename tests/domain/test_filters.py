"""The query language: what each term means, its canonical text, and what a wrong term is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.filters import EXAMPLES, parse
from paylink_tui.domain.money import MAX_MINOR
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.terms import (
    AccountIs,
    AmountIs,
    ClientIs,
    CompletedBetween,
    EmailHas,
    Filter,
    IdIs,
    Linked,
    LinkIs,
    MatterIs,
    MethodIs,
    PaidBetween,
    ReferenceHas,
    StatusIs,
    Term,
    ToLink,
    Words,
)

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 17, 4, 31, tzinfo=UTC)


def read(text: str) -> Filter:
    return parse(text, now=NOW, zone=ZONE)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * 1000


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  & -- ! ", []),
        ("dana ruiz", [Words("dana"), Words("ruiz")]),
        ('"dana ruiz"', [Words("dana ruiz")]),
        ("dana dana", [Words("dana")]),
        ('-"status:x" !smith', [Words("status:x", negated=True), Words("smith", negated=True)]),
        (r'"a \"b\" \\c"', [Words(r'a "b" \c')]),
        ("status:completed", [StatusIs(frozenset({"completed"}))]),
        ("STATUS:Voided,failed", [StatusIs(frozenset({"voided", "failed"}))]),
        ('status:to-link status:"to link" unlinked', [ToLink()]),
        ("-unlinked", [ToLink(negated=True)]),
        ("linked:no linked:yes", [Linked(False), Linked(True)]),
        ("account:trust", [AccountIs(AccountKind.TRUST)]),
        ('-account:"IOLTA 4411"', [AccountIs(None, "IOLTA 4411", negated=True)]),
        ('client:"Ng" matter:2026-0042', [ClientIs("Ng"), MatterIs("2026-0042")]),
        ("amount:500 amount:$1,500.50", [AmountIs(50000, 50000), AmountIs(150050, 150050)]),
        ("amount:>500 amount:>=500", [AmountIs(50001, None), AmountIs(50000, None)]),
        ("amount:<500 amount:<=500", [AmountIs(None, 49999), AmountIs(None, 50000)]),
        ("amount:500..900 amount:..9.5", [AmountIs(50000, 90000), AmountIs(None, 950)]),
        ("method:card method:ACH", [MethodIs("card"), MethodIs("echeck")]),
        ("T17 t017 id:17 id:T17 -T18", [IdIs(17), IdIs(18, negated=True)]),
        ('"T17" T0', [Words("T17"), Words("T0")]),
        ("link:L5 link:6", [LinkIs(5), LinkIs(6)]),
        ("ref:retainer email:@example.com", [ReferenceHas("retainer"), EmailHas("@example.com")]),
        ("12:30", [Words("12:30")]),
    ],
)
def test_terms(text: str, terms: list[Term]) -> None:
    assert read(text).terms == tuple(terms)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-22", "2026-11-22T00:00-05:00", "2026-11-23T00:00-05:00"),
        ("2026-11", "2026-11-01T00:00-04:00", "2026-12-01T00:00-05:00"),
        ("2026", "2026-01-01T00:00-05:00", "2027-01-01T00:00-05:00"),
        ("2026-12", "2026-12-01T00:00-05:00", "2027-01-01T00:00-05:00"),
        ("2026-11-01..2026-11-15", "2026-11-01T00:00-04:00", "2026-11-16T00:00-05:00"),
        ("2026-10..2026-11", "2026-10-01T00:00-04:00", "2026-12-01T00:00-05:00"),
        ("today", "2026-11-22T00:00-05:00", "2026-11-23T00:00-05:00"),
        ("yesterday", "2026-11-21T00:00-05:00", "2026-11-22T00:00-05:00"),
        ("week", "2026-11-16T00:00-05:00", "2026-11-23T00:00-05:00"),
        ("month", "2026-11-01T00:00-04:00", "2026-12-01T00:00-05:00"),
        ("year", "2026-01-01T00:00-05:00", "2027-01-01T00:00-05:00"),
        (">2026-11-01", "2026-11-02T00:00-05:00", None),
        (">=2026-11", "2026-11-01T00:00-04:00", None),
        ("<2026-11", None, "2026-11-01T00:00-04:00"),
        ("<=2026-11-05", None, "2026-11-06T00:00-05:00"),
        ("2026-11-05..", "2026-11-05T00:00-05:00", None),
    ],
)
def test_days_are_the_firms_own(text: str, start: str | None, end: str | None) -> None:
    edges = (ms(start) if start else None, ms(end) if end else None)
    assert read(f"paid:{text}").terms == (PaidBetween(*edges, f"paid:{text}"),)
    assert read(f"-completed:{text}").terms == (CompletedBetween(*edges, f"completed:{text}", negated=True),)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("age:>48h", None, "2026-11-20T17:04:31+00:00"),
        ("age:<2d", "2026-11-20T17:04:31+00:00", None),
        ("age:>=1w", None, "2026-11-15T17:04:31+00:00"),
        ("age:<=1w", "2026-11-15T17:04:31+00:00", None),
    ],
)
def test_age_counts_back_from_now(text: str, start: str | None, end: str | None) -> None:
    (term,) = read(text).terms
    assert isinstance(term, PaidBetween)
    strict = ">" if start is None else "<"
    exclusive = text[4:6] != f"{strict}="
    if start is None:
        assert term.start_ms is None
        assert term.end_ms == ms(end or "") + (0 if exclusive else 1)
    else:
        assert term.end_ms is None
        assert term.start_ms == ms(start) + (1 if exclusive else 0)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("x statsu:completed", "statsu:completed: there is no filter named statsu", "status:completed"),
        ("http://x", "http", '"http:..."'),
        ("status:complete", "status:complete: 'complete' is not known", "status:completed"),
        ("status:", "status:: it has no value", "status:authorized"),
        ("status:,", "names no status", "status:authorized"),
        ("status:to-link,voided", "stands alone", "status:to-link"),
        ("linked:maybe", "'maybe'", "yes, no"),
        ("client:--", "no letter or digit", "Write a word"),
        ("amount:lots", "'lots' is not an amount", "amount:>500"),
        ("amount:900..500", "no amount can match", "smaller amount first"),
        ("amount:<0", "no amount can match", "below zero"),
        ("amount:..", "neither a least nor a most", "amount:500..900"),
        ("amount:1.005", "more than 2 digits", "amount:"),
        ("paid:2026-13", "not in the calendar", "2026-11"),
        ("paid:2026-02-30", "not in the calendar", "2026-11"),
        ("paid:11/22/2026", "not a day, a month or a year", "2026-11-22"),
        ("paid:2026-11-15..2026-11-01", "ends before it starts", "earlier day first"),
        ("paid:..", "neither a start nor an end", "A..B"),
        ("age:48h", "not an age", "age:>48h"),
        ("age:>2y", "not an age", "age:<2d"),
        ("method:cash", "'cash' is not known", "card"),
        ("id:0", "not a number", "T17"),
        ("link:x", "not a number", "L17"),
        ('client:"Ng', 'client:"Ng: the quote is not closed', 'Add a "'),
        ("x" * 1001, "1001 characters", "Shorten"),
        (" ".join(f"w{number}" for number in range(33)), "33 terms", "Drop"),
    ],
)
def test_a_wrong_term_is_named_with_its_cure(text: str, message: str, fix: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(text)
    assert message in caught.value.message
    assert fix in caught.value.fix


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_reads(key: str) -> None:
    for part in EXAMPLES[key].replace(", ", " or ").split(" or "):
        assert len(read(part).terms) == 1


def test_a_filter_is_a_value() -> None:
    assert Filter() == read("")
    assert str(Filter()) == ""
    assert hash(read("status:voided ng")) == hash(read("status:voided  ng"))
    assert str(read('account:"IOLTA 4411" !status:failed,authorized t17 amount:>500')) == (
        'account:"IOLTA 4411" -status:authorized,failed T17 amount:>500'
    )


PLAIN_PIECES = [
    "-",
    "!",
    '"',
    "\\",
    "..",
    ">",
    "<=",
    ",",
    "T17",
    "unlinked",
    "to-link",
    "500",
    "2026-11",
    "no",
    "é",
]
ODD_PIECES = ["today", "48h", "trust", "card", " ", "\u0301", "\u202e", "\ud800", "\x00", "\n"]
PIECES = st.sampled_from([*(f"{key}:" for key in EXAMPLES), *PLAIN_PIECES, *ODD_PIECES])
QUERIES = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60), st.lists(PIECES, max_size=14).map("".join)
)


def read_or_problem(text: str) -> Filter | BadInput:
    try:
        return read(text)
    except BadInput as problem:
        return problem


@given(QUERIES)
def test_any_text_reads_or_is_told_why(text: str) -> None:
    result = read_or_problem(text)
    if isinstance(result, BadInput):
        assert result.message.isprintable()
        assert result.fix
    else:
        assert read(str(result)) == result
        str(result).encode()


VALUES = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x7E), max_size=20).map(
    lambda text: f"x{text}".strip()
)
BOUNDS = st.one_of(st.none(), st.integers(0, MAX_MINOR))
AMOUNTS = st.tuples(BOUNDS, BOUNDS).filter(
    lambda pair: pair != (None, None) and (pair[1] is None or (pair[0] or 0) <= pair[1])
)
TERMS: st.SearchStrategy[Term] = st.one_of(
    VALUES.map(Words),
    st.sets(st.sampled_from(("pending", "authorized", "completed", "voided")), min_size=1).map(
        lambda names: StatusIs(frozenset(names))
    ),
    st.just(ToLink()),
    st.booleans().map(Linked),
    st.sampled_from(AccountKind).map(AccountIs),
    VALUES.map(lambda name: AccountIs(None, name)),
    VALUES.map(ClientIs),
    VALUES.map(MatterIs),
    AMOUNTS.map(lambda pair: AmountIs(*pair)),
    st.sampled_from((MethodIs("card"), MethodIs("echeck"))),
    st.integers(1, 10**18 - 1).map(IdIs),
    st.integers(1, 10**18 - 1).map(LinkIs),
    VALUES.map(ReferenceHas),
    VALUES.map(EmailHas),
)


@example([(AmountIs(None, MAX_MINOR), False)])
@given(st.lists(st.tuples(TERMS, st.booleans()), max_size=6))
def test_canonical_text_reads_back_as_the_same_filter(signed: list[tuple[Term, bool]]) -> None:
    terms = dict.fromkeys(replace(term, negated=negated) for term, negated in signed)
    made = Filter(tuple(terms))
    assert read(str(made)) == made


def test_refunds_and_disputes_have_their_own_words() -> None:
    for text in (
        "refunded:yes",
        "refunded:no",
        "disputed:yes",
        "disputed:no",
        "disputed:open",
        "disputed:lost",
    ):
        assert str(parse(text, now=NOW, zone=ZONE)) == text
    assert str(parse("-disputed:WON", now=NOW, zone=ZONE)) == "-disputed:won"
    for text in ("refunded:some", "disputed:maybe"):
        with pytest.raises(BadInput):
            parse(text, now=NOW, zone=ZONE)
