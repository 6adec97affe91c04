"""Everything said no to about links, their payers, the firm, its people and what is looked up."""

from __future__ import annotations

from paylink_tui.services.bundle import Services
from paylink_tui.services.links import NewLink
from tests.services.desk import freeze
from tests.services.refusals import Ask, Asks
from tests.services.trust_desk import colleague


async def used_up(desk: Services) -> None:
    made = await desk.links.create(NewLink("Operating", 500, max_uses=1))
    await pay(desk, made.id)
    await pay(desk, made.id)


async def frozen(desk: Services) -> None:
    made = await desk.links.create(NewLink("Operating"))
    await freeze(desk, made.id)
    await pay(desk, made.id)


async def disabled(desk: Services) -> None:
    made = await desk.links.create(NewLink("Operating"))
    await desk.links.disable(made.id)
    await pay(desk, made.id)


async def fixed(desk: Services, amount: int | None = 501, name: str = "Dana") -> None:
    made = await desk.links.create(NewLink("Operating", 500))
    await pay(desk, made.id, amount, name)


async def pay(desk: Services, link: int, amount: int | None = 500, name: str = "Dana Ruiz") -> object:
    return await desk.sandbox.pay(link, amount=amount, name=name, email="")


async def may_not_mint(desk: Services, **wrong: object) -> None:
    await desk.firm.init("Ng LLP", **wrong)  # type: ignore[arg-type]
    await desk.links.create(NewLink("Operating", 500))


async def unconnected(desk: Services) -> None:
    await desk.firm.add_account("Fees", "operating")
    await desk.links.create(NewLink("Fees", 500))


def new_link(**values: object) -> Ask:
    return lambda desk: desk.links.create(NewLink(**{"account": "Operating", **values}))  # type: ignore[arg-type]


FIRM: Asks = {
    "an endless link on trust": new_link(account="IOLTA"),
    "a link on no account": new_link(account="Savings"),
    "a link of nothing": new_link(amount=0),
    "a link for no use": new_link(max_uses=0),
    "a link for too many uses": new_link(max_uses=1_000_001),
    "a long reference": new_link(reference="x" * 201),
    "a link of two clients": new_link(client="C2", matter="M1"),
    "a link of another's invoice": new_link(client="C2", invoice="101"),
    "a link of another matter's invoice": new_link(matter="M2", invoice="101"),
    "no link state": lambda desk: desk.links.list("lost"),
    "no link": lambda desk: desk.links.get("L99"),
    "on the starter plan": lambda desk: may_not_mint(desk, plan="starter"),
    "in France": lambda desk: may_not_mint(desk, country="FR"),
    "with payments off": lambda desk: may_not_mint(desk, payments_enabled=False),
    "on an account without a processor": unconnected,
    "pay one that is used up": used_up,
    "pay one that is frozen": frozen,
    "pay one that is disabled": disabled,
    "pay another amount": fixed,
    "pay no amount": lambda desk: pay(desk, 1, None),
    "pay without a name": lambda desk: pay(desk, 1, 5, " "),
    "settle a completed one": lambda desk: desk.sandbox.settle(["T2"]),
    "fail a completed one": lambda desk: desk.sandbox.fail("T2"),
    "return an authorized one": lambda desk: desk.sandbox.give_back("T1"),
    "dispute an authorized one": lambda desk: desk.sandbox.dispute("T1", "open"),
    "win what is not disputed": lambda desk: desk.sandbox.dispute("T2", "won"),
    "lose what was returned": lambda desk: desk.sandbox.dispute("T5", "lost"),
    "a dispute that is drawn": lambda desk: desk.sandbox.dispute("T2", "drawn"),
    "a firm without a name": lambda desk: desk.firm.init("  "),
    "a firm in no country": lambda desk: desk.firm.init("Ng", country="Mars"),
    "a firm on no plan": lambda desk: desk.firm.init("Ng", plan="gold"),
    "a firm in no zone": lambda desk: desk.firm.init("Ng", timezone="Mars/Base"),
    "an account of another kind": lambda desk: desk.firm.add_account("IOLTA", "operating"),
    "an account of no kind": lambda desk: desk.firm.add_account("New", "savings"),
    "an account in no currency": lambda desk: desk.firm.add_account("New", "trust", currency="XXX"),
    "an account without a name": lambda desk: desk.firm.add_account("", "trust"),
    "an account of no processor": lambda desk: desk.firm.add_account("New", "trust", processor="paypal"),
    "no role": lambda desk: colleague(desk, "ann").roles.set("bob", "king"),
    "a role for a program": lambda desk: colleague(desk, "ann").roles.set("processor:sandbox", "approver"),
    "a role by no approver": lambda desk: desk.roles.set("bob", "auditor"),
    "the last approver": lambda desk: colleague(desk, "ann").roles.set("ann", "bookkeeper"),
    "the last approver taken away": lambda desk: colleague(desk, "ann").roles.remove("ann"),
    "take no role": lambda desk: colleague(desk, "ann").roles.remove("bob"),
    "no message": lambda desk: desk.messages.get(999),
    "send no message": lambda desk: desk.messages.retry(999),
    "a test to no address": lambda desk: desk.messages.test("dana", print),
    "a test without a server": lambda desk: desk.messages.test("dana@ruiz.example", print),
    "no audit head": lambda desk: desk.audit.verify("deadbeef"),
    "no client": lambda desk: desk.directory.client("Nobody"),
    "no matter": lambda desk: desk.directory.matter("M99"),
    "no invoice": lambda desk: desk.directory.invoice("999"),
    "no ledger card": lambda desk: desk.directory.card("Nobody"),
    "a query of no sense": lambda desk: desk.transactions.list("colour:red"),
    "no transaction": lambda desk: desk.transactions.get("T99"),
    "several transactions": lambda desk: desk.transactions.get("Dana"),
}
