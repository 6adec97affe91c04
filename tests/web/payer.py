"""A payer without a browser: reads the forms of the pages and sends them, from the link to the receipt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.web.forms import Form, forms
from tests.web.wire import Answer, Wire

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
CARD = {"number": GOOD, "expiry": "12 / 34"}
Request = Callable[[], Awaitable[Answer]]
STEPS = ("page", "submit", "checkout", "pay", "receipt")


@dataclass
class Paid:
    """How far a payer came, and how long each step took in seconds."""

    name: str
    receipt: str = ""
    """Address of the receipt, once the payer is sent there."""
    confirmed: bool = False
    """Whether the receipt told that the money was taken."""
    seconds: dict[str, float] = field(default_factory=dict)


class Payer:
    """One payer at one connection."""

    def __init__(self, wire: Wire, name: str) -> None:
        self.wire = wire
        self.paid = Paid(name)

    async def pay(self, link: str, amount: str = "12.34", card: str = GOOD) -> Paid:
        """Walk all the way; each step is timed.

        Raises:
            AssertionError: a page is not the one that was expected.
            OSError: the server is gone.
        """
        form = await self.open(link)
        checkout = await self.submit(form, amount)
        charge = await self.checkout(checkout)
        receipt = await self.charge(charge, card)
        for _ in range(50):
            await self.look_at(receipt)
            if self.paid.confirmed:
                return self.paid
            await asyncio.sleep(0.2)
        raise AssertionError(f"the receipt of {self.paid.name} never told that it was paid")

    async def open(self, link: str) -> Form:
        """The form on a link's page."""
        return the_form(await self._timed("page", lambda: self.wire.get(link)))

    async def submit(self, form: Form, amount: str) -> str:
        """Send the page's form; the address of the checkout."""
        values = self.values(amount)
        answer = await self._timed("submit", lambda: self.wire.post(form.action, form.filled(**values)))
        return answer.location

    def values(self, amount: str) -> Mapping[str, str]:
        """What this payer types on the page."""
        mail = f"{self.paid.name.replace(' ', '.').lower()}@mail.example"
        return {"name": self.paid.name, "email": mail, "reference": "Retainer", "amount": amount}

    async def checkout(self, address: str) -> Form:
        """The form on the processor's page."""
        return the_form(await self._timed("checkout", lambda: self.wire.get(address)))

    async def charge(self, form: Form, card: str = GOOD) -> str:
        """Pay on the processor's page; the address of the receipt."""
        values = form.filled(**{**CARD, "number": card})
        answer = await self._timed("pay", lambda: self.wire.post(form.action, values))
        self.paid.receipt = answer.location
        return self.paid.receipt

    async def look_at(self, receipt: str) -> Answer:
        """Read the receipt."""
        answer = await self._timed("receipt", lambda: self.wire.get(receipt))
        assert answer.status == 200, (answer.status, answer.text[:2000])
        self.paid.confirmed = is_paid(answer.text)
        return answer

    async def _timed(self, step: str, request: Request) -> Answer:
        started = time.perf_counter()
        answer = await self.ask(request)
        self.paid.seconds[step] = time.perf_counter() - started
        return answer

    async def ask(self, request: Request) -> Answer:
        """Send one request; what a payer does about one that fails is for each to say."""
        return await request()


def the_form(answer: Answer) -> Form:
    """The one form of a page that pays."""
    assert answer.status == 200, (answer.status, answer.url, answer.text[:2000])
    found = [form for form in forms(answer.text, answer.url) if form.method == "post"]
    assert found, answer.text
    return found[0]


def is_paid(receipt: str) -> bool:
    """Whether a receipt tells of money that was taken."""
    return "state-authorized" in receipt or "state-completed" in receipt
