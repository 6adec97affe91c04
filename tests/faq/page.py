"""What the missing parts will give, asked for as a user would; each raises while it is not there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.commands import Desk
from tests.mail_sink import Sink


def payment_page(desk: Desk, url: str) -> str:
    """The payment page of a link, served by `paylink serve` and fetched by a browser's request."""
    with served(desk) as address, urllib.request.urlopen(address + urlsplit(url).path, timeout=20) as answer:
        return str(answer.read().decode())


def wait_until_it_listens(server: subprocess.Popen[str], port: int) -> None:
    """Come back when the port answers.

    Raises:
        AssertionError: the server ended, or never listened.
    """
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert server.poll() is None, server.stderr and server.stderr.read()
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail_settings(sink: Sink, office: str) -> str:
    """The settings of a firm whose mail goes through `sink`, and that wants to know what completed."""
    return f"""
[mail]
host = "127.0.0.1"
port = {sink.port}
security = "none"
sender = "payments@firm.example"
[notify.firm]
completed = ["{office}"]
"""


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """`paylink serve` beside the block; where it answers."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "paylink_tui", "--db", desk.url, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        try:
            wait_until_it_listens(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
