"""How a message looks: the same letter as plain text and as HTML that needs nothing from outside."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final

from paylink_tui.domain.colours import accent_or_default, ink_on
from paylink_tui.domain.settings import Branding
from paylink_tui.domain.text import visible

WIDTH: Final = 72
"""Columns of the plain text."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the firm as its clients know it."""

    firm: str
    branding: Branding
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before it is laid out; every value is plain text, safe to show but not yet escaped."""

    title: str
    amount: str
    lines: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    button: tuple[str, str] | None
    """What it says and the address it leads to."""
    closing: str
    banner: str
    """Said above everything; may be empty."""
    colon: str
    """What stands between a name and its value in this language."""


def signature(head: Letterhead) -> tuple[str, ...]:
    """The firm's name and how to reach it, a line each."""
    brand = head.branding
    told = (head.firm, *brand.address, brand.phone, brand.email, brand.website)
    return tuple(line for line in (visible(one, 120).strip() for one in told) if line)


def text_of(letter: Letter, head: Letterhead) -> str:
    """The letter for a reader of plain text."""
    paragraphs = ["\n".join(textwrap.wrap(line, WIDTH, break_long_words=False)) for line in letter.lines]
    labels = [f"{label}{letter.colon}" for label, _ in letter.details]
    size = max(map(len, labels), default=0)
    table = "\n".join(
        f"{label:<{size}}  {value}" for label, (_, value) in zip(labels, letter.details, strict=True)
    )
    button = "{0}{2}\n{1}".format(*letter.button, letter.colon) if letter.button else ""
    closing = "\n".join(textwrap.wrap(letter.closing, WIDTH, break_long_words=False))
    blocks = (letter.banner, letter.title, *paragraphs, table, button, "\n".join(signature(head)), closing)
    return "\n\n".join(block for block in blocks if block) + "\n"


def html_of(letter: Letter, head: Letterhead, language: str) -> str:
    """The letter for a reader of HTML: well-formed, without tables, scripts, images or anything fetched."""
    accent = accent_or_default(head.branding.accent)
    details = "".join(
        f'<dt class="quiet" style="{_LABEL}">{escape(label)}</dt><dd style="{_VALUE}">{escape(value)}</dd>\n'
        for label, value in letter.details
    )
    firm, *reach = signature(head) or ("",)
    return _PAGE.substitute(
        language=language,
        title=escape(letter.title),
        accent=accent,
        banner=_paragraph(letter.banner, _BANNER, "banner"),
        firm=escape(firm),
        amount=_paragraph(letter.amount, _AMOUNT),
        lines="".join(_paragraph(line, _LINE) for line in letter.lines),
        details=f'<dl class="ink rule" style="{_DETAILS}">\n{details}</dl>\n' if details else "",
        button=_button(letter, accent),
        reach="<br/>\n".join(escape(line) for line in (firm, *reach)),
        closing=escape(letter.closing),
    )


def _paragraph(text: str, style: str, kind: str = "ink") -> str:
    return f'<p class="{kind}" style="{style}">{escape(text)}</p>\n' if text else ""


def _button(letter: Letter, accent: str) -> str:
    if letter.button is None:
        return ""
    label, address = letter.button
    style = f"{_BUTTON};background:{accent};color:{ink_on(accent)}"
    return f'<p style="{_LINE}"><a href="{escape(address)}" style="{style}">{escape(label)}</a></p>\n'


_LINE: Final = "margin:0 0 16px;font-size:16px;line-height:1.5"
_AMOUNT: Final = "margin:0 0 20px;font-size:32px;font-weight:bold;line-height:1.2"
_DETAILS: Final = (
    "margin:20px 0;padding:16px 0 4px;border-top:1px solid #d5dbe1;border-bottom:1px solid #d5dbe1"
)
_LABEL: Final = "margin:0;font-size:13px;line-height:1.4;color:#5b6470"
_VALUE: Final = "margin:0 0 12px;font-size:16px;line-height:1.4;overflow-wrap:anywhere"
_BANNER: Final = (
    "margin:0 0 20px;padding:8px 12px;border-radius:6px;font-size:14px;font-weight:bold;"
    "background:#fff3cd;color:#664d03"
)
_BUTTON: Final = (
    "display:inline-block;padding:12px 24px;border-radius:6px;font-weight:bold;text-decoration:none"
)
_PAGE: Final = Template(
    """<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="supported-color-schemes" content="light dark"/>
<title>$title</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #14171b !important; }
  .card { background: #1f242b !important; border-color: $accent #3a424d #3a424d !important; }
  .ink, .ink dd { color: #eef1f4 !important; }
  .quiet { color: #a9b4c0 !important; }
  .rule { border-color: #3a424d !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef1f4">
<div class="page" style="padding:24px 12px;background:#eef1f4;font-family:Arial,Helvetica,sans-serif">
<div class="card ink" style="max-width:520px;margin:0 auto;padding:28px 28px 20px;background:#ffffff;\
color:#1b2128;border:1px solid #d5dbe1;border-top:6px solid $accent;border-radius:8px;overflow-wrap:anywhere">
$banner<p class="ink" style="margin:0 0 20px;font-size:18px;font-weight:bold">$firm</p>
<h1 class="quiet" style="margin:0 0 8px;font-size:16px;font-weight:normal;color:#5b6470">$title</h1>
$amount$lines$details$button\
<p class="quiet" style="margin:0 0 12px;font-size:13px;line-height:1.5;color:#5b6470">
$reach</p>
<p class="quiet" style="margin:0;font-size:12px;line-height:1.5;color:#5b6470">$closing</p>
</div>
</div>
</body>
</html>
"""
)
