"""What a firm does with payments, told as short stories: each leaves rows that a golden keeps whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.recording import NewRecord
from tests.services.desk import authorized, completed, freeze
from tests.services.trust_desk import colleague, later

Story = Callable[[Services], Awaitable[object]]


async def links(desk: Services) -> None:
    await desk.links.create(NewLink("Operating", 500, "Retainer", "C1", "M1", "101", timedelta(days=30), 3))
    await desk.links.create(NewLink("IOLTA"), confirmed=True)
    await desk.links.create(NewLink("Operating", client="C2"), key="press 1")
    await desk.links.create(NewLink("Operating", client="C2"), key="press 1")
    await desk.links.disable("L1")
    await desk.links.reissue("L1")
    await desk.links.reissue("L2")
    await freeze(desk, 3)
    await desk.freezes.release("L3")


async def firm(desk: Services) -> None:
    await desk.firm.init(
        "Ng LLP", country="CA", plan="Elite", timezone="America/Toronto", payments_enabled=False
    )
    await desk.firm.add_account("Fees", "operating")
    await desk.firm.add_account("Trust CAD", "trust", currency="CAD", processor="sandbox")
    await desk.roles.set("mia", "approver")
    await desk.roles.set("ann", "auditor")
    await desk.roles.set("ann", "bookkeeper")
    await desk.roles.remove("ann")


async def linked_and_split(desk: Services) -> None:
    whole, split = await completed(desk, amount=115_000), await completed(desk)
    await desk.linking.link(whole.name, [Part("C1", "M1")])
    parts = [
        Part("C1", amount=60_000, overrides={"103": 100, "102": 5}),
        Part("C2", "M3", 30_000),
        Part("C3", amount=10_000),
    ]
    await desk.linking.link(split.name, parts, key="press 1")
    await desk.linking.link(split.name, parts, key="press 1")


async def unlinked(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.unlink(paid.name, "not theirs", key="press 1")
    await desk.linking.unlink(paid.name, "not theirs", key="press 1")


async def relinked(desk: Services) -> None:
    paid, trust = await completed(desk), await completed(desk, "IOLTA", 7_000)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.relink(
        paid.name, [Part("C2", amount=40_000), Part("C1", "M2", 60_000)], "half is Lee's"
    )
    await desk.linking.link(trust.name, [Part("C2")])
    await desk.linking.relink(trust.name, [Part("C1", "M1")], "wrong client")


async def intended(desk: Services) -> None:
    kept, dropped, changed = [await authorized(desk, amount=60_000 + at) for at in range(3)]
    for one in (kept, dropped, changed):
        await desk.linking.link(one.name, [Part("C1", "M1", apply=False)])
    await desk.linking.drop_intent(dropped.name)
    await desk.linking.link(changed.name, [Part("C2")])
    later(desk, days=1)
    await desk.sandbox.settle()


async def intended_on_trust(desk: Services) -> None:
    paid = await authorized(desk, "IOLTA", 60_000)
    await desk.linking.link(paid.name, [Part("C1", "M1")])
    await desk.sandbox.settle()


async def voided_and_failed(desk: Services) -> None:
    voided, failed = await authorized(desk), await authorized(desk)
    await desk.linking.link(voided.name, [Part("C1")])
    await desk.transactions.void(voided.name)
    await desk.sandbox.fail(failed.name, "no such account")


async def recorded(desk: Services) -> None:
    paid, trust = await completed(desk), await completed(desk, "IOLTA", 90_000)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    await desk.linking.link(trust.name, [Part("C1", "M1")])
    await desk.recording.record(NewRecord("C1", "credit", 45_000, reference="as agreed"))
    await desk.recording.record(NewRecord("C1", "trust", 50_000, "M1"), key="press 1")
    await desk.recording.record(NewRecord("C1", "trust", 50_000, "M1"), key="press 1")
    await desk.recording.record(NewRecord("C2", "cash", 41_000, reference="77", payee="Lee Ng"))
    await desk.recording.record(NewRecord("C1", "cheque", 5_001, "M1", ("104",), reference="1002"))


async def records_undone(desk: Services) -> None:
    await recorded(desk)
    for number in (4, 3, 2, 1):
        await desk.recording.undo(number, f"typed twice, {number}")


async def refunded(desk: Services) -> None:
    paid, unlinked_, split = (
        await completed(desk),
        await completed(desk, "IOLTA", 9_000),
        await completed(desk),
    )
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.link(split.name, [Part("C1", "M2", 60_000), Part("C2", amount=40_000)])
    await desk.refunds.request(paid.name, 35_000, reason="paid twice", key="press 1")
    await desk.refunds.request(paid.name, 35_000, reason="paid twice", key="press 1")
    await desk.refunds.request(unlinked_.name, 4_000, reason="wrong firm")
    await desk.refunds.request(split.name, 39_999, reason="too much of his", client="C2")
    await desk.refunds.request(split.name, reason="and the rest")


async def refunds_approved(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    first, second = await completed(desk, amount=200_000), await completed(desk, amount=150_000)
    await desk.linking.link(first.name, [Part("C1", "M1")])
    for one in (first, second):
        await desk.refunds.request(one.name, 120_000, reason="case lost")
    await desk.refunds.withdraw("F2", "not lost after all")
    later(desk, hours=1)
    await colleague(desk, "ann").refunds.approve("F1")


async def refund_refused_by_processor(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.sandbox_processor.refund("elsewhere", paid.payment_ref, 80_000)
    await desk.refunds.request(paid.name, 30_000, reason="too late")
    await desk.intake.poll()


async def refunded_elsewhere(desk: Services) -> None:
    paid, trust = await completed(desk), await completed(desk, "IOLTA", 50_000)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.link(trust.name, [Part("C2")])
    await desk.recording.record(NewRecord("C2", "trust", 40_000))
    for one, amount in ((paid, 10_000), (trust, 30_000)):
        await desk.sandbox_processor.refund(f"dashboard {one.id}", one.payment_ref, amount)
    await desk.intake.poll()


def gone(account: str, *ends: str) -> Story:
    """A linked, partly spent payment that goes back, or is disputed to an end."""

    async def story(desk: Services) -> None:
        paid = await completed(desk, account, 80_000)
        await desk.linking.link(paid.name, [Part("C1", "M1")])
        if account == "IOLTA":
            await desk.recording.record(NewRecord("C1", "trust", 30_000, "M1"))
        for end in ends:
            later(desk, days=1)
            if end == "returned":
                await desk.sandbox.give_back(paid.name, "account closed")
            else:
                await desk.sandbox.dispute(paid.name, end, "not as described")

    return story


async def gone_while_a_refund_waits(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.refunds.request(paid.name, 150_000, reason="lost case")
    await desk.sandbox.dispute(paid.name, "lost")


async def refunded_then_disputed(desk: Services) -> None:
    for account in ("IOLTA", "Operating"):
        paid = await completed(desk, account, 80_000)
        await desk.linking.link(paid.name, [Part("C1", "M1", apply=False)])
        await desk.refunds.request(paid.name, 30_000, reason="some of it")
        for end in ("open", "lost" if account == "IOLTA" else "won"):
            await desk.sandbox.dispute(paid.name, end)


async def unidentified_gone(desk: Services) -> None:
    for account in ("IOLTA", "Operating"):
        returned, opened, won = [await completed(desk, account, 10_000) for _ in range(3)]
        await desk.sandbox.give_back(returned.name)
        for one in (opened, won):
            await desk.sandbox.dispute(one.name, "open")
        await desk.sandbox.dispute(won.name, "won")


STORIES: dict[str, Story] = {
    "links": links,
    "firm": firm,
    "linked and split": linked_and_split,
    "unlinked": unlinked,
    "relinked": relinked,
    "intended": intended,
    "intended on trust": intended_on_trust,
    "voided and failed": voided_and_failed,
    "recorded": recorded,
    "records undone": records_undone,
    "refunded": refunded,
    "refunds approved": refunds_approved,
    "refund refused by the processor": refund_refused_by_processor,
    "refunded elsewhere": refunded_elsewhere,
    **{
        f"{account} {' '.join(ends)}": gone(account, *ends)
        for account in ("Operating", "IOLTA")
        for ends in (("returned",), ("open",), ("open", "won"), ("open", "lost"), ("lost",))
    },
    "gone while a refund waits": gone_while_a_refund_waits,
    "refunded, then disputed": refunded_then_disputed,
    "unidentified gone": unidentified_gone,
}
