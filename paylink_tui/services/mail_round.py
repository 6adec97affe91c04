"""One batch of claimed messages over one connection, each settled as soon as its fate is known."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.emails import deliverable
from paylink_tui.domain.envelope import message_id, seal
from paylink_tui.domain.outbox import LIFE, PERMANENT_TRIES, MessageState, wait_after
from paylink_tui.domain.text import visible
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.services.mail_letter import addresses_of, notice_of, sender_of
from paylink_tui.services.mail_server import Delivery, MailServer, ServerProblem, server_of
from paylink_tui.store.write import messages
from paylink_tui.store.write.messages import Ending

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.read.messages import Outgoing

_RECONNECTS = 2
"""Connections that may break within a batch before it ends; what was not tried is free again."""

LAST_WORDS = 5.0
"""Seconds a message that is under way may still take when everything is to stop."""

NOBODY = "the settings name nobody to be told of this"

Addresses = tuple[str, ...]


class Round:
    """Sends what one claim holds."""

    def __init__(
        self, services: Services, firm: Firm, batch: Iterable[Outgoing], *, patience: timedelta
    ) -> None:
        """`patience`: after it no further message is begun, so that every claim still holds."""
        self._services = services
        self._firm = firm
        self._open = {one.id: one for one in batch}
        self._until = time.monotonic() + patience.total_seconds()
        self._sent = 0

    async def run(self) -> tuple[int, bool]:
        """Send the batch; tells how many messages were taken, and whether the server would take more.

        Whatever ends it, nothing that was not tried stays claimed.
        """
        try:
            addressed = await self._addressed()
            going_on = not addressed or await self._send(addressed)
            return self._sent, going_on
        finally:
            if self._open:
                await self._give_back()

    async def _addressed(self) -> list[tuple[Outgoing, Addresses]]:
        """The messages that go to somebody; the others are settled."""
        addressed, endings = [], []
        for one in self._open.values():
            found = addresses_of(self._services, one)
            good = tuple(address for address in map(deliverable, found or ()) if address)
            if good:
                addressed.append((one, good))
            elif found is None:
                endings.append(self._ending(one, MessageState.SKIPPED, NOBODY))
            else:
                problem = f"{visible(', '.join(found), 120)} is no address that mail can be sent to"
                endings.append(self._ending(one, MessageState.GIVEN_UP, problem))
        await self._settle(endings)
        return addressed

    async def _send(self, addressed: list[tuple[Outgoing, Addresses]]) -> bool:
        """Send to a server that may go away at any moment; False when it did."""
        server: MailServer | None = None
        breaks = 0
        try:
            for one, to in addressed:
                if time.monotonic() > self._until:
                    break
                try:
                    server = server or await connected(self._services, self._firm)
                except ServerProblem as problem:
                    await self._settle(self._later(rest, problem) for rest in self._open.values())
                    return False
                try:
                    await _to_the_end(self._deliver(server, one, to))
                except ServerProblem as problem:
                    await self._settle([self._later(one, problem)])
                    server, breaks = None, breaks + 1
                    if breaks > _RECONNECTS:
                        return False
            return True
        finally:
            if server is not None:
                await server.close()

    async def _deliver(self, server: MailServer, one: Outgoing, to: Addresses) -> None:
        sender = sender_of(self._services, self._firm)
        identity = (one.payment_id, one.occasion, one.occurrence, one.audience, one.created_at)
        try:
            notice = await notice_of(self._services, self._firm, one)
            named = message_id(identity, sender.address)
            mail = seal(notice, sender, to, named, self._services.clock.now())
        except (ValueError, LookupError, TypeError) as flaw:
            # One message that cannot be written must not hold up all others, for ever.
            await self._settle([self._ending(one, MessageState.GIVEN_UP, f"it cannot be written: {flaw}")])
            return
        delivery = await server.send(mail, to, sender.address)
        await self._settle([self._outcome(one, to, delivery)])
        self._sent += len(delivery.later) + len(delivery.never) < len(to)

    def _outcome(self, one: Outgoing, to: Addresses, delivery: Delivery) -> Ending:
        """What the server's answer means for the message; addresses that have it never get it again."""
        problem = "; ".join(f"{who}: {why}" for who, why in {**delivery.later, **delivery.never}.items())
        if delivery.later:
            return self._again(one, problem, ", ".join(delivery.later))
        if len(delivery.never) == len(to):
            if one.attempt < PERMANENT_TRIES:
                return self._again(one, problem, one.recipient)
            return self._ending(one, MessageState.GIVEN_UP, problem)
        return self._ending(one, MessageState.SENT, problem, ", ".join(to))

    def _later(self, one: Outgoing, problem: ServerProblem) -> Ending:
        return self._again(one, problem.message, one.recipient)

    def _again(self, one: Outgoing, problem: str, recipient: str) -> Ending:
        """Try again after a while, unless it is news of too long ago."""
        now = self._services.clock.now()
        if now - from_ms(one.created_at) > LIFE:
            return self._ending(one, MessageState.GIVEN_UP, problem, recipient)
        wait = wait_after(one.attempt, random.random())
        return Ending(
            one.id,
            one.attempt,
            MessageState.WAITING,
            recipient,
            to_ms(now + wait),
            None,
            visible(problem, 500),
        )

    def _ending(
        self, one: Outgoing, state: MessageState, problem: str, recipient: str | None = None
    ) -> Ending:
        now = to_ms(self._services.clock.now())
        told = one.recipient if recipient is None else recipient
        sent_at = now if state is MessageState.SENT else None
        return Ending(one.id, one.attempt, state, told, now, sent_at, visible(problem, 500))

    async def _settle(self, endings: Iterable[Ending]) -> None:
        found = list(endings)
        if found:
            async with self._services.database.write() as connection:
                await messages.settle(connection, found)
            for one in found:
                del self._open[one.id]

    async def _give_back(self) -> None:
        claimed = {one.id: one.attempt for one in self._open.values()}
        async with self._services.database.write() as connection:
            await messages.give_back(connection, claimed, to_ms(self._services.clock.now()))


async def connected(services: Services, firm: Firm) -> MailServer:
    """A connection to the mail server of the settings.

    Raises:
        ServerProblem: there is none to be had, or the settings for it are not complete.
    """
    sender_of(services, firm)
    server = await server_of(services.settings.mail)
    await server.connect()
    return server


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish what was begun even when the caller is cancelled meanwhile: a message that the server has
    taken is written down as sent. A server that does not come to its point is not waited for."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait([task], timeout=LAST_WORDS)
        if not done:
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen: the cancellation is what the caller is told
        raise
