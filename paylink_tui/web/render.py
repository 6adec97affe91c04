"""Pages from templates that are compiled once, in the firm's colours and the visitor's language."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from paylink_tui.domain.languages import NAMES, day_in, moment_in, money_in
from paylink_tui.domain.text import visible
from paylink_tui.web.brand import Brand, brand_of
from paylink_tui.web.words import speaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from paylink_tui.domain.parties import Firm
    from paylink_tui.domain.settings import Settings

TEMPLATES: Final = ("pay.html", "receipt.html", "kind.html")
_MOST_SHOWN: Final = 300
_TICK, _CROSS, _CLOCK = "M15 25l6 6 12-13", "M17 17l14 14M31 17L17 31", "M24 14v11l7 4"
_LINK, _PAUSE, _BACK = "M16 32l16-16", "M19 16v16M29 16v16", "M33 30c0-7-4-10-9-10h-8m5-5l-5 5 5 5"
SIGNS: Final = {
    **dict.fromkeys(("unknown", "notfound", "refused", "toolarge", "unavailable"), _LINK),
    **dict.fromkeys(("expired", "less due", "toomany", "mine", "pending", "checking"), _CLOCK),
    **dict.fromkeys(("used up", "paid", "authorized", "completed"), _TICK),
    **dict.fromkeys(("failed", "voided"), _CROSS),
    **dict.fromkeys(("returned", "refunded"), _BACK),
    "paused": _PAUSE,
}
"""The stroke of the sign above each kind page and receipt."""


class Pages:
    """Draws every page of one firm."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.brand: Brand = brand_of(settings.branding)
        self._environment = Environment(
            loader=PackageLoader("paylink_tui.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["plain"] = lambda text: visible(str(text), _MOST_SHOWN)
        self._environment.globals |= {
            "brand": self.brand,
            "branding": settings.branding,
            "css_path": css_path(),
            "signs": SIGNS,
        }
        self._templates = {name: self._environment.get_template(name) for name in TEMPLATES}

    def draw(
        self,
        template: str,
        language: str,
        firm: Firm | None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> Response:
        """One page as an answer."""
        text = self._templates[template].render(
            say=speaker(language),
            language=language,
            languages=self._languages,
            firm=firm,
            initials=_initials(firm.name) if firm else "",
            money=lambda minor, currency: money_in(minor, currency, language),
            day=lambda at: day_in(_local(at, firm).date(), language),
            moment=lambda at: moment_in(_local(at, firm), language),
            **context,
        )
        told = {"content-language": language, "vary": "accept-language", **(headers or {})}
        return HTMLResponse(text, status, told)

    def kind(
        self,
        name: str,
        language: str,
        firm: Firm | None,
        *,
        status: int,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> Response:
        """A page that says kindly why there is nothing to do here; `name` is that of its words."""
        given = {"staff": "", "mine": None, "token": "", "minutes": 1, **context}
        return self.draw("kind.html", language, firm, status=status, headers=headers, name=name, **given)

    def wait(self, language: str, firm: Firm | None, seconds: int) -> Response:
        """A page that asks to come again after some seconds."""
        headers, minutes = {"retry-after": str(seconds)}, -(-seconds // 60)
        return self.kind("toomany", language, firm, status=429, headers=headers, minutes=minutes)

    @property
    def _languages(self) -> list[tuple[str, str]]:
        """Code and name of each language the page can be read in."""
        return [(one, NAMES[one]) for one in self._settings.page.languages if one in NAMES]


def _local(at: datetime, firm: Firm | None) -> datetime:
    return at.astimezone(ZoneInfo(firm.timezone) if firm else None)


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in words[:2])


@cache
def static_file(name: str) -> bytes:
    """A file of the page's own, read once."""
    return files("paylink_tui.web").joinpath("static", name).read_bytes()


def css_path() -> str:
    """The stylesheet's address, which changes when it does."""
    return f"/static/page-{hashlib.sha256(static_file('page.css')).hexdigest()[:12]}.css"
