"""What the desk is told about its books, whole: each view after a busy month is the one that is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest

from paylink_tui.domain.audit import AuditQuery
from paylink_tui.domain.sharing import ShareForm
from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services import listing
from paylink_tui.services.bundle import Services
from paylink_tui.services.export import ExportRequest
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.databases import Fresh, FreshSqlite
from tests.services import bank, golden, refusals, refusals_trust, stories, stories_trust
from tests.services.desk import copied, desk_at, furnish
from tests.services.trust_desk import later, paid_out

Scene = Callable[[Services], Awaitable[None]]
DAYS = 15


async def busy(desk: Services) -> None:
    """Something of everything, a statement that tells some of it, and December has begun."""
    await refusals.desk_of_payments(desk)
    await refusals_trust.desk_of_entries(desk)
    await stories.links(desk)
    later(desk, days=DAYS)
    lines = [*stories_trust.LINES[:1], ("2026-11-24", 80_000, "LAWPAY"), ("2026-11-25", -1_000, "CHECK 1001")]
    await bank.told(desk, lines, "2026-11-30")
    await desk.trust.accept([one for one in await desk.trust.solve("IOLTA") if one.sure])


async def make(url: str) -> None:
    """The busy firm, in the database at an address."""
    async with desk_at(url) as desk:
        await busy(await furnish(desk))


@pytest.fixture
def fresh(fresh_sqlite: FreshSqlite) -> Fresh:
    """One database is enough: the stories tell that both hold the same rows."""
    return fresh_sqlite


@pytest.fixture
async def office(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    async with copied(fresh, make) as desk:
        later(desk, days=DAYS)
        yield desk


async def export(desk: Services, **asked: object) -> str:
    return "".join([piece async for piece in desk.export.pieces(ExportRequest(**asked))])  # type: ignore[arg-type]


async def each(desk: Services, read: Callable[[int], Awaitable[object]]) -> dict[str, object]:
    """What is read of every transaction, by its name."""
    found = await desk.transactions.list(limit=None)
    return {one.name: await read(one.id) for one in reversed(found)}


async def shares(desk: Services) -> dict[str, str]:
    return {form.value: await desk.links.share("L12", form) for form in ShareForm if form != "frame"}


PARTS = [Part("C1", "M1", 60_000, apply=False), Part("C2", amount=40_000)]
READINGS: dict[str, Callable[[Services], Awaitable[object]]] = {
    "transactions": lambda desk: desk.transactions.list(limit=None),
    "transactions found": lambda desk: desk.transactions.list("account:operating linked:yes", limit=2),
    "why": lambda desk: each(desk, desk.transactions.why),
    "timelines": lambda desk: each(desk, desk.transactions.timeline),
    "undone": lambda desk: each(desk, desk.transactions.undone),
    "suggestions": lambda desk: each(desk, desk.transactions.suggestions),
    "header": lambda desk: desk.transactions.header(),
    "links": lambda desk: desk.links.list(),
    "disabled links": lambda desk: desk.links.list("disabled"),
    "shares": shares,
    "clients": lambda desk: desk.directory.clients(),
    "clients found": lambda desk: desk.directory.clients("ac", limit=1),
    "matters": lambda desk: desk.directory.matters(),
    "matters of a client": lambda desk: desk.directory.matters(client="C1", limit=1),
    "invoices": lambda desk: desk.directory.invoices(),
    "open invoices": lambda desk: desk.directory.invoices(client="C1", matter="M1", open_only=True),
    "open invoices of all": lambda desk: desk.directory.invoices(open_only=True, limit=3),
    "invoices found": lambda desk: desk.directory.invoices(search="20"),
    "ledger card": lambda desk: desk.directory.card("C1"),
    "ledger card of another": lambda desk: desk.directory.card("C2", limit=2),
    "paid by": lambda desk: desk.directory.allocations_of("103"),
    "refunds": lambda desk: desk.refunds.list(),
    "refunds of one": lambda desk: desk.refunds.of("T6"),
    "refund preview": lambda desk: desk.refunds.preview("T3", 55_000),
    "refund preview of trust": lambda desk: desk.refunds.preview("T8"),
    "what if returned": lambda desk: desk.refunds.what_if("T3", "return"),
    "what if charged back": lambda desk: desk.refunds.what_if("T8", "chargeback"),
    "link preview": lambda desk: desk.linking.preview("T2", PARTS),
    "link previews": lambda desk: desk.linking.preview_many(
        ["T1", "T2", "T3", "T8", "T99"], Part("C1", "M1")
    ),
    "credit available": lambda desk: desk.recording.available("C2", None, "credit"),
    "trust available": lambda desk: desk.recording.available("C1", None, "trust"),
    "record preview": lambda desk: desk.recording.preview(NewRecord("C1", "trust", 5_000)),
    "record preview of cash": lambda desk: desk.recording.preview(NewRecord("C2", "cash", 45_000, "M3")),
    "entries": lambda desk: desk.trust.entries(),
    "entries that wait": lambda desk: desk.trust.entries("IOLTA", "requested"),
    "entry preview": lambda desk: desk.trust.preview(paid_out(120_000)),
    "entry preview of a move": lambda desk: desk.trust.preview(stories_trust.MOVE),
    "entry preview of a restoring": lambda desk: desk.trust.preview(NewEntry(EntryKind.RESTORE, "IOLTA")),
    "position": lambda desk: desk.trust.position("C1"),
    "position of a matter": lambda desk: desk.trust.position("C1", "M1", "IOLTA"),
    "position of a matter anywhere": lambda desk: desk.trust.position("C1", "M1"),
    "positions": lambda desk: desk.trust.positions("C1"),
    "positions of another": lambda desk: desk.trust.positions("C2"),
    "ledgers": lambda desk: desk.trust.ledgers(),
    "ledgers found": lambda desk: desk.trust.ledgers("acme", limit=1),
    "three way": lambda desk: desk.trust.three_way(),
    "three way then": lambda desk: desk.trust.three_way("IOLTA", date(2026, 11, 30), 5),
    "listing": lambda desk: desk.trust.listing("IOLTA"),
    "listing then": lambda desk: desk.trust.listing("IOLTA", date(2026, 11, 19)),
    "bank lines": lambda desk: desk.trust.lines("IOLTA", "2026-11"),
    "bank lines unmatched": lambda desk: desk.trust.lines("IOLTA", unmatched=True),
    "outstanding": lambda desk: desk.trust.outstanding("IOLTA"),
    "unmatched": lambda desk: desk.trust.unmatched("IOLTA"),
    "solve": lambda desk: desk.trust.solve("IOLTA"),
    "reconcile": lambda desk: desk.trust.reconcile("IOLTA"),
    "reconcile given": lambda desk: desk.trust.reconcile("IOLTA", "2026-11", 5),
    "reconcile too early": lambda desk: desk.trust.reconcile("Escrow", "2026-12"),
    "months": lambda desk: desk.trust.months(),
    "pack": lambda desk: desk.pack.gather("IOLTA", "2026-11"),
    "members": lambda desk: desk.roles.members(),
    "messages": lambda desk: desk.messages.list(limit=7),
    "news": lambda desk: desk.news.since(0),
    "frozen": lambda desk: desk.news.frozen(),
    "fees": lambda desk: fees(desk),
    "accounts": lambda desk: desk.firm.accounts(),
    "audit": lambda desk: desk.audit.list(AuditQuery(action="record"), limit=4),
    "checks": lambda desk: checks(desk),
    "csv": lambda desk: export(desk, form="csv", query="account:operating", since=date(2026, 11, 20)),
    "csv of marked": lambda desk: export(desk, form="csv", ids=(3, 1)),
    "csv of an account": lambda desk: export(desk, form="csv", account="IOLTA"),
    "ofx": lambda desk: export(desk, form="ofx", account="IOLTA"),
    "ofx of a day": lambda desk: export(desk, form="ofx", account="Operating", until=date(2026, 11, 20)),
    "hledger": lambda desk: export(desk, form="hledger"),
    "hledger from then": lambda desk: export(desk, form="hledger", since=date(2026, 11, 21)),
    "beancount": lambda desk: export(desk, form="beancount", until=date(2026, 11, 30)),
    "sums": lambda desk: desk.export.sums(ExportRequest("csv", "linked:yes")),
    "sums of marked": lambda desk: desk.export.sums(ExportRequest("csv", ids=(3, 1))),
}
"""What is asked, in words, and the asking."""


async def fees(desk: Services) -> dict[str, object]:
    return {one.name: await desk.firm.fee_lines(one) for one in await desk.firm.accounts()}


async def checks(desk: Services) -> list[tuple[str, bool, str]]:
    return [(one.name, one.ok, one.detail) for one in await desk.doctor.run()]


@pytest.mark.parametrize("name", READINGS)
async def test_the_books_are_told_as_they_are(office: Services, name: str) -> None:
    golden.compare(f"readings/{name}", golden.shown(await READINGS[name](office)))


async def test_a_list_longer_than_a_page_goes_on(office: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [one.id for one in await office.transactions.list(limit=None)]
    monkeypatch.setattr(listing, "PAGE", 2)
    for limit in (None, 5, 4, 1):
        assert [one.id for one in await office.transactions.list(limit=limit)] == whole[:limit]
