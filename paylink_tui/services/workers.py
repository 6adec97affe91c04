"""The work that goes on beside the page and the desk, each piece at its own pace.

Every piece may run in several processes at once: what it does is a conditional update, or done by
writers who take turns, so the second one finds nothing left to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import uniform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

LONGEST = 60.0
"""Seconds a piece that keeps failing waits at most, unless its own pace is slower."""
SOON = 0.2
"""Seconds until a piece that found something to do looks again."""

log = logging.getLogger("paylink.workers")


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work."""

    name: str
    """As people are told when it fails."""
    every: float
    """Seconds between two looks while there is nothing to do."""
    work: Callable[[Services], Awaitable[int]]
    """Does what there is to do, and tells how much that was."""


async def _ask_processors(services: Services) -> int:
    return await services.intake.poll()


async def _deliver_webhooks(services: Services) -> int:
    from paylink_tui.services.webhook_delivery import deliver

    return await deliver(services)


async def _close_abandoned(services: Services) -> int:
    from paylink_tui.services.abandoned import close_abandoned

    return await close_abandoned(services)


async def _send_mail(services: Services) -> int:
    from paylink_tui.services.mail import send_waiting

    return await send_waiting(services)


async def _tell_expired(services: Services) -> int:
    from paylink_tui.services.expiry import tell_expired

    return await tell_expired(services.database, services.clock)


async def _forget_attempts(services: Services) -> int:
    return await services.limits.prune()


JOBS: tuple[Job, ...] = (
    Job("Asking the processors", 5.0, _ask_processors),
    Job("Delivering the sandbox's webhooks", 2.0, _deliver_webhooks),
    Job("Closing abandoned checkouts", 10.0, _close_abandoned),
    Job("Sending mail", 2.0, _send_mail),
    Job("Telling of expired links", 30.0, _tell_expired),
    Job("Forgetting old attempts", 600.0, _forget_attempts),
)
"""All of it."""


async def run(services: Services, jobs: Sequence[Job] = JOBS) -> None:
    """Do every job again and again, until cancelled; one that fails holds up no other."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(services, job))


async def _repeat(services: Services, job: Job) -> None:
    failures = 0
    while True:
        done = 0
        try:
            done = await job.work(services)
            failures = 0
        except Exception as problem:
            failures += 1
            if failures == 1:
                log.warning("%s failed and is tried again", job.name, exc_info=problem)
        await asyncio.sleep(pause(job.every, done, failures) * uniform(0.9, 1.1))


def pause(every: float, done: int, failures: int) -> float:
    """Seconds until the next look: soon after something was done, later and later while it fails."""
    if failures:
        return max(every, min(LONGEST, every * 2.0 ** min(failures, 16)))
    return min(every, SOON) if done else every
