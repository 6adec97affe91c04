"""The messages of the outbox, for people: listed, tried again, and the mail server put to the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.errors import BadInput, NotFound, PayLinkError
from paylink_tui.domain.outbox import MessageState, MessageView
from paylink_tui.store.read import messages as reading

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

UNSENT: Final = (MessageState.WAITING, MessageState.SENDING)
FAILED: Final = (MessageState.GIVEN_UP,)


class MessageService:
    """What became of the mail about payments."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reader = services.database.reader

    async def list(
        self, states: tuple[MessageState, ...] = tuple(MessageState), *, limit: int = 50
    ) -> tuple[MessageView, ...]:
        """The newest messages in any of these states, newest first."""
        return await reading.listed(self._reader, states, limit)

    async def get(self, number: int) -> MessageView:
        """One message.

        Raises:
            NotFound: there is none of that number.
        """
        found = await reading.one(self._reader, number)
        if found is None:
            raise NotFound(f"There is no message N{number}.", "See: paylink notify list")
        return found

    async def retry(self, number: int | None = None) -> int:
        """Make one message due again, or every one that was given up or waits; tells how many.

        A message that was skipped is tried again only by its number; one that was sent never is.

        Raises:
            NotFound: there is none of that number.
            PayLinkError: it was sent, or is being sent.
        """
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import messages

        before = await self.get(number) if number is not None else None
        services = self._services
        async with unit_of_work(services.database, services.actor, services.clock.now()) as unit:
            done = await messages.wait_again(unit.connection, number, unit.at)
            if done:
                was = {"state": before.state.value} if before else {"unsent": done}
                unit.record("send again", "message", number or 0, before=was, after={"state": "waiting"})
        if before is not None and not done:
            state = (await self.get(before.id)).state
            what = "is being sent by another process" if state is MessageState.SENDING else "was sent"
            raise PayLinkError(f"{before.name} {what}; it is not sent twice.")
        return done

    async def left(self, number: int | None = None) -> int:
        """How many messages wait or were given up, of all or of the one."""
        if number is not None:
            return int((await self.get(number)).state in (*UNSENT, *FAILED))
        given_up, waiting, _ = await reading.unsent(self._reader)
        return given_up + waiting

    @property
    def is_sending(self) -> bool:
        """Whether a mail server is set, without which messages wait."""
        return bool(self._services.settings.mail.host)

    async def test(self, address: str, tell: Callable[[str], None]) -> str:
        """Send a message now that says the mail server works; its words when it took the message.

        Args:
            address: Where to.
            tell: Called with each step that is done.

        Raises:
            BadInput: that is no address.
            PayLinkError: no mail server is set, it failed, or it refused the address; the sentence says
                where, why and what to do.
        """
        from paylink_tui.domain.emails import deliverable

        to = deliverable(address)
        if not to:
            raise BadInput(
                f"{address[:80]!r} is no address that mail can be sent to", "Write it like dana@firm.example."
            )
        if not self.is_sending:
            raise PayLinkError(
                "No mail server is set, so messages wait.",
                "Set mail.host and mail.sender in the settings file; see: paylink config path",
            )
        return await _try(self._services, to, tell)


async def _try(services: Services, to: str, tell: Callable[[str], None]) -> str:
    from secrets import token_hex

    from paylink_tui.domain.envelope import message_id, seal
    from paylink_tui.domain.notices import trial
    from paylink_tui.services.mail_letter import letterhead, sender_of
    from paylink_tui.services.mail_server import server_of

    firm = await services.firm.require()
    sender = sender_of(services, firm)
    notice = trial(letterhead(services, firm), services.settings.page.languages[0])
    server = await server_of(services.settings.mail)
    try:
        tell(await server.connect())
        named = message_id(("test", token_hex(16)), sender.address)
        mail = seal(notice, sender, (to,), named, services.clock.now())
        delivery = await server.send(mail, (to,), sender.address)
    finally:
        await server.close()
    for refused in (*delivery.later.values(), *delivery.never.values()):
        raise PayLinkError(
            f"The mail server did not take the message to {to}: {refused}",
            "Check the address, and whether this login may send to it.",
        )
    return delivery.answer
