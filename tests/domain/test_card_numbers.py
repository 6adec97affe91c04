"""Which digits are a card's number."""

from __future__ import annotations

import pytest

from paylink_tui.domain.card_numbers import holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        *("4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005"),
        *("card 6011111111111117, thanks", "４２４２４２４２４２４２４２４２", "5105.1051.0510.5100"),
    ],
)
def test_a_card_number_is_found_however_it_is_written(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Dana Ruiz", "M-101", "4242424242424241", "424242424242", "1234567812345670"),
        *("Invoice 2026-000123", "+1 410 555 0142", "4242 4242", "94242424242424242424"),
    ],
)
def test_other_digits_are_none(text: str) -> None:
    assert not holds_card_number(text)
