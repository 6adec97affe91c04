"""Payers on the page of a random history: forms sent once or twice, cards tried, pages left open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from paylink_tui.domain.fees import SANDBOX_FEES
from paylink_tui.domain.forms import Typed
from paylink_tui.domain.page import ClosedPage, GoTo, PayPage, Posted, TooMany
from paylink_tui.services.abandoned import close_abandoned
from paylink_tui.services.mail import send_waiting
from paylink_tui.services.sandbox_checkout import Form, PageState
from tests.simulation.model import Payment
from tests.simulation.processing import Processing
from tests.simulation.stage import AMOUNTS, CARD, DECLINED, PICKS, pick, rule

PATIENCE = timedelta(minutes=30)
"""How long the processor's page waits for its payer."""


OPEN_ENDS = {
    "calls": "SELECT id, kind, state FROM operation WHERE state IN ('sent', 'unknown')",
    "refunds": "SELECT id, state FROM refund WHERE state = 'sent'",
    "events": "SELECT id, problem FROM inbox WHERE handled_at IS NULL",
    "payments": "SELECT id, status FROM payment WHERE status IN ('pending', 'authorized') AND conflict = ''",
    "messages": "SELECT id, state, problem FROM message WHERE state IN ('waiting', 'sending', 'given up')",
}


@dataclass
class Checkout:
    """The processor's page of a payment, as its payer sees it."""

    secret: str
    opened: datetime
    declines: int = 0


class Payers(Processing):
    """What payers do on the firm's page and on the processor's."""

    def __init__(self) -> None:
        super().__init__()
        self.checkouts: dict[int, Checkout] = {}

    def unpaid(self) -> list[Payment]:
        """Payments whose page is open at the processor."""
        return [self.book.payments[one] for one in self.checkouts if self.opened(self.book.payments[one])]

    def opened(self, payment: Payment) -> bool:
        return not {"authorized", "failed"} & set(payment.happened)

    @rule(link=PICKS, amount=AMOUNTS, again=st.booleans())
    def fill_in(self, link: int, amount: int, again: bool) -> None:
        """A payer opens a link and sends its form, by a double click twice."""
        number = pick(self.book.links, link)
        uses, most, disabled = self.book.links[number]
        view = self.run(self.desk.links.get(number))
        token = view.url.rsplit("/", 1)[-1]
        page = self.run(self.desk.page.open(token))
        if disabled or view.frozen or (most and uses >= most):
            assert isinstance(page, ClosedPage)
            return
        assert isinstance(page, PayPage)
        typed = Typed(f"{amount // 100}.{amount % 100:02}", "Dana Ruiz", "dana@ruiz.example", "")
        posted = Posted(page.form_token, typed, "en", f"192.0.2.{amount % 250}")
        led = self.run(self.desk.page.submit(token, posted))
        if isinstance(led, TooMany):
            return
        assert isinstance(led, GoTo)
        if again:
            assert self.run(self.desk.page.submit(token, posted)) == led
        (found,) = self.run(
            self.desk.database.reader.rows("SELECT max(payment_id), count(*) FROM submission")
        )
        payment = Payment(found[0], view.account_id, amount, number, paid_at=self.clock.now())
        assert found[1] == len(self.checkouts) + 1
        self.book.links[number][0] += 1
        self.book.payments[payment.number] = payment
        self.checkouts[payment.number] = Checkout(led.url.rsplit("/", 1)[-1], self.clock.now())

    @precondition(lambda self: self.unpaid())
    @rule(which=PICKS, how=st.sampled_from([CARD, CARD, "echeck", DECLINED, "1234"]), told=st.booleans())
    def try_card(self, which: int, how: str, told: bool) -> None:
        """A payer tries a card on the processor's page; the desk hears of it at once, or later."""
        payment = pick(self.unpaid(), which)
        checkout = self.checkouts[payment.number]
        echeck = how == "echeck"
        form = (
            Form(True, routing="110000000", account="000123456789", seen=checkout.declines)
            if echeck
            else Form(False, how, "12/34", seen=checkout.declines)
        )
        answer = self.run(self.desk.sandbox_checkout.pay(checkout.secret, form))
        assert answer is not None
        page, troubles = answer
        if self.clock.now() >= checkout.opened + PATIENCE:
            assert page.state is PageState.EXPIRED
        elif how == "1234":
            assert troubles
        elif how == DECLINED:
            self.declined(payment, checkout)
        else:
            assert page.state is PageState.PAID, (page, troubles)
            payment.paid_at = self.clock.now()
            payment.due = payment.paid_at + timedelta(days=3 if echeck else 1)
            payment.fee = SANDBOX_FEES.fee(payment.amount, "echeck" if echeck else "card")
            self.happens(payment, "authorized")
        if told:
            self.wait(0)

    def declined(self, payment: Payment, checkout: Checkout) -> None:
        """The fifth card that is declined ends a payment."""
        checkout.declines += 1
        self.happens(payment, "declined" if checkout.declines < 5 else "failed")

    @precondition(lambda self: self.unpaid())
    @rule(which=PICKS)
    def leave(self, which: int) -> None:
        """A payer does not want to pay after all."""
        payment = pick(self.unpaid(), which)
        self.run(self.desk.sandbox_checkout.cancel(self.checkouts[payment.number].secret))
        self.happens(payment, "failed")

    @rule(minutes=st.sampled_from([0, 10, 31]))
    def close_pages(self, minutes: int) -> None:
        """Pages nobody paid on within half an hour are closed."""
        self.pass_time(timedelta(minutes=minutes))
        self.run(close_abandoned(self.desk))
        for number, checkout in self.checkouts.items():
            payment = self.book.payments[number]
            if payment.state == "pending" and self.clock.now() - checkout.opened >= PATIENCE:
                if self.opened(payment):
                    self.happens(payment, "failed")
                self.book.tell(payment, set(payment.happened))

    @rule(which=PICKS)
    def release(self, which: int) -> None:
        """A link that froze because cards were tried on it is let go."""
        number = pick(self.book.links, which)
        if self.run(self.desk.links.get(number)).frozen:
            assert self.run(self.desk.freezes.release(f"L{number}")).frozen == ""

    def settle_down(self) -> None:
        """Nothing fails any more and much time passes: then nothing may be left open.

        Mail is sent at once: what waits for days without a mail server is dropped by design.
        """
        self.laid = None
        self.heal(False, look=True)
        self.run(self.desk.intake.poll())
        self.deliver()
        if self.place.mail_port:
            self.run(self.send_mail())
        self.wait(8)
        self.close_pages(31)
        self.wait(1)
        if self.place.mail_port:
            self.run(self.send_mail())
        for what, query in OPEN_ENDS.items():
            left = self.run(self.desk.database.reader.rows(query))
            if self.place.mail_port or what != "messages":
                assert left == [], f"{what} left open: {left[:5]}"

    async def send_mail(self) -> None:
        while await send_waiting(self.desk):
            pass
