"""A form is taken once, for its own link, in time; what is typed is read as it was meant or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.forms import (
    FORM_LIFE,
    Checked,
    Field,
    Terms,
    TokenProblem,
    Typed,
    Wrong,
    check,
    form_token,
    operation_of,
    read_form_token,
    receipt_hash,
    receipt_token,
)
from paylink_tui.domain.money import MAX_MINOR

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
KEY, LINK, FORM = b"k" * 32, b"l" * 32, bytes(range(16))
OPEN = Terms("USD")


def typed(amount: str = "10", **also: str) -> Typed:
    return Typed(**{"amount": amount, "name": "Dana Ruiz", "email": "dana@example.com", **also})


def amount_of(text: str, terms: Terms = OPEN) -> int | Wrong:
    found = check(typed(text), terms)
    return found.amount if isinstance(found, Checked) else found[Field.AMOUNT]


def test_a_form_is_read_back_until_it_is_too_old() -> None:
    token = form_token(KEY, LINK, FORM, NOW)
    assert read_form_token(KEY, LINK, token, NOW) == FORM.hex()
    assert read_form_token(KEY, LINK, token, NOW + FORM_LIFE - timedelta(seconds=1)) == FORM.hex()
    assert read_form_token(KEY, LINK, token, NOW + FORM_LIFE) is TokenProblem.EXPIRED
    assert read_form_token(KEY, LINK, token, NOW - timedelta(hours=1)) is TokenProblem.FORGED


@pytest.mark.parametrize(
    ("key", "link"), [(b"x" * 32, LINK), (KEY, b"x" * 32)], ids=["another desk", "another link"]
)
def test_a_form_of_another_place_is_forged(key: bytes, link: bytes) -> None:
    assert read_form_token(key, link, form_token(KEY, LINK, FORM, NOW), NOW) is TokenProblem.FORGED


@given(st.integers(0, 74), st.integers(1, 63))
def test_a_form_changed_anywhere_is_forged(at: int, by: int) -> None:
    token = form_token(KEY, LINK, FORM, NOW)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[(letters.index(token[at]) + by) % 64]
    if at == len(token) - 1 and by % 4:
        return  # the last letter's low bits carry nothing
    changed = token[:at] + other + token[at + 1 :]
    assert read_form_token(KEY, LINK, changed, NOW) is TokenProblem.FORGED


@given(st.text(max_size=400))
def test_any_text_is_no_form(text: str) -> None:
    assert read_form_token(KEY, LINK, text, NOW) is TokenProblem.FORGED


def test_one_form_is_one_operation_and_one_receipt() -> None:
    assert operation_of("a") == operation_of("a") != operation_of("b")
    assert receipt_token(KEY, "op_1") == receipt_token(KEY, "op_1") != receipt_token(b"x" * 32, "op_1")
    assert receipt_hash("a") != receipt_hash("b")
    assert len(receipt_hash("\ud800")) == 32


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("1500", 150_000), ("1500.5", 150_050), ("1,500.00", 150_000), ("$ 12.34", 1234)),
        *(("12,50", 1250), ("1 500,00", 150_000), ("1\u00a0500,00 $", 150_000), ("1.500,25", 150_025)),
        *(("1\u202f500", 150_000), ("  7 ", 700), ("99999999999.99", 9_999_999_999_999)),
    ],
)
def test_an_amount_is_read_as_the_payer_writes_it(text: str, cents: int) -> None:
    assert amount_of(text) == cents


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        *((("", Wrong.AMOUNT_MISSING)), ("0", Wrong.AMOUNT_ZERO), ("0,00", Wrong.AMOUNT_ZERO)),
        *(
            ("1.500", Wrong.AMOUNT_UNCLEAR),
            ("1.234.567", Wrong.AMOUNT_UNCLEAR),
            ("1,5,0", Wrong.AMOUNT_UNCLEAR),
        ),
        *(("-5", Wrong.AMOUNT_UNCLEAR), ("1e3", Wrong.AMOUNT_UNCLEAR), ("1.005", Wrong.AMOUNT_UNCLEAR)),
        *(("١٢", Wrong.AMOUNT_UNCLEAR), ("nan", Wrong.AMOUNT_UNCLEAR), ("1 2 3", Wrong.AMOUNT_UNCLEAR)),
        ("100000000000000", Wrong.AMOUNT_LARGE),
    ],
)
def test_an_amount_that_is_none_is_refused(text: str, wrong: Wrong) -> None:
    assert amount_of(text) is wrong


def test_an_invoice_is_paid_in_part_or_whole_but_not_beyond() -> None:
    terms = Terms("USD", most=50_000)
    assert amount_of("500.00", terms) == 50_000
    assert amount_of("0.01", terms) == 1
    assert amount_of("500.01", terms) is Wrong.AMOUNT_OVER_BALANCE


@given(st.text(max_size=60))
def test_a_fixed_amount_and_reference_are_not_read_from_the_form(text: str) -> None:
    found = check(typed(text, reference=text), Terms("USD", amount=1234, reference="Retainer"))
    assert found == Checked(1234, "Dana Ruiz", "dana@example.com", "Retainer")


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        *(("name", "", Wrong.NAME_MISSING), ("name", " \t\u200b\u202e ", Wrong.NAME_MISSING)),
        *(("name", "x" * 121, Wrong.NAME_LONG), ("email", "", Wrong.EMAIL_MISSING)),
        *(("email", "dana", Wrong.EMAIL_WRONG), ("email", "a@b", Wrong.EMAIL_WRONG)),
        *(("email", "a@b..com", Wrong.EMAIL_WRONG), ("email", "a@b.c\u202eom", Wrong.EMAIL_WRONG)),
        *(("email", "josé@example.com", Wrong.EMAIL_WRONG), ("email", "a@-b.com", Wrong.EMAIL_WRONG)),
        *(("email", "a b@c.de", Wrong.EMAIL_WRONG), ("email", "a@b.de,c@d.ef", Wrong.EMAIL_WRONG)),
        *(
            ("email", "a@b.de\r\nBcc: x@y.de", Wrong.EMAIL_WRONG),
            ("email", f"{'a' * 250}@b.de", Wrong.EMAIL_WRONG),
        ),
        *(("reference", "r" * 121, Wrong.REFERENCE_LONG), ("name", "4242 4242 4242 4242", Wrong.CARD_NUMBER)),
    ],
)
def test_each_field_says_what_is_wrong(field: str, text: str, wrong: Wrong) -> None:
    assert check(typed(**{field: text}), OPEN) == {Field(field): wrong}


def test_the_longest_name_and_reference_are_taken() -> None:
    found = check(typed(name="n" * 120, reference="r" * 120), OPEN)
    assert isinstance(found, Checked)
    assert (found.name, found.reference) == ("n" * 120, "r" * 120)


@given(*(st.text(max_size=200) for _ in range(4)))
def test_anything_typed_is_taken_or_told(amount: str, name: str, email: str, reference: str) -> None:
    found = check(Typed(amount, name, email, reference), OPEN)
    if isinstance(found, Checked):
        assert 0 < found.amount <= MAX_MINOR
        assert "\n" not in found.name + found.email + found.reference
        assert "\0" not in found.name + found.reference
        assert found.email.count("@") == 1
    else:
        assert found
