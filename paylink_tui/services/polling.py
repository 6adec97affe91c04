"""Asking processors what happened: from the newest event on, and the last minutes once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.processors.port import EventPage, Processor, Snapshot
from paylink_tui.services.recovery import PATIENCE, recover
from paylink_tui.store.inbox import BATCH, Inbox, State, Waiting

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database

READ_AGAIN = timedelta(minutes=1)
"""How often a poll also reads the last minutes again."""
BATCHES = 10
"""Batches of events one poll handles at most."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Poller:
    """The second source of events, and what is done with stored ones, whichever source told them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        processors: Mapping[str, Processor],
        inbox: Inbox,
        intake: IntakeService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._processors = processors
        self._inbox = inbox
        self._intake = intake
        self._read_again: dict[str, datetime] = {}

    async def poll(self, processor: Processor) -> int:
        """Ask a processor what happened, handle what is due, and tell how many events were handled.

        With nothing new it costs one query here, and whatever the processor's answer costs.
        """
        state = await self._state(processor)
        if state.unsettled:
            await recover(self._database, self._clock, self._processors, self._intake)
        told = await self._read_on(processor, state) + await self._read_once_more(processor, state)
        return await self._handle_due(processor) if told or state.waiting else 0

    async def _state(self, processor: Processor) -> State:
        now = self._clock.now()
        return await self._inbox.state(processor.name, now, now - PATIENCE)

    async def _read_on(self, processor: Processor, state: State) -> int:
        """Keep the events after the cursor; how many were new."""
        told = 0
        while True:
            page = await processor.events(state.cursor, BATCH)
            if not isinstance(page, EventPage):
                return told
            told += await self._inbox.keep(
                processor.name, page.hints, self._clock.now(), (state, page.cursor)
            )
            if len(page.hints) < BATCH:
                return told
            state = await self._state(processor)

    async def _read_once_more(self, processor: Processor, state: State) -> int:
        """Every minute keep what showed up, of the last ones, behind the cursor; how many were new."""
        now, told = self._clock.now(), 0
        if not state.marks or now - self._read_again.get(processor.name, _NEVER) < READ_AGAIN:
            return 0
        self._read_again[processor.name] = now
        cursor = state.marks[0].cursor
        while True:
            page = await processor.events(cursor, BATCH)
            if not isinstance(page, EventPage):
                return told
            told += await self._inbox.keep(processor.name, page.hints, now)
            if len(page.hints) < BATCH:
                return told
            cursor = page.cursor

    async def _handle_due(self, processor: Processor) -> int:
        handled = 0
        for _ in range(BATCHES):
            waiting = await self._inbox.due(processor.name, self._clock.now())
            handled += await self.handle(processor, waiting, "poll")
            if len(waiting) < BATCH:
                break
        return handled

    async def handle(self, processor: Processor, waiting: Sequence[Waiting], source: str) -> int:
        """Fetch every payment that something happened to.

        Events of a payment nobody knows are parked. A payment the processor cannot tell of now, or the
        rules refuse to move, keeps its events, with the reason, and holds up no other.
        """
        if not waiting:
            return 0
        known, handled = await self._inbox.known(processor.name, waiting), 0
        strangers = [one for one in waiting if one.payment_ref not in known]
        if strangers:
            await self._inbox.park(processor.name, strangers, self._clock.now())
        for one in waiting:
            if one.payment_ref not in known:
                continue
            found = await processor.fetch(one.payment_ref)
            try:
                if isinstance(found, Snapshot):
                    handled += await self._intake.take(processor.name, found, source, upto=one.newest)
                else:
                    await self._inbox.refuse(processor.name, one, found.why)
            except Refused as problem:
                await self._inbox.refuse(processor.name, one, str(problem))
        return handled
