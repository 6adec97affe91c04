from __future__ import annotations

from pathlib import Path

from tests.commands import Desk


def test_a_pack_is_made_where_asked(both: Desk, tmp_path: Path) -> None:
    both.json("transactions", "link", both.paid("L2", "400"), "--client", "C1")
    folder = tmp_path / "packs"
    done = both.json("trust", "pack", "IOLTA 4411", "--month", "2026-11", "-o", str(folder))
    assert sorted(done["files"]) == sorted(str(one) for one in folder.iterdir())
    assert str(folder / "trust-IOLTA-4411-2026-11.pdf") in done["files"]


def test_what_has_no_pack_is_said(desk: Desk) -> None:
    desk.refused("trust-three-way", "trust", "pack", "Operating", "--month", "2026-11")
    assert "month" in desk.fails(2, "trust", "pack", "IOLTA 4411", "--month", "November")
    desk.fails(4, "trust", "pack", "Nowhere", "--month", "2026-11")
    desk.fails(2, "trust", "pack", "IOLTA 4411")
