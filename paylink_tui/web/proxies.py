"""Who the payer is, when a proxy the firm names stands between: its word is believed, nobody else's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from paylink_tui.domain.errors import PayLinkError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
_TOLD = (FOR, PROTO, b"x-forwarded-host", b"x-forwarded-port", b"x-real-ip", b"forwarded")
"""What visitors may say about themselves; none of it reaches a page."""
LONGEST = 2_000
"""Characters of an `X-Forwarded-For` that are read, from its right end."""


class Proxies:
    """Sets the client and the scheme of each request to what trusted proxies tell, and forgets what
    anybody else tells."""

    def __init__(self, app: App, trusted: Iterable[str]) -> None:
        """Wrap `app`.

        Raises:
            PayLinkError: one of `trusted` is neither an address nor a network.
        """
        self._app = app
        self._trusted = tuple(_network(one) for one in trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, told apart."""
        if scope["type"] == "http":
            self._tell(scope)
        await self._app(scope, receive, send)

    def _tell(self, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        peer = parse(scope["client"][0]) if scope.get("client") else None
        if peer is not None and self._is_trusted(peer):
            client = self._client(peer, _words(headers, FOR))
            scope["client"] = (str(client), 0)
            scheme = _words(headers, PROTO)[-1:]
            if scheme in (["http"], ["https"]):
                scope["scheme"] = scheme[0]
        scope["headers"] = [one for one in headers if one[0] not in _TOLD]

    def _client(self, peer: Address, chain: list[str]) -> Address:
        """The rightmost address that is no trusted proxy; what stands left of it, anybody can write."""
        client = peer
        for word in reversed(chain):
            told = parse(word)
            if told is None:
                break
            client = told
            if not self._is_trusted(told):
                break
        return client

    def _is_trusted(self, address: Address) -> bool:
        return any(address in one for one in self._trusted)


def _words(headers: list[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """The comma-separated words of a header, over all its lines, lower case."""
    joined = b",".join(value for key, value in headers if key == name)
    text = joined[-LONGEST:].decode("latin-1")
    return [word.strip().lower() for word in text.split(",")] if text else []


def parse(word: str) -> Address | None:
    """An address as proxies write it, perhaps in brackets, perhaps with a port; None when it is none."""
    text = word
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise PayLinkError(
            f"The trusted proxy {text[:60]!r} is neither an address nor a network.",
            "Write it like 10.0.0.5 or 10.0.0.0/24 under [page], trusted_proxies.",
        ) from None
