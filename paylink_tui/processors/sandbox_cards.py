"""The published test cards and test account: everything the sandbox takes, and nothing else is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from paylink_tui.domain.errors import BadInput

CARDS: Mapping[str, str] = {
    "4242424242424242": "Visa",
    "4012888888881881": "Visa",
    "5105105105105100": "Mastercard",
    "378282246310005": "American Express",
    "6011111111111117": "Discover",
    "4000000000000002": "Visa",
    "4000000000000044": "Visa",
    "4000000000000069": "Visa",
    "4000000000000119": "Visa",
}
"""The published test cards; no other number is taken."""

DECLINES: Mapping[str, str] = {
    "4000000000000002": "card declined",
    "4000000000000044": "insufficient funds",
    "4000000000000069": "card expired",
    "4000000000000119": "processing error",
}
"""Test cards that are declined, and why."""

ROUTING, ACCOUNT = "110000000", "000123456789"
"""The published test bank account; no other is taken."""


class Means(NamedTuple):
    """How a payer pays: a test card's number, or an eCheck."""

    card: str | None

    @property
    def method(self) -> str:
        """`card` or `echeck`."""
        return "echeck" if self.card is None else "card"

    @property
    def last4(self) -> str:
        """The last four digits that may be kept and shown."""
        return ACCOUNT[-4:] if self.card is None else self.card[-4:]

    @property
    def brand(self) -> str:
        """The card's brand, or eCheck."""
        return "eCheck" if self.card is None else CARDS[self.card]


def card_means(number: str) -> Means:
    """Pay with a card, by its number as a person writes it.

    Raises:
        BadInput: it is not a published test card. The message never repeats what was typed.
    """
    digits = number.replace(" ", "").replace("-", "")
    if digits not in CARDS:
        raise BadInput("the sandbox takes only published test cards", "Use 4242424242424242, or --echeck.")
    return Means(digits)


def echeck_means(routing: str, account: str) -> Means:
    """Pay with an eCheck, by the account's two numbers.

    Raises:
        BadInput: they are not the published pair. The message never repeats what was typed.
    """
    if (routing.replace(" ", ""), account.replace(" ", "")) != (ROUTING, ACCOUNT):
        raise BadInput("the sandbox takes only the published test account")
    return Means(None)
