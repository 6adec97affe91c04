"""Whether a payment page can be opened over a database at all, found out before the first client comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.errors import UsageError
from paylink_tui.services import keys
from paylink_tui.store.read import firm as firm_row

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.services.bundle import Services


async def check_alive(services: Services) -> None:
    """Ask the database something.

    Raises:
        DatabaseProblem: it does not answer.
    """
    await firm_row.key_id(services.database.reader)


async def check_ready(services: Services, workers: int = 1) -> Firm:
    """The firm whose page can be served by so many processes.

    Raises:
        NotFound: the database has no firm yet.
        PayLinkError: the key of its links is not on this machine.
        DatabaseProblem: it cannot be written.
        UsageError: several processes on an embedded database.
    """
    if workers > 1 and services.database.dialect == "sqlite":
        raise UsageError(
            "Several workers need PostgreSQL; on SQLite one process does all the writing.",
            "Leave --workers out, or name a PostgreSQL database with --db.",
        )
    firm = await services.firm.require()
    keys.load_key(await firm_row.key_id(services.database.reader))
    async with services.database.write():
        return firm
