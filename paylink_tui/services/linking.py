"""Linking: preview, post, store as intent, unlink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paylink_tui.domain import allocation
from paylink_tui.domain.allocation import AllocationLine, AllocationPlan
from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, PayLinkError, Refused
from paylink_tui.domain.facts import Status
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind, Client, Matter
from paylink_tui.domain.views import Transaction
from paylink_tui.services import linking_write as writing
from paylink_tui.services.linking_write import Owner
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import commands, payments

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.transactions import TransactionService
    from paylink_tui.store.database import Database

TRUST_LOCK = "trust money pays an invoice only by a recorded transfer (Record Payment, from trust)"


@dataclass(frozen=True, slots=True)
class Part:
    """Who shall get a payment, or a part of it, as a person names them."""

    client: str
    matter: str | None = None
    amount: int | None = None
    """Minor units; None for all that the other parts leave."""
    apply: bool | None = None
    """Whether invoices are paid; None for the account's default (`apply-default`)."""
    overrides: Mapping[str, int] | None = None
    """Invoice number to minor units: exactly these are paid."""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part, resolved, with what it would pay."""

    client: Client
    matter: Matter | None
    amount: int
    apply: bool
    apply_locked: str
    """Why the checkbox is off and locked, or empty."""
    plan: AllocationPlan
    overrides: Mapping[str, int] | None = None

    @property
    def owner(self) -> Owner:
        """The part as the write transaction takes it."""
        return Owner(
            self.client.id,
            self.client.name,
            self.matter.id if self.matter else None,
            self.matter.number if self.matter else "",
            self.amount,
            self.apply,
            self.overrides,
        )


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What linking would post, on the invoices as they stand."""

    transaction: Transaction
    parts: tuple[PartPlan, ...]
    posts_now: bool
    """False while the payment is not completed: it would only be stored as intent."""
    already: str = ""
    """Whose it is already, or empty."""

    @property
    def lines(self) -> tuple[AllocationLine, ...]:
        """Every invoice that takes money, in order."""
        return tuple(line for part in self.parts for line in part.plan.taken)

    @property
    def remainder(self) -> int:
        """What stays in the destination account in the owners' names, in minor units."""
        return sum(part.plan.remainder for part in self.parts)


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """What linking did."""

    transaction: Transaction
    """As it stands afterwards."""
    preview: LinkPreview
    """Exactly what was posted."""
    posted: bool
    intent: bool = field(default=False)
    """Stored, to post by itself on completion."""


class LinkingService:
    """Says whose a completed transaction is, and pays that owner's invoices."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        transactions: TransactionService,
        directory: DirectoryService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._transactions = transactions
        self._directory = directory

    async def preview(self, name: str | int, parts: Sequence[Part]) -> LinkPreview:
        """What `link` would post; reads only.

        Raises:
            NotFound: transaction, client or matter.
            Refused: `link-client`, `apply-default`, `apply-over`, `apply-order`, `link-split`,
                `link-only-completed` (voided, failed or returned).
        """
        transaction = await self._transactions.get(name)
        _refuse_dead(transaction)
        amounts = _amounts(transaction, parts)
        plans = [
            await self._plan(transaction, part, amount) for part, amount in zip(parts, amounts, strict=True)
        ]
        already = ", ".join(part.client_name for part in transaction.parts) if transaction.linked else ""
        posts_now = transaction.status is Status.COMPLETED
        return LinkPreview(transaction, tuple(plans), posts_now, already)

    async def _plan(self, transaction: Transaction, part: Part, amount: int) -> PartPlan:
        client = (await self._directory.client(part.client)).client
        matter = await self._matter(part, client)
        locked = TRUST_LOCK if transaction.account_kind is AccountKind.TRUST else ""
        if locked and (part.apply or part.overrides):
            raise Refused(
                "apply-default",
                f"T{transaction.id} was paid into the trust account {transaction.account_name};"
                f" {TRUST_LOCK}.",
                "Link it without applying, then record a payment from trust.",
            )
        apply = not locked if part.apply is None else part.apply
        if not apply:
            return PartPlan(client, matter, amount, False, locked, allocation.nothing(amount))
        found = await self._directory.open_invoices(client.id, matter.id if matter else None)
        usable = [one for one in found if one.currency == transaction.currency]
        plan = allocation.plan(amount, usable, part.overrides)
        return PartPlan(client, matter, amount, True, "", plan, part.overrides)

    async def _matter(self, part: Part, client: Client) -> Matter | None:
        if not part.matter:
            return None
        matter = (await self._directory.matter(part.matter)).matter
        if matter.client_id != client.id:
            raise Refused(
                "link-client",
                f"Matter {matter.number} does not belong to {client.name}.",
                f"Choose one of {client.name}'s own matters, or no matter.",
            )
        return matter

    async def link(
        self,
        name: str | int,
        parts: Sequence[Part],
        *,
        shown: LinkPreview | None = None,
        key: str | None = None,
    ) -> LinkOutcome:
        """Link a transaction; before completion store the choice as intent.

        With `shown`, what is posted is what was shown, or nothing (`apply-order`). The same `key`
        posts once, however often it is sent.

        Raises:
            ChangedMeanwhile: `link-race` when it is linked already, or differs from `shown`.
            Refused, NotFound: as `preview`.
        """
        preview = await self.preview(name, parts)
        inputs = [preview.transaction.id, [_input(part) for part in parts]]
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            if await commands.earlier_result(unit, key, "link", inputs) is None:
                preview = await self._write(unit, preview, shown)
                await commands.remember(unit, key, "link", inputs, {"transaction": preview.transaction.id})
        after = await self._transactions.get(preview.transaction.id)
        return LinkOutcome(after, preview, posted=preview.posts_now, intent=not preview.posts_now)

    async def _write(self, unit: UnitOfWork, preview: LinkPreview, shown: LinkPreview | None) -> LinkPreview:
        row = await payments.lock(unit, preview.transaction.id)
        assert row is not None
        await writing.refuse_if_linked(unit, row)
        owners = [part.owner for part in preview.parts]
        if row.status in (Status.PENDING, Status.AUTHORIZED):
            if len(owners) > 1:
                raise Refused(
                    "link-only-completed",
                    f"T{row.id} is {row.status}; a split can be made once it completes.",
                    "Wait for Completed, or choose one client now.",
                )
            await writing.keep_intent(unit, row, owners[0])
            return _with_status(preview, posts_now=False)
        if row.status != Status.COMPLETED:
            raise ChangedMeanwhile("link-race", f"T{row.id} is {row.status} now; nothing was posted.")
        plans = [await writing.plan_for(unit, row.currency, owner) for owner in owners]
        if shown is not None:
            _refuse_if_different(row, shown, preview, plans)
        await writing.post_linking(unit, row, owners, plans, self._actor)
        return _with_status(_with_plans(preview, plans), posts_now=True)

    async def unlink(
        self, name: str | int, reason: str, *, version: int | None = None, key: str | None = None
    ) -> Transaction:
        """Undo a link by reversal, keeping the reason (`link-undo`).

        Raises:
            BadInput: no reason.
            Refused: `link-undo`, saying what stands in the way.
            ChangedMeanwhile: `version` is no longer the transaction's.
        """
        if not reason.strip():
            raise BadInput("a reason is needed to unlink a transaction")
        known = await self._transactions.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            if await commands.earlier_result(unit, key, "unlink", known.id) is None:
                row = await payments.lock(unit, known.id)
                if version is not None and row is not None and row.version != version:
                    raise ChangedMeanwhile(
                        "link-race", f"T{known.id} was changed meanwhile; nothing was undone.", "Look again."
                    )
                await writing.reverse_linking(unit, row, reason.strip())
                await commands.remember(unit, key, "unlink", known.id, {})
        return await self._transactions.get(known.id)

    async def drop_intent(self, name: str | int) -> Transaction:
        """Forget the choice stored for a payment that is not completed yet."""
        known = await self._transactions.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row = await payments.lock(unit, known.id)
            if row is None or row.intent_client_id is None:
                raise Refused("link-undo", f"T{known.id} has no stored choice to drop.")
            await payments.change(
                unit, row, intent_client_id=None, intent_matter_id=None, intent_apply=None, intent_by=None
            )
            unit.record("drop intent", "payment", known.id)
        return await self._transactions.get(known.id)

    async def link_many(
        self, names: Sequence[str | int], part: Part
    ) -> tuple[LinkOutcome | PayLinkError, ...]:
        """Link marked transactions one by one; each succeeds or is refused on its own."""
        answers: list[LinkOutcome | PayLinkError] = []
        for name in names:
            try:
                answers.append(await self.link(name, [part]))
            except PayLinkError as refused:
                answers.append(refused)
        return tuple(answers)


def _refuse_dead(transaction: Transaction) -> None:
    if transaction.status in (Status.VOIDED, Status.FAILED, Status.RETURNED) and not transaction.linked:
        raise Refused(
            "link-only-completed",
            f"T{transaction.id} is {transaction.status.value}; there is no money to link.",
            "Only a completed transaction can be linked.",
        )


def _amounts(transaction: Transaction, parts: Sequence[Part]) -> list[int]:
    """The parts' amounts, adding up to the payment to the cent (`link-split`)."""
    if not parts:
        raise Refused("link-client", "A client is required to link a transaction.", "Choose a client.")
    total = transaction.amount - transaction.refunded
    given = sum(part.amount or 0 for part in parts)
    open_parts = [part for part in parts if part.amount is None]
    amounts = [total - given if part.amount is None else part.amount for part in parts]
    if len(open_parts) > 1 or sum(amounts) != total or min(amounts) <= 0:
        raise Refused(
            "link-split",
            f"The parts must each be more than zero and add up to {display(total, transaction.currency)}.",
            "Give every part its amount; one of them may be left open to take the rest.",
        )
    return amounts


def _refuse_if_different(
    row: Any, shown: LinkPreview, now: LinkPreview, plans: Sequence[AllocationPlan]
) -> None:
    """What is posted is what was shown, or nothing (`apply-order`)."""
    seen = [(line.invoice.number, line.before, line.amount) for line in shown.lines]
    planned = [(line.invoice.number, line.before, line.amount) for plan in plans for line in plan.taken]
    owners = [(part.client.id, part.matter and part.matter.id, part.amount) for part in shown.parts]
    same = [(part.client.id, part.matter and part.matter.id, part.amount) for part in now.parts]
    if seen != planned or owners != same:
        raise ChangedMeanwhile(
            "link-race",
            f"Invoices of T{row.id}'s client changed since they were shown; nothing was posted.",
            "Look at the new preview, then link again.",
        )


def _with_plans(preview: LinkPreview, plans: Sequence[AllocationPlan]) -> LinkPreview:
    parts = tuple(
        PartPlan(part.client, part.matter, part.amount, part.apply, part.apply_locked, plan, part.overrides)
        for part, plan in zip(preview.parts, plans, strict=True)
    )
    return LinkPreview(preview.transaction, parts, preview.posts_now, preview.already)


def _with_status(preview: LinkPreview, *, posts_now: bool) -> LinkPreview:
    return LinkPreview(preview.transaction, preview.parts, posts_now, preview.already)


def _input(part: Part) -> list[Any]:
    return [part.client, part.matter, part.amount, part.apply, dict(part.overrides or {})]
