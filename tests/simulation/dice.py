"""Which step comes next, by dice: how often each is taken, and with what."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation.fuse import HOWS
from tests.simulation.stage import CARD, DECLINED
from tests.simulation.trustees import WAYS

UNSEEN = ("captured", "returned", "failed", "voided")
ENDS = ("open", "open", "won", "lost")
ROLES = ("approver", "approver", "bookkeeper")
ACTS = ("link", "refund", "unlink", "receipt", "close")
LINKS = ("mint", "disable", "reissue")
SIZES = (0, 1, 7, 10_001, 20_000, 33_333, 60_000, 100_000, 175_009)

Make = Callable[[Random], tuple[Any, ...]]


def pick(dice: Random) -> int:
    """A number that picks one of however many things there are."""
    return dice.randrange(1_000)


def step(dice: Random) -> tuple[Any, ...]:
    """The name of a rule and what it is called with."""
    (make,) = dice.choices(list(MAKERS), list(MAKERS.values()))
    return make(dice)


def _pay(dice: Random) -> tuple[Any, ...]:
    return ("pay", pick(dice), dice.choice(SIZES[1:]), dice.choice((CARD, CARD, CARD, "echeck", DECLINED)))


def _fill_in(dice: Random) -> tuple[Any, ...]:
    return ("fill_in", pick(dice), dice.choice(SIZES[1:]), dice.random() < 0.3)


def _try_card(dice: Random) -> tuple[Any, ...]:
    how = dice.choice((CARD, CARD, CARD, "echeck", DECLINED, DECLINED, "1234"))
    return ("try_card", pick(dice), how, dice.random() < 0.5)


def _link(dice: Random) -> tuple[Any, ...]:
    return ("link", pick(dice), pick(dice), dice.random() < 0.5, dice.random() < 0.3)


def _split(dice: Random) -> tuple[Any, ...]:
    owners = (pick(dice), pick(dice), pick(dice))
    return ("split", pick(dice), owners, (dice.choice(SIZES), dice.choice(SIZES)), dice.random() < 0.7)


def _record(dice: Random) -> tuple[Any, ...]:
    source = dice.choice(("credit", "credit", "credit", "trust", "trust", "cash", "wire"))
    chosen = [pick(dice) for _ in range(dice.choice((0, 0, 1, 2)))]
    return ("record", source, pick(dice), dice.choice((0, 0, 0, 0, *SIZES)), chosen)


def _tell_some(dice: Random) -> tuple[Any, ...]:
    return ("tell_some", pick(dice), [pick(dice) for _ in range(dice.randrange(6))])


def _refund(dice: Random) -> tuple[Any, ...]:
    part = dice.choice((-1, -1, -1, pick(dice)))
    return ("refund", pick(dice), dice.choice((0, 0, *SIZES)), part, dice.random() < 0.3)


def _enter(dice: Random) -> tuple[Any, ...]:
    how, places = dice.choice(WAYS), (pick(dice), pick(dice), pick(dice))
    return ("enter", how, *places, dice.choice(SIZES[1:]), dice.random() < 0.3)


MAKERS: dict[Make, int] = {
    lambda dice: ("lay_fuse", dice.choice((0, 0, 1, 1, 2, 3, 4)), dice.choice(HOWS)): 9,
    lambda dice: ("jump", dice.choice((-1, 1, 8 * 24, 40 * 24))): 2,
    _pay: 5,
    _fill_in: 4,
    _try_card: 7,
    lambda dice: ("leave", pick(dice)): 1,
    lambda dice: ("close_pages", dice.choice((0, 10, 31))): 2,
    lambda dice: ("release", pick(dice)): 1,
    _link: 6,
    _split: 4,
    _record: 9,
    _refund: 6,
    lambda dice: ("approve_refund", pick(dice), dice.random() < 0.7): 4,
    lambda dice: ("withdraw_refund", pick(dice)): 1,
    lambda dice: ("foreign_refund", pick(dice), dice.choice(SIZES[1:]), dice.random() < 0.6): 2,
    lambda dice: ("dispute", pick(dice), dice.choice(ENDS), dice.random() < 0.6): 5,
    lambda dice: ("give_role", dice.choice(("mia", "ann", "ann")), dice.choice(ROLES)): 4,
    lambda dice: ("void", pick(dice)): 1,
    lambda dice: ("audit", pick(dice), dice.choice(ACTS)): 1,
    lambda dice: ("link_many", [pick(dice) for _ in range(dice.choice((2, 3, 4)))], pick(dice), False): 1,
    lambda dice: ("link_many", [pick(dice), pick(dice)], pick(dice), True): 1,
    _enter: 8,
    lambda dice: ("approve_entry", pick(dice), dice.random() < 0.7): 4,
    lambda dice: ("withdraw_entry", pick(dice)): 1,
    lambda dice: ("undo_entry", pick(dice)): 2,
    lambda dice: ("restore_nothing", pick(dice)): 1,
    lambda dice: ("bank_tells", pick(dice), dice.choice((0, 0, 1, 2)), dice.random() < 0.2): 4,
    lambda dice: ("match_bank", pick(dice)): 4,
    lambda dice: ("unmatch", pick(dice), pick(dice)): 1,
    lambda dice: ("month_end", dice.random() < 0.7): 3,
    lambda dice: ("relink", pick(dice), pick(dice), dice.random() < 0.5): 3,
    lambda dice: ("unlink", pick(dice)): 3,
    lambda dice: ("undo", pick(dice)): 3,
    lambda dice: ("wait", dice.choice((0, 1, 1, 3))): 3,
    lambda dice: ("give_back", pick(dice), 0): 1,
    lambda dice: ("end", pick(dice), dice.choice(("settle", "fail", "void"))): 1,
    lambda dice: ("happen_unseen", pick(dice), dice.choice(UNSEEN)): 2,
    _tell_some: 2,
    lambda dice: ("tell_wrong", pick(dice), dice.choice((-1, 1, 500))): 1,
    lambda dice: ("change_links", pick(dice), dice.randrange(3), dice.choice(LINKS)): 1,
    lambda dice: ("drop_intent", pick(dice)): 1,
    lambda dice: ("import_total", pick(dice), dice.choice((0, 1, 5_000, 90_000))): 5,
}
