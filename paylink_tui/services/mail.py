"""The outbox: messages are claimed, sent, and settled one by one; a server that is down loses nothing.

A claim is a conditional update with a lease, so any number of processes may send at once. What a
crash can do is send the one message again that the server had taken and we had not yet written down;
its Message-ID is the same, so that a receiver can drop the copy.

* A server that cannot be reached, wants another login or takes nothing from our sender is asked again
  after a minute, two, four, up to an hour, for a week (`domain/outbox`).
* An address that is refused for good is given up after the third try; kept, and shown by
  `paylink notify list --failed`.
* Without a mail server messages wait; what nothing tried to send for three days is skipped, so that
  setting up mail sends no flood of old news. A demonstration firm sends nothing, ever.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paylink_tui.domain.outbox import UNTRIED_LIFE
from paylink_tui.domain.times import to_ms
from paylink_tui.store.read import messages as reading

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.read.messages import Outgoing

BATCH = 50
"""Messages claimed at once, and sent over one connection."""
LEASE = timedelta(minutes=10)
"""How long a claim holds; a process that died leaves its messages to others after that."""

DEMO = "a demonstration firm sends no mail"
OLD = f"nothing tried to send it for {UNTRIED_LIFE.days} days"


async def send_waiting(services: Services) -> int:
    """Send what is due; tells how many messages the mail server took.

    Safe to run in several processes at once. Failures of the mail server are kept with the messages.

    Raises:
        DatabaseProblem: the outbox cannot be read or written.
    """
    now = to_ms(services.clock.now())
    firm = await services.firm.get()
    if firm is None or not await reading.any_due(services.database.reader, now):
        return 0
    await _skip(services, firm, now)
    if firm.demo or not services.settings.mail.host:
        return 0
    from paylink_tui.services.mail_round import Round

    sent, going_on = 0, True
    while going_on and (batch := await _claim(services)):
        done, going_on = await Round(services, firm, batch, patience=LEASE / 2).run()
        sent += done
    return sent


async def _skip(services: Services, firm: Firm, now: int) -> None:
    """Drop what is not to be sent at all."""
    from paylink_tui.store.write import messages

    if firm.demo:
        async with services.database.write() as connection:
            await messages.skip(connection, DEMO, now=now)
        return
    before = now - UNTRIED_LIFE // timedelta(milliseconds=1)
    if await reading.any_untried(services.database.reader, before):
        async with services.database.write() as connection:
            await messages.skip(connection, OLD, now=now, before=before)


async def _claim(services: Services) -> list[Outgoing]:
    from paylink_tui.store.write import messages

    now = services.clock.now()
    if not await reading.any_due(services.database.reader, to_ms(now)):
        return []
    async with services.database.write() as connection:
        claimed = await messages.claim(connection, to_ms(now), to_ms(now + LEASE), BATCH)
    return await reading.outgoing(services.database.reader, claimed) if claimed else []
