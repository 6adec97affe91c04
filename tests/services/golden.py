"""Whole documents against the files in `goldens/`; PAYLINK_GOLDENS=write writes them anew, to be read."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import unified_diff
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.times import from_ms
from paylink_tui.services.bundle import Services
from paylink_tui.store import schema

GOLDENS = Path(__file__).parent / "goldens"
WRITES = os.environ.get("PAYLINK_GOLDENS") == "write"
RANDOM = re.compile(
    r"(?<=/p/)[\w-]{43}"
    r"|\b[a-z]+_[0-9a-f]{16,}\b"
    r"|\b(?:[a-z]+_)?(?=[0-9-]*[a-f])(?=[a-f-]*[0-9])"
    r"(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
)
"""Hashes and numbers drawn by chance. One with a prefix may, by chance, be all decimal digits."""
MOMENT = re.compile(r"\b1[78][0-9]{11}\b")
"""Epoch milliseconds of these years."""
UNSEEN = {"sandbox_charge", "sandbox_event", "sandbox_checkout", "tally"}
"""Tables that are another program's, or that the database keeps by itself."""
UNTOLD = {
    "audit": ("seq", "previous_hash", "hash"),
    "change": ("seq",),
    "operation": ("id",),
    "payment_link": ("nonce", "token_hash"),
}
"""Columns that are chance, or follow from the rest."""

Book = dict[str, list[str]]


def compare(name: str, text: str) -> None:
    """The document is the one that is kept under its name."""
    file, text = GOLDENS / f"{name}.txt", steady(text).rstrip() + "\n"
    if WRITES:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    _same(file.read_text(encoding="utf-8"), text)


def compare_part(name: str, part: str, text: str) -> None:
    """The part of a document is the one that is kept under its heading."""
    file, text = GOLDENS / f"{name}.txt", steady(text).rstrip() + "\n"
    kept = _parts(file)
    if WRITES:
        kept[part] = text
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(f"## {one}\n{kept[one]}" for one in kept), encoding="utf-8")
    _same(kept[part], text)


def _parts(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pieces = re.split(r"^## (.*)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {head: body.rstrip() + "\n" for head, body in zip(pieces[::2], pieces[1::2], strict=True)}


def _same(kept: str, text: str) -> None:
    differs = "\n".join(unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", n=1, lineterm=""))
    assert kept == text, differs


def steady(text: str) -> str:
    """The text with each value of chance named by when it first appears, and moments as people write them."""
    names: dict[str, str] = {}
    text = text.replace("\r", "<CR>")
    text = RANDOM.sub(
        lambda found: names.setdefault(found[0], f"<{len(names) + 1}>"), text.replace("\r", "<CR>")
    )
    return MOMENT.sub(lambda found: from_ms(int(found[0])).strftime("%Y-%m-%dT%H:%M:%SZ"), text)


def shown(value: Any, depth: int = 0) -> str:
    """A value as indented lines, fields that say nothing left out."""
    margin = "\n" + "  " * (depth + 1)
    if isinstance(value, Refused):
        return f"{type(value).__name__} {value.rule}{margin}{value.message}{margin}{value.fix}"
    if isinstance(value, PayLinkError):
        return f"{type(value).__name__}{margin}{value.message}{margin}{value.fix}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [(one.name, getattr(value, one.name)) for one in dataclasses.fields(value)]
        return type(value).__name__ + "".join(
            f"{margin}{name}: {shown(field, depth + 1)}"
            for name, field in fields
            if field not in (None, "", ())
        )
    if isinstance(value, Mapping):
        return "{}" + "".join(f"{margin}{shown(key)}: {shown(one, depth + 1)}" for key, one in value.items())
    if isinstance(value, tuple | list):
        return "[]" + "".join(f"{margin}- {shown(one, depth + 1)}" for one in value)
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


async def book(desk: Services) -> Book:
    """Every row of every table, by table."""
    tables = [one for one in schema.metadata.sorted_tables if one.name not in UNSEEN]
    return {table.name: await _rows(desk, table) for table in tables}


def since(before: Book, after: Book) -> str:
    """The rows that are new or changed, by table."""
    parts = []
    for name, rows in after.items():
        known = set(before.get(name, ()))
        if new := [row for row in rows if row not in known]:
            parts.append("\n".join([f"# {name}", *new]))
    return "\n".join(parts)


async def _rows(desk: Services, table: Table) -> list[str]:
    untold = UNTOLD.get(table.name, ())
    names = [column.name for column in table.columns]
    asked = select(table).order_by(*(table.primary_key.columns or table.columns))
    async with desk.database.write() as connection:
        found = (await connection.execute(asked)).all()
    told = [
        " ".join(
            f"{name}={value}"
            for name, value in zip(names, row, strict=True)
            if name not in untold and value not in (None, "", 0)
        )
        for row in found
    ]
    return sorted(told) if "id" in untold else told
