"""A desk that is used, cut off and opened anew, with all books checked after each step."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from hypothesis.stateful import rule as any_step

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.settings import Approval, Settings
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.recovery import recover
from tests.mail_settings import through
from tests.services.desk import START, assert_sound
from tests.simulation.checking import Checker
from tests.simulation.compare import assert_same_books
from tests.simulation.fuse import HOWS, Cut, Fuse, fused_services, open_fused
from tests.simulation.model import Book, Payment

Result = TypeVar("Result")
AMOUNTS = st.sampled_from([1, 7, 10_001, 20_000, 33_333, 60_000, 100_000, 175_009])
CARD, DECLINED = "4242424242424242", "4000000000000002"
PICKS = st.integers(0, 23)
LIMIT = 50_000
"""Above it a second person is needed, once there is one."""


@dataclass
class Place:
    """Where a machine finds a furnished, fresh database, and how it throws it away."""

    make: Callable[[], str]
    drop: Callable[[str], None]
    mail_port: int = 0
    """Where a mail server of this machine listens; 0 for none."""


def day_of(at: datetime) -> date:
    """The firm's day at a moment."""
    return at.astimezone(ZoneInfo("America/New_York")).date()


class NothingThereError(Exception):
    """There is nothing yet that this step could be about."""


def rule(**choices: Any) -> Callable[[Callable[..., None]], Any]:
    """A step that anybody may take at any time; it is idle while there is nothing it could be about."""

    def made(function: Callable[..., None]) -> Any:
        @wraps(function)
        def take(self: Stage, *values: Any, **named: Any) -> None:
            self.idle = False
            try:
                function(self, *values, **named)
            except NothingThereError:
                self.idle = True

        decorate: Any = any_step(**choices)
        return decorate(take)

    return made


def pick(things: Iterable[Result], number: int) -> Result:
    found = list(things)
    if not found:
        raise NothingThereError
    return found[number % len(found)]


class Stage(RuleBasedStateMachine):
    """One desk and one book kept by hand."""

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.url = self.place.make()
        self.book = Book()
        self.checker = Checker()
        self.clock = FixedClock(START)
        self.fuse = Fuse()
        self.laid: tuple[int, str] | None = None
        self.again = False
        """Whether the last command was cut off, and so given twice."""
        self.commands = 0
        self.idle = False
        """Whether the last step found nothing to do."""
        self.roles: dict[str, str] = {}
        self.refusals: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        """What came of steps that can end in several ways."""
        self._heard = 0
        self._checked = 0

    def reopen(self) -> None:
        """Start the program, after it died or for the first time."""
        if hasattr(self, "desk"):
            self.run(self.desk.close())
        database = self.run(open_fused(self.url, self.fuse))
        settings = through(self.place.mail_port) if self.place.mail_port else Settings()
        settings = replace(settings, approval=Approval(f"{LIMIT // 100}.00"))
        self.desk: Services = fused_services(database, self.clock, "mia", settings)
        self.other: Services = fused_services(database, self.clock, "ann", settings)
        """The same desk, used by a second person."""
        self.auditor: Services = fused_services(database, self.clock, "rae", settings)
        """And by one who may only look, once that is said."""

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def refusal(self, work: Coroutine[Any, Any, Any]) -> str:
        """Which rule said no; empty when it was done."""
        try:
            self.run(work)
        except Refused as no:
            self.refusals[no.rule] += 1
            return no.rule
        return ""

    @rule(points=st.integers(0, 7), how=st.sampled_from(HOWS))
    def lay_fuse(self, points: int, how: str) -> None:
        """The next command is cut off at this commit or processor call, if it gets as far."""
        self.laid = (points, how)

    def give(self, command: Callable[[], Coroutine[Any, Any, Any]], *, heal: bool = True) -> str:
        """Give a command, and once more when it was cut off; tells which rule said no, empty for done.

        Between the two the program is started anew and looks up what it left open.
        """
        self.fuse.lay(*self.laid or (0, ""))
        self.laid, self.again = None, False
        cut = True
        try:
            said = self.refusal(command())
            cut = False
        except Cut:
            said = ""
        except Refused:
            raise
        except PayLinkError:
            said, self.again = "", True
        if self.fuse.put_out():
            self.heal(cut, look=heal)
            self.again = self.again or cut
        if self.again:
            said = self.refusal(command())
        return said

    def heal(self, cut: bool, *, look: bool) -> None:
        if cut:
            self.reopen()
        if look:
            self.pass_time(timedelta(minutes=3))
            self.run(recover(self.desk.database, self.clock, self.desk.processors, self.desk.intake))

    def pass_time(self, span: timedelta) -> None:
        """Let the clock go on, and remember what the envelopes hold as the day ends."""
        self.book.closings[self.today()] = Counter(self.book.money)
        self.clock.advance(span)

    def today(self) -> date:
        """The firm's day."""
        return day_of(self.clock.now())

    def key(self) -> str:
        """The key of a new command."""
        self.commands += 1
        return f"command {self.commands}"

    def of(self, *states: str) -> list[Payment]:
        return [one for one in self.book.payments.values() if one.state in states]

    @invariant()
    def books_agree(self) -> None:
        if hasattr(self, "desk"):
            self._checked += 1
            self.run(self.all_agree())
            if self._checked % 50 == 0:
                self.run(assert_sound(self.desk))

    async def all_agree(self) -> None:
        reader = self.desk.database.reader
        await asyncio.gather(*self.checker.checks(reader), assert_same_books(reader, self.book))

    def teardown(self) -> None:
        try:
            if hasattr(self, "desk"):
                self.run(self.desk.close())
        finally:
            self.loop.close()
            self.place.drop(self.url)
