"""The payment page, asked for as a client's browser does."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from tests.commands import Desk
from tests.web.serving import Server


def payment_page(desk: Desk, folder: Path, url: str) -> str:
    """The payment page of a link, served by `paylink serve`; `folder` keeps its settings and its log."""
    with (
        Server(desk.url, folder) as server,
        urllib.request.urlopen(server.address + urlsplit(url).path, timeout=20) as answer,
    ):
        return str(answer.read().decode())
