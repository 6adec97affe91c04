"""Roles as the whole desk keeps them: an auditor reads, a second person approves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from paylink_tui.domain.audit import AuditQuery
from paylink_tui.domain.errors import NotFound, Refused
from paylink_tui.domain.roles import Role
from paylink_tui.domain.settings import Approval, Settings
from paylink_tui.domain.trust_entries import EntryKind, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.recording import NewRecord
from tests.databases import Fresh
from tests.services.desk import authorized, completed, copied, desk_at, furnish


def working_as(desk: Services, actor: str) -> Services:
    """The same database under another name."""
    return Services(desk.database, desk.clock, actor, settings=Settings(approval=Approval("250.00")))


RECEIPT = NewEntry(
    EntryKind.RECEIPT, "IOLTA", 5, "C1", method="cheque", payee="Dana Ruiz", purpose="retainer"
)
Command = Callable[[Services, Path], Awaitable[object]]


async def _import(desk: Services, folder: Path) -> None:
    file = folder / "clients.csv"
    file.write_text("id,name,type,email,phone\nC9,New,person,,\n")
    await desk.imports.run("clients", file)


WRITES: dict[str, Command] = {
    "init": lambda desk, _: desk.firm.init("Ng LLP"),
    "add account": lambda desk, _: desk.firm.add_account("Fees", "operating"),
    "create link": lambda desk, _: desk.links.create(NewLink("Operating", amount=5)),
    "disable link": lambda desk, _: desk.links.disable(1),
    "reissue link": lambda desk, _: desk.links.reissue(1),
    "release link": lambda desk, _: desk.freezes.release(1),
    "link": lambda desk, _: desk.linking.link("T1", [Part("C1")]),
    "choose": lambda desk, _: desk.linking.link("T2", [Part("C1")]),
    "unlink": lambda desk, _: desk.linking.unlink("T1", "no"),
    "drop the choice": lambda desk, _: desk.linking.drop_intent("T2"),
    "record": lambda desk, _: desk.recording.record(NewRecord("C2", "cash", 5)),
    "undo a record": lambda desk, _: desk.recording.undo(1, "no"),
    "void": lambda desk, _: desk.transactions.void("T2"),
    "refund": lambda desk, _: desk.refunds.request("T1", reason="paid twice"),
    "trust entry": lambda desk, _: desk.trust.enter(RECEIPT),
    "close a month": lambda desk, _: desk.trust.close("2026-10"),
    "send again": lambda desk, _: desk.messages.retry(),
    "import": _import,
    "set a role": lambda desk, _: desk.roles.set("eve", "bookkeeper"),
    "remove a role": lambda desk, _: desk.roles.remove("eve"),
}


async def an_auditor(url: str) -> None:
    """Something to change, and an auditor."""
    async with desk_at(url) as desk:
        await furnish(desk)
        await completed(desk)
        await authorized(desk)
        await desk.roles.set("eve", "auditor")


@pytest.fixture
async def book(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    async with copied(fresh, an_auditor) as desk:
        yield desk


@pytest.mark.parametrize("name", WRITES)
async def test_an_auditor_changes_nothing(book: Services, tmp_path: Path, name: str) -> None:
    before = await book.audit.verify()
    with pytest.raises(Refused) as no:
        await WRITES[name](working_as(book, "eve"), tmp_path)
    assert no.value.rule == "role-auditor"
    assert await book.audit.verify() == before
    assert (await book.transactions.get("T2")).status.value == "authorized"


async def test_an_auditor_reads(book: Services) -> None:
    eve = working_as(book, "eve")
    assert len(await eve.transactions.list()) == 2
    assert (await eve.audit.verify()).rows
    assert (await eve.directory.client("C1")).client.name == "Acme Holdings"


async def test_what_acts_by_itself_goes_on_for_an_auditor(book: Services) -> None:
    eve = working_as(book, "eve")
    await book.sandbox_processor.settle((await book.transactions.get("T2")).payment_ref)
    await eve.intake.poll()
    assert (await book.transactions.get("T2")).status.value == "completed"


async def test_a_second_person_is_needed_above_the_firms_limit(desk: Services) -> None:
    mia = working_as(desk, "mia")
    assert not await mia.roles.second_person_needed(25_001, "USD", "mia")
    await mia.roles.set("ana", "approver")
    assert await mia.roles.second_person_needed(25_001, "USD", "mia")
    assert not await mia.roles.second_person_needed(25_000, "USD", "mia")
    assert not await mia.roles.second_person_needed(25_001, "USD", "ana")
    assert desk.roles.limit("USD") == 100_000
    assert await mia.roles.may_approve("ana")
    assert not await mia.roles.may_approve("mia")
    with pytest.raises(Refused, match="no approver") as no:
        await mia.roles.require_approver("mia")
    assert (no.value.rule, no.value.fix) == ("role-approver", "Ask ana.")
    await mia.roles.require_approver("ana")


async def test_only_an_approver_changes_roles_once_there_is_one(desk: Services) -> None:
    mia, ana = working_as(desk, "mia"), working_as(desk, "ana")
    await mia.roles.set("ana", "approver")
    with pytest.raises(Refused) as no:
        await mia.roles.set("mia", "approver")
    assert no.value.rule == "role-approver"
    with pytest.raises(Refused) as last:
        await ana.roles.remove("ana")
    assert last.value.rule == "role-last-approver"
    with pytest.raises(Refused):
        await ana.roles.set("ana", "bookkeeper")
    await ana.roles.set("ben", "approver")
    await ana.roles.remove("ana")
    assert [(one.name, one.role) for one in await desk.roles.members()] == [("ben", Role.APPROVER)]
    assert await desk.roles.role_of("ana") is Role.BOOKKEEPER
    await working_as(desk, "ben").roles.remove("ben", confirmed=True)
    assert await desk.roles.members() == ()


async def test_roles_are_audited_and_said_once(desk: Services) -> None:
    await desk.roles.set("eve", "bookkeeper")
    await desk.roles.set("eve", "bookkeeper")
    await desk.roles.set("eve", "auditor")
    await desk.roles.remove("eve")
    told = await desk.audit.list(AuditQuery(action="role"))
    assert [(one.action, one.actor, one.was["role"], one.became["role"]) for one in told] == [
        ("remove role", "mia", "auditor", None),
        ("set role", "mia", "bookkeeper", "auditor"),
        ("set role", "mia", None, "bookkeeper"),
    ]
    with pytest.raises(NotFound):
        await desk.roles.remove("eve")


async def test_the_database_knows_no_other_role(desk: Services) -> None:
    await desk.roles.set("eve", "auditor")
    from sqlalchemy.exc import DBAPIError

    with pytest.raises((Refused, DBAPIError)):
        async with desk.database.write() as connection:
            await connection.exec_driver_sql("UPDATE member SET role = 'boss'")


async def test_who_asked_for_a_void_is_told(desk: Services) -> None:
    await authorized(desk)
    await desk.transactions.void("T1")
    (asked,) = await desk.audit.list(AuditQuery(action="void"))
    assert (asked.actor, asked.name) == ("mia", "T1")
