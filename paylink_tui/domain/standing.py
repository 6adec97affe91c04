"""How the money of one transaction stands: whose it is, which invoices have it, what went back already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from paylink_tui.domain.cascade import Applied, Cascade, Choice, InvoiceUndone, OwnerGives, choose
from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till
from paylink_tui.domain.parties import AccountKind


@dataclass(frozen=True, slots=True)
class OwnerLedger:
    """An owner of a part, or nobody while it is not linked. Amounts in minor units."""

    client_id: int | None
    client_code: str
    client_name: str
    client_email: str
    matter_id: int | None
    matter_number: str
    part: int
    """What was linked to it."""
    out: int
    """What of that was refunded, or is set aside for it."""
    holds: int
    """What its ledger holds now, of this and of every other transaction."""
    held: int
    """What of this transaction is kept for a dispute."""
    ledger_id: int


@dataclass(frozen=True, slots=True)
class LiveAllocation:
    """A piece of the transaction that pays an invoice now."""

    invoice_id: int
    number: str
    due: date
    issued: date
    owed: int
    """The invoice's balance."""
    amount: int
    ledger_id: int
    journal_id: int
    record_payment_id: int | None
    paid_on: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One transaction's money. Amounts in minor units."""

    till: Till
    amount: int
    refunded: int
    refunding: int
    taken: int
    """What a return or a lost dispute has taken."""
    fee: int
    linked: bool
    owners: tuple[OwnerLedger, ...]
    applied: tuple[LiveAllocation, ...]

    @property
    def left(self) -> int:
        """What has not gone back, nor is on its way."""
        return max(0, self.amount - self.refunded - self.refunding - self.taken)

    def lefts(self, mine: Callable[[OwnerLedger], bool] = lambda owner: True) -> list[int]:
        """What of each part has not gone back; 0 for the parts that are not `mine`.

        What went back beyond what anybody's ledger held is nobody's, and so counts against the last.
        """
        lefts = [max(0, owner.part - owner.out) for owner in self.owners]
        for at in range(len(lefts) - 1, -1, -1):
            lefts[at] -= min(lefts[at], max(0, sum(lefts) - self.left))
        return [left if mine(owner) else 0 for owner, left in zip(self.owners, lefts, strict=True)]

    def unapplied(self, at: int) -> int:
        """What of a part no invoice has taken and nothing took back."""
        used = sum(one.amount for one in self.applied if one.ledger_id == self.owners[at].ledger_id)
        return max(0, self.lefts()[at] - used)

    def ledger(self, owner: OwnerLedger) -> LedgerAccount:
        """The ledger account of an owner."""
        if owner.client_id is None:
            return self.till.of(LedgerKind.UNIDENTIFIED)
        return self.till.owned(owner.client_id, owner.matter_id)


def choose_from(
    standing: Standing, need: int, mine: Callable[[OwnerLedger], bool] = lambda owner: True
) -> Choice:
    """`cascade.choose` over a transaction as it stands; allocations of other parts stay whole."""
    at = {owner.ledger_id: index for index, owner in enumerate(standing.owners)}
    ours = [
        one for one in standing.applied if one.ledger_id in at and mine(standing.owners[at[one.ledger_id]])
    ]
    pieces = [Applied(at[one.ledger_id], (one.due, one.issued, one.number), one.amount) for one in ours]
    choice = choose(need, standing.lefts(mine), pieces)
    kept = dict(zip(map(id, ours), choice.stays, strict=True))
    stays = tuple(kept.get(id(one), one.amount) for one in standing.applied)
    return Choice(choice.gives, stays)


def everything(standing: Standing, need: int) -> Choice:
    """All allocations undone, and `need` out of the parts, last first."""
    gives = choose(need, standing.lefts(), ()).gives
    return Choice(gives, (0,) * len(standing.applied))


def freed(standing: Standing, choice: Choice) -> dict[int, int]:
    """Minor units that come back to each ledger when what the choice undoes is undone."""
    back: dict[int, int] = {}
    for one, stays in zip(standing.applied, choice.stays, strict=True):
        back[one.ledger_id] = back.get(one.ledger_id, 0) + one.amount - stays
    return back


def shares(standing: Standing, choice: Choice) -> tuple[list[int], int]:
    """What each owner's ledger really gives once the choice is undone, and what they are short of in all."""
    back = freed(standing, choice)
    given = [
        min(wanted, max(0, owner.holds + owner.held) + back.get(owner.ledger_id, 0))
        for owner, wanted in zip(standing.owners, choice.gives, strict=True)
    ]
    return given, sum(choice.gives) - sum(given)


def cascade(standing: Standing, event: str, amount: int, choice: Choice) -> Cascade:
    """The choice as people are shown it, newest invoice first."""
    given, short = shares(standing, choice)
    back = freed(standing, choice)
    trust = standing.till.kind is AccountKind.TRUST
    bears = amount - sum(given) if event == "chargeback" else short
    in_trust = short if trust and event != "chargeback" else 0
    owners = tuple(
        OwnerGives(
            *(owner.client_id, owner.client_code, owner.client_name, owner.matter_number),
            *(gives, owner.holds, owner.holds + owner.held + back.get(owner.ledger_id, 0) - gives),
        )
        for owner, gives in zip(standing.owners, given, strict=True)
        if gives or back.get(owner.ledger_id)
    )
    return Cascade(
        event,
        standing.till.currency,
        amount,
        _undone(standing, choice),
        owners,
        fee_kept=standing.fee,
        from_operating=0 if in_trust else bears,
        short_in_trust=in_trust,
        frozen=standing.linked,
    )


def _undone(standing: Standing, choice: Choice) -> tuple[InvoiceUndone, ...]:
    """The invoices paid less afterwards; one paid in several pieces is told once."""
    found: dict[int, InvoiceUndone] = {}
    pairs = zip(standing.applied, choice.stays, strict=True)
    for one, stays in sorted(pairs, key=lambda pair: (pair[0].due, pair[0].issued, pair[0].number)):
        known = found.get(one.invoice_id, InvoiceUndone(one.invoice_id, one.number, 0, 0, one.owed, one.owed))
        found[one.invoice_id] = InvoiceUndone(
            one.invoice_id,
            one.number,
            known.paid_before + one.amount,
            known.paid_after + stays,
            one.owed,
            known.owed_after + one.amount - stays,
        )
    return tuple(one for one in reversed(found.values()) if one.paid_after < one.paid_before)
