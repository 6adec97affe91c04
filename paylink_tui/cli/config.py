"""`paylink config`: what the settings file says, whether it can be used, and the secrets beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paylink_tui.cli.parser import NO_DATABASE, Noun, Parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.settings_file import Problem
    from paylink_tui.services.settings import Reading


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    noun.verb("show", _show, "every setting, its value, and where it comes from", database=NO_DATABASE)
    check = noun.verb(
        "check",
        _check,
        "every problem of the settings file; exit code 1 if there is one",
        database=NO_DATABASE,
    )
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a file instead of your own")
    noun.verb("path", _path, "where the settings file is", database=NO_DATABASE)
    noun.verb("example", _example, "a complete settings file, with what each is for", database=NO_DATABASE)
    secret = noun.verb(
        "secret",
        _secret,
        "keep a secret, read from standard input, outside of the file",
        database=NO_DATABASE,
    )
    secret.add_argument("name", metavar="NAME", help="PAYLINK_SMTP_PASSWORD, for example")


async def _show(desk: Desk) -> int:
    from paylink_tui.services.settings import read

    reading = read()
    told = list(_told(reading))
    for problem in reading.problems:
        desk.out.note(f"paylink: {reading.file}: {problem}")
    value = {
        "file": str(reading.file),
        "exists": reading.settings.file is not None,
        "settings": {key: {"value": value, "source": source} for key, value, source in told},
        "secrets": {name: where or None for name, where in _secrets()},
    }
    lines = [f"{key:<28}  {source:<11}  {_text(value)}" for key, value, source in told]
    lines += [f"{name:<42}  {f'set ({where})' if where else 'not set'}" for name, where in _secrets()]
    desk.out.answer(value, [f"{reading.file}{'' if value['exists'] else ' (not there)'}", *lines])
    return 0


def _told(reading: Reading) -> Iterator[tuple[str, Any, str]]:
    """Every setting: its key, its value as JSON has it, where it comes from."""
    from paylink_tui.domain.settings_file import keys, value_of

    for key in keys():
        yield key, _plain(value_of(reading.settings, key)), reading.sources.get(key, "default")


def _plain(value: Any) -> Any:
    from collections.abc import Mapping

    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return str(value) if isinstance(value, Path) else value


def _text(value: Any) -> str:
    from paylink_tui.domain.settings_example import toml

    return "" if value in (None, "", [], {}) else value if isinstance(value, str) else toml(value)


def _secrets() -> Iterator[tuple[str, str]]:
    """Every secret and its place, never its value."""
    from paylink_tui.domain.errors import PayLinkError
    from paylink_tui.services.secrets import NAMES, place

    for name in NAMES:
        try:
            yield name, place(name)
        except PayLinkError as problem:
            yield name, f"not used: {problem.message}"


async def _check(desk: Desk) -> int:
    from paylink_tui.services.settings import read

    reading = read(desk.args.file)
    warnings = (*reading.warnings, *_on_screen(desk, reading))
    lines = [f"{reading.file}: {one}" for one in reading.problems]
    lines += [f"{reading.file}: warning: {one}" for one in warnings]
    if not reading.problems:
        absent = reading.settings.file is None
        lines.append(
            f"{reading.file} {'is not there; everything holds by default' if absent else 'is good'}."
        )
    value = {
        "ok": not reading.problems,
        "file": str(reading.file),
        "problems": _shapes(reading.problems),
        "warnings": _shapes(warnings),
    }
    desk.out.answer(value, lines)
    return 1 if reading.problems else 0


def _on_screen(desk: Desk, reading: Reading) -> Iterable[Problem]:
    """What only the screen knows: its commands, its themes, its filters."""
    from paylink_tui.domain.settings_file import Problem

    one = reading.settings.desk
    if not (one.keymap or one.views or one.theme):
        return ()
    return [Problem("", told) for told in desk.args.screen_problems(one)]


def _shapes(problems: Iterable[Problem]) -> list[dict[str, str | None]]:
    return [{"key": one.key or None, "reason": one.reason, "near": one.near or None} for one in problems]


async def _path(desk: Desk) -> int:
    from paylink_tui.services.settings import config_file

    file = config_file()
    desk.out.answer({"file": str(file), "exists": file.exists()}, [str(file)])
    return 0


async def _example(desk: Desk) -> int:
    from paylink_tui.domain.settings_example import example

    text = example()
    desk.out.answer({"text": text}, text.splitlines())
    return 0


async def _secret(desk: Desk) -> int:
    import os

    from paylink_tui.cli.output import ask_hidden
    from paylink_tui.services.secrets import check_name, keep

    name = desk.args.name
    check_name(name)
    where = keep(name, ask_hidden(f"{name}: "))
    if os.environ.get(name):
        desk.out.note(f"The environment has a {name} too, and wins as long as it does.")
    desk.out.answer({"secret": name, "kept_in": where}, [f"{name} is kept in the {where}."])
    return 0
