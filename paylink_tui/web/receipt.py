"""The receipt: what became of one payment, for as long as anybody keeps its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from paylink_tui.domain.facts import Status
from paylink_tui.web.visitor import address_of, language_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from paylink_tui.domain.page import Receipt
    from paylink_tui.services.bundle import Services
    from paylink_tui.web.render import Pages

VIEWS_AGAIN = 60


class ReceiptRoutes:
    """Shows receipts; none of them pays anything, however often it is read."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._page = services.settings.page

    def routes(self) -> list[Route]:
        """Where receipts are."""
        return [Route("/p/{token}/receipt/{receipt}", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One receipt, or a page that knows of none."""
        page, limits, visitor = self._page, self._services.limits, address_of(request)
        language = language_of(request, page)
        if not limits.allow_view(visitor):
            headers = {"retry-after": str(VIEWS_AGAIN)}
            return self._pages.kind("toomany", language, None, status=429, headers=headers)
        found = await self._services.page.receipt(request.path_params["receipt"])
        if found is None:
            limits.unknown_link(visitor)
            return self._pages.kind("notfound", language, None, status=404)
        language = language_of(request, page, request.query_params.get("lang", "") or found.language)
        told = {"receipt": found, "state": state_of(found), "token": request.path_params["token"]}
        return self._pages.draw("receipt.html", language, found.firm, **told)


def state_of(receipt: Receipt) -> str:
    """The name of the words that tell how the payment stands."""
    if receipt.status is Status.PENDING and not receipt.checkout_url:
        return "checking"
    if receipt.status is Status.COMPLETED and receipt.refunded >= receipt.amount:
        return "refunded"
    return receipt.status.value
