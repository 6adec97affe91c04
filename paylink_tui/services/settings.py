"""The firm's one settings file: found, read, checked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from paylink_tui.domain.errors import PayLinkError

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Settings
    from paylink_tui.domain.settings_file import Checked, Problem
    from paylink_tui.domain.settings_words import DeskWords

VARIABLE: Final = "PAYLINK_CONFIG"
"""Environment variable that names another settings file."""
BASE_VARIABLE: Final = "PAYLINK_BASE_URL"
"""Environment variable that says where payment pages are reached, whatever the file says."""
SHOWN: Final = 10
"""Problems told in one sentence; `paylink config check` tells all."""


class Reading(NamedTuple):
    """What the settings file says, and what is the matter with it."""

    file: Path
    settings: Settings
    """Its good parts, and what holds by default in place of the others."""
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    sources: Mapping[str, str]
    """`file` or `environment`, by the keys of settings that are not what holds by default."""


class BadSettings(PayLinkError):
    """The settings file cannot be used as it is."""

    def __init__(self, file: Path, problems: Sequence[Problem]) -> None:
        fix = f"Mend it, and look again with: paylink config check {file}"
        super().__init__(f"{file} cannot be used:\n{in_words(problems)}", fix)
        self.problems = tuple(problems)


def in_words(problems: Sequence[Problem]) -> str:
    """The problems, a line each, and how many there are beyond the first ten."""
    lines = [f"  {one}" for one in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"  and {len(problems) - SHOWN} more")
    return "\n".join(lines)


def folder() -> Path:
    """The folder of a person's own settings, keys and secrets."""
    from platformdirs import user_config_path

    return user_config_path("paylink")


def config_file() -> Path:
    """Where the settings file is; it need not exist."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else folder() / "config.toml"


def is_there() -> bool:
    """Whether anything is to be read, told without importing what reads it."""
    return bool(os.environ.get(VARIABLE)) or config_file().exists()


def glance() -> DeskWords:
    """What the first frame needs, quickly; `read` tells what is wrong with it."""
    from paylink_tui.domain.settings_words import DeskWords, desk_words

    if not is_there():
        return DeskWords()
    found, _ = _tables(config_file())
    return desk_words(found)


def load(path: Path | None = None) -> Settings:
    """What the settings file says, or what holds without one.

    Raises:
        BadSettings: anything in it cannot be used; the sentence names every place, ten at most.
    """
    if path is None and not is_there() and not os.environ.get(BASE_VARIABLE):
        from paylink_tui.domain.settings import Settings

        return Settings()
    reading = read(path)
    if reading.problems:
        raise BadSettings(reading.file, reading.problems)
    return reading.settings


def read(path: Path | None = None) -> Reading:
    """The settings file's good parts, and everything that is wrong with the others."""
    from dataclasses import replace

    from paylink_tui.domain.settings_file import Problem, check, warnings, with_values

    file = path or config_file()
    found, failure = _tables(file)
    must = path is not None or bool(os.environ.get(VARIABLE))
    if not (failure or file.exists()) and must:
        failure = "there is no such file"
    checked = check(found, file.absolute().parent)
    checked, logo = _look_at_logo(checked)
    given = _environment()
    settings = replace(with_values(checked.settings, given), file=file if file.exists() else None)
    sources = {**dict.fromkeys(checked.given, "file"), **dict.fromkeys(given, "environment")}
    problems = (*([Problem("", failure)] if failure else []), *checked.problems, *logo)
    return Reading(file, settings, problems, warnings(settings), sources)


def _tables(file: Path) -> tuple[dict[str, Any], str]:
    """The file as TOML reads it, empty when it is not there, and why it could not be read."""
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return {}, ""
    except UnicodeDecodeError as problem:
        return {}, f"it is not UTF-8 text: byte {problem.start + 1} is none"
    except OSError as problem:
        return {}, f"it cannot be read: {problem.strerror or problem}"
    import tomllib

    try:
        return tomllib.loads(text), ""
    except tomllib.TOMLDecodeError as problem:
        return {}, f"it is not TOML: {_uncapitalized(str(problem))}"


def _uncapitalized(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _look_at_logo(checked: Checked) -> tuple[Checked, list[Problem]]:
    """Leave out a logo that is not there, too large, or no picture."""
    from dataclasses import replace

    from paylink_tui.domain.images import MOST_BYTES, logo_problem
    from paylink_tui.domain.settings_file import Problem, with_values

    logo = checked.settings.branding.logo
    if logo is None:
        return checked, []
    try:
        with logo.open("rb") as file:
            problem = logo_problem(file.read(MOST_BYTES + 1))
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    if not problem:
        return checked, []
    settings = with_values(checked.settings, {"branding.logo": None})
    left = replace(checked, settings=settings, given=checked.given - {"branding.logo"})
    return left, [Problem("branding.logo", f"{logo} {problem}")]


def _environment() -> dict[str, Any]:
    """Settings the environment gives, by their keys."""
    from paylink_tui.domain.settings_rules import is_origin

    base = os.environ.get(BASE_VARIABLE, "").strip().rstrip("/").removesuffix("/p")
    return {"page.address": base} if base and is_origin(base) else {}
