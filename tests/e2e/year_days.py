"""What happens at the firm of twelve clients on a day, and what its banks see of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.trust_entries import EntryKind, EntryState, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.e2e import year_firm as firm
from tests.e2e.year_bank import Bank, workday

PAYEES = ("County Recorder", "Expert Witness Co", "Court Reporters", "Title Company", "Process Servers")


@dataclass
class Paid:
    """A payment through a link, as the script remembers it."""

    name: str
    client: int
    matter: str
    trust: bool
    amount: int
    echeck: bool
    completes: date
    troubled: bool = False
    """Whether it was returned, refunded or disputed."""


class Days:
    """The acts of a year; each tells the banks what they will see, from its own arithmetic."""

    def __init__(self, desk: Services, folder: Path, dice: Random) -> None:
        self.desk = desk
        self.approver = Services(desk.database, desk.clock, firm.APPROVER, sandbox_schedule=firm.settles)
        self.folder = folder
        self.dice = dice
        self.trust = Bank("4411")
        self.paid: list[Paid] = []
        self.bills: dict[str, tuple[int, str, int]] = {}
        self.cheques = 1000
        self.counts: dict[str, int] = {}

    def did(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    async def bill(self, day: date) -> None:
        self.bills |= await firm.invoice(self.desk, self.folder, self.dice, day)
        self.did("billing")

    async def pay(self, day: date, *, trust: bool) -> None:
        """A client pays a retainer, or about what it owes."""
        client = self.dice.randrange(1, 13)
        matter = self.dice.choice(firm.matters_of(client))
        echeck = self.dice.random() < 0.3
        amount = self.dice.randrange(30_000, 400_000)
        if not trust:
            owed = [cents for owner, _, cents in self.bills.values() if owner == client]
            amount = self.dice.choice(owed) if owed else amount
        one = await self.desk.sandbox.pay(
            "L1" if trust else "L2",
            amount=amount,
            name=firm.CLIENTS[client - 1],
            email="",
            card=None if echeck else "4242424242424242",
            echeck=echeck,
        )
        completes = workday(day, 4 if echeck else 1)
        self.paid.append(Paid(one.name, client, matter, trust, amount, echeck, completes))
        if trust:
            self.trust.deposit(workday(completes, 1), amount, completes)
        self.did("payment")

    async def link(self, one: Paid) -> None:
        """Say whose it is: a matter's, or the client's as a whole."""
        matter = one.matter if self.dice.random() < 0.8 else None
        await self.desk.linking.link(one.name, [Part(firm.code(one.client), matter)])
        one.matter = matter or ""
        self.did("link")

    async def pay_fees(self, day: date) -> None:
        """Pay a client's invoices from its trust money, as far as both reach."""
        client = self.dice.randrange(1, 13)
        for matter in (None, *firm.matters_of(client)):
            held = await self.desk.recording.available(firm.code(client), matter, "trust")
            owed = await self._owed(client, matter)
            amount = min(held, owed)
            if amount:
                with suppress(Refused):
                    await self.desk.recording.record(NewRecord(firm.code(client), "trust", amount, matter))
                    self.trust.book(day, -amount, "TRANSFER TO OPERATING")
                    self.did("fee transfer")
                return

    async def _owed(self, client: int, matter: str | None) -> int:
        found = await self.desk.directory.invoices(client=firm.code(client), matter=matter, open_only=True)
        return sum(one.invoice.balance for one in found)

    async def disburse(self, day: date) -> None:
        """Pay somebody for a client out of trust; cheques are cashed when their payee likes."""
        client, matter, held = await self._richest()
        if held < 10_000:
            return
        amount = self.dice.randrange(5_000, held)
        wire = self.dice.random() < 0.4
        self.cheques += 0 if wire else 1
        number = "" if wire else str(self.cheques)
        payee = self.dice.choice(PAYEES)
        entry = await self.desk.trust.enter(
            NewEntry(
                EntryKind.DISBURSEMENT,
                firm.TRUST,
                amount,
                firm.code(client),
                matter,
                method="wire" if wire else "cheque",
                number=number,
                payee=payee,
                purpose="Costs advanced",
                dated_on=day,
            )
        )
        if entry.state is EntryState.REQUESTED:
            await self.approver.trust.approve(entry.name)
            self.did("second person")
        cashed = day if wire else workday(day + timedelta(days=self.dice.randrange(2, 40)))
        words = f"WIRE {payee}" if wire else "CHECK PAID"
        self.trust.book(cashed, -amount, words, number, known=day)
        self.did("disbursement")

    async def receive(self, day: date) -> None:
        """A client brings a cheque for its retainer; the bank has it the next working day."""
        client = self.dice.randrange(1, 13)
        matter = self.dice.choice(firm.matters_of(client))
        amount = self.dice.randrange(20_000, 250_000)
        payer = firm.CLIENTS[client - 1]
        await self.desk.trust.enter(
            NewEntry(
                EntryKind.RECEIPT,
                firm.TRUST,
                amount,
                firm.code(client),
                matter,
                method="cheque",
                number=str(self.dice.randrange(100, 999)),
                payee=payer,
                purpose="Retainer",
                dated_on=day,
            )
        )
        self.trust.book(workday(day, 1), amount, "DEPOSIT", known=day)
        self.did("cheque receipt")

    async def move(self, day: date) -> None:
        """Move money between two matters of one client; no bank sees it."""
        client = self.dice.choice([number for number in range(1, 13) if len(firm.matters_of(number)) == 2])
        source, target = firm.matters_of(client)
        held = await self.desk.recording.available(firm.code(client), source, "trust")
        if held > 1_000:
            amount = self.dice.randrange(500, held)
            entry = NewEntry(
                EntryKind.MOVE, firm.TRUST, amount, firm.code(client), source, target, dated_on=day
            )
            await self.desk.trust.enter(entry)
            self.did("move")

    async def _richest(self) -> tuple[int, str, int]:
        """A matter with much in trust."""
        found = []
        for matter, client in self.dice.sample(firm.MATTERS, 6):
            found.append(
                (await self.desk.recording.available(firm.code(client), matter, "trust"), client, matter)
            )
        held, client, matter = max(found)
        return client, matter, held
