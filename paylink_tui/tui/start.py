"""From the command line to the first frame, and back to the command line."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Settings


class PageBeside(Protocol):
    """The payment page of the demonstration, served beside the screen."""

    def open(self) -> str:
        """Take a port; the page's address."""

    def start(self, database: str, settings: Settings, told: Callable[[str], object]) -> None:
        """Serve from now on; `told` is called in another thread: with nothing once it answers, with a
        sentence when it cannot."""

    def stop(self) -> None:
        """End it; blocks for some tenths of a second."""


UNRESTED = 500
"""Short looks for garbage after which a whole one comes even where the hands never rest."""

MakePage = Callable[[], PageBeside]


def run(
    url: str | None,
    *,
    readonly: bool = False,
    demo: bool = False,
    asof: str = "",
    page: MakePage | None = None,
) -> int:
    """Open the desk in this terminal and stay until it is left; returns the exit code.

    The demonstration's payment page is served by what `page` makes. A database that cannot be opened leaves
    its sentence on standard error.
    """
    # Modules and widgets stay: looking for garbage among them costs a tenth of the way to the first rows.
    gc.disable()
    from paylink_tui.tui.app import PayLinkApp

    # Without any handler, what a driver logs about a lost connection would be printed over the screen.
    logging.getLogger().addHandler(logging.NullHandler())
    app = PayLinkApp(url, readonly=readonly, demo=demo, asof=asof, page=page)
    app.run()
    # The process ends: nothing is worth a last look for garbage, which takes longer than all else.
    gc.freeze()
    if app.failure is not None:
        print(f"paylink: {app.failure.message}", file=sys.stderr)
        if app.failure.fix:
            print(f"  {app.failure.fix}", file=sys.stderr)
    return app.return_code or 0


def collect_again() -> None:
    """The way to the first rows is over: garbage is collected among what is made from now on.

    The look through all of it takes some 60 ms and is left to a rest of the hands (`tui.rest`).
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(700, 10, UNRESTED)
        gc.enable()


def left_to_rests() -> bool:
    """Whether the look through everything waits for a rest."""
    return gc.get_threshold()[2] == UNRESTED
