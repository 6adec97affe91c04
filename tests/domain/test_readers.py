"""What people type and files say, each beside what was made of it: filters and the log's filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from paylink_tui.domain.audit import LETTERS, AuditEntry, moment, numbered, parse_query
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.filters import EXAMPLES, MAX_TERMS, parse
from paylink_tui.domain.money import MAX_MINOR, plain
from paylink_tui.domain.terms import StatusIs
from tests.domain.golden import same

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
FILTERS = (
    *EXAMPLES.values(),
    *(
        "",
        "  ",
        "unlinked",
        "UNLINKED",
        "T17",
        "t017",
        "T0",
        '"T17"',
        "!x",
        "-status:voided",
        "--",
        "T" + "1" * 19,
    ),
    *(
        "status:",
        "status:,",
        "status: ,completed",
        "status:Completed,VOIDED",
        "status:complete",
        "status:zzz",
    ),
    *("status:to-link,voided", 'status:"to link"', "status:tolink", "status:unlinked", "status:to-lnk"),
    *(
        "linked:yes",
        "linked:Y",
        "linked:true",
        "linked:NO",
        "linked:n",
        "linked:false",
        "linked:ye",
        "linked:x",
    ),
    *("refunded:NO", "refunded:y", "refunded:n", "refunded:zz", "refunded:yess"),
    *("disputed:NO", "disputed:WON", "disputed:lost", "disputed:opn", "disputed:zz", "disputed:los"),
    *(
        "account:Operating",
        "account:TRUST",
        "account:iolta",
        "account:--",
        "client:..",
        "matter:!",
        "email:@",
    ),
    *("method:CARD", "method:ach", "method:e-check", "method:carrd", "method:zz", "method:ececk"),
    *(
        "amount:5",
        "amount:5..",
        "amount:..5",
        "amount:..",
        "amount:9..5",
        "amount:5..5",
        "amount:>=5",
        "amount:<=5",
    ),
    *(
        "amount:>5",
        "amount:<5",
        "amount:>",
        "amount:x",
        "amount:<0",
        "amount:<0.01",
        "amount:>=0.01",
        "amount:>5.01",
    ),
    *("amount:<=0.99", "amount:<5.99", "amount:5.50..6.01", "amount:..0", "amount:>=5.01", "amount:0..0"),
    *(f"amount:{sign}{plain(MAX_MINOR)}" for sign in (">", ">=", "<", "<=", "")),
    *(
        "id:5",
        "id:T5",
        "id:t05",
        "id:0",
        "id:L5",
        "id:x",
        "link:5",
        "link:L05",
        "link:l5",
        "link:T5",
        "link:0",
    ),
    *(
        "ref:x",
        "mail:a@b",
        "e-mail:a@b",
        "REFERENCE:x",
        'reference:"a \\" b"',
        'reference:""',
        "reference:a-b",
    ),
    *(
        "age:>48h",
        "age:>=2d",
        "age:<1w",
        "age:<=0h",
        "age:48h",
        "age:>x",
        "age:> 5 D",
        "age:>123456h",
        "age:>99999h",
    ),
    *(
        "paid:today",
        "completed:yesterday",
        "paid:2026-11..",
        "paid:>2026-11-01",
        "paid:soon",
        "paid:2026-02-30",
    ),
    *(
        "foo:bar",
        "statu:x",
        "acount:y",
        "zzzz:1",
        "a_b:c",
        '"unclosed',
        'x "un closed',
        'a"b c"d',
        "a:b:c",
        "\u202eab",
    ),
    *("a  b\ta", "-a a", '"two words"', "caf\u00e9", "x" * 61, "foo" * 20 + ":x", "status:" + "z" * 50),
)
QUERIES = (
    *(
        "",
        "link refund",
        "T17",
        "t17 undo",
        "X17",
        "client:C1",
        "CLIENT:c1",
        "matter:M-1 refund",
        "invoice:I-1",
    ),
    *("account:IOLTA", "actor:mia", "Actor:Mia since:2026-11-01", "since:month", "since:", "foo:x", "actor:"),
    *('"two words" x', 'it"s x', "since:2026-11-01T10:00", "since:>2026-11", "since:<2026-11", "client:a:b"),
)
MOMENTS = (
    *("2026-11-01", " 2026 ", "2026-11", "today", "YESTERDAY", "2026-11-01T10:00", "2026-11-01 10:00"),
    *(
        "2026-11-01t10:00:30",
        "2026-11-01T10:00Z",
        "2026-11-01T10:00+02:00",
        "20261101T1000",
        "2026-11-01T99:00",
    ),
    *("<2026-11-01", ">2026-11-01", "..2026-11", "2026-11..", "soon", ""),
)


def read(what: Callable[[], object]) -> str:
    try:
        return str(what())
    except BadInput as no:
        return f"! {no.message}\n! {no.fix}"


def filtered(text: str) -> str:
    found = parse(text, now=NOW, zone=ZONE)
    terms = (type(one).__name__ if isinstance(one, StatusIs) else repr(one) for one in found.terms)
    return f"{found}\n{' '.join(terms)}"


def test_every_filter_is_read_or_refused_like_this() -> None:
    told = [f"## {text!r}\n{read(partial(filtered, text))}" for text in FILTERS]
    same("filters", "\n\n".join(told) + "\n")


def test_a_filter_has_a_most_of_terms_and_of_characters() -> None:
    most = " ".join(f"w{at}" for at in range(MAX_TERMS))
    assert len(parse(most, now=NOW, zone=ZONE).terms) == 32
    assert read(lambda: parse(most + " more", now=NOW, zone=ZONE)) == (
        "! the filter has 33 terms; that is too long\n! Drop some of them."
    )
    assert read(lambda: parse(" " * 1000, now=NOW, zone=ZONE)) == ""
    assert read(lambda: parse(" " * 1001, now=NOW, zone=ZONE)) == (
        "! the filter has 1001 characters; 1000 is the most\n! Shorten it."
    )


def test_every_query_of_the_log_is_read_or_refused_like_this() -> None:
    told = [f"## {text!r}\n{read(partial(parse_query, text, ZONE, NOW))}" for text in QUERIES]
    told += [
        f"## moment {text!r}, end {end}\n{read(partial(moment, text, ZONE, NOW, end=end))}"
        for text in MOMENTS
        for end in (False, True)
    ]
    same("log queries", "\n\n".join(told) + "\n")


def entry(entity: str, number: int, before: str = "", after: str = "") -> AuditEntry:
    return AuditEntry(1, NOW, "mia", "link", entity, number, before, after, "", "abc")


@pytest.mark.parametrize(
    ("entity", "number", "name"),
    [
        *((kind, 17, f"{letter}17") for letter, kind in LETTERS.items()),
        ("month", 202_611, "2026-11"),
        ("month", 202_601, "2026-01"),
        ("statement_line", 5, "line 5"),
        ("client", 7, "client 7"),
        ("settings", 0, "settings"),
    ],
)
def test_a_row_of_the_log_names_its_thing(entity: str, number: int, name: str) -> None:
    assert entry(entity, number).name == name
    if name[0] in LETTERS:
        assert numbered(f" {name.lower()} ") == (entity, number)


def test_a_row_of_the_log_tells_what_was_and_what_became() -> None:
    assert (entry("client", 1).was, entry("client", 1).became) == (None, None)
    one = entry("client", 1, '{"a": 1}', "[2]")
    assert (one.was, one.became) == ({"a": 1}, [2])
    assert [numbered(name) for name in ("T", "17", "X17", "T17x", "T" + "1" * 19)] == [None] * 5
