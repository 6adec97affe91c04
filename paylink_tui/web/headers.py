"""Headers on every answer, whatever it is, and a bound on what is asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from paylink_tui.domain.settings import Page

MOST_BYTES: Final = 64 * 1024
"""Longest body of a request."""
KEPT_FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
"""For files whose address changes with their content."""
HSTS: Final = "max-age=31536000"

_UNUSED = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "midi", "payment", "usb")
_PERMISSIONS: Final = ", ".join(f"{one}=()" for one in (*_UNUSED, "browsing-topics"))


def origin_of(url: str) -> str:
    """The origin of an http or https address; empty for anything else."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if good else ""


def policy(page: Page) -> dict[str, str]:
    """The headers of every answer, worked out once from the page's own address and from the origins that
    may show it in a frame."""
    frames = [origin for one in page.frame_origins if (origin := origin_of(one))]
    forms = dict.fromkeys(["'self'", *filter(None, [origin_of(page.address)])])
    csp = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        f"form-action {' '.join(forms)}",
        f"frame-ancestors {' '.join(frames) or chr(39) + 'none' + chr(39)}",
        "base-uri 'none'",
    )
    headers = {
        "content-security-policy": "; ".join(csp),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
        "permissions-policy": _PERMISSIONS,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "cross-origin" if frames else "same-origin",
    }
    return headers if frames else {**headers, "x-frame-options": "DENY"}


class Headers:
    """Puts the policy on every answer; only what says so itself is kept by anybody."""

    def __init__(self, app: ASGIApp, policy: dict[str, str]) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._policy.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                if scope.get("scheme") == "https":
                    headers["strict-transport-security"] = HSTS
            await send(message)

        await self._app(scope, receive, with_headers)


class Bounded:
    """Takes a body in before anything is made of it, and refuses one that is too long."""

    def __init__(self, app: ASGIApp, too_long: ASGIApp) -> None:
        """Hand requests to `app`, those that are too long to `too_long`."""
        self._app = app
        self._too_long = too_long

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with its whole body."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        body = await _body(scope, receive)
        if body is None:
            await self._too_long({**scope, "method": "GET"}, receive, send)
            return
        given = False

        async def once() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, once, send)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None when it is longer than it may be.

    Raises:
        ClientDisconnect: its sender hung up before its end.
    """
    told = dict(scope["headers"]).get(b"content-length", b"0")
    if not told.isdigit() or int(told[:12]) > MOST_BYTES or len(told) > 12:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)
