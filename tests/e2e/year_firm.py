"""A firm of twelve clients: who they are, which matters they have, and its two bank accounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from paylink_tui.domain.money import plain
from paylink_tui.services.bundle import Services
from paylink_tui.services.links import NewLink

TRUST, OPERATING = "IOLTA", "Operating"
BOOKKEEPER, APPROVER = "mia", "noor"
FIRM = "Hartwell & Ng LLP"
CLIENTS = (
    *("Acme Holdings", "Dana Ruiz", "Lee Ng", "Marlow & Finch Partners", "José Núñez", "Okafor Estate"),
    *("Bright Harbor Shipping", "Zielińska Design", "Foxglove Interiors", "Priya Raman", "Tom O'Neill"),
    "Granite Ridge Homes",
)
MATTERS = tuple(
    (f"M-{client:02d}{letter}", client) for client in range(1, 13) for letter in "AB"[: 1 + client % 2]
)
"""Number and client; every other client has two."""


def code(client: int) -> str:
    """`C07`."""
    return f"C{client:02d}"


def matters_of(client: int) -> list[str]:
    """The numbers of a client's matters."""
    return [number for number, owner in MATTERS if owner == client]


async def settles(at: datetime, method: str) -> datetime:
    """The year's processor: a card completes on the next working day, an eCheck four later."""
    from tests.e2e.year_bank import workday

    day = workday(at.date(), 1 if method == "card" else 4)
    return at + timedelta(days=(day - at.date()).days)


async def set_up(desk: Services, folder: Path) -> None:
    """The firm, its clients and matters, and a standing link for each account: L1 trust, L2 operating."""
    await desk.firm.init(FIRM)
    await desk.roles.set(APPROVER, "approver")
    for name, kind in ((TRUST, "trust"), (OPERATING, "operating")):
        await desk.firm.add_account(name, kind, processor="sandbox")
        await desk.links.create(NewLink(name), confirmed=True)
    people = [f'{code(number)},"{name}",company,,' for number, name in enumerate(CLIENTS, 1)]
    await _import(desk, "clients", folder, ["id,name,type,email,phone", *people])
    rows = [f"{number},{code(client)},Matter {number},open" for number, client in MATTERS]
    await _import(desk, "matters", folder, ["number,client_id,description,status", *rows])


async def invoice(desk: Services, folder: Path, dice: Random, day: date) -> dict[str, tuple[int, str, int]]:
    """Bill about half of the matters; client, matter and cents of each invoice by number."""
    made = {}
    for at, (matter, client) in enumerate(MATTERS):
        if dice.random() < 0.55:
            made[f"{day:%y%m}{at:02d}"] = (client, matter, dice.randrange(20_000, 180_000))
    due = day + timedelta(days=30)
    rows = [
        f"{number},{code(client)},{matter},{day},{due},{plain(cents)},{plain(cents)}"
        for number, (client, matter, cents) in made.items()
    ]
    await _import(
        desk, "invoices", folder, ["number,client_id,matter_number,issued,due,total,balance", *rows]
    )
    return made


async def _import(desk: Services, kind: str, folder: Path, rows: list[str]) -> None:
    file = folder / f"{kind}.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    await desk.imports.run(kind, file)
