"""The outermost room of the page: nothing that fails inside it reaches a visitor, or the log, at length."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from paylink_tui.web.protocol import BARE_HEADERS, HEAD_BYTES
from paylink_tui.web.proxies import App, Receive, Scope, Send

_FAILED = b"Something went wrong on our side. Please try again in a minute.\n"
_LONG = b"The head of this request is too long.\n"

log = logging.getLogger("paylink.page")


class Guard:
    """Answers for a page that failed, and has the failure told once."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        from starlette.requests import ClientDisconnect

        if scope["type"] == "http" and _head(scope) > HEAD_BYTES:
            await _answer(send, 431, _LONG)
            return
        begun = held = False

        async def sending(message: Any) -> None:
            nonlocal begun, held
            # Starlette's own words for a failure come from outside of the page's headers.
            held = held or (not begun and message.get("status") == 500)
            if not held:
                begun = True
                await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server stops, and this took longer than its patience
            if not begun and scope["type"] == "http":
                await _answer(send, 503, _FAILED)
        except Exception as error:
            if scope["type"] != "http":
                raise
            log.error("A page could not be shown", exc_info=error)
            if not begun:
                await _answer(send, 503, _FAILED)


def _head(scope: Scope) -> int:
    """Bytes of a request's head, near enough. The parser bounds only heads that come in pieces."""
    fields = sum(len(name) + len(value) for name, value in scope["headers"])
    return fields + len(scope["raw_path"]) + len(scope["query_string"])


async def _answer(send: Send, status: int, words: bytes) -> None:
    length = (b"content-length", str(len(words)).encode())
    headers = [*BARE_HEADERS, length, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
