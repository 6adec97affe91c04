"""The settings file as tables and values, checked against the settings there are; all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, get_type_hints

from paylink_tui.domain.colours import READABLE, contrast
from paylink_tui.domain.settings import MailSecurity, Settings
from paylink_tui.domain.settings_kinds import Wrong, shown, take
from paylink_tui.domain.settings_rules import RULES, is_loopback

ON_THEIR_OWN: Final = ("keymap", "views")
"""Settings of the desk that are tables of the file themselves."""
SECRETS_FIX: Final = "secrets do not belong in this file; set them with `paylink config secret NAME`"

_SECRET_WORDS: Final = ("password", "secret", "token", "api_key")
_WHITE: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that cannot be used, or should not be."""

    key: str
    """`page.port`, `[page]`, or empty when it is about the whole file."""
    reason: str
    near: str = ""
    """The name that was probably meant."""

    def __str__(self) -> str:
        told = f"{self.key}: {self.reason}" if self.key else self.reason
        return f"{told}; did you mean {self.near}?" if self.near else told


@dataclass(frozen=True, slots=True)
class Checked:
    """What the file says: its good parts taken, what holds by default in place of the others."""

    settings: Settings
    problems: tuple[Problem, ...]
    given: frozenset[str]
    """Keys whose values are the file's."""


@cache
def keys() -> Mapping[str, Any]:
    """Every setting's kind, by its key in the file (`page.port`; `keymap` is a table of its own)."""
    found: dict[str, Any] = {}
    for table, kind in get_type_hints(Settings).items():
        if hasattr(kind, "__dataclass_fields__"):
            hints = get_type_hints(kind)
            found |= {_key(table, one.name): hints[one.name] for one in fields(kind)}
    return found


def value_of(settings: Settings, key: str) -> Any:
    """The value of a setting by its key."""
    table, _, name = key.rpartition(".")
    return getattr(getattr(settings, table or "desk"), name)


def check(found: Mapping[str, Any], folder: Path) -> Checked:
    """Take everything that can be taken; relative paths start at `folder`."""
    problems: list[Problem] = []
    taken: dict[str, Any] = {}
    for key, value in _values(found, problems):

        def say(where: str, reason: str, key: str = key) -> None:
            problems.append(Problem(f"{key}.{where}" if where else key, reason))

        try:
            taken[key] = take(keys()[key], value, RULES.get(key), folder, say)
        except Wrong as wrong:
            say("", wrong.reason)
    settings = with_values(Settings(), taken)
    told = {one.key for one in problems}
    problems += [one for one in _together(settings) if one.key not in told]
    return Checked(settings, tuple(problems), frozenset(taken))


def with_values(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """`settings` with other values, by their keys."""
    tables: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        tables.setdefault(table or "desk", {})[name] = value
    changed = {table: replace(getattr(settings, table), **some) for table, some in tables.items()}
    return replace(settings, **changed)


def warnings(settings: Settings) -> tuple[Problem, ...]:
    """What works, but probably is not meant."""
    found = []
    accent, page, mail = settings.branding.accent, settings.page, settings.mail
    if (apart := contrast(accent, _WHITE)) < READABLE:
        reason = f"{accent} has a contrast of {apart:.1f} to white where text needs {READABLE}"
        found.append(Problem("branding.accent", f"{reason}; the page darkens it for text"))
    if page.address.startswith("http://") and not is_loopback(page.address):
        found.append(Problem("page.address", "without https, what a payer types can be read on the way"))
    unprotected = mail.security is MailSecurity.NONE and mail.username and not is_loopback(mail.host)
    if unprotected:
        found.append(Problem("mail.security", "none sends the password over the network readable by anyone"))
    return tuple(found)


def _key(table: str, name: str) -> str:
    return name if table == "desk" and name in ON_THEIR_OWN else f"{table}.{name}"


def _values(found: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """The values of settings there are; what is no setting is a problem."""
    tables = {key.partition(".")[0] for key in keys()}
    for table, values in found.items():
        if table not in tables:
            problems.append(_no_table(table, values))
        elif table in ON_THEIR_OWN:
            yield table, values
        elif not isinstance(values, dict):
            problems.append(Problem(f"[{table}]", f"must be a table, not {shown(values)}"))
        else:
            for name, value in values.items():
                key = f"{table}.{name}"
                if key in keys():
                    yield key, value
                else:
                    problems.append(_no_setting(table, name))


def _no_table(table: str, values: object) -> Problem:
    if not isinstance(values, dict):
        homes = [key for key in keys() if key.endswith(f".{table}")]
        near = f"{table} under [{homes[0].partition('.')[0]}]" if homes else ""
        return Problem(table, "stands outside of every table", near)
    names = {f"[{key.partition('.')[0]}]" for key in keys()}
    return Problem(f"[{table}]", "there is no such table", _nearest(f"[{table}]", sorted(names)))


def _no_setting(table: str, name: str) -> Problem:
    if any(word in name.lower() for word in _SECRET_WORDS):
        return Problem(f"{table}.{name}", SECRETS_FIX)
    near = _nearest(name, [key.partition(".")[2] for key in keys() if key.startswith(f"{table}.")])
    if not near:
        near = _nearest(name, [key for key in keys() if key.endswith(f".{name}")], least=0)
    if not near and table == "desk" and name in ON_THEIR_OWN:
        near = f"[{name}], a table of its own"
    return Problem(f"{table}.{name}", "there is no such setting", near)


def _nearest(word: str, known: list[str], *, least: float = 0.5) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, 1, least)), "")


def _together(settings: Settings) -> Iterator[Problem]:
    """Settings that need each other."""
    if settings.mail.host and not settings.mail.sender:
        yield Problem("mail.sender", "is needed as soon as mail.host is set: it is the From address")
    if not settings.page.languages:
        yield Problem("page.languages", "must name at least one language")
