"""The exercises: each makes one thing go wrong and tells what must hold afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from paylink_tui.domain.errors import ChangedMeanwhile, PayLinkError, Refused
from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.links import LinkState
from paylink_tui.domain.outbox import MessageState
from paylink_tui.domain.refunds import RefundState
from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.drill.stage import OPERATING, TRUST, Crash, Stage
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.mail import send_waiting
from paylink_tui.services.recording import NewRecord

_LATER = timedelta(minutes=5)
"""Longer than a call may take before its outcome counts as unknown."""
_DECLINED: Final = "4000000000000002"


@dataclass
class Told:
    """How an exercise ended."""

    what: str
    """What happened, in a few words."""
    holds: dict[str, bool] = field(default_factory=dict)
    """What must hold afterwards, and whether it does."""


Exercise = Callable[[Stage], Awaitable[Told]]


async def disorder(stage: Stage) -> Told:
    """News of a payment comes late, twice and in any order."""
    before = await stage.holds("bank", OPERATING)
    number, snapshot = await stage.untold(OPERATING, 40_000)
    code, (invoice,) = await stage.client(40_000)
    facts = [*snapshot.facts, *snapshot.facts]
    stage.dice.shuffle(facts)
    await stage.tell(snapshot.payment_ref, facts)
    await stage.desk.intake.poll()
    await stage.desk.linking.link(number, [Part(code)])
    after = await stage.desk.transactions.get(number)
    return Told(
        f"{len(facts)} pieces of news told, each twice",
        {
            "completed": after.status is Status.COMPLETED and not after.conflict,
            "the bank got it once": await stage.holds("bank", OPERATING) == before - 40_000,
            "it pays its invoice once": await stage.owes([invoice]) == [0],
        },
    )


async def returned_after_linking(stage: Stage) -> Told:
    """An eCheck comes back after it has paid invoices."""
    code, invoices = await stage.client(30_000, 20_000)
    paid = await stage.owned(OPERATING, 60_000, code, echeck=True)
    settled = await stage.owes(invoices)
    back = await stage.desk.sandbox.give_back(paid.name)
    return Told(
        "600.00 came back, two invoices are owed again",
        {
            "it had paid them": settled == [0, 0],
            "returned": back.status is Status.RETURNED and back.applied == 0,
            "its invoices are owed again": await stage.owes(invoices) == [30_000, 20_000],
            "its client has none of it": await stage.holds("credit", client=code) == 0,
        },
    )


async def returned_after_spending(stage: Stage) -> Told:
    """An eCheck comes back after its trust money was paid out; operating makes trust whole again."""
    code, _ = await stage.client()
    paid = await stage.owned(TRUST, 50_000, code, echeck=True)
    cheque = NewEntry(
        *(EntryKind.DISBURSEMENT, TRUST, 20_000, code),
        method="cheque",
        number=f"D{paid.id}",
        payee="County court",
        purpose="Filing fee",
    )
    await stage.desk.trust.enter(cheque)
    await stage.desk.sandbox.give_back(paid.name)
    short = -await stage.holds("shortage", TRUST)
    await stage.desk.trust.enter(NewEntry(EntryKind.RESTORE, TRUST))
    return Told(
        "trust was 200.00 short; operating restored it",
        {
            "trust was short of what was spent": short == 20_000,
            "its client's ledger is empty, not below": await stage.holds("trust", client=code) == 0,
            "trust is whole again": await stage.holds("shortage", TRUST) == 0,
        },
    )


async def chargeback_lost(stage: Stage) -> Told:
    """A payment into trust is disputed, and the dispute is lost."""
    code, (invoice,) = await stage.client(10_000)
    paid = await stage.owned(TRUST, 50_000, code)
    await stage.desk.recording.record(NewRecord(code, "trust", 10_000))
    await stage.desk.sandbox.dispute(paid.name, "open")
    held, free = await stage.holds("held", client=code), await stage.holds("trust", client=code)
    refused = await _refused(stage.desk.recording.record(NewRecord(code, "trust", 1)))
    lost = await stage.desk.sandbox.dispute(paid.name, "lost")
    return Told(
        "400.00 was held; its invoice is owed again",
        {
            "held while open": (held, free) == (40_000, 0) and refused,
            "returned": (lost.status, lost.dispute) == (Status.RETURNED, Dispute.LOST),
            "its invoice is owed again": await stage.owes([invoice]) == [10_000],
            "nothing is held or left": await stage.holds("held", client=code) == 0
            and await stage.holds("trust", client=code) == 0,
            "trust is not short": await stage.holds("shortage", TRUST) == 0,
        },
    )


async def chargeback_won(stage: Stage) -> Told:
    """A payment into trust is disputed, and the dispute is won."""
    code, _ = await stage.client()
    paid = await stage.owned(TRUST, 50_000, code)
    claimed = await stage.holds("disputes")
    await stage.desk.sandbox.dispute(paid.name, "open")
    held = await stage.holds("held", client=code)
    won = await stage.desk.sandbox.dispute(paid.name, "won")
    return Told(
        "500.00 was held, and is its client's again",
        {
            "held while open": held == 50_000,
            "completed still": (won.status, won.dispute) == (Status.COMPLETED, Dispute.WON),
            "its client has all of it again": await stage.holds("trust", client=code) == 50_000,
            "nothing is claimed any more": await stage.holds("disputes") == claimed,
        },
    )


async def reply_lost(stage: Stage) -> Told:
    """The processor refunds, and its answer never arrives."""
    return await _refund_through(stage, "reply lost", "it was looked up, and not sent again")


async def crash_before_asking(stage: Stage) -> Told:
    """The program dies before it has asked the processor for a refund."""
    return await _refund_through(stage, "crash before", "the next start asked, with the same id")


async def crash_after_asking(stage: Stage) -> Told:
    """The program dies after the processor has refunded, before it has written so."""
    return await _refund_through(stage, "crash after", "the next start learned that it was done")


async def _refund_through(stage: Stage, failure: str, what: str) -> Told:
    code, (older, newer) = await stage.client(30_000, 20_000)
    paid = await stage.owned(OPERATING, 50_000, code)
    stage.desk.sandbox_processor.failure = failure
    try:
        await stage.desk.refunds.request(paid.name, 15_000, reason="drill")
    except Crash:
        stage.desk = stage.restart()
    open_before = [one.state for one in await stage.desk.refunds.of(paid.name)]
    await stage.later(_LATER)
    (refund,) = await stage.desk.refunds.of(paid.name)
    after = await stage.desk.transactions.get(paid.id)
    found = await stage.desk.sandbox_processor.fetch(paid.payment_ref)
    given = [one.amount for one in getattr(found, "facts", ()) if one.kind == "refunded"]
    return Told(
        what,
        {
            "its money was set aside meanwhile": open_before == [RefundState.SENT],
            "refunded exactly once": given == [15_000] and after.refunded == 15_000,
            "done": refund.state is RefundState.DONE and after.refunding == 0,
            "the newest invoice is owed again": await stage.owes([older, newer]) == [0, 15_000],
        },
    )


async def carding(stage: Stage) -> Told:
    """Somebody tries stolen cards on a link."""
    link = await stage.desk.links.create(NewLink(OPERATING), confirmed=True)
    tries = 0
    for _ in range(2 * stage.desk.settings.limits.declines_to_freeze):
        if (await stage.desk.links.get(link.id)).state is not LinkState.ACTIVE:
            break
        await stage.desk.sandbox.pay(link.id, amount=100, name="X", email="", card=_DECLINED)
        tries += 1
    frozen = await stage.desk.links.get(link.id)
    honest = stage.desk.sandbox.pay(link.id, amount=100, name="Payer", email="")
    return Told(
        f"{tries} cards declined; the link froze itself",
        {
            "frozen": frozen.state is LinkState.FROZEN,
            "at the limit that is set": tries == stage.desk.settings.limits.declines_to_freeze,
            "nobody can pay on it": await _refused(honest),
        },
    )


async def two_at_once(stage: Stage) -> Told:
    """Two bookkeepers link the same payment to two clients at the same moment."""
    (one, _), (two, _) = await stage.client(), await stage.client()
    paid = await stage.pays(TRUST, 25_000)
    await stage.desk.sandbox.settle([paid.name])
    desks = (stage.restart("mia"), stage.restart("jordan"))
    links = [desk.linking.link(paid.name, [Part(code)]) for desk, code in zip(desks, (one, two), strict=True)]
    ended = await asyncio.gather(*links, return_exceptions=True)
    losers = [end for end in ended if isinstance(end, BaseException)]
    got = [await stage.holds("trust", client=code) for code in (one, two)]
    return Told(
        "one won; the other was told",
        {
            "one won": len(losers) == 1,
            "the other was told": all(isinstance(end, ChangedMeanwhile) for end in losers),
            "one client has it, once": sorted(got) == [0, 25_000],
        },
    )


async def mail_down(stage: Stage) -> Told:
    """The mail server is down when a payment completes."""
    paid = await stage.pays(OPERATING, 5_000)
    (done,) = await stage.desk.sandbox.settle([paid.name])
    sent = await send_waiting(stage.desk)
    listed = await stage.desk.messages.list(limit=1_000)
    found = [one for one in listed if one.payment_id == paid.id]
    return Told(
        f"nothing was sent; {len(found)} messages wait",
        {
            "the payment completed": done.status is Status.COMPLETED,
            "no message counts as sent": sent == 0,
            "every message waits": bool(found) and all(one.state is MessageState.WAITING for one in found),
            "the reason is kept": any("127.0.0.1" in one.problem for one in listed),
        },
    )


async def _refused(work: Awaitable[object]) -> bool:
    """Whether a rule said no."""
    try:
        await work
    except Refused:
        return True
    except PayLinkError:
        return False
    return False


EXERCISES: Final[dict[str, Exercise]] = {
    "news late, twice, out of order": disorder,
    "eCheck returned after linking": returned_after_linking,
    "eCheck returned after spending trust": returned_after_spending,
    "chargeback on trust, lost": chargeback_lost,
    "chargeback on trust, won": chargeback_won,
    "refund, the reply is lost": reply_lost,
    "refund, crash before asking": crash_before_asking,
    "refund, crash after asking": crash_after_asking,
    "cards are tried on a link": carding,
    "two bookkeepers, one payment": two_at_once,
    "mail server down": mail_down,
}
