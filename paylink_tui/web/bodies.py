"""Bodies of requests, read no further than a bound and no longer than a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

SECONDS = 10.0
"""How long a body may take to arrive."""


class BadBody(Exception):
    """A body that is not read to its end; `status` is how the request is answered."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def bounded(request: Request, most: int) -> bytes:
    """A request's body.

    Raises:
        BadBody: it is longer than `most` bytes (413), or slower than `SECONDS` (408).
    """
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most:
        raise BadBody(413)
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise BadBody(413)
    except TimeoutError:
        raise BadBody(408) from None
    return bytes(body)
