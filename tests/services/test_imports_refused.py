"""A bad file is told by line, column, value and reason, and nothing of it goes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from paylink_tui.domain.errors import BadInput, UsageError
from paylink_tui.services.imports import reading
from paylink_tui.services.imports.service import ImportFailed
from paylink_tui.store.database import Database
from tests.services.import_book import CLIENTS, HEADER, INVOICES, MATTERS, Book, service, table


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


@pytest.mark.parametrize(
    ("kind", "row", "line", "column", "value", "reason"),
    [
        ("clients", ",Lee,,,", 2, "id", "", "is empty"),
        ("clients", "C-1,,,,", 2, "name", "", "every client has a name"),
        ("clients", "C-1,Lee,robot,,", 2, "type", "robot", "is none of person, company"),
        ("clients", "C-1,Lee,,", 2, "", "", "has 4 fields where the header has 5"),
        ("clients", "C-1,Lee,,,,", 2, "", "", "has 6 fields"),
        ("clients", f"C-1,{'x' * 201},,,", 2, "name", "x" * 201, "has 201 characters; at most 200"),
        ("clients", f"{'9' * 65},Lee,,,", 2, "id", "9" * 65, "at most 64"),
        ("clients", "C-1,Le\x00e,,,", 2, "name", "Le\x00e", "control character U+0000"),
        ("clients", "C-1,Lee,,,\x1b[2J", 2, "phone", "\x1b[2J", "control character U+001B"),
        ("clients", '"C\n1",Lee,,,', 2, "id", "C\n1", "holds a line break"),
        ("clients", 'C-1,"Lee"x,,,', 2, "", "", "look at its quotes"),
        ("clients", 'C-1,"Lee,,,', 2, "", "", "look at its quotes"),
        ("clients", "C-1,Lee,,,\nC-2,Ng,,,\nC-1,Lee,,,", 4, "id", "C-1", "is on line 2 already"),
        ("matters", "M-1,C-1,,ajar", 2, "status", "ajar", "is none of open, pending, closed"),
        ("matters", "M-1,,,", 2, "client_id", "", "is empty"),
        ("matters", "M-1,C-9,,", 2, "client_id", "C-9", "is the id of no client"),
        ("matters", "2026-1,C-2,,", 2, "client_id", "C-2", "matter 2026-1 belongs to another client"),
        ("invoices", "1,C-1,,22.11.2026,,1,1", 2, "issued", "22.11.2026", "write it as YYYY-MM-DD"),
        ("invoices", "1,C-1,,2026-11-22T00:00,,1,1", 2, "issued", "2026-11-22T00:00", "YYYY-MM-DD"),
        ("invoices", "1,C-1,,20261122,,1,1", 2, "issued", "20261122", "YYYY-MM-DD"),
        ("invoices", "1,C-1,,2026-02-30,,1,1", 2, "issued", "2026-02-30", "not a day of the calendar"),
        ("invoices", "1,C-1,,,,1,1", 2, "issued", "", "is not a date"),
        ("invoices", "1,C-1,,2026-01-01,,-1.00,0", 2, "total", "-1.00", "is negative"),
        ("invoices", "1,C-1,,2026-01-01,,1,-1", 2, "balance", "-1", "is negative"),
        ("invoices", "1,C-1,,2026-01-01,,1.005,1", 2, "total", "1.005", "more than 2 digits"),
        ("invoices", "1,C-1,,2026-01-01,,1e3,1", 2, "total", "1e3", "is not an amount"),
        ("invoices", "1,C-1,,2026-01-01,,,1", 2, "total", "", "is not an amount"),
        ("invoices", "1,C-1,,2026-01-01,,100000000000,1", 2, "total", "100000000000", "is larger than"),
        ("invoices", "1,C-1,,2026-01-01,,1.00,1.01", 2, "balance", "1.01", "is more than the total 1.00"),
        ("invoices", "1,C-9,,2026-01-01,,1,1", 2, "client_id", "C-9", "import the clients first"),
        ("invoices", "1,C-1,M-9,2026-01-01,,1,1", 2, "matter_number", "M-9", "import the matters first"),
        ("invoices", "1,C-1,2026-2,2026-01-01,,1,1", 2, "matter_number", "2026-2", "another client"),
    ],
)
async def test_a_bad_row_is_told_by_line_column_value_and_reason(
    database: Database, book: Book, kind: str, row: str, line: int, column: str, value: str, reason: str
) -> None:
    await book.everything(database)
    before = [await table(database, name) for name in ("client", "matter", "invoice", "change")]
    header = {"clients": CLIENTS, "matters": MATTERS, "invoices": INVOICES}[kind].partition("\n")[0]
    good = {"clients": "G,Good,,,", "matters": "G,C-1,,", "invoices": "G,C-1,,2026-01-01,,1,1"}[kind]
    [problem] = await book.problems(
        database, kind, f"{header}\n{row}\n{good}\n" if '"Lee,' not in row else f"{header}\n{row}"
    )
    assert (problem.line, problem.column, problem.value) == (line, column, value)
    assert reason in problem.reason
    assert [await table(database, name) for name in ("client", "matter", "invoice", "change")] == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", [(1, "", "the file is empty")]),
        ("\ufeff \n", [(1, "", "the file is empty")]),
        ("id,name,type,email\n", [(1, "phone", "is missing")]),
        ("id,name,type,email,phone,fax\n", [(1, "fax", "is not a column")]),
        ("id,name,type,email,phone,\n", [(1, "", "is not a column")]),
        ("id,name,name,type,email,phone\n", [(1, "name", "is named twice")]),
        (
            "a;b\n",
            [(1, "a;b", "is not a column")]
            + [(1, name, "is missing") for name in ["id", "name", "type", "email", "phone"]],
        ),
        ("\n\nid,name,type,email\n", [(3, "phone", "is missing")]),
    ],
)
async def test_a_wrong_header_is_named(
    database: Database, book: Book, content: str, told: list[tuple[int, str, str]]
) -> None:
    problems = await book.problems(database, "clients", content)
    assert [(problem.line, problem.column) for problem in problems] == [
        (line, name) for line, name, _ in told
    ]
    for problem, (_, _, reason) in zip(problems, told, strict=True):
        assert reason in problem.reason


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (CLIENTS.encode() + "C-3,José,,,\n".encode("latin-1"), 4, "is not UTF-8 at byte 96"),
        (CLIENTS.encode("utf-16"), 1, "the file is in UTF-16"),
    ],
)
async def test_another_encoding_is_refused_where_it_shows(
    database: Database, book: Book, content: bytes, line: int, reason: str
) -> None:
    [problem] = await book.problems(database, "clients", content)
    assert problem.line == line
    assert reason in problem.reason


async def test_ten_problems_are_told_and_the_rest_counted(database: Database, book: Book) -> None:
    rows = "".join(f"C-{n},,,,\n" for n in range(25))
    with pytest.raises(ImportFailed) as told:
        await book.run(database, "clients", f"id,name,type,email,phone\nG,Good,,,\n{rows}")
    assert [problem.line for problem in told.value.problems] == list(range(3, 13))
    assert told.value.more == 15
    assert "25 problems" in told.value.message
    assert "and 15 more" in told.value.message
    assert "line 3, column name: is empty" in told.value.message
    assert told.value.exit_code == 1
    assert await table(database, "client") == []


async def test_problems_of_form_and_of_reference_come_together(database: Database, book: Book) -> None:
    await book.everything(database)
    content = f"{HEADER}\n1,C-9,,2026-01-01,,1,1\n2,C-1,,soon,,1,1\n3,C-8,,2026-01-01,,1,1\n"
    problems = await book.problems(database, "invoices", content)
    assert [(problem.line, problem.column) for problem in problems] == [
        (2, "client_id"),
        (3, "issued"),
        (4, "client_id"),
    ]


async def test_a_file_that_is_not_there_or_is_none(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        await service(database).run("clients", tmp_path / "missing.csv")
    with pytest.raises(BadInput, match="is not a file"):
        await service(database).run("clients", tmp_path)
    with pytest.raises(BadInput, match="There is no file"):
        await service(database).run("clients", Path("a\0b.csv"))
    with pytest.raises(UsageError, match="choose clients, matters, invoices"):
        await service(database).run("payments", tmp_path)


async def test_a_file_beyond_all_measure_is_not_read(
    database: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(BadInput, match="is larger than"):
        await book.run(database, "clients", CLIENTS)
