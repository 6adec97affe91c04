"""The payment page: what a link's page shows, what its form does, what a receipt tells."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Status
from paylink_tui.domain.forms import (
    KEY_BYTES,
    Checked,
    Terms,
    TokenProblem,
    check,
    form_token,
    operation_of,
    read_form_token,
    receipt_hash,
    receipt_token,
)
from paylink_tui.domain.links import LinkState, PaymentLink, check_may_mint, token_hash
from paylink_tui.domain.money import MAX_MINOR
from paylink_tui.domain.page import (
    Closed,
    ClosedPage,
    Invalid,
    NotStarted,
    PayPage,
    Posted,
    Receipt,
    SeeReceipt,
    Stale,
    Submitted,
    TooMany,
)
from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.services import keys
from paylink_tui.services.checkout import Checkouts, Payer
from paylink_tui.store.read import page as reading

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.services.limits import LimitService
    from paylink_tui.store.database import Database

_CLOSED = {
    LinkState.FROZEN: Closed.PAUSED,
    LinkState.USED_UP: Closed.USED_UP,
    LinkState.EXPIRED: Closed.EXPIRED,
}


class PageService:
    """Opens links for payers, takes their forms, and shows them what became of their payments."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        processors: Mapping[str, Processor],
        intake: IntakeService,
        limits: LimitService,
        address: str,
    ) -> None:
        """Serve pages; `address` is where they are reached from outside, without the path."""
        self._database = database
        self._clock = clock
        self._processors = processors
        self._intake = intake
        self._limits = limits
        self._checkouts = Checkouts(database, clock, processors, intake, address)
        self._keys: dict[str, bytes] = {}

    async def open(self, token: str, mine: str = "") -> PayPage | ClosedPage:
        """The page of a link; nothing of the link is used by it (`link-get-is-free`).

        Args:
            token: The secret in the link's URL.
            mine: The secret of the receipt of this visitor's own payment, as a cookie remembers it.
        """
        found = await reading.page(self._database.reader, token_hash(token))
        return await self._page(found, token, mine)

    async def submit(self, token: str, posted: Posted) -> Submitted:
        """Take a form: the same form twice is the same payment (`txn-once`).

        Account, currency and fixed amount are the link's own (`link-locked`).
        """
        found = await reading.page(self._database.reader, token_hash(token))
        page = await self._page(found, token, "")
        if found is None or found.link is None:
            return page if isinstance(page, ClosedPage) else ClosedPage(None, Closed.UNKNOWN)
        key, now = self._key(found.key_id), self._clock.now()
        form_key = read_form_token(key, token_hash(token), posted.token, now)
        if not isinstance(form_key, TokenProblem):
            earlier = await reading.by_form(self._database.reader, form_key)
            if earlier is not None:
                earlier = await self._refreshed(earlier)
                return await self._again(found.link, earlier, key, token, posted)
        if isinstance(page, ClosedPage):
            return page
        if isinstance(form_key, TokenProblem):
            return Stale(page, form_key)
        checked = check(posted.typed, page.terms)
        if not isinstance(checked, Checked):
            return Invalid(page, checked)
        limited = await self._limits.allow_submit(found.link.id, posted.address)
        if limited is not None:
            return TooMany(found.firm, limited.seconds)
        payer = Payer(form_key, checked, posted.language, token, receipt_token(key, operation_of(form_key)))
        outcome = await self._checkouts.begin(found, payer)
        if outcome is None:
            return await self._closed_meanwhile(token)
        # The form whose payment was not started is spent; the page brings a fresh one.
        return NotStarted(page) if outcome is False else outcome

    async def _closed_meanwhile(self, token: str) -> Submitted:
        """What to say when another payer won the last use."""
        page = await self.open(token)
        return page if isinstance(page, ClosedPage) else Stale(page, TokenProblem.EXPIRED)

    async def _again(
        self, link: PaymentLink, earlier: reading.Started, key: bytes, token: str, posted: Posted
    ) -> Submitted:
        """A form that was taken before: on to the same payment, or to what became of it.

        A form that was changed in the meantime is not another payment; its payer is shown the one begun.
        """
        secret = receipt_token(key, earlier.operation_id)
        asked = check(posted.typed, Terms(link.currency, link.amount, reference=link.reference))
        begun = Checked(earlier.amount, earlier.payer_name, earlier.payer_email, earlier.reference)
        if earlier.status != Status.PENDING or asked != begun:
            return SeeReceipt(secret)
        return await self._checkouts.resume(earlier, token, secret) or SeeReceipt(secret)

    async def receipt(self, secret: str) -> Receipt | None:
        """What became of a payment, asked of its processor when nothing is known yet; None for a
        secret that is none."""
        started = await reading.by_receipt(self._database.reader, receipt_hash(secret))
        return None if started is None else _receipt(await self._refreshed(started), secret)

    async def _refreshed(self, started: reading.Started) -> reading.Started:
        """The payment as its processor knows it, which may be news while it is pending here."""
        if started.status != Status.PENDING or not await self._intake.refresh(started.payment_id):
            return started
        return await reading.by_form(self._database.reader, started.form_key) or started

    async def abandon(self, secret: str) -> None:
        """Close the processor's page of a payment nobody made, at its payer's wish; the link's use is
        given back. A payment that was made stays."""
        started = await reading.by_receipt(self._database.reader, receipt_hash(secret))
        if started is not None and started.status == Status.PENDING:
            await self._checkouts.abandon(started)

    async def _page(self, found: reading.FoundPage | None, token: str, mine: str) -> PayPage | ClosedPage:
        if found is None:
            return ClosedPage(None, Closed.UNKNOWN)
        link, account = found.link, found.account
        if link is None or account is None:
            return ClosedPage(found.firm, Closed.UNKNOWN)
        own = await self._mine(link.id, mine)
        why = _CLOSED.get(link.state(self._clock.now()))
        if why is not None:
            return ClosedPage(found.firm, why, mine=own)
        processor = self._processors.get(account.processor or "")
        try:
            check_may_mint(found.firm, account)
        except Refused as missing:
            return ClosedPage(found.firm, Closed.UNAVAILABLE, f"{missing.message} {missing.fix}", own)
        if processor is None or account.currency not in processor.capabilities().currencies:
            return ClosedPage(found.firm, Closed.UNAVAILABLE, mine=own)
        if found.invoice and (found.balance or 0) < (link.amount or 1):
            settled = Closed.LESS_DUE if found.balance else Closed.PAID
            return ClosedPage(found.firm, settled, mine=own)
        able, key = processor.capabilities(), self._key(found.key_id)
        return PayPage(
            found.firm,
            link.id,
            account.kind,
            _terms(found),
            able.methods,
            able.test_mode,
            form_token(key, token_hash(token), secrets.token_bytes(KEY_BYTES), self._clock.now()),
            found.invoice,
            found.balance if found.invoice else None,
            own if own is not None and own.status is Status.PENDING else None,
        )

    async def _mine(self, link_id: int, secret: str) -> Receipt | None:
        """The visitor's own payment on this link, when the cookie names one."""
        if not secret:
            return None
        started = await reading.by_receipt(self._database.reader, receipt_hash(secret))
        if started is None or started.link_id != link_id:
            return None
        return _receipt(await self._refreshed(started), secret)

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            self._keys[key_id] = keys.load_key(key_id)
        return self._keys[key_id]


def _terms(found: reading.FoundPage) -> Terms:
    """What the server's rows say about the payment (`link-locked`)."""
    assert found.link is not None
    most = found.balance if found.invoice and found.balance is not None else MAX_MINOR
    return Terms(found.link.currency, found.link.amount, most, found.link.reference)


def _receipt(one: reading.Started, secret: str) -> Receipt:
    return Receipt(
        one.firm,
        secret,
        f"T{one.payment_id}",
        Status(one.status),
        one.amount,
        one.currency,
        one.refunded,
        one.method,
        one.brand,
        one.last4,
        from_ms(one.paid_at),
        maybe_from_ms(one.due_at),
        maybe_from_ms(one.completed_at),
        one.checkout_url if one.status == Status.PENDING else "",
        one.language,
    )
