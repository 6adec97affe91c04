"""Sentences of small rooms, exact: refusals with their cures, contradictions, why three numbers differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest

from paylink_tui.domain import roles
from paylink_tui.domain.colours import accent_or_default, contrast, ink_on, is_colour, luminance
from paylink_tui.domain.contradictions import contradiction
from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.facts import Fact, FactKind, Status, route
from paylink_tui.domain.file_problems import ImportFailed, ImportProblem
from paylink_tui.domain.forms import operation_of
from paylink_tui.domain.images import MOST_BYTES, image_type, logo_problem
from paylink_tui.domain.jurisdictions import JURISDICTIONS, jurisdiction
from paylink_tui.domain.months import read_month
from paylink_tui.domain.outbox import wait_after
from paylink_tui.domain.roles import Role
from paylink_tui.domain.three_way import BankSide, outstanding, reasons, sums
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.domain.trust import BankItem, StatementLine, ThreeWay
from tests.domain.golden import same

AT = datetime(2026, 11, 20, tzinfo=UTC)
DAY = date(2026, 11, 30)
FIRM = {"ana": Role.APPROVER, "ben": Role.APPROVER, "cy": Role.AUDITOR}


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(PayLinkError) as no:
        what()
    return f"{no.value.message}\n  {no.value.fix}"


def test_refusals_and_their_cures() -> None:
    cases = (
        partial(roles.refuse_write, "cy", "auditor"),
        partial(roles.check_may_name, "cy", FIRM),
        partial(roles.check_may_name, "cy", {"cy": Role.AUDITOR}),
        partial(roles.role_named, "king"),
        partial(read_month, "2026-13"),
        partial(read_month, "m" * 30),
        partial(jurisdiction, "XX"),
        partial(jurisdiction, "x" * 30),
    )
    same("refusals", "".join(f"{refused(one)}\n" for one in cases))


def test_the_rules_of_every_place() -> None:
    same("jurisdictions", "".join(f"{one}\n" for one in JURISDICTIONS.values()))
    assert jurisdiction(" us-ca ").name == "California"
    with pytest.raises(BadInput):
        jurisdiction("strict")


def fact(kind: FactKind, amount: int, ref: str, detail: str = "", currency: str = "USD") -> Fact:
    return Fact("sandbox", kind, ref, "ch_1", amount, currency, AT, detail)


def test_what_a_processor_cannot_mean_is_told() -> None:
    kinds = [fact(kind, amount, "x1") for kind in FactKind for amount in (-1, 0, 1, 99, 100, 101)]
    tellings = [
        *([one] for one in kinds),
        [fact(FactKind.CAPTURED, 100, "c1", currency="CAD")],
        [fact(FactKind.REFUNDED, 60, "r1"), fact(FactKind.REFUNDED, 40, "r2")],
        [fact(FactKind.REFUNDED, 60, "r1"), fact(FactKind.REFUNDED, 41, "r2")],
        [fact(FactKind.REFUNDED, 5, "r1", "op_1"), fact(FactKind.REFUNDED, 5, "r2", "op_1")],
        [fact(FactKind.REFUNDED, 5, "r1", "op_1"), fact(FactKind.REFUNDED, 5, "r2", "op_2")],
        [fact(FactKind.REFUNDED, 5, "r1", "asked"), fact(FactKind.REFUNDED, 5, "r2", "asked")],
        [fact(FactKind.CAPTURED, 100, "c1"), fact(FactKind.CAPTURED, 99, "c1")],
    ]
    known = [fact(FactKind.CAPTURED, 100, "c0")]
    lines = []
    for told in tellings:
        said = " and ".join(
            f"{one.kind.value} {one.amount} {one.currency} {one.detail}".strip() for one in told
        )
        lines.append(f"{said}: {contradiction(100, 'USD', known, told) or '-'}\n")
    same("contradictions", "".join(lines))


def three(book: int = 900, trust: int = 900, shortage: int = 0) -> ThreeWay:
    return ThreeWay(1, "IOLTA", "USD", DAY, 900, DAY, 0, 0, book, trust, 0, 0, 0, shortage)


def lines(*told: tuple[int, str, str]) -> tuple[StatementLine, ...]:
    return tuple(StatementLine(at, 1, DAY, *each) for at, each in enumerate(told))


def test_why_the_three_numbers_differ() -> None:
    many = lines(*[(-at, f"FEE {at}", "") for at in range(1, 8)])
    odd = lines((5, "", "77"), (-5, "", ""), (5, "w" * 40, ""), (5, "w" * 41, ""))
    cases = {
        "agree": (three(), ()),
        "five lines": (three(), many[:5]),
        "seven lines": (three(), many),
        "odd lines": (three(), odd),
        "book and ledgers": (three(book=905), ()),
        "ledgers and book": (three(trust=905), ()),
        "a shortage": (three(book=890, shortage=10), ()),
        "a shortage and more": (three(book=890, shortage=11), ()),
    }
    told = [
        f"## {name}, unlisted {unlisted}\n" + "\n".join(reasons(one, BankSide(900, DAY, unlisted, found)))
        for name, (one, found) in cases.items()
        for unlisted in (0, -250)
    ]
    same("three way", "\n\n".join(told) + "\n")


def test_what_is_outstanding_is_the_oldest_first_and_summed_each_way() -> None:
    def item(number: int, day: int, amount: int) -> BankItem:
        return BankItem(number, date(2026, 11, day), amount, "settle", "", "")

    found = outstanding(
        [item(3, 30, 5), item(2, 1, -7), item(1, 1, 9)], [item(4, 30, 11), item(5, 2, -1)], DAY
    )
    assert [(one.item.transfer_id, one.amount, one.age, one.at_bank) for one in found] == [
        (1, 9, 29, False),
        (2, -7, 29, False),
        (3, 5, 0, False),
        (4, -11, 0, True),
        (5, 1, 0, True),
    ]
    assert sums(found) == (15, 18)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\x89PNG\r\n", ""),
        (b"\xff\xd8\xffrest", "image/jpeg"),
        (b"RIFF1234WEBPrest", "image/webp"),
        (b"RIFF1234WAVE", ""),
        (b"XXXX1234WEBP", ""),
        (b"\xef\xbb\xbf \n<?xml?><svg>", "image/svg+xml"),
        (b"text <svg>", ""),
        (b"<html>", ""),
        (b"<" + b" " * 1019 + b"<svg", "image/svg+xml"),
        (b"<" + b" " * 1020 + b"<svg", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_told_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert image_type(data) == kind
    assert logo_problem(data) == ("" if kind else "is no PNG, JPEG, WebP or SVG picture")


def test_a_logo_has_a_most_of_bytes() -> None:
    head = b"\xff\xd8\xff"
    assert MOST_BYTES == 524_288
    assert logo_problem(head.ljust(MOST_BYTES)) == ""
    assert logo_problem(head.ljust(MOST_BYTES + 1)) == "is larger than 512 KiB; save the picture smaller"


def test_a_form_has_its_own_operation() -> None:
    digest = sha256(b"paylink form 1\0key").hexdigest()
    assert operation_of("key") == f"op_{digest[:24]}"


def test_colours_are_seen_as_wcag_sees_them() -> None:
    for colour, seen in (("#000000", 0.0), ("#ffffff", 1.0), ("#ff0000", 0.2126), ("#00ff00", 0.7152)):
        assert luminance(colour) == pytest.approx(seen)
    assert luminance("#0000ff") == pytest.approx(0.0722)
    assert luminance("#0a0b0a") == pytest.approx(0.2848 * 10 / 255 / 12.92 + 0.7152 * 0.003346536, rel=1e-3)
    assert luminance("#808080") == pytest.approx(0.2158605)
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert [ink_on(one) for one in ("#000000", "#1f4e79", "#ffffff", "#ffcc00")] == [
        "#ffffff", "#ffffff", "#000000", "#000000",
    ]  # fmt: skip
    assert (accent_or_default("#ABCDEF"), accent_or_default("red")) == ("#abcdef", "#1f4e79")
    assert [is_colour(one) for one in ("#12345g", "#1234567", "123456", "#12aBf0")] == [
        False,
        False,
        False,
        True,
    ]


def test_what_keeps_a_file_from_being_imported_is_cut_and_counted() -> None:
    long = ImportProblem(3, "c" * 41, "v" * 61, "is wrong")
    assert str(long) == f'line 3, column {"c" * 39}\u2026: "{"v" * 59}\u2026" is wrong'
    failed = ImportFailed("n" * 301, (ImportProblem(1, "", "", "is empty"),), 1_000)
    assert failed.message == (
        f"{'n' * 299}\u2026 was not imported: 1,001 problems.\n  line 1: is empty\n  and 1,000 more"
    )
    assert failed.fix == "Correct the file and import it again; nothing of it was imported."


def test_a_message_waits_twice_as_long_each_time_up_to_an_hour_and_a_fifth() -> None:
    minutes = [wait_after(attempts, 0).total_seconds() / 60 for attempts in (0, 1, 2, 3, 6, 7, 99)]
    assert minutes == [1, 1, 2, 4, 32, 60, 60]
    assert wait_after(1, 1).total_seconds() == 72
    assert wait_after(99, 0.5).total_seconds() == 66 * 60


def test_the_way_from_every_status_to_every_other() -> None:
    ways = ((one, other, route(one, other)) for one in Status for other in Status)
    same(
        "routes",
        "".join(
            f"{one.value} to {other.value}: {'-' if way is None else ', '.join(way) or 'there'}\n"
            for one, other, way in ways
        ),
    )


def test_an_instant_is_whole_milliseconds() -> None:
    assert to_ms(AT) == 1_795_132_800_000
    assert from_ms(1_795_132_800_001) == AT + timedelta(milliseconds=1)
