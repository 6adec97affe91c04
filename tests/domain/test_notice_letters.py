"""Whole messages, exact to the letter: the words of every occasion, one letter of each look, one envelope."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from paylink_tui.domain.envelope import Sender, message_id, seal
from paylink_tui.domain.languages import LANGUAGES, choose, day_in, moment_in, money_in
from paylink_tui.domain.notice_layout import Letter, Letterhead, html_of, signature, text_of
from paylink_tui.domain.notices import Audience, Notice, Told, render, trial
from paylink_tui.domain.settings import PAYER_OCCASIONS, Branding, Occasion
from tests.domain.golden import same

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
HEAD = Letterhead(
    "Hartwell & Ng LLP",
    Branding(
        accent="#7A1F4E",
        address=("120 King Street West", " ", "Toronto"),
        phone="555-0100",
        email="pay@firm.example",
        website="https://firm.example",
    ),
    "America/New_York",
)
TOLD = Told(
    name="T17",
    amount=150_000,
    currency="USD",
    paid_at=AT,
    method="card",
    brand="Visa",
    last4="4242",
    refund=2_000,
    due_at=datetime(2026, 11, 26, 3, tzinfo=UTC),
    reason="card declined",
    linked_to="C1 Ruiz, M-101",
    payer_name="Dana Ruiz",
    payer_email="dana@ruiz.example",
    reference="Retainer <2026>",
    account="IOLTA ..4411",
    account_kind="trust",
    receipt_url="https://pay.firm.example/p/abc?a=1&b=2",
)
VARIANTS = {
    "cancelled": (Occasion.FAILED, replace(TOLD, cancelled=True)),
    "dispute won": (Occasion.DISPUTED, replace(TOLD, dispute="won")),
    "dispute lost": (Occasion.DISPUTED, replace(TOLD, dispute="lost")),
    "linked": (Occasion.COMPLETED, replace(TOLD, linked=True)),
    "with a bank's debit": (
        Occasion.SUBMITTED,
        replace(TOLD, method="echeck", due_at=None, account_kind="operating", receipt_url="ftp://x"),
    ),
    "with nothing known": (
        Occasion.SUBMITTED,
        Told(name="T1", amount=5, currency="EUR", paid_at=AT, test=True, reason="x", linked_to="not linked"),
    ),
}


def written(audience: Audience) -> str:
    """Every message an audience can get, as text under its subject."""
    occasions = PAYER_OCCASIONS if audience is Audience.PAYER else tuple(Occasion)
    asked = {one.value: (one, TOLD) for one in occasions}
    asked |= {name: pair for name, pair in VARIANTS.items() if pair[0] in occasions}
    letters = [(name, render(one, audience, told, HEAD, "en")) for name, (one, told) in asked.items()]
    return "".join(f"##### {name}\nSubject: {one.subject}\n\n{one.text}\n" for name, one in letters)


@pytest.mark.parametrize("audience", Audience)
def test_every_message_of_an_audience(audience: Audience) -> None:
    same(f"letters {audience.value}", written(audience))


def test_a_letter_in_html_of_each_look() -> None:
    pages = (
        render(Occasion.COMPLETED, Audience.PAYER, TOLD, HEAD, "en"),
        render(Occasion.SUBMITTED, Audience.FIRM, VARIANTS["with nothing known"][1], HEAD, "fr"),
        trial(replace(HEAD, branding=Branding()), "es"),
    )
    same("letters html", "\n".join(one.html for one in pages))


@pytest.mark.parametrize("language", [*LANGUAGES, "de"])
def test_a_trial_message(language: str) -> None:
    one = trial(HEAD, language)
    assert one.language == (language if language in LANGUAGES else "en")
    same(f"letters trial {one.language}", f"Subject: {one.subject}\n\n{one.text}")


def test_a_language_that_is_not_ours_is_english() -> None:
    asked = Occasion.COMPLETED, Audience.PAYER, TOLD, HEAD
    assert render(*asked, "de") == render(*asked, "en")
    assert render(*asked, "fr").language == "fr"


@pytest.mark.parametrize(("letters", "kept"), [(80, "n" * 80), (81, "n" * 79 + "\u2026")])
def test_a_name_is_cut_at_eighty_characters_and_a_subject_at_a_hundred_and_eighty(
    letters: int, kept: str
) -> None:
    told = replace(
        TOLD, payer_name="n" * letters, payer_email="n" * letters, linked=True, linked_to="n" * letters
    )
    text = render(Occasion.COMPLETED, Audience.FIRM, told, HEAD, "en").text
    assert len(re.findall(rf"  {kept}\n", text)) == 3
    long = render(Occasion.REFUNDED, Audience.PAYER, TOLD, replace(HEAD, firm="f " * 90), "en").subject
    assert len(long) <= 180


def test_the_last_digits_are_four_and_a_long_brand_is_cut_at_thirty() -> None:
    def method(**more: str) -> str:
        told = replace(TOLD, **more)  # type: ignore[arg-type]
        text = render(Occasion.COMPLETED, Audience.PAYER, told, HEAD, "en").text
        found = re.search(r"^Method: +(.*)$", text, re.MULTILINE)
        return found[1] if found else ""

    assert method(last4="42424") == method(last4="424\u2026")
    assert method(last4=" ") == "Visa"
    assert method(brand="b" * 31, last4="") == "b" * 29 + "\u2026"
    assert method(brand="b" * 30, last4="") == "b" * 30
    assert method(method="echeck", brand="Visa", last4="") == method(method="echeck", brand="", last4="")
    assert method(method="cheque", brand="Visa") == ""


LETTER = Letter(
    "Title", "", ("a " * 36 + "b", "w" * 80), (), ("Open", "https://x.example"), "c " * 40, "", ":"
)


def test_plain_text_is_wrapped_at_72_columns_and_no_word_is_broken() -> None:
    assert text_of(LETTER, Letterhead("", Branding())) == (
        "Title\n\n" + "a " * 35 + "a\nb\n\n" + "w" * 80 + "\n\nOpen:\nhttps://x.example\n\n"
        + "c " * 35 + "c\nc c c c\n"
    )  # fmt: skip
    closing = replace(LETTER, lines=(), button=None, closing="z" * 100)
    assert text_of(closing, Letterhead("", Branding())) == f"Title\n\n{'z' * 100}\n"


def test_a_firm_without_a_name_still_has_a_letter() -> None:
    same("letters bare html", html_of(replace(LETTER, button=None), Letterhead("", Branding()), "en"))
    assert signature(Letterhead("n" * 121, Branding(phone="5" * 120))) == ("n" * 119 + "\u2026", "5" * 120)


def sealed(subject: str = "Receipt", name: str = "Hartwell & Ng", **more: str) -> str:
    notice = Notice(subject, "Thank you, \u00e9.\n", "<p>Thank you</p>\n", "fr")
    to = ("dana@ruiz.example", "joe@firm.example")
    data = seal(notice, Sender(name, "pay@firm.example", **more), to, "<1@firm.example>", AT)
    return re.sub(r"=+[0-9]+==", "BOUNDARY", data.decode("ascii"))


def test_an_envelope_has_these_headers_and_both_forms() -> None:
    same("envelope", sealed(reply_to="books@firm.example"))
    assert "Reply-To" not in sealed()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Receipt", True),
        ("Re\u00e7u", False),
        ("=?utf-8?q?x?=", False),
        ("a=b?", True),
        ("a =?x?= b", False),
        ("a\u007fb", False),
    ],
)
def test_a_header_is_encoded_as_a_whole_unless_it_is_plain(text: str, plain: bool) -> None:
    assert (f"Subject: {text}\r\n" in sealed(subject=text)) == plain
    if "\u007f" not in text:
        assert ("From: =?utf-8?" in sealed(name=text)) != plain


def test_a_senders_name_is_cut_at_eighty_characters() -> None:
    assert "n" * 80 in sealed(name="n" * 80).replace("\r\n ", "")
    assert "n" * 80 not in sealed(name="n" * 81).replace("\r\n ", "")


def test_a_message_id_is_of_the_senders_domain() -> None:
    digest = sha256(b"17\0completed").hexdigest()[:32]
    assert message_id((17, "completed"), "a@b@firm.example") == f"<{digest}@firm.example>"


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (150_000, "USD", ("$1,500.00", "1\u00a0500,00\u00a0$\u00a0US", "$1,500.00")),
        (-5, "USD", ("\u2212$0.05", "\u22120,05\u00a0$\u00a0US", "\u2212$0.05")),
        (123_456_789, "CAD", ("CA$1,234,567.89", "1\u00a0234\u00a0567,89\u00a0$\u00a0CA", "CA$1,234,567.89")),
    ],
)
def test_each_language_writes_money_its_own_way(minor: int, currency: str, written: tuple[str, ...]) -> None:
    assert tuple(money_in(minor, currency, language) for language in LANGUAGES) == written


def test_each_language_writes_every_month_and_every_hour_its_own_way() -> None:
    months = [datetime(2026, month, month, month * 2 % 24, month, tzinfo=UTC) for month in range(1, 13)]
    hours = [datetime(2026, 1, 2, hour, 59, tzinfo=UTC) for hour in (0, 1, 11, 12, 13, 23)]
    lines = [
        f"{day_in(at.date(), language)} | {moment_in(at, language)}"
        for language in LANGUAGES
        for at in (*months, *hours)
    ]
    same("days and hours", "\n".join(lines) + "\n")
    assert moment_in(datetime(2026, 1, 2, 3, 4), "en").endswith("3:04\u00a0AM ()")


@pytest.mark.parametrize(
    ("asked", "accepted", "offered", "spoken"),
    [
        ("fr", "es", ("en", "fr"), "fr"),
        ("es", "fr", ("en", "fr"), "fr"),
        ("", "", ("es", "en"), "es"),
        ("", "fr;q=0.5, es;q=0.8", ("en", "fr", "es"), "es"),
        ("", "fr, es", ("en", "fr", "es"), "fr"),
        ("", "ES-mx;q=0.9,fr;q=0.1", ("en", "fr", "es"), "es"),
        ("", "fr;q=0", ("en", "fr"), "en"),
        ("", "fr;q=2, es;q=0.1", ("en", "fr", "es"), "es"),
        ("", "de, " * 19 + "fr", ("en", "fr"), "fr"),
        ("", "de, " * 20 + "fr", ("en", "fr"), "en"),
        ("de", "de", ("de", "fr"), "fr"),
        ("", "", (), "en"),
    ],
)
def test_the_language_spoken(asked: str, accepted: str, offered: tuple[str, ...], spoken: str) -> None:
    assert choose(asked, accepted, offered) == spoken
