"""From a filled-in form to the processor's page: the intent first, then the call, then its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from paylink_tui.domain.forms import Checked, operation_of, receipt_hash
from paylink_tui.domain.page import GoTo, SeeReceipt
from paylink_tui.processors.port import Checkout, Declined, Done, NotDone, Order, Processor, Unknown
from paylink_tui.services.claims import claim
from paylink_tui.store.read import checkouts
from paylink_tui.store.read import page as reading
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write import page as submissions
from paylink_tui.store.write import payments
from paylink_tui.store.write.payments import NewPayment

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database

_RESUMED = ("sent", "unknown", "done")
"""States of a call that may be made again when the address of its page is not known: nobody answered
it, or it was only looked up that it was done."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays what, as the form told and the link allows."""

    form_key: str
    checked: Checked
    language: str
    token: str
    """The secret in the link's URL."""
    receipt: str
    """The secret in the receipt's address."""


class Checkouts:
    """Opens the processor's page for a payment, once for each form (`txn-once`, `txn-unknown`)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        processors: Mapping[str, Processor],
        intake: IntakeService,
        address: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._processors = processors
        self._intake = intake
        self._address = address.rstrip("/")

    async def begin(
        self, found: reading.FoundPage, payer: Payer
    ) -> GoTo | SeeReceipt | Literal[False] | None:
        """Claim a use of the link, commit the intent, and open the processor's page.

        Returns:
            Where the payer goes; False when the processor would not open its page and nothing can be
            charged; None when no use of the link was left.
        """
        if not await self._claim(found, payer):
            return None
        started = await reading.by_form(self._database.reader, payer.form_key)
        assert started is not None
        return await self._open(started, payer.token, payer.receipt) or False

    async def resume(self, started: reading.Started, token: str, receipt: str) -> GoTo | SeeReceipt | None:
        """Lead a payer back to the page of a payment that was begun.

        A call that was not answered is looked up before it is made again, and made again with the same
        id, so that it opens the same page. None when the page could not be opened.
        """
        if started.checkout_url:
            return GoTo(started.checkout_url, receipt)
        processor = self._processors[started.processor]
        if started.operation_state not in _RESUMED:
            return None
        if isinstance(await processor.look(started.operation_id), Unknown):
            return SeeReceipt(receipt)
        return await self._open(started, token, receipt)

    async def abandon(self, started: reading.Started) -> None:
        """Close the page of a payment nobody made; its failing gives the link's use back."""
        processor = self._processors[started.processor]
        outcome = await processor.cancel_checkout(started.operation_id, started.payment_ref)
        if isinstance(outcome, Done):
            await self._intake.take(started.processor, outcome.snapshot, "page")
        elif isinstance(outcome, Declined):
            await self._intake.refresh(started.payment_id)

    async def _claim(self, found: reading.FoundPage, payer: Payer) -> bool:
        """The intent, in one transaction; a form that is there already claims nothing again."""
        link, account, checked = found.link, found.account, payer.checked
        assert link is not None
        assert account is not None
        assert account.processor is not None
        operation = operation_of(payer.form_key)
        new = NewPayment(
            link.id,
            account.id,
            account.kind.value,
            link.currency,
            checked.amount,
            "",
            checked.name,
            checked.email,
            checked.reference,
            account.processor,
            self._processors[account.processor].reference(operation),
        )
        async with unit_of_work(self._database, f"payer:L{link.id}", self._clock.now()) as unit:
            if await submissions.payment_of(unit, payer.form_key) is not None:
                return True
            payment_id = await claim(unit, new, operation)
            if payment_id is None:
                return False
            await submissions.add(
                unit,
                payer.form_key,
                link_id=link.id,
                payment_id=payment_id,
                operation_id=operation,
                receipt_hash=receipt_hash(payer.receipt),
                language=payer.language,
            )
            return True

    async def _open(self, started: reading.Started, token: str, receipt: str) -> GoTo | SeeReceipt | None:
        """Call the processor, outside any transaction, and write how the call ended.

        A no ends the payment only when the processor knows nothing of it: the same call may have been
        made before, and have opened a page (`txn-unknown`).
        """
        processor = self._processors[started.processor]
        outcome = await processor.open_checkout(self._order(started, token, receipt))
        if isinstance(outcome, Checkout):
            return await self._opened(started, outcome.url, receipt)
        why = outcome.message if isinstance(outcome, Declined) else outcome.why
        if isinstance(outcome, Unknown) or not isinstance(
            await processor.look(started.operation_id), NotDone
        ):
            await self._settle(started, "unknown", problem=why)
            return SeeReceipt(receipt)
        await self._intake.end_unpaid(
            started.processor, started.payment_ref, started.operation_id, why, "page"
        )
        await self._settle(started, "not done" if isinstance(outcome, NotDone) else "declined", problem=why)
        return None

    async def _opened(self, started: reading.Started, url: str, receipt: str) -> GoTo | SeeReceipt:
        """Lead on to a page that is open, or close it when its payment ended while it was opened."""
        await self._settle(started, "done", url)
        if await checkouts.pending(self._database.reader, started.payment_id) is not None:
            return GoTo(url, receipt)
        await self.abandon(started)
        return SeeReceipt(receipt)

    async def _settle(
        self, started: reading.Started, state: str, url: str = "", *, problem: str = ""
    ) -> None:
        actor = f"payer:L{started.link_id}"
        # The intent lasts already: should the machine lose this, the same call opens the same page again.
        async with unit_of_work(self._database, actor, self._clock.now(), lasting=False) as unit:
            await payments.settle_operation(unit, started.operation_id, state, problem)
            await submissions.keep_checkout(unit, started.form_key, url)

    def _order(self, started: reading.Started, token: str, receipt: str) -> Order:
        where = f"{self._address}/p/{token}/receipt/{receipt}?lang={started.language}"
        return Order(
            started.operation_id,
            started.amount,
            started.currency,
            started.account,
            started.reference,
            started.payer_email,
            started.firm.name,
            where,
            started.language,
        )
