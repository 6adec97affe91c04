"""A process that sends the mail of a database until it is done or killed."""

from __future__ import annotations

import asyncio
import sys

from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.mail import LEASE, send_waiting
from paylink_tui.store.database import open_database
from tests.mail_settings import through
from tests.services.desk import START


async def carry(url: str, port: int, round_: int) -> None:
    """Send what waits; each round begins when the claims of the one before have run out."""
    clock = FixedClock(START + (LEASE + LEASE) * round_)
    postman = Services(await open_database(url), clock, "postman", settings=through(port))
    print("ready", flush=True)
    try:
        while await send_waiting(postman):
            pass
    finally:
        await postman.close()


if __name__ == "__main__":
    asyncio.run(carry(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
