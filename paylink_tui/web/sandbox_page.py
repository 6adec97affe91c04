"""The sandbox's hosted checkout: it plays the processor's own page, apart from the firm's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from paylink_tui.domain.languages import LANGUAGES, choose, money_in
from paylink_tui.domain.text import visible
from paylink_tui.services.sandbox_checkout import CheckoutPage, Form, PageState, Trouble
from paylink_tui.services.webhook_delivery import kick
from paylink_tui.web.sandbox_words import WORDS
from paylink_tui.web.visitor import fields_of

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

LONGEST: Final = 200
"""Characters shown of a firm's name or of what is paid for."""
STATUS: Final = {PageState.OPEN: 200, PageState.PAID: 200, PageState.ENDED: 410, PageState.EXPIRED: 410}

_HERE = Path(__file__).parent
_EXPIRY = re.compile(r"[0-9]{1,2} ?/? ?(?:[0-9]{2}){1,2}")


def routes(services: Services) -> list[BaseRoute]:
    """The routes of the sandbox's page, all under `/sandbox/`."""
    page = SandboxPage(services)
    return [
        Route("/sandbox/sandbox.css", _style),
        Route("/sandbox/checkout/{secret}", page.show),
        Route("/sandbox/checkout/{secret}", page.pay, methods=["POST"]),
        Route("/sandbox/checkout/{secret}/cancel", page.cancel, methods=["POST"]),
    ]


async def _style(request: Request) -> Response:
    return FileResponse(_HERE / "static" / "sandbox.css", media_type="text/css")


class SandboxPage:
    """The page and what its buttons do. The secret in its address is what entitles a payer to it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def show(self, request: Request) -> Response:
        """The page; reading it changes nothing."""
        secret = request.path_params["secret"]
        page = await self._services.sandbox_checkout.open(secret)
        echeck = request.query_params.get("method") == "echeck"
        return _page(request, page, Form(echeck), {})

    async def pay(self, request: Request) -> Response:
        """Take the form: on to the firm's page once it is paid, back to the form while it is not."""
        secret = request.path_params["secret"]
        form = await _form(request)
        if form is None:
            return Response(status_code=415)
        outcome = await self._services.sandbox_checkout.pay(secret, form)
        if outcome is None:
            return _page(request, None, form, {})
        page, troubles = outcome
        if troubles:
            return _page(request, page, form, troubles)
        tell = BackgroundTask(kick, self._services)
        if page.state is PageState.PAID and page.return_url:
            return RedirectResponse(page.return_url, 303, background=tell)
        method = "echeck" if form.echeck else "card"
        return RedirectResponse(f"/sandbox/checkout/{secret}?method={method}", 303, background=tell)

    async def cancel(self, request: Request) -> Response:
        """Close the page, and lead back to the firm's."""
        secret = request.path_params["secret"]
        page = await self._services.sandbox_checkout.cancel(secret)
        if page is None:
            return _page(request, None, Form(False), {})
        where = page.return_url or f"/sandbox/checkout/{secret}"
        return RedirectResponse(where, 303, background=BackgroundTask(kick, self._services))


async def _form(request: Request) -> Form | None:
    """What was sent, or None when it is no form."""
    told = await fields_of(request)
    if told is None:
        return None
    seen = told.get("seen", "")
    return Form(
        told.get("method") == "echeck",
        told.get("number", ""),
        told.get("expiry", ""),
        told.get("routing", ""),
        told.get("account", ""),
        int(seen) if re.fullmatch("[0-9]{1,3}", seen) else None,
    )


def _page(
    request: Request, page: CheckoutPage | None, form: Form, troubles: Mapping[str, Trouble]
) -> HTMLResponse:
    language = page.language if page else choose("", request.headers.get("accept-language", ""), LANGUAGES)
    words = WORDS.get(language, WORDS["en"])
    told: dict[str, Any] = {"language": language if language in WORDS else "en", "words": words}
    if page is None or page.state is not PageState.OPEN:
        html = _templates().get_template("sandbox_closed.html").render(told | _closing(page))
        return HTMLResponse(html, 404 if page is None else STATUS[page.state])
    told |= _opening(page, told["language"])
    told |= {
        "here": f"/sandbox/checkout/{request.path_params['secret']}",
        "method": "echeck" if form.echeck else "card",
        "troubles": {name: words[trouble.value] for name, trouble in troubles.items()},
        # What looks like anything but an expiry may be a card's number, and is not repeated.
        "expiry": form.expiry if _EXPIRY.fullmatch(form.expiry) else "",
    }
    html = _templates().get_template("sandbox_checkout.html").render(told)
    return HTMLResponse(html, 422 if troubles else 200)


def _opening(page: CheckoutPage, language: str) -> dict[str, Any]:
    """What the page of an open charge shows of it."""
    words = WORDS[language]
    reasons = [words[reason] for reason in page.declines]
    return {
        "firm": visible(page.firm, LONGEST),
        "description": visible(page.description, LONGEST),
        "amount": money_in(page.amount, page.currency, language),
        "declined": reasons[-1] if reasons else "",
        "seen": len(reasons),
        "left": page.left,
        "cards": [(_spaced(number), brand) for number, brand in page.cards.items()],
        "declined_cards": [
            (_spaced(number), words[reason]) for number, reason in page.declined_cards.items()
        ],
        "bank": page.bank,
    }


def _closing(page: CheckoutPage | None) -> dict[str, Any]:
    """What a page says that cannot be paid on."""
    if page is None:
        return {"why": "unknown", "firm": "", "back": ""}
    back = page.return_url if page.return_url.startswith(("http://", "https://")) else ""
    tried = page.state is PageState.ENDED and page.left <= 0
    return {"why": "tried" if tried else page.state.value, "firm": visible(page.firm, LONGEST), "back": back}


def _spaced(number: str) -> str:
    """A card's number as it is embossed."""
    parts = (4, 10) if len(number) == 15 else (4, 8, 12)
    return " ".join(number[a:b] for a, b in zip((0, *parts), (*parts, None), strict=True))


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
