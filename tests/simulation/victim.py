"""A writer that is to be killed: every command is printed once it is committed, and not a moment before."""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.database import open_database
from tests.services.desk import services_over


def say(*words: object) -> None:
    print(*words, flush=True)


async def write_for_ever(url: str, run: str) -> None:
    """Pay, settle, link, record, undo and unlink until killed."""
    desk = services_over(await open_database(url), "victim")
    try:
        await desk.sandbox.pay("L1", amount=900, name=run, email="")
        say("ready")
        for number in count():
            await one_round(desk, f"{run}-{number}")
    finally:
        await desk.close()


async def one_round(desk: Services, name: str) -> None:
    paid = await desk.sandbox.pay("L1", amount=900, name=name, email="")
    say("paid", paid.id)
    await desk.sandbox.settle([paid.name])
    say("completed", paid.id)
    await desk.linking.link(paid.id, [Part("C1", apply=False)], key=f"link {name}")
    say("linked", paid.id)
    done = await desk.recording.record(NewRecord("C1", "credit", 1), key=f"record {name}")
    say("recorded", done.id)
    await desk.recording.undo(done.id, "only a test")
    say("undone", done.id)
    await desk.linking.unlink(paid.id, "only a test", key=f"unlink {name}")
    say("unlinked", paid.id)


def main() -> int:
    """Write until killed, or until the database is gone: then say so and end as a command would."""
    try:
        asyncio.run(write_for_ever(*sys.argv[1:3]))
    except DatabaseProblem as problem:
        print(problem.message, file=sys.stderr)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
