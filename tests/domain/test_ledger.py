"""The ledger's builders: every transfer legal, and each bank account's book agrees with its ledgers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paylink_tui.domain import givebacks, ledger, trust_postings
from paylink_tui.domain.ledger import LIABILITIES, LedgerAccount, LedgerKind, Till, Transfer, TransferKind
from paylink_tui.domain.money import MAX_MINOR
from paylink_tui.domain.parties import AccountKind

TRUST = Till(1, AccountKind.TRUST, "USD")
OPERATING = Till(2, AccountKind.OPERATING, "USD")
AMOUNTS = st.integers(1, MAX_MINOR)
TILLS = st.sampled_from((TRUST, OPERATING))
OWNERS = st.tuples(st.integers(1, 3), st.one_of(st.none(), st.integers(10, 12)))
FIRM_WIDE = {
    LedgerKind.FEES,
    LedgerKind.FEES_DUE,
    LedgerKind.LOSSES,
    LedgerKind.DISPUTES,
    LedgerKind.EARNED,
}
OWNED = {LedgerKind.TRUST, LedgerKind.CREDIT, LedgerKind.HELD, LedgerKind.EARNED}


@st.composite
def builders(draw: st.DrawFn) -> list[Transfer]:
    till, amount, (client, matter) = draw(TILLS), draw(AMOUNTS), draw(OWNERS)
    owner, missing = till.owned(client, matter), draw(st.integers(0, MAX_MINOR))
    return draw(
        st.sampled_from(
            (
                ledger.authorize(till, amount),
                ledger.complete(till, amount),
                ledger.fee("USD", amount),
                [ledger.name_owner(till, client, matter, amount)],
                [ledger.pay_invoice(OPERATING, client, matter, amount, 7)],
                ledger.pay_invoice_from_trust(TRUST, OPERATING, client, matter, amount, 7),
                [ledger.receive(OPERATING, client, matter, amount)],
                givebacks.take_back(till, [(owner, amount)], missing),
                givebacks.reserve(till, [(owner, amount)]),
                givebacks.refund(till, amount, missing),
                givebacks.open_dispute("USD", amount),
                [givebacks.hold(till, client, matter, amount)],
                givebacks.lose_dispute(OPERATING, None, [(OPERATING.owned(client, matter), amount)], missing),
                givebacks.lose_dispute(TRUST, OPERATING, [(TRUST.owned(client, matter), amount)], missing),
                givebacks.restore(TRUST, OPERATING, amount),
                trust_postings.receive(TRUST, client, matter, amount),
                trust_postings.disburse(TRUST, client, matter, amount),
                trust_postings.move(TRUST, client, matter, 77, amount),
            )
        )
    )


@given(builders())
def test_every_transfer_is_legal(transfers: list[Transfer]) -> None:
    assert transfers
    for one in transfers:
        assert type(one.amount) is int
        assert one.amount > 0
        assert one.debit != one.credit
        assert one.debit.currency == one.credit.currency == "USD"
        for side in (one.debit, one.credit):
            assert (side.client_id is not None) is (side.kind in OWNED)
            assert (side.bank_account_id is None) is (side.kind in FIRM_WIDE)
        assert (one.invoice_id is not None) is (one.kind in (TransferKind.APPLY, TransferKind.TRUST_APPLY))


@given(builders())
def test_fees_and_losses_never_touch_trust(transfers: list[Transfer]) -> None:
    """A payment to operating alone may lose money that a bank account gave (`trust-gross`)."""
    for one in transfers:
        kinds = {one.debit.kind, one.credit.kind}
        if kinds & {LedgerKind.FEES, LedgerKind.FEES_DUE, LedgerKind.LOSSES, LedgerKind.DISPUTES}:
            assert TRUST.bank_account_id not in {one.debit.bank_account_id, one.credit.bank_account_id}


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_moves_more_than_zero(amount: int) -> None:
    with pytest.raises(ValueError, match="more than zero"):
        ledger.authorize(TRUST, amount)


def test_a_transfer_has_two_accounts_and_one_currency() -> None:
    bank = TRUST.of(LedgerKind.BANK)
    with pytest.raises(ValueError, match="two different accounts"):
        Transfer(TransferKind.SETTLE, bank, bank, 1)
    with pytest.raises(ValueError, match="one currency"):
        Transfer(TransferKind.SETTLE, bank, LedgerAccount(LedgerKind.BANK, "CAD", 1), 1)
    with pytest.raises(ValueError, match="one currency"):
        ledger.pay_invoice_from_trust(TRUST, Till(2, AccountKind.OPERATING, "CAD"), 1, None, 5, 7)


def test_an_owner_has_trust_money_in_trust_and_credit_in_operating() -> None:
    assert TRUST.owned(1, 10).kind is LedgerKind.TRUST
    assert OPERATING.owned(1, None).kind is LedgerKind.CREDIT


class Books(RuleBasedStateMachine):
    """Random histories posted to a plain ledger that overdraws no liability."""

    @initialize()
    def start(self) -> None:
        self.debits: Counter[LedgerAccount] = Counter()
        self.credits: Counter[LedgerAccount] = Counter()

    def post(self, transfers: list[Transfer]) -> None:
        for one in transfers:
            self.debits[one.debit] += one.amount
            self.credits[one.credit] += one.amount

    def owed(self, account: LedgerAccount) -> int:
        return self.credits[account] - self.debits[account]

    def held(self, *kinds: LedgerKind) -> list[LedgerAccount]:
        """Liabilities of these kinds that hold something, in a fixed order."""
        found = [one for one in self.credits if one.kind in kinds and self.owed(one) > 0]
        return sorted(found, key=repr)

    def take(self, data: st.DataObject, account: LedgerAccount) -> int:
        return data.draw(st.integers(1, self.owed(account)))

    @rule(till=TILLS, amount=AMOUNTS)
    def authorized(self, till: Till, amount: int) -> None:
        self.post(ledger.authorize(till, amount))

    @precondition(lambda self: self.held(LedgerKind.UNCLEARED))
    @rule(data=st.data())
    def completed(self, data: st.DataObject) -> None:
        waiting = data.draw(st.sampled_from(self.held(LedgerKind.UNCLEARED)))
        self.post(ledger.complete(_till(waiting), self.take(data, waiting)))
        self.post(ledger.fee("USD", 30))

    @precondition(lambda self: self.held(LedgerKind.UNIDENTIFIED))
    @rule(data=st.data(), owner=OWNERS)
    def linked(self, data: st.DataObject, owner: tuple[int, int | None]) -> None:
        nameless = data.draw(st.sampled_from(self.held(LedgerKind.UNIDENTIFIED)))
        self.post([ledger.name_owner(_till(nameless), *owner, self.take(data, nameless))])

    @rule(owner=OWNERS, amount=AMOUNTS)
    def received(self, owner: tuple[int, int | None], amount: int) -> None:
        self.post([ledger.receive(OPERATING, *owner, amount)])

    @precondition(lambda self: self.held(LedgerKind.CREDIT, LedgerKind.TRUST))
    @rule(data=st.data())
    def paid_invoice(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from(self.held(LedgerKind.CREDIT, LedgerKind.TRUST)))
        client, amount = owner.client_id or 0, self.take(data, owner)
        if owner.kind is LedgerKind.CREDIT:
            self.post([ledger.pay_invoice(OPERATING, client, owner.matter_id, amount, 7)])
        else:
            self.post(ledger.pay_invoice_from_trust(TRUST, OPERATING, client, owner.matter_id, amount, 7))

    @precondition(lambda self: self.held(LedgerKind.CREDIT, LedgerKind.TRUST, LedgerKind.UNIDENTIFIED))
    @rule(data=st.data(), missing=st.integers(0, 500))
    def returned(self, data: st.DataObject, missing: int) -> None:
        kinds = (LedgerKind.CREDIT, LedgerKind.TRUST, LedgerKind.UNIDENTIFIED)
        owner = data.draw(st.sampled_from(self.held(*kinds)))
        self.post(givebacks.take_back(_till(owner), [(owner, self.take(data, owner))], missing))

    @precondition(lambda self: self.held(LedgerKind.CREDIT, LedgerKind.TRUST, LedgerKind.UNIDENTIFIED))
    @rule(data=st.data(), missing=st.integers(0, 500))
    def refunded(self, data: st.DataObject, missing: int) -> None:
        kinds = (LedgerKind.CREDIT, LedgerKind.TRUST, LedgerKind.UNIDENTIFIED)
        owner = data.draw(st.sampled_from(self.held(*kinds)))
        amount = self.take(data, owner)
        self.post(givebacks.reserve(_till(owner), [(owner, amount)]))
        self.post(givebacks.refund(_till(owner), data.draw(st.integers(1, amount)), missing))

    @precondition(lambda self: self.held(LedgerKind.CREDIT, LedgerKind.TRUST))
    @rule(data=st.data(), missing=st.integers(0, 500), won=st.booleans())
    def disputed(self, data: st.DataObject, missing: int, won: bool) -> None:
        owner = data.draw(st.sampled_from(self.held(LedgerKind.CREDIT, LedgerKind.TRUST)))
        till, amount = _till(owner), self.take(data, owner)
        self.post(givebacks.open_dispute("USD", amount + missing))
        self.post([givebacks.hold(till, owner.client_id or 0, owner.matter_id, amount)])
        if not won:
            self.post([_back(givebacks.hold(till, owner.client_id or 0, owner.matter_id, amount))])
            operating = None if till is OPERATING else OPERATING
            self.post(givebacks.lose_dispute(till, operating, [(owner, amount)], missing))

    @precondition(lambda self: self.debits[TRUST.of(LedgerKind.SHORTAGE)])
    @rule(data=st.data())
    def restored(self, data: st.DataObject) -> None:
        short = -self.owed(TRUST.of(LedgerKind.SHORTAGE))
        if short:
            self.post(givebacks.restore(TRUST, OPERATING, data.draw(st.integers(1, short))))

    @rule(owner=OWNERS, amount=AMOUNTS, part=st.integers(1, 100))
    def moved_by_hand(self, owner: tuple[int, int | None], amount: int, part: int) -> None:
        self.post(trust_postings.receive(TRUST, *owner, amount))
        self.post(trust_postings.move(TRUST, *owner, 77, amount))
        self.post(trust_postings.disburse(TRUST, owner[0], 77, max(1, amount * part // 100)))

    @invariant()
    def debits_are_credits(self) -> None:
        assert self.debits.total() == self.credits.total()

    @invariant()
    def no_liability_is_below_zero(self) -> None:
        accounts = {*self.debits, *self.credits}
        assert all(self.owed(one) >= 0 for one in accounts if one.kind in LIABILITIES)

    @invariant()
    def the_trust_book_is_the_sum_of_its_ledgers(self) -> None:
        short = -self.owed(TRUST.of(LedgerKind.SHORTAGE))
        assert self._assets(TRUST) + short == self._owed_by(TRUST)

    @invariant()
    def the_operating_book_is_credit_and_the_firms_own(self) -> None:
        own = sum(self.owed(one) for one in {*self.debits, *self.credits} if one.kind in FIRM_WIDE)
        assert self._assets(OPERATING) == self._owed_by(OPERATING) + own

    def _assets(self, till: Till) -> int:
        return -sum(self.owed(till.of(kind)) for kind in (LedgerKind.BANK, LedgerKind.PROCESSOR))

    def _owed_by(self, till: Till) -> int:
        accounts = {*self.debits, *self.credits}
        number = till.bank_account_id
        return sum(
            self.owed(one) for one in accounts if one.bank_account_id == number and one.kind in LIABILITIES
        )


def _back(one: Transfer) -> Transfer:
    return Transfer(one.kind, one.credit, one.debit, one.amount)


def _till(account: LedgerAccount) -> Till:
    return TRUST if account.bank_account_id == TRUST.bank_account_id else OPERATING


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
