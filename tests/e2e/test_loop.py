"""The main job by the command line alone, each command a program of its own, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Desk, import_all, in_process, program
from tests.seen import meanwhile, opened

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.fixture
def firm(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A firm made from nothing, with its accounts and its books imported."""
    monkeypatch.delenv("PAYLINK_LINK_KEY")
    desk = Desk(in_process, database_url)
    desk.json("init", "--firm", "Hartwell & Ng LLP")
    desk.json("accounts", "add", "IOLTA 4411", "--type", "trust", "--processor", "sandbox")
    desk.json("accounts", "add", "Operating", "--type", "operating", "--processor", "sandbox")
    import_all(desk, tmp_path)
    return Desk(program, database_url)


def test_from_a_link_to_paid_invoices(firm: Desk) -> None:
    link = firm.json("links", "create", "--account", "Operating", "--reference", "Invoices")

    paid = firm.json("sandbox", "pay", link["url"], "--amount", "1500.00", "--name", "Acme Holdings",
                     "--email", "pay@acme.example")  # fmt: skip
    assert (paid["status"], paid["reference"]) == ("authorized", "Invoices")
    [done] = firm.json("sandbox", "settle", paid["id"])
    assert (done["status"], done["linked"]) == ("completed", False)

    words = ("transactions", "link", paid["id"], "--client", "C1")
    planned = firm.json(*words, "--dry-run")
    assert firm.json("transactions", "show", paid["id"])["linked"] is False
    posted = firm.json(*words)
    for key in ("transaction", "allocations", "remainder"):
        assert posted[key] == planned[key]
    assert [(one["invoice"], one["balance_after"]) for one in posted["allocations"]] == [
        ("1003", "0.00"),
        ("1001", "0.00"),
        ("1002", "0.00"),
    ]
    assert posted["remainder"] == "50.00"

    shown = firm.json("clients", "show", "C1")
    assert (shown["credit"], shown["open_balance"]) == ("50.00", "0.00")
    assert firm.open_numbers() == [("2001", "400.00")]
    [listed] = firm.json("transactions", "list")
    assert (listed["client"], listed["applied"], listed["unapplied"]) == ("C1", "1450.00", "50.00")
    assert firm.json("doctor")["ok"] is True


def test_every_refusal_by_its_name(firm: Desk) -> None:
    firm = Desk(in_process, firm.url)
    firm.json("links", "create", "--account", "Operating")
    firm.json("links", "create", "--account", "IOLTA 4411")
    operating = firm.paid("L1", "100", settle=False)

    document = firm.refused("link-only-completed", "transactions", "link", operating, "--client", "C2")
    assert document["intent"]["client"] == "C2"
    [settled] = firm.json("sandbox", "settle")
    assert (settled["client"], settled["applied"]) == ("C2", "100.00")

    trust = firm.paid("L2", "80")
    link = ("transactions", "link", trust)
    firm.refused("link-client", *link, "--client", "C1", "--matter", "M-201")
    firm.refused("apply-default", *link, "--client", "C1", "--apply")
    firm.json(*link, "--client", "C1")
    record = ("payments", "record", "--client", "C1", "--source")
    firm.refused("record-from-trust", *record, "trust", "--amount", "80.01")
    firm.refused("record-credit", *record, "credit", "--amount", "0.01")

    firm.json("accounts", "add", "Savings", "--type", "operating")
    firm.refused("access-account", "links", "create", "--account", "Savings")
    firm.json("init", "--plan", "starter")
    firm.refused("access-plan", "links", "create", "--account", "Operating")
    assert firm.json("doctor")["ok"] is True


async def test_the_screen_shows_the_same_figures(firm: Desk) -> None:
    before = Desk(in_process, firm.url)
    await meanwhile(before.json, "links", "create", "--account", "Operating")
    number = await meanwhile(before.paid, "L1", "1500", "--name", "Acme Holdings")
    waiting = await meanwhile(before.paid, "L1", "42.50", "--name", "Dana Ruiz")
    await meanwhile(before.json, "transactions", "link", number, "--client", "C1")
    shown = await meanwhile(before.json, "transactions", "show", number)
    async with opened(firm.url) as screen:
        await screen.reads("Dana Ruiz", "To link 1  $42.50", "$1,500.00", "Completed")
        await screen.press("down")
        text = await screen.reads(number, "Unapplied", f"${shown['unapplied']}")
        for line in shown["allocations"]:
            assert line["invoice"] in text
            assert f"${line['amount']}" in text
        # Linked from the screen, it is linked for the command.
        await screen.press("up", "l")
        await screen.reads(f"Link {waiting}")
        await screen.press(*"lee ng")
        await screen.reads("C2, client level", "2001", "$42.50 pays 1 invoice")
        await screen.press("enter")
        await screen.reads("To link 0")
    linked = await meanwhile(firm.json, "transactions", "show", waiting)
    assert (linked["client"], linked["applied"]) == ("C2", "42.50")
    assert await meanwhile(firm.open_numbers) == [("2001", "357.50")]
