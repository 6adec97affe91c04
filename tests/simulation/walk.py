"""Long walks through the same rules by plain dice: what a machine that shrinks rarely gets deep into."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.simulation.dice import step
from tests.simulation.machine import Histories

Step = tuple[Any, ...]
"""The name of a rule and what it is called with."""


class BrokenError(Exception):
    """A walk that ended badly: its seed, the steps it took, and what was wrong."""

    def __init__(self, seed: int, steps: Sequence[Step], wrong: Exception) -> None:
        super().__init__(f"seed {seed}, after {len(steps)} steps: {wrong!r}")
        self.add_note(f"Again: python -m tests.simulation.long --seed {seed} --steps {max(len(steps), 1)}")
        self.seed = seed
        self.steps = list(steps)


def walk(machine: Histories, seed: int, steps: int, done: Counter[str] | None = None) -> None:
    """Take `steps` steps, checking all books after each, then let everything heal.

    Raises:
        BrokenError: a check failed, or a step did what nobody expected.
    """
    dice = Random(seed)
    taken = [step(dice) for _ in range(steps)]
    replay(machine, taken, seed, done)


def replay(
    machine: Histories, steps: Sequence[Step], seed: int = 0, done: Counter[str] | None = None
) -> None:
    """Take these steps."""
    count = 0
    try:
        machine.open()
        machine.books_agree()
        for one in steps:
            count += 1
            _take(machine, one, done)
        machine.settle_down()
        machine.books_agree()
    except Exception as error:
        raise BrokenError(seed, steps[:count], error) from error


def _take(machine: Histories, one: Step, done: Counter[str] | None) -> None:
    name, *arguments = one
    getattr(machine, name)(*arguments)
    if done is not None and not machine.idle:
        done[name] += 1
    machine.books_agree()


def shrink(make: Callable[[], Histories], broken: BrokenError, seconds: float) -> BrokenError:
    """Leave out as many steps as it takes seconds to find, so that it still ends in the same kind of way."""
    until, kind = time.monotonic() + seconds, type(broken.__cause__)
    size = len(broken.steps) // 2
    while size and time.monotonic() < until:
        start = 0
        while start < len(broken.steps) and time.monotonic() < until:
            shorter = broken.steps[:start] + broken.steps[start + size :]
            found = _ends_badly(make(), shorter, broken.seed)
            if found is not None and type(found.__cause__) is kind:
                broken = found
            else:
                start += size
        size //= 2
    return broken


def _ends_badly(machine: Histories, steps: Sequence[Step], seed: int) -> BrokenError | None:
    try:
        replay(machine, steps, seed)
    except BrokenError as broken:
        return broken
    finally:
        machine.teardown()
    return None
