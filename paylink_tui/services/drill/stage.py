"""What exercises act on: bank accounts, clients and payers of their own, a clock moved by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.facts import Fact
from paylink_tui.domain.settings import Approval, Mail, MailSecurity, Notify, Occasion, Settings
from paylink_tui.domain.text import fold_words
from paylink_tui.processors.port import Order, Outcome, Processor, Snapshot, Unknown
from paylink_tui.processors.sandbox import NAME, SandboxProcessor, reference_for
from paylink_tui.processors.sandbox_cards import card_means
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import Clock, FixedClock
from paylink_tui.services.intake import new_operation
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.store.write.payments import NewPayment

if TYPE_CHECKING:
    from paylink_tui.domain.views import Transaction
    from paylink_tui.services.doctor import Check
    from paylink_tui.store.database import Database

ACTOR: Final = "drill"
TRUST, OPERATING = "Drill trust", "Drill operating"
CARD: Final = "4242424242424242"
NOBODY_LISTENS: Final = 1
"""A port of this machine where no mail server is."""
_SETTINGS = Settings(
    mail=Mail("127.0.0.1", NOBODY_LISTENS, MailSecurity.NONE, "", "drill@firm.example"),
    notify=Notify(firm=dict.fromkeys(Occasion, ("office@drill.example",))),
    approval=Approval(above="1000000.00"),
)


class Crash(BaseException):
    """The program dies at this point: nothing of its own may catch it."""


class Line(SandboxProcessor):
    """The sandbox over a line that fails once, when it is asked for a refund."""

    failure = ""
    """`reply lost`, `crash before` or `crash after`; empty once it has happened."""

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        """As the sandbox; but the answer may be lost, or the program die before or after it."""
        failure, self.failure = self.failure, ""
        if failure == "crash before":
            raise Crash
        outcome = await super().refund(operation, payment_ref, amount)
        if failure == "crash after":
            raise Crash
        return Unknown("the line broke before the answer") if failure == "reply lost" else outcome


class DrillServices(Services):
    """Every use case, over a processor whose line can fail; never the firm's own settings or mail server."""

    def __init__(self, database: Database, clock: Clock, actor: str = ACTOR) -> None:
        super().__init__(database, clock, actor, sandbox_schedule=_tomorrow, settings=_SETTINGS)

    @cached_property
    def sandbox_processor(self) -> Line:
        """The sandbox over its book in the copy."""
        from paylink_tui.store.sandbox import SandboxBook

        return Line(SandboxBook(self.database), self.clock.now, _tomorrow, self.settings.page.address)

    @cached_property
    def processors(self) -> Mapping[str, Processor]:
        """The sandbox alone: no other processor is ever called."""
        return {NAME: self.sandbox_processor}


async def _tomorrow(at: datetime, method: str) -> datetime:
    return at + timedelta(days=1 if method == "card" else 5)


@dataclass
class Stage:
    """A copy of the books and everything an exercise needs to act on it. Amounts in minor units."""

    desk: DrillServices
    clock: FixedClock
    dice: Random
    clients: int = 0

    async def furnish(self) -> None:
        """Open the two bank accounts the exercises use."""
        for name, kind in ((TRUST, "trust"), (OPERATING, "operating")):
            await self.desk.firm.add_account(name, kind, processor=NAME)

    def restart(self, actor: str = ACTOR) -> DrillServices:
        """The program started again, or somebody else's desk, over the same copy."""
        return DrillServices(self.desk.database, self.clock, actor)

    async def client(self, *totals: int) -> tuple[str, tuple[str, ...]]:
        """A new client with open invoices, oldest first: its code, and their numbers."""
        from sqlalchemy import insert

        from paylink_tui.store import schema

        self.clients += 1
        code, today = f"drill-{self.clients}", self.clock.now().date()
        numbers = tuple(f"{code}-{at}" for at in range(len(totals)))
        async with self.desk.database.write() as connection:
            values = {"code": code, "name": f"Drill client {self.clients}", "kind": "person"}
            made = await connection.execute(
                insert(schema.client).values(**values, search=fold_words(code)).returning(schema.client.c.id)
            )
            number = made.scalar_one()
            for at, total in enumerate(totals):
                day = (today + timedelta(days=at)).isoformat()
                bill = {"number": numbers[at], "client_id": number, "issued": day, "due": day}
                await connection.execute(insert(schema.invoice).values(**bill, currency="USD", total=total))
        return code, numbers

    async def pays(self, account: str, amount: int, *, echeck: bool = False) -> Transaction:
        """A payer pays; authorized at once."""
        link = await self.desk.links.create(NewLink(account), confirmed=True)
        return await self.desk.sandbox.pay(
            link.id, amount=amount, name="Drill payer", email="payer@drill.example", echeck=echeck
        )

    async def owned(self, account: str, amount: int, client: str, *, echeck: bool = False) -> Transaction:
        """A completed payment, linked to a client."""
        paid = await self.pays(account, amount, echeck=echeck)
        await self.desk.sandbox.settle([paid.name])
        await self.desk.linking.link(paid.name, [Part(client)])
        return await self.desk.transactions.get(paid.id)

    async def untold(self, account: str, amount: int) -> tuple[int, Snapshot]:
        """A payment the processor completed and told nothing of: its number, and what there is to tell."""
        link = await self.desk.links.create(NewLink(account), confirmed=True)
        operation = new_operation()
        ref = reference_for(operation)
        new = NewPayment(
            *(
                link.id,
                link.account_id,
                "operating" if account == OPERATING else "trust",
                "USD",
                amount,
                "card",
            ),
            *("Drill payer", "payer@drill.example", "", NAME, ref),
        )
        number = await self.desk.intake.submit(new, operation)
        assert number is not None
        processor = self.desk.sandbox_processor
        await processor.open_checkout(Order(operation, amount, "USD", account, "", ""))
        await processor.pay(ref, card_means(CARD))
        await processor.settle(ref)
        await self.desk.intake.settle_operation(operation, "done")
        snapshot = await processor.fetch(ref)
        assert isinstance(snapshot, Snapshot)
        return number, snapshot

    async def tell(self, ref: str, facts: Sequence[Fact]) -> None:
        """Let the desk hear facts of a payment one by one, in this order."""
        for one in facts:
            await self.desk.intake.take(NAME, Snapshot(ref, (one,)))

    async def owes(self, numbers: Sequence[str]) -> list[int]:
        """What invoices still owe, in the order given."""
        return [(await self.desk.directory.invoice(number)).invoice.balance for number in numbers]

    async def holds(self, kind: str, account: str = "", client: str = "") -> int:
        """Credits less debits of the ledgers of a kind, of one bank account or one client if named."""
        rows = await self.desk.database.reader.rows(
            "SELECT coalesce(sum(a.credits - a.debits), 0) FROM ledger_account a"
            " LEFT JOIN bank_account b ON b.id = a.bank_account_id LEFT JOIN client c ON c.id = a.client_id"
            " WHERE a.kind = ? AND (? = '' OR b.name = ?) AND (? = '' OR c.code = ?)",
            (kind, account, account, client, client),
        )
        return int(rows[0][0])

    async def later(self, by: timedelta) -> None:
        """Let time pass, and let whatever is due then happen."""
        self.clock.advance(by)
        while await self.desk.intake.poll():
            pass

    async def broken(self) -> dict[str, Check]:
        """The doctor's checks that do not hold, by name."""
        return {one.name: one for one in await self.desk.doctor.run() if not one.ok}

    async def out_of_balance(self) -> list[str]:
        """Trust accounts whose book is not what their clients' ledgers hold, less what trust is short of."""
        found = await self.desk.trust.three_way()
        return [one.account_name for one in found if one.book != one.ledgers - one.shortage]
