"""The words of `paylink serve`; the page itself is started by the program's root."""

from __future__ import annotations

import argparse

from paylink_tui.cli.arguments import count
from paylink_tui.cli.parser import Parser, add_common

LAST_PORT = 65_535
LONGEST = 5
"""Digits of a port."""


def add_to(parser: Parser) -> None:
    """Make it a command."""
    add_common(parser, after_noun=True)
    parser.set_defaults(run=None)
    parser.add_argument("--host", metavar="H", help="address to listen on; 127.0.0.1 unless the settings say")
    parser.add_argument("--port", metavar="P", type=_port, help="port; 8200 unless the settings say, 0: any")
    parser.add_argument("--workers", metavar="N", type=count, help="processes; more than one on PostgreSQL")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a port; ports are 0 to {LAST_PORT}")
    return int(text)
