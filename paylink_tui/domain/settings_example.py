"""A complete settings file with what every setting is for, written from the settings' own docstrings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from paylink_tui.domain import settings as module
from paylink_tui.domain.settings import Settings
from paylink_tui.domain.settings_file import ON_THEIR_OWN, keys, value_of

WIDTH: Final = 100

_HEAD: Final = (
    "PayLink's settings. Every line is optional: what follows a # is only an example, and everything else"
    " is what holds without it. Check it with: paylink config check FILE"
)
_SAMPLES: Final[Mapping[str, str]] = {
    "branding.logo": '"logo.png"',
    "branding.address": '["12 Main Street", "Springfield, IL 62701"]',
    "branding.phone": '"+1 555 0100"',
    "branding.email": '"billing@firm.example"',
    "branding.website": '"https://www.firm.example"',
    "branding.trust_label": '"Client trust account"',
    "branding.operating_label": '"Payment to the firm"',
    "page.trusted_proxies": '["10.0.0.1"]',
    "page.frame_origins": '["https://www.firm.example"]',
    "mail.host": '"smtp.firm.example"',
    "mail.username": '"paylink"',
    "mail.sender": '"payments@firm.example"',
    "mail.reply_to": '"billing@firm.example"',
    "notify.firm": '{ completed = ["books@firm.example"], returned = ["books@firm.example"] }',
    "firm.jurisdiction": '"US-CA"',
    "desk.theme": '"ledger-light"',
}
"""What could stand where nothing holds by default."""
_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "keymap": ('"home.link" = "k"',),
    "views": ('"Old and unlinked" = "linked:no age:>48h"',),
}


def example() -> str:
    """The file: as it is, it changes nothing."""
    lines = [*_comment(_HEAD)]
    table = ""
    for key in keys():
        home, _, name = key.rpartition(".")
        if key in ON_THEIR_OWN:
            lines += ["", *_comment(_about()["Desk"][name]), f"[{key}]", *(f"# {row}" for row in _ROWS[key])]
            continue
        if home != table:
            table = home
            lines += ["", *_comment(_about()[home.title()][""]), f"[{home}]"]
        lines += [*_comment(_about()[home.title()][name]), _line(key, name)]
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as the file writes it; for those that hold by default."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml(str(key))} = {toml(one)}' for key, one in value.items())} }}"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _line(key: str, name: str) -> str:
    if key in _SAMPLES:
        return f"# {name} = {_SAMPLES[key]}"
    return f"{name} = {toml(value_of(Settings(), key))}"


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(text.split()), WIDTH - 2):
        yield f"# {line}"


@cache
def _about() -> Mapping[str, Mapping[str, str]]:
    """The docstrings of the settings' classes, under an empty name, and of their fields."""
    tree = ast.parse(inspect.getsource(module))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: {"": ast.get_docstring(node) or "", **_fields(node.body)} for node in classes}


def _fields(body: Iterable[ast.stmt]) -> dict[str, str]:
    """Names of a class's fields with the string that stands under each."""
    told, name = {}, ""
    for one in body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            name = one.target.id
        elif name and isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            told[name] = str(one.value.value)
    return told
