"""The payment page as one ASGI application: its pages, its files, and what surrounds them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.readiness import check_alive
from paylink_tui.web import sandbox_page, webhooks
from paylink_tui.web.headers import KEPT_FOR_A_YEAR, Bounded, Headers, policy
from paylink_tui.web.pay import PayRoutes
from paylink_tui.web.receipt import ReceiptRoutes
from paylink_tui.web.render import Pages, css_path, static_file
from paylink_tui.web.visitor import language_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from paylink_tui.services.bundle import Services

log = logging.getLogger("paylink.page")

_ROBOTS: Final = "User-agent: *\nDisallow: /\n"


def build(services: Services) -> Starlette:
    """The application over one desk's services, whose settings say how the page looks and where it is."""
    pages = Pages(services.settings)
    site = _Site(services, pages)
    routes: list[BaseRoute] = [
        *PayRoutes(services, pages).routes(),
        *ReceiptRoutes(services, pages).routes(),
        *site.routes(),
        *sandbox_page.routes(services),
        *webhooks.routes(services),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(Headers, policy=policy(services.settings.page)),
            Middleware(Bounded, too_long=site.too_long),
        ],
        exception_handlers={HTTPException: site.refused, PayLinkError: site.failed},
    )


class _Site:
    """What every site has: its files, a word for robots and for whoever watches it, and kind errors."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def routes(self) -> list[Route]:
        """Where these are."""
        brand = self._pages.brand
        css = "text/css; charset=utf-8"
        kept = [
            (css_path(), static_file("page.css"), css),
            ("/static/icon.svg", static_file("icon.svg"), "image/svg+xml"),
            (brand.css_path, brand.css, css),
            (brand.logo_path, brand.logo, brand.logo_type),
        ]
        return [
            *(Route(path, _file(data, kind)) for path, data, kind in kept if path),
            Route("/healthz", self.healthy),
            Route("/robots.txt", _robots),
        ]

    async def healthy(self, request: Request) -> Response:
        """Whether the page can be shown: the database answers."""
        await check_alive(self._services)
        return PlainTextResponse("ok\n")

    async def refused(self, request: Request, error: Exception) -> Response:
        """A kind page for what is not there, or not so."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        headers = error.headers if isinstance(error, HTTPException) else None
        return self._kind(request, status, "notfound", dict(headers or {}))

    async def failed(self, request: Request, error: Exception) -> Response:
        """A kind page when the desk cannot answer now, such as with its database away; the log has why."""
        log.error("A page could not be shown: %s", error)
        return self._kind(request, 503, "failed", {"retry-after": "30"})

    async def too_long(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A kind page for a body that is too long; the rest of it is not read."""
        answer = self._kind(Request(scope), 413, "toolarge", {"connection": "close"})
        await answer(scope, receive, send)

    def _kind(self, request: Request, status: int, name: str, headers: dict[str, Any]) -> Response:
        language = language_of(request, self._services.settings.page)
        return self._pages.kind(name, language, None, status=status, headers=headers)


def _file(data: bytes, kind: str) -> Any:
    async def give(request: Request) -> Response:
        return Response(data, headers={"cache-control": KEPT_FOR_A_YEAR}, media_type=kind)

    return give


async def _robots(request: Request) -> Response:
    return PlainTextResponse(_ROBOTS)
