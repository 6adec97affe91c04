"""A long walk through the same rules by plain dice: what a machine that shrinks rarely gets deep into."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from tests.simulation.machine import Histories
from tests.simulation.stage import CARD, DECLINED, NothingThereError

UNSEEN = ("captured", "returned", "failed", "voided")
LINKS = ("mint", "disable", "reissue")
SIZES = (0, 1, 7, 10_001, 20_000, 33_333, 60_000, 100_000, 175_009)


def walk(machine: Histories, seed: int, steps: int) -> None:
    """Take `steps` steps, checking all books after each; a failure tells the seed and the steps taken."""
    dice, taken = Random(seed), list[str]()
    machine.open()
    try:
        for _ in range(steps):
            name, *arguments = _step(dice)
            taken.append(f"{name}{tuple(arguments)}")
            with suppress(NothingThereError):
                getattr(machine, name)(*arguments)
            machine.books_agree()
    except Exception as error:
        error.add_note(f"seed {seed}, after {len(taken)} steps:\n" + "\n".join(taken))
        raise


def _step(dice: Random) -> tuple[Any, ...]:
    makers: dict[Callable[[Random], tuple[Any, ...]], int] = {
        _pay: 5,
        _fill_in: 4,
        _try_card: 7,
        lambda dice: ("leave", _pick(dice)): 1,
        lambda dice: ("close_pages", dice.choice((0, 10, 31))): 2,
        lambda dice: ("release", _pick(dice)): 1,
        _link: 6,
        _split: 4,
        _record: 9,
        lambda dice: ("unlink", _pick(dice)): 3,
        lambda dice: ("undo", _pick(dice)): 3,
        lambda dice: ("wait", dice.choice((0, 1, 1, 3))): 3,
        lambda dice: ("give_back", _pick(dice), 0): 1,
        lambda dice: ("end", _pick(dice), dice.choice(("settle", "fail", "void"))): 1,
        lambda dice: (
            "happen_unseen",
            _pick(dice),
            dice.choice(UNSEEN),
        ): 2,
        lambda dice: ("tell_some", _pick(dice), [_pick(dice) for _ in range(dice.randrange(6))]): 2,
        lambda dice: ("tell_wrong", _pick(dice), dice.choice((-1, 1, 500))): 1,
        lambda dice: (
            "change_links",
            _pick(dice),
            dice.randrange(3),
            dice.choice(LINKS),
        ): 1,
        lambda dice: ("drop_intent", _pick(dice)): 1,
        lambda dice: ("import_total", _pick(dice), dice.choice((0, 1, 5_000, 90_000))): 5,
    }
    (make,) = dice.choices(list(makers), list(makers.values()))
    return make(dice)


def _pick(dice: Random) -> int:
    return dice.randrange(1_000)


def _pay(dice: Random) -> tuple[Any, ...]:
    return ("pay", _pick(dice), dice.choice(SIZES[1:]), dice.choice((CARD, CARD, CARD, "echeck", DECLINED)))


def _fill_in(dice: Random) -> tuple[Any, ...]:
    return ("fill_in", _pick(dice), dice.choice(SIZES[1:]), dice.random() < 0.3)


def _try_card(dice: Random) -> tuple[Any, ...]:
    how = dice.choice((CARD, CARD, CARD, "echeck", DECLINED, DECLINED, "1234"))
    return ("try_card", _pick(dice), how, dice.random() < 0.5)


def _link(dice: Random) -> tuple[Any, ...]:
    return ("link", _pick(dice), _pick(dice), dice.random() < 0.5, dice.random() < 0.3)


def _split(dice: Random) -> tuple[Any, ...]:
    owners = (_pick(dice), _pick(dice), _pick(dice))
    return ("split", _pick(dice), owners, (dice.choice(SIZES), dice.choice(SIZES)), dice.random() < 0.7)


def _record(dice: Random) -> tuple[Any, ...]:
    source = dice.choice(("credit", "credit", "credit", "trust", "trust", "cash", "wire"))
    chosen = [_pick(dice) for _ in range(dice.choice((0, 0, 1, 2)))]
    return ("record", source, _pick(dice), dice.choice((0, 0, 0, 0, *SIZES)), chosen)
