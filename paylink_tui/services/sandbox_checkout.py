"""The sandbox's own payment page: what it shows of a charge, and what a payer may do there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import BadInput
from paylink_tui.processors.port import Done
from paylink_tui.processors.sandbox_cards import (
    ACCOUNT,
    CARDS,
    DECLINES,
    ROUTING,
    Means,
    card_means,
    echeck_means,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paylink_tui.domain.sandbox import Charge, Page
    from paylink_tui.processors.sandbox import SandboxProcessor
    from paylink_tui.services.clock import Clock

TRIES = 5
"""Declined cards after which a charge fails."""
_SECRET = re.compile(r"[0-9A-Za-z_-]{32}")


class PageState(StrEnum):
    """What a page can still be used for."""

    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"
    EXPIRED = "expired"


class Trouble(StrEnum):
    """What is wrong with a field of the form."""

    NO_TEST_CARD = "no test card"
    NO_TEST_ACCOUNT = "no test account"
    NO_EXPIRY = "no expiry"
    IN_THE_PAST = "in the past"


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """One page, as its payer sees it. Amount in minor units."""

    state: PageState
    firm: str
    description: str
    amount: int
    currency: str
    language: str
    return_url: str
    declines: tuple[str, ...]
    """Why each card tried so far was declined."""
    cards: Mapping[str, str]
    """Published test cards that are taken: brand by number."""
    declined_cards: Mapping[str, str]
    """Published test cards that are declined: reason by number."""
    bank: tuple[str, str]
    """Routing and account number of the published test account."""

    @property
    def left(self) -> int:
        """How many more cards may be tried."""
        return TRIES - len(self.declines)


@dataclass(frozen=True, slots=True)
class Form:
    """What a payer sent. Only ever held in memory."""

    echeck: bool
    number: str = ""
    expiry: str = ""
    routing: str = ""
    account: str = ""
    seen: int | None = None
    """Declines the payer's page knew of."""


class SandboxCheckoutService:
    """Opens the sandbox's pages by their secrets, and takes test cards on them."""

    def __init__(self, processor: SandboxProcessor, clock: Clock) -> None:
        self._processor = processor
        self._clock = clock

    async def open(self, secret: str) -> CheckoutPage | None:
        """The page behind a secret; None when there is none."""
        found = await self._found(secret)
        return _page(*found, self._clock.now()) if found else None

    async def pay(self, secret: str, form: Form) -> tuple[CheckoutPage, Mapping[str, Trouble]] | None:
        """Take a test card or the test account, once however often the form is sent.

        Returns the page as it is afterwards, and what is wrong with the form's fields; None when there
        is no such page. Numbers that are not published are neither kept nor repeated.
        """
        found = await self._found(secret)
        if found is None:
            return None
        page = _page(*found, self._clock.now())
        if page.state is not PageState.OPEN:
            return page, {}
        means, troubles = self._means(form)
        if means is None or troubles:
            return page, troubles
        outcome = await self._processor.pay(found[0].charge_ref, means, tries=TRIES, seen=form.seen)
        if isinstance(outcome, Done):
            return replace(page, state=PageState.PAID), {}
        return await self.open(secret) or page, {}

    async def cancel(self, secret: str) -> CheckoutPage | None:
        """Close a page its payer does not want to pay on; a charge that was paid stays paid."""
        found = await self._found(secret)
        if found is not None:
            await self._processor.close(found[0].charge_ref, "cancelled by the payer")
        return await self.open(secret)

    async def _found(self, secret: str) -> tuple[Page, Charge, tuple[str, ...]] | None:
        return await self._processor.checkout(secret) if _SECRET.fullmatch(secret) else None

    def _means(self, form: Form) -> tuple[Means | None, dict[str, Trouble]]:
        """How the form pays, unless a number is not a published one."""
        troubles: dict[str, Trouble] = {}
        means = None
        try:
            means = echeck_means(form.routing, form.account) if form.echeck else card_means(form.number)
        except BadInput:
            if form.echeck:
                troubles["account"] = Trouble.NO_TEST_ACCOUNT
            else:
                troubles["number"] = Trouble.NO_TEST_CARD
        if not form.echeck and (wrong := self._expiry(form.expiry)):
            troubles["expiry"] = wrong
        return means, troubles

    def _expiry(self, text: str) -> Trouble | None:
        """What is wrong with a card's expiry: it is this month or a later one, `MM/YY` or `MM / YYYY`."""
        month, slash, year = (part.strip() for part in text.partition("/"))
        if not slash and len(month) == 4:
            month, year = month[:2], month[2:]
        digits = all(part.isascii() and part.isdigit() for part in (month, year))
        if not digits or len(month) > 2 or len(year) not in (2, 4) or not 1 <= int(month) <= 12:
            return Trouble.NO_EXPIRY
        now = self._clock.now()
        full = int(year) + 2000 if len(year) == 2 else int(year)
        return Trouble.IN_THE_PAST if (full, int(month)) < (now.year, now.month) else None


def _page(page: Page, charge: Charge, declines: tuple[str, ...], now: datetime) -> CheckoutPage:
    state = {"open": PageState.OPEN, "failed": PageState.ENDED}.get(charge.state, PageState.PAID)
    if state is PageState.OPEN and now >= page.expires_at:
        state = PageState.EXPIRED
    return CheckoutPage(
        state,
        page.firm,
        page.description,
        charge.amount,
        charge.currency,
        page.language,
        page.return_url,
        declines,
        {number: brand for number, brand in CARDS.items() if number not in DECLINES},
        DECLINES,
        (ROUTING, ACCOUNT),
    )
