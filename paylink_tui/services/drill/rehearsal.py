"""Running the exercises one after another, and scoring each by what holds afterwards."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from paylink_tui.services.clock import FixedClock
from paylink_tui.services.drill.copying import copied
from paylink_tui.services.drill.exercises import EXERCISES, Exercise, Told
from paylink_tui.services.drill.stage import DrillServices, Stage

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

SEED: Final = 4411
DOCTOR, THREE_WAY = "the doctor finds nothing new", "trust is in balance"


@dataclass(frozen=True, slots=True)
class Scored:
    """One exercise: what happened, what held, what did not."""

    name: str
    meaning: str
    what: str
    held: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.failed

    @property
    def score(self) -> tuple[int, int]:
        """How much held, of how much."""
        return len(self.held), len(self.held) + len(self.failed)


async def rehearse(
    services: Services, seed: int = SEED, exercises: Mapping[str, Exercise] = EXERCISES
) -> AsyncGenerator[Scored, None]:
    """Play a bad day on a copy of the books, each exercise told as soon as it is scored.

    The books themselves are only read, no processor but the copy's own sandbox is called, and no mail
    leaves. What the doctor finds before the first exercise is held against none of them.

    Raises:
        DatabaseProblem: the books cannot be copied.
    """
    async with copied(services) as copy:
        clock = FixedClock(services.clock.now())
        stage = Stage(DrillServices(copy, clock), clock, Random(seed))
        known = frozenset(await stage.broken())
        await stage.furnish()
        for name, exercise in exercises.items():
            yield await _score(stage, name, exercise, known)


async def _score(stage: Stage, name: str, exercise: Exercise, known: frozenset[str]) -> Scored:
    meaning = (exercise.__doc__ or "").strip().split("\n")[0]
    try:
        told = await exercise(stage)
    except Exception as problem:  # whatever goes wrong is what the rehearsal is there to find
        told = Told(f"it stopped: {problem}", {"carried through": False})
    new = sorted(set(await stage.broken()) - known)
    apart = await stage.out_of_balance()
    holds = {**told.holds, DOCTOR: not new, THREE_WAY: not apart}
    failed = [what for what, held in holds.items() if not held]
    details = {DOCTOR: f"{DOCTOR}: {'; '.join(new)}", THREE_WAY: f"{THREE_WAY}: {', '.join(apart)}"}
    return Scored(
        name,
        meaning,
        told.what,
        tuple(what for what, held in holds.items() if held),
        tuple(details.get(what, what) for what in failed),
    )
