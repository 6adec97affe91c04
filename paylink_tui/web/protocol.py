"""HTTP for a page on the open internet: nobody may take for ever to ask, and nobody may ask at length."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 16 * 1024
"""Longest head of a request."""
ASKING_SECONDS = 20.0
"""From the first byte of a request, or from connecting, until its last byte must be here."""
MOST_CONNECTIONS = 4_000
"""Connections of one process; one more is hung up on."""

BARE_HEADERS = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""Headers of the few answers that are given without the page's own rooms."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with a time to ask in, and a bound on how many ask at once."""

    _deadline: asyncio.TimerHandle | None = None
    _before: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or hang up when there are too many."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > MOST_CONNECTIONS:
            self.transport.abort()
        else:
            self._start_waiting()

    def data_received(self, data: bytes) -> None:
        """Take in a piece of a request."""
        if self._deadline is None:
            self._start_waiting()
        super().data_received(data)
        if self.cycle is not self._before and not self.cycle.more_body:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._stop_waiting()
        self._refuse(400, b"This is no request a payment page can read.\n")

    def _start_waiting(self) -> None:
        self._before = self.cycle
        self._deadline = self.loop.call_later(ASKING_SECONDS, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self._refuse(408, b"The request took too long.\n")

    def _refuse(self, status: int, words: bytes) -> None:
        """Answer without the page, unless an answer has begun, and hang up."""
        try:
            length = (b"content-length", str(len(words)).encode())
            headers = [*BARE_HEADERS, length, (b"connection", b"close")]
            reason = HTTPStatus(status).phrase.encode()
            parts = [
                self.conn.send(h11.Response(status_code=status, headers=headers, reason=reason)),
                self.conn.send(h11.Data(data=words)),
                self.conn.send(h11.EndOfMessage()),
            ]
        except h11.LocalProtocolError:
            self.transport.abort()
            return
        self.transport.write(b"".join(part or b"" for part in parts))
        self.transport.close()
