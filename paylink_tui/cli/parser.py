"""The tree of nouns and verbs, and an argument parser whose complaints are ours to tell."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

from paylink_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk

Run = Callable[["Desk"], Coroutine[Any, Any, int]]
"""What a command does; its answer is the exit code."""

NO_DATABASE: Final = "none"
EXISTING: Final = "existing"
CREATED: Final = "created"
"""How a command wants its database: not opened, opened, or made when it is missing."""

NOUNS: Final = (
    ("init", "init", "set the firm up, or change what differs"),
    ("accounts", "accounts", "bank accounts: trust and operating"),
    ("clients", "clients", "the firm's clients"),
    ("matters", "matters", "the matters of the firm's clients"),
    ("invoices", "invoices", "invoices and what they still owe"),
    ("import", "imports", "take clients, matters or invoices from a CSV file"),
    ("links", "links", "secure payment links"),
    ("transactions", "transactions", "payments through links: list, link, void"),
    ("payments", "payments", "pay invoices by hand: from credit, from trust, with money from outside"),
    ("trust", "trust", "client money held in trust"),
    ("export", "export", "write the books for spreadsheets and accounting programs"),
    ("sandbox", "sandbox", "play the payer and the bank on the sandbox processor"),
    ("serve", "serve", "serve the payment page, without a screen"),
    ("notify", "notify", "mail to payers and the firm: list it, send it again, test the mail server"),
    ("roles", "roles", "who is a bookkeeper, an approver or an auditor"),
    ("audit", "audit", "the log of every action: whether it is whole, and what it tells"),
    ("doctor", "doctor", "check every rule over the whole book; exit code 1 if one is broken"),
    ("drill", "drill", "rehearse a bad day on a copy of the books; exit code 1 if something did not hold"),
    ("config", "config", "the settings file: show it, check it, keep secrets beside it"),
    ("db", "db", "upgrade the database, or copy it to a file"),
)
"""Every noun: its name, its module here (imported only when the noun is typed), its line in the help."""

_DESCRIPTION = "The payments desk of a law firm. Without a command it opens the screen."
_EPILOG = (
    "Amounts are written like 1500.00. Every command takes --json. "
    "Exit codes: 0 done, 1 failure, 2 usage, 3 refused by a rule, 4 not found or ambiguous, "
    "5 changed by someone else."
)


class Parser(argparse.ArgumentParser):
    """Raises its complaints instead of printing them, so that they can be told as JSON too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        """Refuse the words typed.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message[:1].upper()}{message[1:]}", f"See: {self.prog} --help")


class Noun:
    """One noun of the command line, to which its verbs are added."""

    def __init__(self, parser: Parser) -> None:
        self._verbs = parser.add_subparsers(metavar="VERB", required=True, dest="verb")

    def verb(self, name: str, run: Run, help_text: str, *, database: str = EXISTING) -> Parser:
        """Add a verb; `help_text` is one line, without a full stop."""
        made: Parser = self._verbs.add_parser(name, help=help_text, description=_sentence(help_text))
        carry_out(made, run, database=database)
        return made


def carry_out(parser: Parser, run: Run, *, database: str = EXISTING) -> None:
    """Make `parser` that of a command, which `run` carries out."""
    add_common(parser, after_noun=True)
    parser.set_defaults(run=run, database=database)


def add_common(parser: argparse.ArgumentParser, *, after_noun: bool) -> None:
    """The options that may stand before the noun or after the verb."""
    absent: Any = argparse.SUPPRESS if after_noun else None
    off: Any = argparse.SUPPRESS if after_noun else False
    parser.add_argument("--db", metavar="URL", default=absent, help="database: a file, or postgresql://...")
    parser.add_argument("--readonly", action="store_true", default=off, help="refuse to change anything")
    parser.add_argument(
        "--asof",
        metavar="D",
        default=absent,
        help="read the books as they stood: a day's end, or an ISO time",
    )
    parser.add_argument("--json", action="store_true", default=off, help="one JSON document on stdout")


def build(words: Sequence[str]) -> Parser:
    """The parser of the whole command line, with the verbs of the noun that is among `words`."""
    from paylink_tui import __version__

    parser = Parser(prog="paylink", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"paylink {__version__}")
    add_common(parser, after_noun=False)
    parser.add_argument("--demo", action="store_true", help="open the screen of a demonstration firm")
    parser.set_defaults(run=None)
    nouns = parser.add_subparsers(metavar="COMMAND", dest="noun")
    for name, module, told in NOUNS:
        noun = nouns.add_parser(name, help=told, description=_sentence(told))
        if name in words:
            import_module(f"paylink_tui.cli.{module}").add_to(noun)
    return parser


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."
