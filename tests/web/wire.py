"""A small HTTP client over a plain socket: a thousand of them leave the machine to the server they try."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

LIMIT = 1 << 20
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in small letters."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """Where it sends the browser, in full.

        Raises:
            AssertionError: nowhere.
        """
        assert self.status in (302, 303), (self.status, self.text[:2000])
        return urljoin(self.url, self.headers["location"])


@dataclass
class Wire:
    """One browser's connection to one server: kept open, with its cookies, without redirects."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every request."""
    cookies: dict[str, str] = field(default_factory=dict)
    source: str = ""
    """The address to come from; empty: whichever the system takes."""
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, url: str, **more: str) -> Answer:
        """Fetch a path or an address of this server."""
        return await self.send("GET", url, b"", more)

    async def post(self, url: str, fields: Mapping[str, str], **more: str) -> Answer:
        """Send a form."""
        return await self.send("POST", url, urlencode(fields).encode(), {"Content-Type": FORM, **more})

    async def send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request; a connection the server closed while it was idle is opened anew.

        Raises:
            OSError: the server is not there, or went away half-way.
        """
        whole = urljoin(self.address, url)
        request = self._request(method, whole, body, headers)
        while True:
            fresh = self._streams is None
            try:
                return await self._exchange(method, whole, request)
            except (OSError, asyncio.IncompleteReadError) as gone:
                await self.close()
                unheard = isinstance(gone, ConnectionError) or not getattr(gone, "partial", b"")
                if fresh or not unheard:
                    raise ConnectionError(f"{method} {url}: {gone!r}") from gone

    def _request(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        parts = urlsplit(url)
        told = {"Host": parts.netloc, **self.headers, **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body or method == "POST":
            told.setdefault("Content-Length", str(len(body)))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def _exchange(self, method: str, url: str, request: bytes) -> Answer:
        if self._streams is None:
            parts = urlsplit(self.address)
            source = (self.source, 0) if self.source else None
            self._streams = await asyncio.open_connection(
                parts.hostname, parts.port, limit=LIMIT, local_addr=source
            )
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        status, headers = read_head(await reader.readuntil(b"\r\n\r\n"), self.cookies)
        body = b"" if method == "HEAD" or status in (204, 304) else await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(url, status, headers, body)

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def read_head(head: bytes, cookies: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer; its cookies are put with the others."""
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "set-cookie":
            cookie, _, content = value.partition(";")[0].partition("=")
            cookies[cookie] = content
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return int(first.split()[1]), headers


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        parts = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()
