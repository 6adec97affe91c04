"""What the payment page shows: how a payment stands, and what its fields hold at first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paylink_tui.domain.facts import Status
from paylink_tui.domain.forms import Terms
from paylink_tui.domain.page import PayPage, Receipt
from paylink_tui.domain.parties import AccountKind, Firm, Plan

FIRM = Firm("Hartwell & Ng LLP", "US", "America/New_York", Plan.ELITE, True)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PENDING = Receipt(
    FIRM, "secret", "T17", Status.PENDING, 15_000, "USD", 0, "card", "visa", "4242", AT, None, None, "", "en"
)
PAGE = PayPage(FIRM, 1, AccountKind.OPERATING, Terms("USD"), ("card",), False, "token")


@pytest.mark.parametrize(
    ("receipt", "state"),
    [
        (PENDING, "checking"),
        (replace(PENDING, checkout_url="https://pay.example"), "pending"),
        (replace(PENDING, status=Status.AUTHORIZED), "authorized"),
        (replace(PENDING, status=Status.COMPLETED), "completed"),
        (replace(PENDING, status=Status.COMPLETED, refunded=14_999), "completed"),
        (replace(PENDING, status=Status.COMPLETED, refunded=15_000), "refunded"),
        (replace(PENDING, status=Status.RETURNED, refunded=15_000), "returned"),
    ],
)
def test_a_payment_stands_as_its_payer_understands_it(receipt: Receipt, state: str) -> None:
    assert receipt.state == state


@pytest.mark.parametrize(
    ("page", "english", "french"),
    [
        (PAGE, "", ""),
        (replace(PAGE, balance=0), "", ""),
        (replace(PAGE, balance=123_456), "1234.56", "1234,56"),
        (replace(PAGE, balance=123_456, terms=Terms("USD", 100)), "", ""),
    ],
)
def test_an_invoices_balance_is_suggested_and_no_fixed_amount(
    page: PayPage, english: str, french: str
) -> None:
    assert (page.suggested("en").amount, page.suggested("fr").amount) == (english, french)
