"""The forms of an HTML page, read as a browser reads them: where they go and what they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

_TAG = re.compile(
    r"<(/?)(form|input|select|option|textarea|button)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.I
)
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_QUIET = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass
class Form:
    """One form: its address, its method, and the fields with what they hold."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """The type of each field: `text`, `hidden`, `radio` ..."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of its buttons."""

    def filled(self, **values: str) -> dict[str, str]:
        """What a browser would send with these fields filled; those it does not have are left out."""
        return {**self.fields, **{name: value for name, value in values.items() if name in self.fields}}


def forms(html: str, address: str) -> list[Form]:
    """Every form of the page that was fetched from `address`."""
    found: list[Form] = []
    open_form: Form | None = None
    select = ""
    for end, tag, rest in _TAG.findall(html):
        name = tag.lower()
        if name == "form":
            open_form = None
            if not end:
                told = _attributes(rest)
                open_form = Form(urljoin(address, told.get("action", "")), told.get("method", "get").lower())
                found.append(open_form)
        elif open_form is not None and not end:
            select = _take(open_form, name, _attributes(rest), select)
    return found


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(one or two or bare) for name, one, two, bare in _ATTRIBUTE.findall(text)}


def _take(form: Form, tag: str, told: dict[str, str], select: str) -> str:
    """Add one control to its form; the select that is open afterwards."""
    name, kind = told.get("name", ""), told.get("type", tag if tag == "button" else "text").lower()
    if tag == "option":
        if select and ("selected" in told or not form.fields[select]):
            form.fields[select] = told.get("value", "")
        return select
    if tag == "select":
        form.fields.setdefault(name, "")
        return name
    if tag == "button" or kind in _QUIET:
        form.buttons.append((name, told.get("value", "")))
    elif name and kind in ("radio", "checkbox"):
        form.kinds[name] = kind
        if "checked" in told or kind == "radio":
            value = told.get("value", "on")
            form.fields[name] = value if "checked" in told else form.fields.get(name, value)
    elif name:
        form.fields[name] = told.get("value", "")
        form.kinds[name] = kind
    return select
