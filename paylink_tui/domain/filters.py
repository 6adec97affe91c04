"""The query language of the `/` bar: text in, a filter out, or a sentence about the term that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from functools import partial
from typing import Final

from paylink_tui.domain import periods, terms
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import MAX_MINOR, parse_amount
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.terms import STATUSES, TO_LINK_WORDS, Filter, Term
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.domain.times import to_ms

MAX_TEXT: Final = 1000
"""Characters a query may have."""
MAX_TERMS: Final = 32
"""Conditions a query may have."""

EXAMPLES: Final = {
    "status": "status:authorized,completed or status:to-link",
    "linked": "linked:no",
    "account": 'account:trust or account:"IOLTA 4411"',
    "client": 'client:"Ng"',
    "matter": "matter:2026-0042",
    "amount": "amount:>500 or amount:500..900",
    "paid": "paid:2026-11, paid:today or paid:2026-11-01..2026-11-15",
    "completed": "completed:month",
    "age": "age:>48h",
    "method": "method:echeck",
    "refunded": "refunded:yes",
    "disputed": "disputed:open or disputed:yes",
    "id": "id:17 or T17",
    "link": "link:L5",
    "reference": "reference:retainer",
    "email": "email:dana@example.com",
}
"""Every key with an example of its use, for help, completion and errors."""

_TOKEN: Final = re.compile(
    r'\s*(?P<sign>[-!]?)(?:(?P<key>[A-Za-z_][A-Za-z_-]*):)?(?P<raw>(?:"(?:\\.|[^"\\])*"|[^\s"])*)'
)
_QUOTED: Final = re.compile(r'"((?:\\.|[^"\\])*)"')
_AGE: Final = re.compile(r"(>=|<=|>|<)([0-9]{1,5})([hdw])")
_UNIT_MS: Final = {"h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


@dataclass(frozen=True, slots=True)
class _Clock:
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date | None) -> int | None:
        return None if day is None else to_ms(datetime.combine(day, time(), self.zone))


def parse(text: str, *, now: datetime, zone: tzinfo) -> Filter:
    """Read a query.

    Args:
        text: What a person typed; empty means everything.
        now: The present, with its time zone; `today` and `age:` count from it.
        zone: The firm's zone, whose midnights bound the days.

    Raises:
        BadInput: naming the term, what is wrong with it and what to write instead.
    """
    if len(text) > MAX_TEXT:
        raise BadInput(f"the filter has {len(text)} characters; {MAX_TEXT} is the most", "Shorten it.")
    clean, clock = visible(text, MAX_TEXT), _Clock(now, zone)
    found: dict[Term, None] = {}
    at = 0
    while at < len(clean):
        token = _TOKEN.match(clean, at)
        assert token is not None
        if clean[token.end() : token.end() + 1] == '"':
            raise _wrong(clean[token.start() :].strip(), BadInput("the quote is not closed", 'Add a ".'))
        if (term := _term(token, clock)) is not None:
            found[term] = None
        at = token.end()
    result = Filter(tuple(found))
    if len(found) > MAX_TERMS or len(str(result)) > MAX_TEXT:
        raise BadInput(f"the filter has {len(found)} terms; that is too long", "Drop some of them.")
    return result


def _term(token: re.Match[str], clock: _Clock) -> Term | None:
    try:
        key, raw = token["key"], token["raw"]
        term = _keyed(key, raw, clock) if key else _bare(raw)
    except BadInput as problem:
        raise _wrong(token[0].strip(), problem) from None
    return replace(term, negated=True) if term is not None and token["sign"] else term


def _wrong(term: str, problem: BadInput) -> BadInput:
    return BadInput(f"filter term {visible(term, 60)}: {problem.message}", problem.fix)


def _keyed(key: str, raw: str, clock: _Clock) -> Term:
    name = _ALIASES.get(key.lower(), key.lower())
    if name not in _READERS:
        raise BadInput(f"there is no filter named {visible(key, 20)}", _nearest_key(name, raw))
    value = _unquoted(raw).strip()
    if not value:
        raise BadInput("it has no value", f"Write it like {EXAMPLES[name]}.")
    return _READERS[name](value, clock)


def _bare(raw: str) -> Term | None:
    """A word, `T17` or `unlinked`; nothing when there is no letter or digit to look for."""
    if re.fullmatch(r"[Tt]0*[1-9][0-9]{0,17}", raw):
        return terms.IdIs(int(raw[1:]))
    if raw.lower() == "unlinked":
        return terms.ToLink()
    word = _unquoted(raw)
    return terms.Words(word) if fold_words(word) else None


def _unquoted(raw: str) -> str:
    return _QUOTED.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1]), raw)


def _nearest_key(key: str, raw: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, _READERS, n=1)
    if close:
        return f"Write {close[0]}:{visible(raw, 40)}"
    return f'Known: {", ".join(EXAMPLES)}. For a word with a colon write it in quotes: "{key}:..."'


def _nearest(value: str, known: tuple[str, ...], key: str) -> BadInput:
    from difflib import get_close_matches

    close = get_close_matches(value, known, n=1)
    fix = f"Did you mean {key}:{close[0]}?" if close else f"Choose among {', '.join(known)}."
    return BadInput(f"{visible(value, 40)!r} is not known", fix)


def _status(value: str, clock: _Clock) -> Term:
    names = [name.strip() for name in value.lower().split(",") if name.strip()]
    if any(name in TO_LINK_WORDS for name in names):
        if len(names) > 1:
            raise BadInput("to-link stands alone", "Write status:to-link in a filter of its own.")
        return terms.ToLink()
    for name in names:
        if name not in STATUSES:
            raise _nearest(name, (*STATUSES, "to-link"), "status")
    if not names:
        raise BadInput("it names no status", f"Write it like {EXAMPLES['status']}.")
    return terms.StatusIs(frozenset(names))


def _linked(value: str, clock: _Clock) -> Term:
    word = value.lower()
    if word in ("yes", "y", "true"):
        return terms.Linked(True)
    if word in ("no", "n", "false"):
        return terms.Linked(False)
    raise _nearest(word, ("yes", "no"), "linked")


def _refunded(value: str, clock: _Clock) -> Term:
    if (word := value.lower()) not in ("yes", "no"):
        raise _nearest(word, ("yes", "no"), "refunded")
    return terms.Refunded(word == "yes")


def _disputed(value: str, clock: _Clock) -> Term:
    for how in ("yes", "no", "open", "won", "lost"):
        if value.lower() == how:
            return terms.DisputeIs(how)
    raise _nearest(value.lower(), ("yes", "no", "open", "won", "lost"), "disputed")


def _account(value: str, clock: _Clock) -> Term:
    if value.lower() in (AccountKind.TRUST, AccountKind.OPERATING):
        return terms.AccountIs(AccountKind(value.lower()))
    return terms.AccountIs(None, _searchable(value))


def _searchable(value: str) -> str:
    if not fold_words(value):
        raise BadInput("it has no letter or digit to look for", "Write a word or a number.")
    return value


def _amount(value: str, clock: _Clock) -> Term:
    if ".." in value:
        left, right = value.split("..", 1)
        low = _minor(left) if left else None
        high = _minor(right) if right else None
    else:
        low, high = _bounds(value)
    if low is None and high is None:
        raise BadInput("it has neither a least nor a most amount", f"Write {EXAMPLES['amount']}.")
    if (high is not None and high < (low or 0)) or (low is not None and low > MAX_MINOR):
        raise BadInput("no amount can match", "Write the smaller amount first, and none below zero.")
    return terms.AmountIs(low, high)


def _bounds(value: str) -> tuple[int | None, int | None]:
    if value.startswith(">="):
        return _minor(value[2:]), None
    if value.startswith("<="):
        return None, _minor(value[2:])
    if value.startswith(">"):
        return _minor(value[1:]) + 1, None
    if value.startswith("<"):
        return None, _minor(value[1:]) - 1
    return _minor(value), _minor(value)


def _minor(text: str) -> int:
    try:
        return parse_amount(text)
    except BadInput as problem:
        raise BadInput(problem.message, f"Write it like {EXAMPLES['amount']}.") from None


def _between(
    kind: type[terms.PaidBetween | terms.CompletedBetween], key: str, value: str, clock: _Clock
) -> Term:
    text = "".join(value.lower().split())
    start, end = periods.span(text, clock.today)
    return kind(clock.midnight(start), clock.midnight(end), f"{key}:{text}")


def _age(value: str, clock: _Clock) -> Term:
    text = "".join(value.lower().split())
    match = _AGE.fullmatch(text)
    if match is None:
        raise BadInput(f"{visible(value, 40)!r} is not an age", "Write age:>48h, age:<2d or age:>=1w.")
    then = to_ms(clock.now) - int(match[2]) * _UNIT_MS[match[3]]
    # Older than an age means paid before that moment, so the signs turn round.
    edge = then + 1 if match[1] in (">=", "<") else then
    older = match[1].startswith(">")
    return terms.PaidBetween(None if older else edge, edge if older else None, f"age:{text}")


def _method(value: str, clock: _Clock) -> Term:
    word = value.lower()
    if word == "card":
        return terms.MethodIs("card")
    if word in ("echeck", "e-check", "ach"):
        return terms.MethodIs("echeck")
    raise _nearest(word, ("card", "echeck"), "method")


def _number(letter: str, value: str) -> int:
    match = re.fullmatch(rf"[{letter}{letter.lower()}]?0*([1-9][0-9]{{0,17}})", value)
    if match is None:
        raise BadInput(f"{visible(value, 40)!r} is not a number", f"Write a number, or {letter}17.")
    return int(match[1])


_ALIASES: Final = {"ref": "reference", "mail": "email", "e-mail": "email"}
_READERS: Final[dict[str, Callable[[str, _Clock], Term]]] = {
    "status": _status,
    "linked": _linked,
    "account": _account,
    "client": lambda value, clock: terms.ClientIs(_searchable(value)),
    "matter": lambda value, clock: terms.MatterIs(_searchable(value)),
    "amount": _amount,
    "paid": partial(_between, terms.PaidBetween, "paid"),
    "completed": partial(_between, terms.CompletedBetween, "completed"),
    "age": _age,
    "method": _method,
    "refunded": _refunded,
    "disputed": _disputed,
    "id": lambda value, clock: terms.IdIs(_number("T", value)),
    "link": lambda value, clock: terms.LinkIs(_number("L", value)),
    "reference": lambda value, clock: terms.ReferenceHas(_searchable(value)),
    "email": lambda value, clock: terms.EmailHas(_searchable(value)),
}
