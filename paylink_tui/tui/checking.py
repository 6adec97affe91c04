"""Checking the books from the desk: every rule, told by a toast."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.tui.as_of import AsOf

if TYPE_CHECKING:
    from paylink_tui.services.doctor import Check

_TOLD = 4
"""Broken checks that are told; `paylink doctor` tells all."""


class Checking(AsOf):
    """An app that can have the doctor look at the books, while everybody goes on working."""

    @work(group="check", exclusive=True, exit_on_error=False)
    async def action_check(self) -> None:
        """Run every check over the books that are shown."""
        services = self._past or self._services
        if services is None:
            self.notify("The database is still being opened.")
            return
        self.notify("The books are being checked.")
        try:
            doctor = await asyncio.to_thread(lambda: services.doctor)
            found = await doctor.run()
        except PayLinkError as problem:
            self.notify(problem.message, severity="error", timeout=20, markup=False)
            return
        broken = [one for one in found if not one.ok]
        if broken:
            self.notify(
                _told(broken), title="The books are broken", severity="error", timeout=60, markup=False
            )
        else:
            self.notify(f"All {len(found)} checks hold.", timeout=10)


def _told(broken: list[Check]) -> str:
    lines = [visible(f"{one.name}: {one.detail}", 160) for one in broken[:_TOLD]]
    if len(broken) > _TOLD:
        lines.append(f"and {len(broken) - _TOLD} more; see: paylink doctor")
    return "\n".join(lines)
