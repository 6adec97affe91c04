"""The `paylink` command: reads its words, then imports only what they ask for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from paylink_tui.cli import failures
from paylink_tui.cli.output import Output
from paylink_tui.cli.parser import build
from paylink_tui.domain.errors import PayLinkError, UsageError

if TYPE_CHECKING:
    import argparse

    from paylink_tui.domain.settings import Desk
    from paylink_tui.tui.start import PageBeside

INTERRUPTED = 130
"""Exit code after Ctrl-C."""
PIPE_CLOSED = 141
"""Exit code when the reader of our output went away first."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 failure, 2 usage, 3 refused, 4 not found
    or ambiguous, 5 changed by someone else.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    out = Output(json="--json" in words)
    try:
        code = _answer(words, out)
        out.finish()
        return code
    except BrokenPipeError:
        out.abandon()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _answer(words: Sequence[str], out: Output) -> int:
    """Run the command; a failure is told, whatever it is."""
    try:
        return _run(words, out)
    except PayLinkError as error:
        return failures.tell(error, out)
    except BrokenPipeError:
        raise
    except Exception as error:
        return failures.unexpected(error, out)


def _run(words: Sequence[str], out: Output) -> int:
    try:
        args = build(words).parse_args(words)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    if args.noun is None:
        return _screen(args)
    if args.demo:
        raise UsageError("--demo opens the screen of a demonstration firm; it takes no command.")
    if args.asof and args.noun == "serve":
        raise UsageError("--asof is for commands that read the books.", "Leave it out.")
    if args.noun == "serve":
        return _serve(args, out)
    from paylink_tui.cli.desk import run

    args.screen_problems = _screen_problems
    return run(args, out)


def _screen_problems(desk: Desk) -> list[str]:
    """What the screen finds wrong with its own settings; the command line does not know it."""
    from paylink_tui.tui.registry import desk_problems

    return desk_problems(desk)


def _screen(args: argparse.Namespace) -> int:
    if args.json:
        raise UsageError("The screen has no JSON; name a command.", "See: paylink --help")
    # Textual draws on standard error, so all three must be the terminal.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "The screen needs a terminal, and this is none.", "Name a command instead; see: paylink --help"
        )
    from paylink_tui.tui.start import run

    return run(args.db, readonly=args.readonly, demo=args.demo, asof=args.asof or "", page=_page_beside)


def _page_beside() -> PageBeside:
    """The payment page, for the screen that shows the demonstration; the two faces know nothing of
    each other."""
    from paylink_tui.web.beside import Beside

    return Beside()


def _serve(args: argparse.Namespace, out: Output) -> int:
    from paylink_tui.web.serve import Serving, Wishes, run

    def serving(page: Serving) -> None:
        out.note(f"Serving {page.firm} at {page.address}")
        if out.json:
            out.document({"firm": page.firm, "url": page.address, "workers": page.workers})
            out.finish()

    code = run(Wishes(args.db, args.host, args.port, args.workers, args.readonly), out.note, serving)
    out.note("Stopped.")
    return code


if __name__ == "__main__":
    sys.exit(main())
