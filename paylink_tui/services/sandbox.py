"""Playing the payer and the bank on the sandbox processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import BadInput, PayLinkError, Refused
from paylink_tui.domain.facts import Status
from paylink_tui.domain.links import LinkState
from paylink_tui.domain.money import MAX_MINOR, display
from paylink_tui.domain.views import LinkView, Transaction
from paylink_tui.processors.port import Order
from paylink_tui.processors.sandbox import NAME, SandboxProcessor, reference_for
from paylink_tui.processors.sandbox_cards import Means, card_means
from paylink_tui.services.intake import IntakeService, new_operation
from paylink_tui.store.write.payments import NewPayment

if TYPE_CHECKING:
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.links import LinkService
    from paylink_tui.services.transactions import TransactionService


class SandboxService:
    """Pays links and moves sandbox payments along; refuses those of any other processor."""

    def __init__(
        self,
        processor: SandboxProcessor,
        intake: IntakeService,
        links: LinkService,
        firm: FirmService,
        transactions: TransactionService,
    ) -> None:
        self._processor = processor
        self._intake = intake
        self._links = links
        self._firm = firm
        self._transactions = transactions

    async def pay(
        self,
        link: str | int,
        *,
        amount: int | None,
        name: str,
        email: str,
        card: str | None = "4242424242424242",
        echeck: bool = False,
        reference: str = "",
    ) -> Transaction:
        """Pay a link as its payer does: claimed, submitted, authorized at once (`txn-authorized-at-once`).

        Raises:
            Refused: `link-state` for a dead link, `link-locked` for another amount than the link's,
                `access-account` for an account of another processor.
            BadInput: no amount on an open link, no name, or not a test card.
        """
        view = await self._links.get(link)
        paid = _check(view, amount, name)
        means = Means(None) if echeck else card_means(card or "")
        account = await self._firm.account(f"#{view.account_id}")
        if account.processor != NAME:
            raise Refused("access-account", f"{account.name} is not connected to the sandbox.")
        operation = new_operation()
        new = NewPayment(
            view.id,
            account.id,
            account.kind.value,
            account.currency,
            paid,
            means.method,
            name.strip(),
            email.strip(),
            reference.strip() or view.reference,
            NAME,
            reference_for(operation),
        )
        payment_id = await self._intake.submit(new, operation)
        if payment_id is None:
            raise _dead(await self._links.get(view.id))
        order = Order(operation, paid, account.currency, account.name, new.reference, new.payer_email)
        await self._processor.open_checkout(order)
        await self._processor.pay(new.payment_ref, means)
        await self._intake.settle_operation(operation, "done")
        await self._intake.poll()
        return await self._transactions.get(payment_id)

    async def settle(self, names: Sequence[str] = ()) -> tuple[Transaction, ...]:
        """Send the batch now: of the named transactions, or of every authorized one.

        Raises:
            Refused: `txn-states` when a named transaction is not authorized; the others are settled.
        """
        chosen = [await self._mine(name) for name in names]
        if not names:
            found = await self._transactions.list("status:authorized", limit=None)
            chosen = [one for one in found if one.processor == NAME]
        late = [one for one in chosen if not await self._processor.settle(one.payment_ref)]
        await self._drain()
        if names and late:
            raise _wrong_state(late[0], "settle", "an authorized one")
        return tuple([await self._transactions.get(one.id) for one in chosen])

    async def fail(self, name: str | int, reason: str = "") -> Transaction:
        """Let a pending or authorized transaction fail."""
        one = await self._mine(name)
        if not await self._processor.fail(one.payment_ref, reason):
            raise _wrong_state(one, "fail", "a pending or authorized one")
        await self._drain()
        return await self._transactions.get(one.id)

    async def give_back(self, name: str | int, reason: str = "") -> Transaction:
        """Let the bank take a completed transaction back."""
        one = await self._mine(name)
        if not await self._processor.give_back(one.payment_ref, reason):
            raise _wrong_state(one, "return", "a completed one")
        await self._drain()
        return await self._transactions.get(one.id)

    async def dispute(self, name: str | int, end: str, reason: str = "") -> Transaction:
        """Let the payer's bank dispute a completed transaction (`open`), and decide it (`won`, `lost`).

        Raises:
            BadInput: another end.
            Refused: `txn-states` when it is not completed, its dispute was lost, or it is not disputed.
        """
        if end not in ("open", "won", "lost"):
            raise BadInput(f"a dispute cannot be {end!r}", "Open it, or let it be won or lost.")
        one = await self._mine(name)
        if not await self._processor.dispute(one.payment_ref, end, reason):
            wanted = "a dispute that is open" if end == "won" else "a completed one that is not disputed"
            raise _wrong_state(one, "dispute" if end == "open" else f"let a dispute be {end} of", wanted)
        await self._drain()
        return await self._transactions.get(one.id)

    async def _drain(self) -> None:
        """Handle events until none is left to handle."""
        while await self._intake.poll():
            pass

    async def _mine(self, name: str | int) -> Transaction:
        one = await self._transactions.get(name)
        if one.processor != NAME:
            raise PayLinkError(f"{one.name} was paid through {one.processor}, not through the sandbox.")
        return one


def _check(view: LinkView, amount: int | None, name: str) -> int:
    """The amount that is paid, after everything that can be wrong with the form."""
    if view.state is not LinkState.ACTIVE:
        raise _dead(view)
    if not name.strip():
        raise BadInput("the payer's name is needed")
    if view.amount is not None and amount not in (None, view.amount):
        raise Refused(
            "link-locked",
            f"{view.name} is for exactly {display(view.amount, view.currency)}; the payer cannot change it.",
        )
    paid = view.amount if view.amount is not None else amount
    if paid is None or not 0 < paid <= MAX_MINOR:
        raise BadInput("an amount of more than zero is needed: this link leaves it to the payer")
    return paid


def _dead(view: LinkView) -> Refused:
    fix = "Make a new link."
    if view.state is LinkState.DISABLED:
        fix = f"Make a new link, or give this one a new life: paylink links reissue {view.name}"
    return Refused("link-state", f"{view.name} is {view.state.value}; it takes no more payments.", fix)


def _wrong_state(one: Transaction, action: str, wanted: str) -> Refused:
    status = one.status.value if isinstance(one.status, Status) else one.status
    return Refused("txn-states", f"{one.name} is {status}; the sandbox can {action} only {wanted}.")
