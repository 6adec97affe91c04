"""The page of a link: shown, sent, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paylink_tui.domain.card_numbers import holds_card_number
from paylink_tui.domain.forms import TokenProblem, Typed
from paylink_tui.domain.page import (
    Closed,
    ClosedPage,
    GoTo,
    Invalid,
    NotStarted,
    PayPage,
    Posted,
    SeeReceipt,
    Stale,
    Submitted,
    TooMany,
)
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import visible
from paylink_tui.web.visitor import VIEWS_AGAIN, address_of, fields_of, from_our_page, language_of
from paylink_tui.web.words import speaker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from starlette.requests import Request

    from paylink_tui.domain.forms import Field, Wrong
    from paylink_tui.services.bundle import Services
    from paylink_tui.web.render import Pages

COOKIE: Final = "paylink_payer"
"""Holds the secret of this visitor's own receipt, for the one link it was made on."""
COOKIE_LIFE: Final = 24 * 3600
STATUS: Final = {
    Closed.UNKNOWN: 404,
    Closed.EXPIRED: 410,
    Closed.USED_UP: 410,
    Closed.PAID: 410,
    Closed.LESS_DUE: 410,
    Closed.PAUSED: 403,
    Closed.UNAVAILABLE: 403,
}
"""How the page of a link that takes no payment answers."""
_MOST_ECHOED: Final = 500


class PayRoutes:
    """Shows the page of a link, and takes its form."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._page = services.settings.page

    def routes(self) -> list[Route]:
        """Where these pages are."""
        return [
            Route("/p/{token}", self.show, methods=["GET"]),
            Route("/p/{token}", self.submit, methods=["POST"]),
            Route("/p/{token}/restart", self.restart, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The link's page; nothing of the link is used by it (`link-get-is-free`)."""
        language = language_of(request, self._page)
        if not self._services.limits.allow_view(address_of(request)):
            return self._pages.wait(language, None, VIEWS_AGAIN)
        token, mine = request.path_params["token"], request.cookies.get(COOKIE, "")
        opened = await self._services.page.open(token, mine)
        if isinstance(opened, PayPage):
            return self._form(opened, token, language, opened.suggested(language))
        return self._closed(request, opened, language)

    async def submit(self, request: Request) -> Response:
        """The link's form: on to the processor's page, or back with what is wrong."""
        fields = await fields_of(request)
        language = language_of(request, self._page, (fields or {}).get("lang", ""))
        if fields is None:
            return self._pages.kind("refused", language, None, status=415)
        if not from_our_page(request, self._page):
            return self._pages.kind("refused", language, None, status=403)
        typed = Typed(*(fields.get(name, "") for name in ("amount", "name", "email", "reference")))
        posted = Posted(fields.get("form", ""), typed, language, address_of(request))
        came = await self._services.page.submit(request.path_params["token"], posted)
        return self._answer(request, came, typed, language)

    async def restart(self, request: Request) -> Response:
        """Give up a payment that was begun and not made, and show the form again."""
        fields = await fields_of(request)
        language = language_of(request, self._page, (fields or {}).get("lang", ""))
        if fields is None:
            return self._pages.kind("refused", language, None, status=415)
        if not from_our_page(request, self._page):
            return self._pages.kind("refused", language, None, status=403)
        secret, token = fields.get("receipt", ""), request.path_params["token"]
        if not self._services.limits.allow_view(address_of(request)):
            return self._pages.wait(language, None, VIEWS_AGAIN)
        await self._services.page.abandon(secret)
        return RedirectResponse(f"/p/{quote(token, safe='')}?lang={language}", 303)

    def _answer(self, request: Request, came: Submitted, typed: Typed, language: str) -> Response:
        token = request.path_params["token"]
        match came:
            case GoTo(url, receipt):
                return self._remember(request, RedirectResponse(url, 303), receipt)
            case SeeReceipt(receipt):
                path = f"{request.url.path}/receipt/{receipt}?lang={language}"
                return self._remember(request, RedirectResponse(path, 303), receipt)
            case Invalid(page, wrong):
                return self._form(page, token, language, typed, status=422, wrong=wrong)
            case Stale(page, problem):
                status = 403 if problem is TokenProblem.FORGED else 422
                return self._form(page, token, language, typed, status=status, notice="stale")
            case NotStarted(page):
                return self._form(page, token, language, typed, status=502, notice="notstarted")
            case TooMany(firm, seconds):
                return self._pages.wait(language, firm, seconds)
            case ClosedPage():
                return self._closed(request, came, language)

    def _form(
        self,
        page: PayPage,
        token: str,
        language: str,
        typed: Typed,
        *,
        status: int = 200,
        wrong: Mapping[Field, Wrong] | None = None,
        notice: str = "",
    ) -> Response:
        say, branding = speaker(language), self._services.settings.branding
        own = branding.trust_label if page.account_kind is AccountKind.TRUST else branding.operating_label
        told: dict[str, Any] = {
            "page": page,
            "token": token,
            "typed": _echo(typed),
            "wrong": {field.value: problem for field, problem in (wrong or {}).items()},
            "notice": notice,
            "label": visible(own) if own else say(page.account_kind.value),
            "methods": [say(f"method.{one}") for one in page.methods],
        }
        return self._pages.draw("pay.html", language, page.firm, status=status, **told)

    def _closed(self, request: Request, page: ClosedPage, language: str) -> Response:
        """The kind page of a link that takes no payment; guessing links is counted."""
        if page.why is Closed.UNKNOWN and not self._services.limits.unknown_link(address_of(request)):
            return self._pages.wait(language, page.firm, VIEWS_AGAIN)
        told = {"staff": page.staff, "mine": page.mine, "token": request.path_params["token"]}
        if page.why is Closed.USED_UP and page.mine is not None and page.mine.checkout_url:
            return self._pages.kind("mine", language, page.firm, status=200, **told)
        return self._pages.kind(page.why.value, language, page.firm, status=STATUS[page.why], **told)

    def _remember(self, request: Request, answer: Response, receipt: str) -> Response:
        """Let this visitor find back to a payment that is not finished, on this link only."""
        answer.set_cookie(
            COOKIE,
            receipt,
            max_age=COOKIE_LIFE,
            path=f"/p/{request.path_params['token']}",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return answer


def _echo(typed: Typed) -> dict[str, str]:
    """What was typed, to be shown again, no longer than a page should be; but no card's number."""
    told = {name: getattr(typed, name) for name in Typed.__slots__}
    return {name: "" if holds_card_number(text) else text[:_MOST_ECHOED] for name, text in told.items()}
