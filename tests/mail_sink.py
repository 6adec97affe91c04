"""A real mail server for tests: it keeps what it takes, refuses, breaks off, stops and comes back."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as PARSING
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port

Answer = Callable[[str, list[str]], str]
"""From sender and recipients to what the server says to the message."""


def take(_sender: str, _to: list[str]) -> str:
    """Take every message."""
    return "250 OK, taken"


class Sink:
    """A mail server on a port of its own."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, starttls: bool = False, password: str = ""
    ) -> None:
        self.port = free_port()
        self.taken: list[tuple[tuple[str, ...], EmailMessage]] = []
        """Recipients and message, in the order they were taken."""
        self.answer: Answer = take
        self.refused: dict[str, str] = {}
        """What is said to single recipients, like `550 no such user`."""
        self.sender_answer = ""
        """What is said to every sender; empty for welcome."""
        self.break_off = Counter[str]()
        """How often the connection is still to be cut: `before` taking a message, or `after`."""
        self.connections = 0
        self._options: dict[str, Any] = {}
        if password:
            self._options |= {"authenticator": self._check, "auth_require_tls": False}
        if starttls:
            self._options |= {"tls_context": tls, "require_starttls": True}
        self._password = password
        self._tls = None if starttls else tls
        self._controller: Controller | None = None

    def start(self) -> Sink:
        """Listen, on the same port as before."""
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ssl_context=self._tls, **self._options
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; what was taken stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Sink:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [str(mail["Message-ID"]) for _, mail in self.taken]

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for an address."""
        return [mail for to, mail in self.taken if address in to]

    def _check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, login: Any
    ) -> AuthResult:
        right = isinstance(login, LoginPassword) and login.password == self._password.encode()
        return AuthResult(success=right, handled=False)

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        to = [str(one) for one in envelope.rcpt_tos]
        answer = self.answer(str(envelope.mail_from), to)
        if self.break_off["before"]:
            self.break_off["before"] -= 1
            _cut(server)
            return "451 never heard"
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=PARSING)
            assert isinstance(mail, EmailMessage)
            self.taken.append((tuple(to), mail))
        if self.break_off["after"]:
            self.break_off["after"] -= 1
            _cut(server)
        return answer


def certificate(folder: Path, name: str, *, days: int = 2) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate that only itself vouches for, and that certificate's file."""
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", str(key), "-out", str(made), "-days", str(days), "-subj", f"/CN={name}",
         "-addext", f"subjectAltName={kind}:{name}"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context, made


def silent_port(held: list[socket.socket]) -> int:
    """A port that takes connections and never says a word; `held` keeps it open."""
    listening = socket.create_server(("127.0.0.1", 0))
    held.append(listening)
    return int(listening.getsockname()[1])


def wait_for(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Come back once it is true.

    Raises:
        AssertionError: it never was.
    """
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
