"""What a running command has at hand, and how it is run from first import to last connection closed."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Final

from paylink_tui.cli.parser import CREATED, EXISTING, NO_DATABASE
from paylink_tui.domain.errors import BadInput, UsageError

if TYPE_CHECKING:
    from datetime import tzinfo

    from paylink_tui.cli.output import Output
    from paylink_tui.domain.settings import Settings
    from paylink_tui.services.bundle import Services

NEED_GOOD_SETTINGS: Final = ("notify",)
"""Nouns that refuse a settings file with a problem: clients would see or get what nobody meant."""


class Desk:
    """The words typed, the place the answer goes, and the services."""

    def __init__(self, args: argparse.Namespace, out: Output, services: Services | None) -> None:
        self.args = args
        self.out = out
        self._services = services

    @property
    def services(self) -> Services:
        """The services over the database the command opened."""
        assert self._services is not None
        return self._services

    async def zone(self) -> tzinfo:
        """The firm's time zone, which people's lines are in; UTC before there is a firm."""
        from datetime import UTC
        from zoneinfo import ZoneInfo

        firm = await self.services.firm.get()
        return ZoneInfo(firm.timezone) if firm else UTC


def run(args: argparse.Namespace, out: Output) -> int:
    """Run one command to its end; the answer is its exit code.

    Raises:
        UsageError: a word typed cannot be read, whoever found out.
        PayLinkError: it failed, with the sentence for people.
    """
    try:
        return asyncio.run(_run(args, out))
    except BadInput as bad:
        raise UsageError(bad.message, bad.fix) from bad


async def _run(args: argparse.Namespace, out: Output) -> int:
    if args.asof and args.database != EXISTING:
        raise UsageError("--asof is for commands that read the books.", "Leave it out.")
    if args.database == NO_DATABASE:
        return int(await args.run(Desk(args, out, None)))
    from paylink_tui.services.bundle import open_services

    services = await open_services(
        args.db, create=args.database == CREATED, readonly=args.readonly, settings=_settings(args, out)
    )
    try:
        if args.asof:
            return await _run_in_the_past(args, out, services)
        return int(await args.run(Desk(args, out, services)))
    finally:
        await services.close()


async def _run_in_the_past(args: argparse.Namespace, out: Output, services: Services) -> int:
    """Run a command on the books as they stood at `--asof`; one that writes is refused (`as-of`)."""
    from paylink_tui.services.asof import moment_of, open_past

    when = await moment_of(services, args.asof)
    past = await open_past(services, when, lambda table: out.progress(f"as of {when.told}: {table}"))
    out.progress("")
    out.note(f"as of {when.told}")
    try:
        return int(await args.run(Desk(args, out, past)))
    finally:
        await past.close()


def _settings(args: argparse.Namespace, out: Output) -> Settings | None:
    """What the settings file says; None when there is none.

    Raises:
        BadSettings: something in it cannot be used, and the command needs all of it.
    """
    from paylink_tui.services import settings

    if not settings.is_there():
        return None
    reading = settings.read()
    if reading.problems and args.noun in NEED_GOOD_SETTINGS:
        raise settings.BadSettings(reading.file, reading.problems)
    if reading.problems:
        out.note(f"paylink: {reading.file} is used only in part; see: paylink config check")
    return reading.settings
