"""A name typed by a person finds the one row that is meant, or says what it could mean."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylink_tui.domain.errors import NotFound
from paylink_tui.domain.text import fold_words
from paylink_tui.store.database import Database
from paylink_tui.store.read import names
from tests.store.directory_rows import write_directory, write_link, write_payment


@pytest.mark.parametrize(
    ("typed", "client_id"),
    [
        ("C-1", 1),
        ("c-1", 1),
        (" C-1 ", 1),
        ("#2", 2),
        ("lee ng", 1),
        ("nguy", 2),
        ("jose nunez", 3),
        ("JOSÉ", 3),
        ("acme [/foo] ltd", 6),
        ("acme", 6),
        ("17", 7),
        ("lee@example.com", 1),
        ("dana two", 5),
    ],
)
async def test_client_by_code_id_name_or_beginning(database: Database, typed: str, client_id: int) -> None:
    await write_directory(database)
    assert await names.client(database.reader, typed) == client_id


async def test_words_of_the_name_win_over_words_of_an_email(database: Database) -> None:
    await write_directory(database)
    with pytest.raises(NotFound) as told:
        await names.client(database.reader, "ng")
    assert told.value.candidates == ("C-1 Lee Ng", "C-2 Nguyen Holdings")


async def test_two_clients_of_one_name_are_listed(database: Database) -> None:
    await write_directory(database)
    with pytest.raises(NotFound) as told:
        await names.client(database.reader, "dana ruiz")
    assert told.value.candidates == ("C-4 Dana Ruiz", "C-5 Dana Ruiz")
    assert '"dana ruiz" could be 2 clients' in told.value.message


@pytest.mark.parametrize(
    "typed", ["nobody", "", "---", "#99", "%", "_", "a\0b", "\ud800", "9" * 40, "' OR 1=1"]
)
async def test_nobody_is_said_with_what_was_searched(database: Database, typed: str) -> None:
    await write_directory(database)
    with pytest.raises(NotFound) as told:
        await names.client(database.reader, typed)
    assert told.value.candidates == ()
    assert "searched by id, name and e-mail" in told.value.message
    assert "paylink clients list" in told.value.fix


async def test_no_more_than_eight_candidates(database: Database) -> None:
    from sqlalchemy import insert

    from paylink_tui.store.schema import client

    rows = [
        {
            "code": f"X{n:02}",
            "name": f"Xavier {n:02}",
            "kind": "person",
            "search": fold_words(f"X{n:02}", f"Xavier {n:02}"),
        }
        for n in range(70)
    ]
    async with database.write() as connection:
        await connection.execute(insert(client), rows)
    with pytest.raises(NotFound, match="could be more than 8 clients") as told:
        await names.client(database.reader, "xavier")
    assert len(told.value.candidates) == 8
    assert await names.client(database.reader, "xavier 69") == 70


@pytest.mark.parametrize(
    ("typed", "matter_id"), [("2026-2", 2), ("2026-20", 3), ("lease", 1), ("estate plan", 2)]
)
async def test_matter_by_number_or_description(database: Database, typed: str, matter_id: int) -> None:
    await write_directory(database)
    assert await names.matter(database.reader, typed) == matter_id


async def test_a_matters_description_is_looked_for_among_the_clients_own(database: Database) -> None:
    await write_directory(database)
    assert await names.matter(database.reader, "estate", client_id=2) == 3
    with pytest.raises(NotFound) as told:
        await names.matter(database.reader, "estate")
    assert told.value.candidates == ("2026-2 Estate plan", "2026-20 Estate of Ruiz")


async def test_invoice_and_account(database: Database) -> None:
    await write_directory(database)
    reader = database.reader
    assert await names.invoice(reader, "1002") == 2
    assert await names.invoice(reader, "a-1") == 4
    assert await names.account(reader, "operating") == 2
    assert await names.account(reader, "1") == 1
    assert await names.account(reader, "iolta") == 1
    assert await names.account(reader, "4411") == 1
    for missing in (
        names.invoice(reader, "100"),
        names.account(reader, "savings"),
        names.account(reader, ""),
    ):
        with pytest.raises(NotFound):
            await missing


async def test_transaction_by_number_reference_and_payer(database: Database) -> None:
    await write_directory(database)
    await write_link(database)
    await write_payment(database, payment_ref="ch_a", payer_name="Dana Ruiz", payer_email="lee@example.com")
    await write_payment(database, payment_ref="ch_b", payer_name="Lee Ng")
    await write_payment(database, payment_ref="77", payer_name="Lee Nguyen", processor="another")
    reader = database.reader
    assert await names.transaction(reader, "T2") == 2
    assert await names.transaction(reader, "t2") == 2
    assert await names.transaction(reader, "1") == 1
    assert await names.transaction(reader, "ch_a") == 1
    assert await names.transaction(reader, "77") == 3
    assert await names.transaction(reader, "nguyen") == 3
    assert await names.transaction(reader, "dana") == 1
    assert await names.transaction(reader, "lee ng") == 2
    with pytest.raises(NotFound) as told:
        await names.transaction(reader, "lee n")
    assert told.value.candidates == (
        "T3 Lee Nguyen $10.00 2026-09-21",
        "T2 Lee Ng $10.00 2026-09-21",
    )
    with pytest.raises(NotFound, match="No transaction"):
        await names.transaction(reader, "T99")


async def test_link_by_number_and_reference(database: Database) -> None:
    await write_directory(database)
    for reference in ("Retainer", "Retainer Núñez", "Filing fee"):
        await write_link(database, reference=reference)
    reader = database.reader
    assert await names.link(reader, "L2") == 2
    assert await names.link(reader, "3") == 3
    assert await names.link(reader, "retainer") == 1
    assert await names.link(reader, "nunez") == 2
    with pytest.raises(NotFound, match="No link"):
        await names.link(reader, "---")
    with pytest.raises(NotFound) as told:
        await names.link(reader, "retain")
    assert told.value.candidates == ("L2 Retainer Núñez", "L1 Retainer")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
async def test_any_text_is_answered(database: Database, typed: str) -> None:
    for find in (names.client, names.matter, names.invoice, names.account, names.transaction, names.link):
        with pytest.raises(NotFound):
            await find(database.reader, typed)
