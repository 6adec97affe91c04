"""Who asks, in which language, and whether a form came from our own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from paylink_tui.domain.languages import choose
from paylink_tui.web.headers import origin_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from paylink_tui.domain.settings import Page

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 40
VIEWS_AGAIN: Final = 60
"""Seconds after which an address that saw too many pages may see more."""


def address_of(request: Request) -> str:
    """The network address of the visitor, as a trusted proxy told it where there is one."""
    return request.client.host if request.client else ""


def language_of(request: Request, page: Page, asked: str = "") -> str:
    """The language to answer in: chosen by hand, else the browser's, else the firm's first."""
    by_hand = asked or request.query_params.get("lang", "")
    return choose(by_hand, request.headers.get("accept-language", "")[:500], page.languages)


def from_our_page(request: Request, page: Page) -> bool:
    """Whether a form was sent by a page of our own origin.

    A browser tells by `Sec-Fetch-Site`, an older one by `Origin`; since our pages send no referrer,
    that may be `null`. What neither tells is left to the form's own signature.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "null")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return origin in ("null", own, origin_of(page.address))


async def fields_of(request: Request) -> Mapping[str, str] | None:
    """The fields of a form, the first of each name; None when it is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        return None
    try:
        text = (await request.body()).decode("utf-8", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        return None
    return dict(reversed(pairs))
