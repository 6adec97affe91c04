"""What the header says of trust and of what waits for approval, read again when either has moved."""

from __future__ import annotations

import asyncio
from typing import Final

from textual import work

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.tui.screens.home_news import HomeNews
from paylink_tui.tui.widgets.header_line import HeaderLine

MOVES_TRUST: Final = frozenset({"account", "refund"})
"""Entities of the change log after which bank and book may differ, or something waits for approval.

A payment is none of them: what it adds to the book it adds to what the bank does not have yet.
"""


class HomeTrust(HomeNews):
    """A screen whose header tells whether bank, book and clients agree."""

    @work(exclusive=True, group="trust", exit_on_error=False)
    async def look_at_trust(self) -> None:
        """Read the three numbers of every trust account, and count what waits for another person."""
        services = self.services
        assert services is not None
        try:
            trust = await asyncio.to_thread(getattr, services, "trust")
            refunds = await asyncio.to_thread(getattr, services, "refunds")
            three = await trust.three_way()
            waiting = len(await refunds.list("requested")) + len(await trust.entries(state="requested"))
        except PayLinkError as problem:
            self.trouble("trust", problem.message)
            return
        self.trouble("trust", "")
        header = self.query_one(HeaderLine)
        header.three, header.to_approve = three, waiting
