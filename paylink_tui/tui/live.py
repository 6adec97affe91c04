"""Hearing of changes: the feed followed for ever, the processors asked every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.errors import PayLinkError

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services
    from paylink_tui.services.feed import Change

ASK_EVERY: Final = 5.0
"""Seconds between two questions to the processors."""
SHORTEST, LONGEST = 1.0, 60.0
"""Seconds of patience after a failure: doubled each time."""

Tell = Callable[[tuple["Change", ...]], object]
Trouble = Callable[[str], object]
"""Told a sentence when something fails, and nothing when it works again."""


async def follow(services: Services, tell: Tell, trouble: Trouble) -> None:
    """Hand every batch of changes on; a database that is lost is waited for, and nothing is missed."""
    seen: int | None = None
    patience = SHORTEST
    while True:
        try:
            if seen is None:
                seen = await services.feed.last()
            trouble("")
            async for batch in services.feed.watch(seen):
                seen, patience = batch[-1].seq, SHORTEST
                tell(batch)
        except PayLinkError as problem:
            trouble(problem.message)
        await asyncio.sleep(patience)
        patience = min(2 * patience, LONGEST)


async def ask_processors(services: Services, trouble: Trouble) -> None:
    """Take in what the processors know; one that cannot be reached is asked less and less often."""
    patience = ASK_EVERY
    # Its modules bring SQLAlchemy along: a thread imports them, while keys are answered.
    intake = await asyncio.to_thread(getattr, services, "intake")
    while True:
        try:
            await intake.poll()
        except PayLinkError as problem:
            trouble(problem.message)
            patience = min(2 * patience, LONGEST)
        else:
            trouble("")
            patience = ASK_EVERY
        await asyncio.sleep(patience)
