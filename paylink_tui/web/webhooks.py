"""`POST /webhooks/{processor}`: verified, stored, answered; handled afterwards."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

log = logging.getLogger("paylink.webhooks")


def routes(services: Services) -> list[BaseRoute]:
    """The one route of the webhooks. Its signature stands in for a person's session."""

    async def receive(request: Request) -> Response:
        name = request.path_params["processor"]
        webhooks = services.webhooks
        if not webhooks.knows(name):
            return Response(status_code=404)
        refs = await webhooks.receive(name, await request.body(), request.headers)
        if not refs:
            log.warning("A webhook for %s was refused: not signed by us, or not now, or not readable", name)
            return Response(status_code=400)
        return Response(status_code=200, background=BackgroundTask(webhooks.handle, name, refs))

    return [Route("/webhooks/{processor}", receive, methods=["POST"])]
