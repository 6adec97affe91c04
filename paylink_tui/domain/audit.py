"""Rows of the audit log as people read them, and what of the log somebody asks for (`audit-chain`)."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Any, Final

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.periods import span

LETTERS: Final = {"T": "payment", "L": "link", "R": "record", "E": "trust_entry"}
"""The letters that stand before the numbers of things people name so."""
_NUMBERED: Final = {kind: letter for letter, kind in LETTERS.items()}
_KINDS: Final = {"statement_line": "line"}
_NAME: Final = re.compile(r"([A-Za-z])([0-9]{1,18})")
_TIME: Final = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ]")
_FIX: Final = "Write words of the action, T17, L5 or client:C1, actor:mia, or since:2026-11-01."
_WORDS: Final = ("actor", "since", "client", "matter", "invoice", "account")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action: who did what to which thing and when (UTC), with what it was and what it became."""

    seq: int
    at: datetime
    actor: str
    action: str
    entity: str
    entity_id: int
    before: str
    """JSON; empty when there was nothing before."""
    after: str
    """JSON; empty when nothing is left to tell."""
    reason: str
    hash: str

    @property
    def name(self) -> str:
        """`T17` or `2026-11` where the thing has such a name, else its kind and number."""
        letter = _NUMBERED.get(self.entity)
        if letter:
            return f"{letter}{self.entity_id}"
        if self.entity == "month":
            return f"{self.entity_id // 100}-{self.entity_id % 100:02d}"
        kind = _KINDS.get(self.entity, self.entity)
        return f"{kind} {self.entity_id}" if self.entity_id else kind

    @property
    def was(self) -> Any:
        """`before` as values; None when empty."""
        return json.loads(self.before) if self.before else None

    @property
    def became(self) -> Any:
        """`after` as values; None when empty."""
        return json.loads(self.after) if self.after else None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What of the log is asked for; empty values ask for everything."""

    actor: str = ""
    """Begins the actor's name; upper and lower case are the same."""
    entity: str = ""
    """As typed: `T17`, `client:C1`; what it names is looked up by the service."""
    action: str = ""
    """Is found in the action."""
    since: datetime | None = None
    """The earliest moment, included."""


def numbered(name: str) -> tuple[str, int] | None:
    """Kind and number of `T17`, `L5`, `R3` or `E5`; None for another name."""
    match = _NAME.fullmatch(name.strip())
    kind = LETTERS.get(match[1].upper()) if match else None
    return (kind, int(match[2])) if kind and match else None


def parse_query(text: str, zone: tzinfo, now: datetime) -> AuditQuery:
    """Read what was typed into the filter of the Activity screen.

    Raises:
        BadInput: a word before a colon that means nothing here, or a day that is none.
    """
    found = {"actor": "", "entity": "", "since": ""}
    words: list[str] = []
    for one in _split(text):
        key, colon, value = one.partition(":")
        if not colon:
            if numbered(one):
                found["entity"] = one
            else:
                words.append(one)
        elif key.lower() not in _WORDS or not value:
            raise BadInput(f"{one!r} cannot be read", _FIX)
        elif key.lower() in ("actor", "since"):
            found[key.lower()] = value
        else:
            found["entity"] = f"{key.lower()}:{value}"
    since = moment(found["since"], zone, now) if found["since"] else None
    return AuditQuery(found["actor"], found["entity"], " ".join(words), since)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.replace('"', " ").split()


def moment(text: str, zone: tzinfo, now: datetime, *, end: bool = False) -> datetime:
    """A day, month, year or ISO time as an instant, UTC; a day starts, or with `end` is over, in `zone`.

    Raises:
        BadInput: it is none of them.
    """
    clean = text.strip()
    if _TIME.match(clean):
        try:
            read = datetime.fromisoformat(clean.upper().replace(" ", "T"))
        except ValueError:
            raise BadInput(f"{text!r} is not a time", "Write it like 2026-10-31T17:00.") from None
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    start, after = span(clean.lower(), now.astimezone(zone).date())
    day = after if end else start
    if day is None:
        raise BadInput(f"{text!r} names no single moment", "Write a day, like 2026-10-31.")
    return datetime.combine(day, time(), zone).astimezone(UTC)
