"""What the missing parts will give, asked for as a user would; each raises while it is not there."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

from tests.commands import Desk


def payment_page(desk: Desk, url: str) -> str:
    """The payment page of a link, served by `paylink serve` and fetched by a browser's request."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "paylink_tui", "--db", desk.url, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        try:
            wait_until_it_listens(server, port)
            address = f"http://127.0.0.1:{port}{urlsplit(url).path}"
            with urllib.request.urlopen(address, timeout=20) as answer:
                return str(answer.read().decode())
        finally:
            server.terminate()


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


def mail_to(desk: Desk) -> list[str]:
    """The addresses of the mail in the outbox of a SQLite database, in the order it was written."""
    base = sqlite3.connect(desk.url)
    try:
        return [row[0] for row in base.execute("SELECT recipient FROM outbox ORDER BY id")]
    except sqlite3.OperationalError as missing:
        raise AssertionError(str(missing)) from missing
    finally:
        base.close()
