"""Linking: preview, post, store as intent, unlink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paylink_tui.domain import allocation
from paylink_tui.domain.allocation import AllocationPlan
from paylink_tui.domain.errors import ChangedMeanwhile, PayLinkError, Refused
from paylink_tui.domain.facts import Status
from paylink_tui.domain.parties import AccountKind, Client, Matter
from paylink_tui.domain.views import Transaction
from paylink_tui.services import link_answer, relinking
from paylink_tui.services import linking_write as writing
from paylink_tui.services.link_plan import (
    TRUST_LOCK,
    LinkOutcome,
    LinkPreview,
    Part,
    PartPlan,
    amounts_of,
    inputs_of,
    reason_given,
    refuse_dead,
    refuse_if_different,
    refuse_if_moved,
    with_plans,
    with_status,
)
from paylink_tui.services.transactions import check_link
from paylink_tui.store.read import names
from paylink_tui.store.read import payments as reading
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import commands, payments
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.transactions import TransactionService
    from paylink_tui.store.database import Database

__all__ = ["TRUST_LOCK", "LinkOutcome", "LinkPreview", "LinkingService", "Part", "PartPlan"]


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
        """What `link` would post, or `relink` for a transaction that is linked already; reads only.

        Raises:
            NotFound: transaction, client or matter.
            Refused: `link-client`, `apply-default`, `apply-over`, `apply-order`, `link-split`,
                `link-only-completed` (voided, failed or returned).
        """
        return await self._preview(name, parts, ())

    async def preview_many(
        self, names: Sequence[str | int], part: Part
    ) -> tuple[LinkPreview | PayLinkError, ...]:
        """What `link_many` would post: each transaction finds the invoices as those before it leave them."""
        answers: list[LinkPreview | PayLinkError] = []
        earlier: list[AllocationPlan] = []
        for name in names:
            try:
                preview = await self._preview(name, [part], earlier)
                if preview.already:
                    check_link(preview.transaction)
            except PayLinkError as refused:
                answers.append(refused)
            else:
                answers.append(preview)
                if preview.posts_now:
                    earlier += [one.plan for one in preview.parts]
        return tuple(answers)

    async def _preview(
        self, name: str | int, parts: Sequence[Part], earlier: Sequence[AllocationPlan]
    ) -> LinkPreview:
        transaction = await self._transactions.get(name)
        refuse_dead(transaction)
        plans: list[PartPlan] = []
        for part, amount in zip(parts, amounts_of(transaction, parts), strict=True):
            before = [*earlier, *(one.plan for one in plans)]
            plans.append(await self._plan(transaction, part, amount, before))
        already = ", ".join(part.client_name for part in transaction.parts) if transaction.linked else ""
        posts_now = transaction.status is Status.COMPLETED
        return LinkPreview(transaction, tuple(plans), posts_now, already)

    async def _plan(
        self, transaction: Transaction, part: Part, amount: int, earlier: Sequence[AllocationPlan]
    ) -> PartPlan:
        client = await self._directory.client_named(part.client)
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
        found = await relinking.reopened(self._directory, transaction, client, matter)
        plan = allocation.plan(amount, writing.left_by(earlier, found), part.overrides)
        return PartPlan(client, matter, amount, True, "", plan, part.overrides)

    async def _matter(self, part: Part, client: Client) -> Matter | None:
        if not part.matter:
            return None
        matter = await self._directory.matter_named(part.matter, client_id=client.id)
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
        if key is not None and isinstance(name, str):
            name = await names.transaction(self._database.reader, name)
        inputs = [name, [inputs_of(part) for part in parts]]
        answer = await commands.known_answer(self._database.reader, key, "link", inputs)
        if answer is None:
            preview = await self.preview(name, parts)
            name = preview.transaction.id
            async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
                answer = await commands.earlier_result(unit, key, "link", inputs)
                if answer is None:
                    preview = await self._write(unit, preview, shown)
                    await commands.remember(unit, key, "link", inputs, link_answer.kept(preview))
                    after = await self._as_it_stands(unit, name)
        if answer is not None:
            after = await self._transactions.get(name)
            preview = await link_answer.again(self._directory, after, answer)
        return LinkOutcome(after, preview, posted=preview.posts_now, intent=not preview.posts_now)

    async def _as_it_stands(self, unit: UnitOfWork, payment_id: int) -> Transaction:
        """What the command made of the transaction, before anybody else can change it."""
        inside = Inside(unit.connection, self._database.dialect)
        return (await reading.by_ids(inside, [payment_id]))[0]

    async def _write(self, unit: UnitOfWork, preview: LinkPreview, shown: LinkPreview | None) -> LinkPreview:
        row = await payments.lock(unit, preview.transaction.id)
        assert row is not None
        await writing.refuse_if_linked(unit, row)
        refuse_if_moved(row, shown, preview)
        owners = [part.owner for part in preview.parts]
        if row.status in (Status.PENDING, Status.AUTHORIZED):
            if len(owners) > 1 or owners[0].overrides is not None:
                raise Refused(
                    "link-only-completed",
                    f"T{row.id} is {row.status}; a split, or amounts of your own, can be made"
                    " once it completes.",
                    "Wait for Completed, or choose one client now.",
                )
            await writing.keep_intent(unit, row, owners[0])
            return with_status(preview, posts_now=False)
        if row.status != Status.COMPLETED:
            raise ChangedMeanwhile("link-race", f"T{row.id} is {row.status} now; nothing was posted.")
        plans = await writing.plans_for(unit, row.currency, owners)
        if shown is not None:
            refuse_if_different(row, shown, preview, plans)
        await writing.post_linking(unit, row, owners, plans, self._actor)
        return with_status(with_plans(preview, plans), posts_now=True)

    async def unlink(
        self, name: str | int, reason: str, *, version: int | None = None, key: str | None = None
    ) -> Transaction:
        """Undo a link by reversal, keeping the reason (`link-undo`).

        Raises:
            BadInput: no reason.
            Refused: `link-undo`, saying what stands in the way.
            ChangedMeanwhile: `version` is no longer the transaction's.
        """
        reason, known = reason_given(reason), await self._transactions.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            if await commands.earlier_result(unit, key, "unlink", known.id) is None:
                row = await payments.lock(unit, known.id)
                if version is not None and row is not None and row.version != version:
                    raise ChangedMeanwhile(
                        "link-race", f"T{known.id} was changed meanwhile; nothing was undone.", "Look again."
                    )
                await writing.reverse_linking(unit, row, reason)
                await commands.remember(unit, key, "unlink", known.id, {})
        return await self._transactions.get(known.id)

    async def relink(
        self,
        name: str | int,
        parts: Sequence[Part],
        reason: str,
        *,
        shown: LinkPreview | None = None,
        key: str | None = None,
    ) -> LinkOutcome:
        """Reverse a transaction's link and link it anew in one go, keeping the reason (`link-undo`).

        Raises:
            BadInput: no reason.
            ChangedMeanwhile: it is not what `shown` showed.
            Refused, NotFound: as `unlink` and `preview`.
        """
        why = reason_given(reason)
        known = await self._transactions.get(name)
        inputs = [known.id, [inputs_of(part) for part in parts], why]
        answer = await commands.known_answer(self._database.reader, key, "relink", inputs)
        if answer is None:
            preview = await self.preview(known.id, parts)
            async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
                answer = await commands.earlier_result(unit, key, "relink", inputs)
                if answer is None:
                    preview = await relinking.write(unit, preview, why, shown)
                    await commands.remember(unit, key, "relink", inputs, link_answer.kept(preview))
        after = await self._transactions.get(known.id)
        if answer is not None:
            preview = await link_answer.again(self._directory, after, answer)
        return LinkOutcome(after, preview, posted=True)

    async def drop_intent(self, name: str | int) -> Transaction:
        """Forget the choice stored for a payment that is not completed yet."""
        known = await self._transactions.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row = await payments.lock(unit, known.id)
            if row is None or row.intent_client_id is None:
                raise Refused("link-undo", f"T{known.id} has no stored choice to drop.")
            await writing.drop_intent(unit, row)
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
