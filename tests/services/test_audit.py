"""The audit log: every kind of tampering is found, and every command leaves its row."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from paylink_tui.domain.audit import AuditQuery
from paylink_tui.domain.errors import BadInput, NotFound
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.read import audit as reading
from paylink_tui.store.unit_of_work import chain_hash, unit_of_work
from paylink_tui.store.write import attempts
from tests.databases import Fresh
from tests.services.desk import authorized, completed, copied, desk_at, furnish

COLUMNS = "at, actor, action, entity, entity_id, before, after, reason, previous_hash, hash"
SWAP = ("UPDATE audit SET seq = -4 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5")
TAMPERING: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a changed actor": (("UPDATE audit SET actor = 'lee' WHERE seq = 4",), 4, "was changed"),
    "a changed moment": (("UPDATE audit SET at = at + 1 WHERE seq = 4",), 4, "was changed"),
    "a changed value": (("UPDATE audit SET after = '{}' WHERE seq = 4",), 4, "was changed"),
    "a changed first row": (("UPDATE audit SET reason = 'x' WHERE seq = 1",), 1, "was changed"),
    "a changed hash": (("UPDATE audit SET hash = 'aa' WHERE seq = 4",), 4, "was changed"),
    "a removed row": (("DELETE FROM audit WHERE seq = 4",), 5, "removed"),
    "a removed first row": (("DELETE FROM audit WHERE seq = 1",), 2, "removed"),
    "two swapped rows": ((*SWAP, "UPDATE audit SET seq = 5 WHERE seq = -4"), 4, "swapped"),
    "a row put in": (
        (
            f"INSERT INTO audit (seq, {COLUMNS}) SELECT 900, at, actor, 'void', entity, entity_id, before,"
            " after, reason, hash, 'bb' FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        ),
        900,
        "put in",
    ),
}


async def tamper(desk: Services, *statements: str) -> None:
    """Take the log's guards away, then do it."""
    sqlite = ("audit_forever_update", "audit_forever_delete")
    guards = sqlite if desk.database.dialect == "sqlite" else ("audit_forever ON audit",)
    async with desk.database.write() as connection:
        for guard in guards:
            await connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def some_rows(url: str) -> None:
    """A log with some rows."""
    async with desk_at(url) as desk:
        await furnish(desk)
        paid = await completed(desk)
        await desk.linking.link(paid.name, [Part("C1")])
        await desk.linking.unlink(paid.name, "not theirs")


@pytest.fixture
async def book(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    async with copied(fresh, some_rows) as desk:
        yield desk


async def test_a_whole_chain_gives_its_head(book: Services) -> None:
    chain = await book.audit.verify()
    rows = await book.database.reader.rows("SELECT count(*), max(seq) FROM audit")
    newest = await book.database.reader.rows("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
    assert (chain.rows, chain.seq, chain.head) == (*rows[0], newest[0][0])
    assert (chain.broken, chain.problem) == (0, "")


async def test_an_empty_log_is_whole(database: Any) -> None:
    assert (await reading.whole(database.reader)) == reading.Chain()


@pytest.mark.parametrize("what", TAMPERING)
async def test_tampering_is_found_at_its_row(book: Services, what: str) -> None:
    statements, row, problem = TAMPERING[what]
    await tamper(book, *statements)
    chain = await book.audit.verify()
    assert chain.broken == row, chain
    assert problem in chain.problem


async def test_a_cut_off_tail_is_found_by_the_head_kept_outside(book: Services) -> None:
    before = await book.audit.verify()
    await authorized(book)
    assert (await book.audit.verify(before.head)).met
    assert (await book.audit.verify(before.head[:16])).met
    await tamper(book, f"DELETE FROM audit WHERE seq >= {before.seq}")
    cut = await book.audit.verify(before.head)
    assert not cut.broken
    assert not cut.met


async def test_a_log_written_anew_is_found_by_the_head(book: Services) -> None:
    """Who can compute hashes can make a chain that holds, but not one with the hash somebody kept."""
    head = (await book.audit.verify()).head
    rows = await book.database.reader.rows(f"SELECT seq, {COLUMNS} FROM audit ORDER BY seq")
    statements, previous = [], ""
    for seq, *values in rows:
        row = dict(zip(COLUMNS.split(", "), values, strict=True))
        row |= {"actor": "lee" if seq == 3 else row["actor"], "previous_hash": previous}
        previous = row["hash"] = chain_hash(row)
        told = ", ".join(f"{name} = '{row[name]}'" for name in ("actor", "previous_hash", "hash"))
        statements.append(f"UPDATE audit SET {told} WHERE seq = {seq}")
    await tamper(book, *statements)
    chain = await book.audit.verify(head)
    assert not chain.broken
    assert not chain.met


async def test_a_look_goes_on_where_the_last_one_ended(book: Services) -> None:
    before = await book.audit.verify()
    await authorized(book)
    (after,) = [state async for state in book.audit.follow(before)]
    assert after == await book.audit.verify()
    assert after.rows > before.rows


async def test_pages_join(book: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = await book.audit.verify()
    monkeypatch.setattr(reading, "PAGE", 2)
    assert await book.audit.verify() == expected
    await tamper(book, "UPDATE audit SET actor = 'lee' WHERE seq = 4")
    assert (await book.audit.verify()).broken == 4


@pytest.mark.parametrize("head", ["deadbeef", "no hash at all", "a" * 65])
async def test_what_is_no_head_is_refused(book: Services, head: str) -> None:
    with pytest.raises(BadInput, match="no hash"):
        await book.audit.verify(head)


async def test_the_log_is_filtered(book: Services) -> None:
    async def actions(**wanted: Any) -> list[str]:
        return [one.action for one in await book.audit.list(AuditQuery(**wanted))]

    assert await actions(entity="T1") == ["unlink", "link", "told", "told", "submit"]
    assert await actions(entity="T1", actor="MI") == ["unlink", "link"]
    assert await actions(action="ink", actor="mia", entity="T1") == ["unlink", "link"]
    assert await actions(actor="100%") == []
    assert await actions(entity="account:IOLTA") == ["add"]
    typed = await book.audit.query("T1 actor:mia unlink since:2026-11-01")
    assert [one.action for one in await book.audit.page(typed, limit=9)] == ["unlink"]
    assert await book.audit.count(typed) == 1
    assert await book.audit.count(await book.audit.query("since:2026-12-01")) == 0
    with pytest.raises(NotFound):
        await book.audit.query("client:Nobody")
    with pytest.raises(BadInput):
        await book.audit.query("colour:red")
    with pytest.raises(BadInput):
        await book.audit.list(AuditQuery(entity="everything"))


Command = Callable[[Services, Path], Awaitable[object]]


async def _import(desk: Services, kind: str, text: str, folder: Path) -> None:
    file = folder / f"{kind}.csv"
    file.write_text(text)
    await desk.imports.run(kind, file)


async def _link(desk: Services) -> int:
    return (await desk.links.create(NewLink("Operating", amount=500))).id


async def _disabled(desk: Services, _: Path) -> None:
    await desk.links.disable(await _link(desk))


async def _reissued(desk: Services, _: Path) -> None:
    await desk.links.reissue(await _link(desk))


async def _released(desk: Services, _: Path) -> None:
    number = await _link(desk)
    async with unit_of_work(desk.database, "page", desk.clock.now()) as unit:
        await attempts.freeze(unit, number, "8 declined cards")
    await desk.freezes.release(number)


async def _linked(desk: Services, _: Path) -> None:
    await desk.linking.link((await completed(desk)).name, [Part("C1")])


async def _unlinked(desk: Services, folder: Path) -> None:
    await _linked(desk, folder)
    await desk.linking.unlink("T1", "not theirs")


async def _intended(desk: Services, _: Path) -> None:
    await desk.linking.link((await authorized(desk)).name, [Part("C1")])


async def _dropped(desk: Services, folder: Path) -> None:
    await _intended(desk, folder)
    await desk.linking.drop_intent("T1")


async def _recorded(desk: Services, _: Path) -> None:
    await desk.recording.record(NewRecord("C2", "cash", 40_000, invoices=("201",)))


async def _undone(desk: Services, folder: Path) -> None:
    await _recorded(desk, folder)
    await desk.recording.undo(1, "typed twice")


async def _sent_again(desk: Services, _: Path) -> None:
    await completed(desk)
    await desk.messages.retry(1)


COMMANDS: dict[str, tuple[Command, str, Any, Any]] = {
    "change firm": (
        lambda desk, _: desk.firm.init("Ng LLP"),
        "mia",
        {"name": "Hartwell & Ng LLP"},
        {"name": "Ng LLP"},
    ),
    "add account": (
        lambda desk, _: desk.firm.add_account("Fees", "operating"),
        "mia",
        None,
        {"name": "Fees"},
    ),
    "create link": (lambda desk, _: _link(desk), "mia", None, {"amount": 500, "max_uses": None}),
    "disable link": (_disabled, "mia", {"disabled_at": None}, {"disabled_at": 1795186800000}),
    "reissue link": (_reissued, "mia", {"disabled_at": None}, {"disabled_at": None}),
    "release link": (_released, "mia", {"frozen": "8 declined cards"}, {"frozen": ""}),
    "link payment": (_linked, "mia", {"client": None}, None),
    "unlink payment": (_unlinked, "mia", {"client": 1}, {"client": None}),
    "intend payment": (_intended, "mia", {"client": None}, {"client": 1, "apply": True}),
    "drop intent payment": (_dropped, "mia", {"client": 1, "by": "mia"}, {"client": None}),
    "record record": (_recorded, "mia", {"held": None}, {"amount": 40_000, "paid": {"201": 40_000}}),
    "undo record record": (_undone, "mia", {"amount": 40_000}, {"undone": True}),
    "send again message": (_sent_again, "mia", {"state": "waiting"}, {"state": "waiting"}),
    "told payment": (
        lambda desk, _: completed(desk),
        "processor:sandbox",
        {"status": "authorized", "completed_at": None},
        {"status": "completed"},
    ),
    "submit payment": (lambda desk, _: authorized(desk), "payer:L1", None, {"amount": 100_000}),
    "change client": (
        lambda desk, folder: _import(
            desk, "clients", "id,name,type,email,phone\nC1,Acme Ltd,person,,\n", folder
        ),
        "mia",
        {"name": "Acme Holdings"},
        {"name": "Acme Ltd"},
    ),
    "change matter": (
        lambda desk, folder: _import(
            desk, "matters", "number,client_id,description,status\nM1,C1,,closed\n", folder
        ),
        "mia",
        {"status": "open"},
        {"status": "closed"},
    ),
    "change invoice": (
        lambda desk, folder: _import(
            desk,
            "invoices",
            "number,client_id,matter_number,issued,due,total,balance\n101,C1,M1,2026-10-02,2026-11-01,700.00,700.00\n",
            folder,
        ),
        "mia",
        {"total": 50_000},
        {"total": 70_000},
    ),
    "import clients clients": (
        lambda desk, folder: _import(desk, "clients", "id,name,type,email,phone\nC9,New,person,,\n", folder),
        "mia",
        None,
        {"created": 1, "ids": [4, 4]},
    ),
}
"""Command and kind of thing as the log names them: what is done, by whom, before and after."""


@pytest.mark.parametrize("name", COMMANDS)
async def test_every_command_leaves_who_what_before_and_after(
    desk: Services, tmp_path: Path, name: str
) -> None:
    command, actor, before, after = COMMANDS[name]
    await command(desk, tmp_path)
    row = await desk.audit.list(AuditQuery(), limit=1000)
    found = [one for one in row if f"{one.action} {one.entity}" == name]
    assert found, [f"{one.action} {one.entity}" for one in row]
    assert found[0].actor == actor
    assert found[0].at == desk.clock.now()
    assert _holds(found[0].before, before)
    assert found[0].after
    assert _holds(found[0].after, after)


def _holds(told: str, expected: Any) -> bool:
    """Whether what was told has at least these values."""
    if expected is None:
        return True
    values = json.loads(told)
    return bool({name: values[name] for name in expected} == expected)
