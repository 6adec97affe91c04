"""The payment form's pure rules: its signed token, and what may be typed into it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from paylink_tui.domain.card_numbers import holds_card_number
from paylink_tui.domain.emails import LONGEST, deliverable
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import MAX_MINOR, TooLarge, parse_amount
from paylink_tui.domain.text import storable, visible
from paylink_tui.domain.times import to_ms

FORM_LIFE: Final = timedelta(hours=12)
"""How long a form may lie open before it must be sent again from a fresh page."""
KEY_BYTES: Final = 16
NAME_LENGTH: Final = 120
REFERENCE_LENGTH: Final = 120

_AHEAD: Final = timedelta(minutes=5)
_MAC_BYTES: Final = 32
_TIME_BYTES: Final = 8
_GROUPS: Final = re.compile(r"(?<=[0-9])[\s\u00a0\u202f'’](?=[0-9]{3}(?![0-9]))")
_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_UNCLEAR: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")


class Field(StrEnum):
    """The fields a payer fills in, by their names in the form."""

    AMOUNT = "amount"
    NAME = "name"
    EMAIL = "email"
    REFERENCE = "reference"


class Wrong(StrEnum):
    """What can be wrong with a field."""

    AMOUNT_MISSING = "amount missing"
    AMOUNT_UNCLEAR = "amount unclear"
    AMOUNT_ZERO = "amount zero"
    AMOUNT_LARGE = "amount large"
    AMOUNT_OVER_BALANCE = "amount over balance"
    NAME_MISSING = "name missing"
    NAME_LONG = "name long"
    EMAIL_MISSING = "email missing"
    EMAIL_WRONG = "email wrong"
    REFERENCE_LONG = "reference long"
    CARD_NUMBER = "card number"
    """A card's number belongs on the processor's page alone."""


class TokenProblem(StrEnum):
    """Why a form is not taken."""

    FORGED = "forged"
    """It was not made by this desk, or for another link."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form, as it came."""

    amount: str = ""
    name: str = ""
    email: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the server's own rows say about the payment (`link-locked`). Amounts in minor units."""

    currency: str
    amount: int | None = None
    """Fixed amount; None when the payer types it."""
    most: int = MAX_MINOR
    """The most that may be typed: an invoice's balance, when the link names one."""
    reference: str = ""
    """The link's own reference; empty when the payer may type one."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A form nothing is wrong with. Amount in minor units."""

    amount: int
    name: str
    email: str
    reference: str


def form_token(key: bytes, link_hash: bytes, form_key: bytes, at: datetime) -> str:
    """The hidden field of a form: its random key and its time, signed for one link (`txn-once`)."""
    told = form_key + to_ms(at).to_bytes(_TIME_BYTES, "big")
    return _text(told + _sign(key, link_hash, told))


def read_form_token(key: bytes, link_hash: bytes, token: str, now: datetime) -> str | TokenProblem:
    """The form's key as hexadecimal text, or why the form is not taken."""
    raw = _bytes(token)
    told, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(told) != KEY_BYTES + _TIME_BYTES or not hmac.compare_digest(mac, _sign(key, link_hash, told)):
        return TokenProblem.FORGED
    made = int.from_bytes(told[KEY_BYTES:], "big")
    if made > to_ms(now + _AHEAD):
        return TokenProblem.FORGED
    return TokenProblem.EXPIRED if made <= to_ms(now - FORM_LIFE) else told[:KEY_BYTES].hex()


def operation_of(form_key: str) -> str:
    """The id of the one processor call a form can lead to: the same form, the same payment."""
    return "op_" + hashlib.sha256(b"paylink form 1\0" + form_key.encode()).hexdigest()[:24]


def receipt_token(key: bytes, operation: str) -> str:
    """The secret in a receipt's address; a stolen database alone yields none."""
    return _text(hmac.new(key, b"paylink receipt 1\0" + operation.encode(), hashlib.sha256).digest())


def receipt_hash(token: str) -> bytes:
    """What the database keeps of a receipt's secret, to look it up by."""
    return hashlib.sha256(b"paylink receipt 1\0" + token.encode(errors="replace")).digest()


def check(typed: Typed, terms: Terms) -> Checked | dict[Field, Wrong]:
    """The payment a form asks for, or what is wrong with its fields, in the form's order.

    A fixed amount and a link's own reference are the server's: what the form says of them is not read
    (`link-locked`).
    """
    amount = terms.amount if terms.amount is not None else _amount(typed.amount, terms)
    name, email = _line(typed.name), _line(typed.email)
    reference = terms.reference or _line(typed.reference)
    wrong: dict[Field, Wrong] = {}
    if isinstance(amount, Wrong):
        wrong[Field.AMOUNT] = amount
    if not visible(name).strip():
        wrong[Field.NAME] = Wrong.NAME_MISSING
    elif len(name) > NAME_LENGTH:
        wrong[Field.NAME] = Wrong.NAME_LONG
    if not email:
        wrong[Field.EMAIL] = Wrong.EMAIL_MISSING
    elif len(email) > LONGEST or not deliverable(email):
        wrong[Field.EMAIL] = Wrong.EMAIL_WRONG
    if not terms.reference and len(reference) > REFERENCE_LENGTH:
        wrong[Field.REFERENCE] = Wrong.REFERENCE_LONG
    for field in (Field.NAME, Field.EMAIL, *([] if terms.reference else [Field.REFERENCE])):
        if holds_card_number(getattr(typed, field)):
            wrong[field] = Wrong.CARD_NUMBER
    if wrong or isinstance(amount, Wrong):
        return wrong
    return Checked(amount, name, email, reference)


def _amount(text: str, terms: Terms) -> int | Wrong:
    bare = _line(text)
    if not bare:
        return Wrong.AMOUNT_MISSING
    try:
        minor = parse_amount(_decimal(bare), terms.currency)
    except TooLarge:
        return Wrong.AMOUNT_LARGE
    except BadInput:
        return Wrong.AMOUNT_UNCLEAR
    if minor == 0:
        return Wrong.AMOUNT_ZERO
    if minor > terms.most:
        return Wrong.AMOUNT_OVER_BALANCE
    return minor


def _decimal(text: str) -> str:
    """An amount with a decimal comma, or with spaces between thousands, as one with a point.

    Raises:
        BadInput: it could mean two amounts, as `1.500` does.
    """
    number = _GROUPS.sub("", text.strip("$").strip())
    if _UNCLEAR.fullmatch(number):
        raise BadInput("it could mean two amounts")
    if _COMMA.fullmatch(number):
        return number.replace(".", "").replace(",", ".")
    return number


def _line(text: str) -> str:
    """One line without what neither database keeps, nor runs of spaces."""
    return " ".join(storable(text).split())


def _sign(key: bytes, link_hash: bytes, told: bytes) -> bytes:
    own = hmac.new(key, b"paylink form token 1", hashlib.sha256).digest()
    return hmac.new(own, link_hash + told, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    try:
        return base64.b64decode(token[:200] + "=" * (-len(token[:200]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
