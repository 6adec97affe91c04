"""The receipt: what became of one payment, for as long as anybody keeps its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from paylink_tui.web.visitor import VIEWS_AGAIN, address_of, language_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from paylink_tui.services.bundle import Services
    from paylink_tui.web.render import Pages


class ReceiptRoutes:
    """Shows receipts; none of them pays anything, however often it is read."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._page = services.settings.page

    def routes(self) -> list[Route]:
        """Where receipts are."""
        paths = ("/r/{receipt}", "/p/{token}/receipt/{receipt}")
        return [Route(path, self.show, methods=["GET"]) for path in paths]

    async def show(self, request: Request) -> Response:
        """One receipt, or a page that knows of none; the link is named only where the address names it."""
        page, limits, visitor = self._page, self._services.limits, address_of(request)
        language = language_of(request, page)
        if not limits.allow_view(visitor):
            return self._pages.wait(language, None, VIEWS_AGAIN)
        found = await self._services.page.receipt(request.path_params["receipt"])
        if found is None:
            limits.unknown_link(visitor)
            return self._pages.kind("notfound", language, None, status=404)
        language = language_of(request, page, request.query_params.get("lang", "") or found.language)
        told = {"receipt": found, "state": found.state, "token": request.path_params.get("token", "")}
        return self._pages.draw("receipt.html", language, found.firm, **told)
