"""An action of the audit log in words: a short line of what changed, and before beside after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from textual.content import Content

from paylink_tui.domain.audit import AuditEntry
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.times import from_ms
from paylink_tui.tui.paint import HEADING, dim, fill, when

_MONEY: Final = frozenset({"amount", "total", "paid_before", "applied", "refunded", "fee", "held", "balance"})
"""Values in minor units, by the last part of their name."""
_MONEY_TABLES: Final = frozenset({"paid", "applied"})
"""Tables of such values, by the number of an invoice."""
_FIRST: Final = ("status", "state", "name", "amount", "client", "matter")
_NONE: Final = "-"


def differences(entry: AuditEntry, zone: tzinfo, now: datetime) -> list[tuple[str, str, str]]:
    """Name, value before and value after of all that the action tells, its state first."""
    before, after = dict(_flat("", _only(entry.was))), dict(_flat("", _only(entry.became)))
    known = dict.fromkeys((*after, *before))
    names = [*(name for name in _FIRST if name in known), *(name for name in known if name not in _FIRST)]
    return [
        (name, _value(name, before.get(name), zone, now), _value(name, after.get(name), zone, now))
        for name in names
    ]


def short(entry: AuditEntry, zone: tzinfo, now: datetime) -> str:
    """What changed, on one line."""
    told = []
    for name, was, became in differences(entry, zone, now):
        if was == became:
            continue
        label = name.replace("_", " ")
        told.append(f"{label} {became}" if was == _NONE else f"{label} {was} → {became}")
    return ", ".join(told)


def behind(entry: AuditEntry, zone: tzinfo, now: datetime, width: int) -> Content:
    """The whole action: who, when, why, and each value before and after, side by side."""
    facts = (
        ("When", f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"),
        ("Who", visible(entry.actor, 80)),
        ("Of", visible(entry.name, 80)),
        ("Reason", visible(entry.reason, 400)),
    )
    lines = [
        Content.assemble((f"#{entry.seq}  ", "bold"), (visible(entry.action.capitalize(), 80), "bold")),
        *(Content.assemble(dim(f"{name:8}"), value) for name, value in facts if value),
        Content(""),
        *_side_by_side(differences(entry, zone, now), width),
        Content(""),
        dim("Hash"),
        Content(entry.hash[:32]),
        Content(entry.hash[32:]),
    ]
    return Content("\n").join(lines)


def _side_by_side(rows: list[tuple[str, str, str]], width: int) -> Iterator[Content]:
    name_width = min(max((len(name) for name, _, _ in rows), default=0), max(8, width // 3))
    room = max(6, (width - name_width - 4) // 2)
    yield Content.assemble(
        fill(Content(""), name_width + 2),
        fill(Content.styled("Before", HEADING), room + 2),
        Content.styled("After", HEADING),
    )
    for name, was, became in rows:
        same = was == became
        label = fill(dim(name.replace("_", " ")), name_width)
        left = fill(dim(was) if same else Content(was), room)
        right = fill(dim(became) if same else Content.styled(became, "bold"), room)
        yield Content("  ").join([label, left, right])


def _only(value: Any) -> Any:
    """A list of one is that one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every single value with its name; parts of a list are numbered from 1."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), one)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _flat(f"{path}.{number}" if path else str(number), one)
    elif value is not None or path:
        yield path, value


def _value(name: str, value: Any, zone: tzinfo, now: datetime) -> str:
    parts = name.split(".")
    if value is None or value == "":
        return _NONE
    if type(value) is int and (parts[-1] in _MONEY or _MONEY_TABLES & set(parts[:-1])):
        return display(value)
    if type(value) is int and parts[-1].endswith("_at"):
        return when(from_ms(value), zone, now)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value), 200)
