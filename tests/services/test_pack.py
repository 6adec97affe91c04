"""The monthly pack adds up by itself: an outsider with the paper alone can check it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from paylink_tui.domain.errors import BadInput, PayLinkError, Refused
from paylink_tui.domain.pack import age, sections
from paylink_tui.domain.pack_rows import PackData
from paylink_tui.domain.pack_table import as_csv
from paylink_tui.services import pdf_fonts
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.pack import days_of
from paylink_tui.services.recording import NewRecord
from tests.services.desk import completed

MONTH = "2026-11"


@pytest.fixture
async def busy(desk: Services) -> Services:
    """Trust money received, linked, unlinked, spent, given back, and some that nobody named."""
    for amount, owner in ((120_000, Part("C1", "M1")), (60_000, Part("C2")), (33_333, Part("C1"))):
        paid = await completed(desk, "IOLTA", amount)
        await desk.linking.link(paid.name, [owner])
    await completed(desk, "IOLTA", 777)
    await desk.linking.unlink("T3", "wrong client")
    record = NewRecord("C1", "trust", 50_000, "M1", ("101",))
    await desk.recording.record(record)
    await desk.sandbox.give_back("T2")
    await completed(desk, "Operating", 5_000)
    return desk


def assert_adds_up(pack: PackData) -> None:
    """Journals lead from the opening to the book, cards to the listing, and the listing to the book."""
    assert pack.opening + sum(one.amount for one in pack.movements) == pack.reconciled.book
    for one in pack.ledgers:
        assert one.opening + sum(line.amount for line in one.lines) == one.closing
    for kind in ("trust", "held"):
        held = sum(one.closing for one in pack.ledgers if one.kind == kind)
        assert getattr(pack.reconciled, kind) == held
    assert pack.reconciled.ledgers - pack.reconciled.shortage == pack.reconciled.book


def rows_of(pack: PackData, name: str) -> list[list[str]]:
    section = next(one for one in sections(pack) if one.name == name)
    return list(csv.reader(io.StringIO(as_csv(section, pack.currency), newline="")))


async def test_the_month_adds_up(busy: Services) -> None:
    pack = await busy.pack.gather("IOLTA", MONTH)
    assert_adds_up(pack)
    assert pack.reconciled.book == 120_000 + 33_333 + 777 - 50_000
    assert pack.reconciled.adjusted is None
    assert not pack.agrees
    assert [one.amount for one in pack.movements if not one.is_receipt] == [-50_000, -60_000]
    assert [(one.subject, one.target, one.amount) for one in pack.fees] == [("R1", "101", 50_000)]
    found = {one.what: one.subject for one in pack.findings}
    assert "Deposit not linked" in found


async def test_what_was_before_is_brought_forward(busy: Services) -> None:
    later = await busy.pack.gather("IOLTA", "2026-12")
    assert_adds_up(later)
    assert later.opening == later.reconciled.book == 104_110
    assert later.movements == ()
    before = await busy.pack.gather("IOLTA", "2026-10")
    assert_adds_up(before)
    assert (before.opening, before.reconciled.book, before.ledgers) == (0, 0, ())


async def test_an_untouched_account_has_a_pack_too(busy: Services, tmp_path: Path) -> None:
    files = await busy.pack.write("Escrow", MONTH, tmp_path / "new" / "folder")
    assert {one.suffix for one in files} == {".pdf", ".csv"}
    assert all(one.exists() for one in files)


async def test_the_files_say_what_was_gathered(busy: Services, tmp_path: Path) -> None:
    files = await busy.pack.write("IOLTA", MONTH, tmp_path)
    pack = await busy.pack.gather("IOLTA", MONTH)
    names = {one.name for one in sections(pack)}
    assert {one.name for one in files} == {f"trust-IOLTA-{MONTH}.pdf"} | {
        f"trust-IOLTA-{MONTH}-{name}.csv" for name in names
    }
    receipts = rows_of(pack, "receipts")
    amounts = [row[-1] for row in receipts if row[1] == "row"]
    assert sum(round(float(one) * 100) for one in amounts) == 214_110
    assert receipts[-1][1:3] == ["total", "Total"]
    assert receipts[-1][-1] == "2141.10"
    assert (tmp_path / f"trust-IOLTA-{MONTH}.pdf").read_bytes().startswith(b"%PDF-")
    again = await busy.pack.write("IOLTA", MONTH, tmp_path)
    assert again == files


async def test_an_electronic_transfer_is_recorded_with_its_own_amount(busy: Services) -> None:
    pack = await busy.pack.gather("IOLTA", MONTH)
    by_wire = tuple(replace(one, method="wire", amount=-abs(one.amount)) for one in pack.movements)
    (record,) = (one for one in sections(replace(pack, movements=by_wire)) if one.name == "electronic")
    assert (
        [row[-1] for row in record.tables[0].rows]
        == [-one.amount for one in by_wire if not one.is_receipt]
        != []
    )


async def test_the_paper_has_every_figure(busy: Services, tmp_path: Path) -> None:
    text = paper_text((await busy.pack.write("IOLTA", MONTH, tmp_path))[0])
    for word in ("Hartwell & Ng LLP", "Three-way reconciliation", "Client ledger cards", "1,041.10"):
        assert word in text
    assert "Page 1 of" in text
    assert "Head of the audit log" in text


@pytest.mark.parametrize("fonts", ["system", "core"])
async def test_letters_no_font_has_are_said(
    busy: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fonts: str
) -> None:
    link = await busy.links.create(NewLink("IOLTA"), confirmed=True)
    name = "Łukasz 中村 \U0001f600 Ünal"
    paid = await busy.sandbox.pay(link.id, amount=100, name=name, email="")
    await busy.sandbox.settle([paid.name])
    if fonts == "core":
        monkeypatch.setattr(pdf_fonts, "system_font", lambda: None)
    text = paper_text((await busy.pack.write("IOLTA", MONTH, tmp_path))[0])
    assert "Some letters cannot be drawn" in text
    if fonts == "core":
        assert "Lukasz ?? ? Ünal" in text
    pack = await busy.pack.gather("IOLTA", MONTH)
    assert any("Łukasz 中村" in cell for row in rows_of(pack, "receipts") for cell in row)


async def test_only_trust_has_a_pack(desk: Services) -> None:
    with pytest.raises(Refused, match="operating account"):
        await desk.pack.gather("Operating", MONTH)
    with pytest.raises(BadInput, match="not a month"):
        await desk.pack.gather("IOLTA", "2026-13")


async def test_a_folder_that_cannot_be_made_is_said(desk: Services, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PayLinkError, match="cannot be made"):
        await desk.pack.write("IOLTA", MONTH, tmp_path / "file" / "under")


def test_months_and_ages() -> None:
    assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))
    assert [age(30), age(31), age(90), age(91)] == [
        *("up to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days"),
    ]


def paper_text(file: Path) -> str:
    """What the PDF says, read by another program."""
    program = shutil.which("pdftotext")
    if program is None:
        assert not os.environ.get("CI"), "pdftotext is missing, and CI must have it"
        pytest.skip("pdftotext is not installed here")
    done = subprocess.run([program, "-layout", str(file), "-"], capture_output=True, timeout=60, check=True)
    return done.stdout.decode()
