"""From the command line to the first frame, and back to the command line."""

from __future__ import annotations

import gc
import logging
import sys


def run(url: str | None, *, readonly: bool = False, demo: bool = False) -> int:
    """Open the desk in this terminal and stay until it is left; returns the exit code.

    A database that cannot be opened leaves its sentence on standard error.
    """
    # Modules and widgets stay: looking for garbage among them costs a tenth of the way to the first rows.
    gc.disable()
    from paylink_tui.tui.app import PayLinkApp

    # Without any handler, what a driver logs about a lost connection would be printed over the screen.
    logging.getLogger().addHandler(logging.NullHandler())
    app = PayLinkApp(url, readonly=readonly, demo=demo)
    app.run()
    # The process ends: nothing is worth a last look for garbage, which takes longer than all else.
    gc.freeze()
    if app.failure is not None:
        print(f"paylink: {app.failure.message}", file=sys.stderr)
        if app.failure.fix:
            print(f"  {app.failure.fix}", file=sys.stderr)
    return app.return_code or 0


def collect_again() -> None:
    """The way to the first rows is over: garbage is collected as ever, among what is made from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
