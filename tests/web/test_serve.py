"""`paylink serve` as a program: it starts, answers, stops, and says in a sentence why it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urlsplit

import pytest

from tests.commands import Desk, program, set_up
from tests.databases import FreshPostgresql
from tests.web.forms import forms
from tests.web.wire import FORM

PATIENCE = 40.0


class Running:
    """A server on a port of its own, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self.document: list[str] = []
        self._threads = [self._listen(process.stderr, self.said), self._listen(process.stdout, self.document)]

    def _listen(self, stream: IO[str] | None, lines: list[str]) -> threading.Thread:
        assert stream is not None
        thread = threading.Thread(target=_keep, args=(stream, lines), daemon=True)
        thread.start()
        return thread

    def until(self, true: Callable[[], object]) -> None:
        """Wait until something is so.

        Raises:
            AssertionError: the server ended meanwhile, or it never was.
        """
        until = time.monotonic() + PATIENCE
        while not true():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.02)

    @property
    def address(self) -> str:
        """Where it says it is."""
        found = [one for line in self.said for one in re.findall(r"^Serving .* at (http://\S+)$", line)]
        return str(found[0]) if found else ""

    @property
    def host(self) -> tuple[str, int]:
        """Name and port of where it is."""
        parts = urlsplit(self.address)
        return str(parts.hostname), int(parts.port or 0)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> list[int]:
        """The processes it started that answer requests, in the order they were started."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        words = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in tasks}
        return [one for one, line in words.items() if b"spawn_main" in line]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(5)
        return code


def _keep(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip("\n"))


@contextmanager
def serving(url: str, *words: str) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", "paylink_tui", "--db", url, "serve", "--port", "0", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    running = Running(process)
    try:
        running.until(lambda: running.address)
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_it_says_where_it_is_answers_and_stops(desk: Desk) -> None:
    link = desk.json("links", "show", "L1")["url"]
    token = link.rsplit("/", 1)[-1]
    with serving(desk.url) as server:
        assert server.said == [f"Serving Hartwell & Ng LLP at {server.address}"]
        assert server.get("/healthz")[0] == 200
        status, page = server.get(f"/p/{token}?name=Dana+Ruiz")
        assert (status, "Hartwell &amp; Ng LLP" in page) == (200, True)
        assert server.get("/p/" + "x" * 43)[0] == 404
        assert server.end() == 0
    assert server.said == [f"Serving Hartwell & Ng LLP at {server.address}", "Stopped."]
    assert server.document == []


def test_ctrl_c_ends_it_as_well(desk: Desk) -> None:
    with serving(desk.url) as server:
        assert server.end(signal.SIGINT) == 0
        assert server.said[-1] == "Stopped."


def test_a_program_learns_the_port_from_json(desk: Desk) -> None:
    with serving(desk.url, "--json") as server:
        server.until(lambda: server.document and server.document[-1] == "}")
        told = json.loads("\n".join(server.document))
        assert told == {"firm": "Hartwell & Ng LLP", "url": server.address, "workers": 1}


def test_a_payment_under_way_is_answered_before_it_stops(desk: Desk) -> None:
    path = urlsplit(desk.json("links", "show", "L1")["url"]).path
    with serving(desk.url) as server:
        page = server.get(path)[1]
        [form] = [one for one in forms(page, server.address + path) if one.method == "post"]
        body = urlencode(form.filled(name="Dana Ruiz", email="dana@mail.example", amount="75")).encode()
        with socket.create_connection(server.host, 20) as payer:
            payer.sendall(
                f"POST {path} HTTP/1.1\r\nHost: {urlsplit(server.address).netloc}\r\nContent-Type: {FORM}\r\n"
                f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            assert payer.recv(100).startswith(b"HTTP/1.1 100 "), "the form is not waited for"
            server.process.terminate()
            server.until(lambda: refuses(server.host))
            with pytest.raises(subprocess.TimeoutExpired):
                server.process.wait(1)
            payer.sendall(body)
            assert payer.recv(12) == b"HTTP/1.1 303"
        assert server.process.wait(PATIENCE) == 0
    assert [one["payer_name"] for one in desk.json("transactions", "list")] == ["Dana Ruiz"]


def refuses(host: tuple[str, int]) -> bool:
    """Whether nobody takes connections there any more."""
    with socket.socket() as probe:
        return probe.connect_ex(host) != 0


def test_a_port_that_is_taken_is_a_sentence(desk: Desk) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = program("--db", desk.url, "serve", "--port", str(port))
    assert answer.code == 1
    assert answer.err.startswith(f"paylink: Port {port} is taken by another program.\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--host", "192.0.2.1"), 1, "192.0.2.1 is no address of this machine."),
        (("--host", "no such host"), 1, "no such host is no address of this machine."),
        (("--port", "70000"), 2, "is not a port"),
        (("--workers", "0"), 2, "is not a whole number"),
        (("--workers", "2"), 2, "Several workers need PostgreSQL"),
        (("--readonly",), 2, "it cannot be read-only"),
    ],
)
def test_what_cannot_be_is_a_sentence(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    answer = program("--db", desk.url, "serve", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert "Traceback" not in answer.err


def test_a_database_that_is_not_there_or_empty_is_a_sentence(empty: Desk, tmp_path: Path) -> None:
    missing = program("--db", str(tmp_path / "no.db"), "serve", "--port", "0")
    assert (missing.code, "There is no database at" in missing.err) == (1, True)
    nobody = program("--db", empty.url, "serve", "--port", "0")
    assert (nobody.code, "has no firm yet" in nobody.err) == (4, True)


def test_without_the_key_of_its_links_it_does_not_start(desk: Desk) -> None:
    other = "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="
    answer = program("--db", desk.url, "serve", "--port", "0", PAYLINK_LINK_KEY=other)
    assert (answer.code, "is not the one this database's links were made with" in answer.err) == (1, True)


@pytest.mark.parametrize(
    ("line", "said"),
    [('trusted_proxies = ["proxy.example"]', "trusted_proxies"), ('adress = "https://a.example"', "address")],
)
def test_settings_that_cannot_be_used_stop_it(desk: Desk, tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"[page]\n{line}\n")
    answer = program("--db", desk.url, "serve", "--port", "0", PAYLINK_CONFIG=str(file))
    assert (answer.code, str(file) in answer.err, said in answer.err) == (1, True, True), answer.err


def test_others_reaching_a_page_without_https_is_warned_of(desk: Desk) -> None:
    with serving(desk.url, "--host", "0.0.0.0") as server:
        assert "unencrypted" in server.said[0]
        assert len(server.said) == 2


def test_requests_leave_nothing_in_what_it_says(desk: Desk) -> None:
    token = desk.json("links", "show", "L1")["url"].rsplit("/", 1)[-1]
    with serving(desk.url) as server:
        server.get(f"/p/{token}")
        for rubbish in (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET /p/%ff%00 HTTP/9.9\r\n\r\n"):
            with socket.create_connection(server.host, 20) as visitor:
                visitor.sendall(rubbish)
                assert visitor.recv(100).startswith(b"HTTP/1.1 4")
        assert server.end() == 0
    assert len(server.said) == 2, server.said


@pytest.fixture
def shared(desk: Desk, fresh_postgresql: FreshPostgresql, tmp_path: Path) -> Iterator[Desk]:
    """A firm on PostgreSQL."""
    url = fresh_postgresql.migrated()
    folder = tmp_path / "import"
    folder.mkdir()
    yield set_up(Desk(desk.run, url), folder)
    fresh_postgresql.drop(url)


def gone(pid: int) -> bool:
    """Whether a process has ended, though its parent may not have noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.postgresql
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_several_workers_share_a_port_and_one_that_dies_is_replaced(shared: Desk) -> None:
    with serving(shared.url, "--workers", "2") as server:
        first, second = server.children()
        assert server.get("/healthz")[0] == 200
        os.kill(first, signal.SIGKILL)
        server.until(lambda: len(now := server.children()) == 2 and first not in now)
        assert second in server.children()
        for _ in range(20):
            assert server.get("/healthz")[0] == 200
        left = server.children()
        assert server.end() == 0
        assert all(gone(one) for one in left)
    assert server.said[1:] == ["paylink: a worker ended; another one is started.", "Stopped."]


@pytest.mark.postgresql
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_workers_end_when_the_one_who_started_them_is_killed(shared: Desk) -> None:
    with serving(shared.url, "--workers", "2") as server:
        left = server.children()
        os.kill(server.process.pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while not all(gone(one) for one in left):
            assert time.monotonic() < until
            time.sleep(0.05)
