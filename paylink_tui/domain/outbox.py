"""Messages on their way: their states, how they are named, and how long to wait between two tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from paylink_tui.domain.notices import Audience
from paylink_tui.domain.settings import Occasion

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
PERMANENT_TRIES = 3
"""Tries after which an address that is refused for good is given up; some servers say so too lightly."""
LIFE = timedelta(days=7)
"""How long a message is tried that the server cannot take now; news of last week is no news."""
UNTRIED_LIFE = timedelta(days=3)
"""How long a message waits that nothing ever tried to send: the day a mail server is first set up,
people are told what happened lately, not all that ever did."""


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    """Claimed by a process; free again when its lease ends."""
    SENT = "sent"
    SKIPPED = "skipped"
    """Not to be sent: nobody is to be told, or it is too old."""
    GIVEN_UP = "given up"
    """Not sent, after every try; kept with its problem until somebody tries again."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it is listed. Times UTC."""

    id: int
    payment_id: int
    occasion: Occasion
    audience: Audience
    recipient: str
    """The address, or the firm's several; empty while the firm's are not looked up."""
    state: MessageState
    attempts: int
    created_at: datetime
    next_at: datetime
    """When it is tried next; says nothing once it was sent or will not be."""
    sent_at: datetime | None
    problem: str
    """Why it was not sent, or not to everyone; empty when all is well."""

    @property
    def name(self) -> str:
        """What people call it: `N12`."""
        return f"N{self.id}"


def wait_after(attempts: int, dice: float) -> timedelta:
    """How long to wait after so many failed tries: a minute, doubling up to an hour, up to a fifth longer.

    Args:
        attempts: Tries so far, at least one.
        dice: A random number from 0 to 1, so that waiting messages do not all come back at once.
    """
    steps = min(max(attempts, 1) - 1, 10)
    wait: timedelta = min(FIRST_WAIT * 2**steps, LONGEST_WAIT)
    return wait + wait * (0.2 * dice)
