"""The conditions of a filter as frozen values, each with the text that a person types for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from paylink_tui.domain.money import MAX_MINOR, plain
from paylink_tui.domain.parties import AccountKind

STATUSES: Final = ("pending", "authorized", "completed", "voided", "failed", "returned")
"""Statuses a filter may name, in the order a transaction goes through them."""

TO_LINK_WORDS: Final = ("to-link", "to link", "tolink", "unlinked")
"""What `status:` takes for completed and not linked; `unlinked` does alone, too."""

_BARE: Final = re.compile(r"(?!(?:t[0-9]+|unlinked)$)\w[\w.@&/'-]*", re.IGNORECASE)
"""A word that reads back as the same word without quotes."""


def quoted(text: str) -> str:
    """`text` between quotes, with the quotes and backslashes inside it escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(text: str) -> str:
    return quoted(text) if re.search(r'[\s"]', text) else text


@dataclass(frozen=True, slots=True)
class _Term:
    """One condition; all conditions of a filter hold together.

    Conditions that hold the same kind of value share a class above them and differ only by type: each
    generated class costs the start of the program half a millisecond.
    """

    negated: bool = field(default=False, kw_only=True)
    """True keeps what does not match (`-` before the term)."""

    def __str__(self) -> str:
        return f"-{self.body}" if self.negated else self.body

    @property
    def body(self) -> str:
        """The term as typed, without its sign."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Text(_Term):
    KEY: ClassVar[str]
    text: str
    """As typed; it holds at least one letter or digit."""

    @property
    def body(self) -> str:
        """The key and the words."""
        return f"{self.KEY}:{_value(self.text)}"


@dataclass(frozen=True, slots=True)
class _Number(_Term):
    PREFIX: ClassVar[str]
    id: int

    @property
    def body(self) -> str:
        """The name people give it."""
        return f"{self.PREFIX}{self.id}"


class Words(_Text):
    """Words found in payer, e-mail, reference, client or matter number.

    Search asks for `fold_words(text)`, which is never empty. Several words (they were quoted) are
    meant next to each other.
    """

    __slots__ = ()

    @property
    def body(self) -> str:
        """The word, between quotes when it would read as something else."""
        return self.text if _BARE.fullmatch(self.text) else quoted(self.text)


@dataclass(frozen=True, slots=True)
class StatusIs(_Term):
    """In one of these statuses."""

    statuses: frozenset[str]

    @property
    def body(self) -> str:
        """`status:` and the statuses in their own order."""
        return "status:" + ",".join(one for one in STATUSES if one in self.statuses)


class ToLink(_Term):
    """Completed and not linked."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """`status:to-link`."""
        return "status:to-link"


@dataclass(frozen=True, slots=True)
class _YesOrNo(_Term):
    """Something that is so, or is not."""

    yes: bool
    key: ClassVar[str]

    @property
    def body(self) -> str:
        """The key, and `yes` or `no`."""
        return f"{self.key}:{'yes' if self.yes else 'no'}"


@dataclass(frozen=True, slots=True)
class Linked(_YesOrNo):
    """Linked to a client, or not, whatever its status."""

    key: ClassVar[str] = "linked"


@dataclass(frozen=True, slots=True)
class AccountIs(_Term):
    """Paid into an account of this kind, or into the account of this name; exactly one is given."""

    kind: AccountKind | None
    name: str = ""

    @property
    def body(self) -> str:
        """`account:` and the kind or the name."""
        return f"account:{self.kind.value if self.kind else _value(self.name)}"


@dataclass(frozen=True, slots=True)
class ClientIs(_Term):
    """Linked to the client of this code or name, or to one whose name holds these words."""

    name: str

    @property
    def body(self) -> str:
        """`client:` and the name."""
        return f"client:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class MatterIs(_Term):
    """Linked to the matter of this number."""

    number: str

    @property
    def body(self) -> str:
        """`matter:` and the number."""
        return f"matter:{_value(self.number)}"


@dataclass(frozen=True, slots=True)
class AmountIs(_Term):
    """Amount between `low` and `high` minor units, both included; None is without end, never both."""

    low: int | None
    high: int | None

    @property
    def body(self) -> str:
        """`amount:` and the bounds as decimals."""
        if self.low is None:
            return f"amount:{_at_most(self.high or 0)}"
        if self.high is None:
            return f"amount:{_at_least(self.low)}"
        if self.low == self.high:
            return f"amount:{_short(self.low)}"
        return f"amount:{_short(self.low)}..{_short(self.high)}"


@dataclass(frozen=True, slots=True)
class _Between(_Term):
    """From `start_ms` (included) to `end_ms` (excluded), UTC epoch milliseconds; None is without end.

    Resolved when the text was read: a filter kept over midnight, or one by age, is read again from
    its own text.
    """

    start_ms: int | None
    end_ms: int | None
    text: str
    """The canonical term (`paid:2026-11`, `age:>48h`), which stays relative when it was."""

    @property
    def body(self) -> str:
        """The term as it was typed."""
        return self.text


class PaidBetween(_Between):
    """Paid within the span; `age:` counts from here, too."""

    __slots__ = ()


class CompletedBetween(_Between):
    """Completed within the span; what is not completed does not match, negated or not."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MethodIs(_Term):
    """Paid by card or by eCheck."""

    method: Literal["card", "echeck"]

    @property
    def body(self) -> str:
        """`method:` and the method."""
        return f"method:{self.method}"


@dataclass(frozen=True, slots=True)
class Refunded(_YesOrNo):
    """Some of it was refunded, or nothing was."""

    key: ClassVar[str] = "refunded"


@dataclass(frozen=True, slots=True)
class DisputeIs(_Term):
    """Its dispute stands like this; `yes` for any, `no` for never disputed."""

    how: Literal["yes", "no", "open", "won", "lost"]

    @property
    def body(self) -> str:
        """`disputed:` and how."""
        return f"disputed:{self.how}"


class IdIs(_Number):
    """The transaction of this id: `T17`."""

    __slots__ = ()
    PREFIX = "T"


class LinkIs(_Number):
    """Paid through the payment link of this id: `link:L5`."""

    __slots__ = ()
    PREFIX = "link:L"


class ReferenceHas(_Text):
    """The payer's reference holds these words."""

    __slots__ = ()
    KEY = "reference"


class EmailHas(_Text):
    """The payer's e-mail address holds this."""

    __slots__ = ()
    KEY = "email"


Term = (
    Words
    | StatusIs
    | ToLink
    | Linked
    | AccountIs
    | ClientIs
    | MatterIs
    | AmountIs
    | PaidBetween
    | CompletedBetween
    | MethodIs
    | Refunded
    | DisputeIs
    | IdIs
    | LinkIs
    | ReferenceHas
    | EmailHas
)
"""Every kind of condition, so that a `match` over terms can be checked for completeness."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold; without any, everything matches."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Canonical text; reading it again gives an equal filter."""
        return " ".join(map(str, self.terms))


def _short(minor: int) -> str:
    return plain(minor).removesuffix(".00")


def _at_least(low: int) -> str:
    return f">{_short(low - 1)}" if low % 100 == 1 else f">={_short(low)}"


def _at_most(high: int) -> str:
    whole = high % 100 == 99 and high < MAX_MINOR
    return f"<{_short(high + 1)}" if whole else f"<={_short(high)}"
