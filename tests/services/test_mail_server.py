"""What a mail server can do wrong, each told in a sentence with what to do; no password goes astray."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from paylink_tui.domain.settings import Mail, MailSecurity
from paylink_tui.services.mail_server import MailServer, ServerProblem
from tests.mail_sink import Sink, certificate, silent_port

SENDER, TO = "payments@firm.example", "dana@ruiz.example"
MAIL = b"Subject: hello\r\n\r\nhello\r\n"


def to_sink(sink: Sink, security: MailSecurity = MailSecurity.NONE, username: str = "") -> Mail:
    return Mail("127.0.0.1", sink.port, security, username, SENDER)


async def problem_of(mail: Mail, password: str | None = None, patience: float = 10) -> ServerProblem:
    """How connecting fails."""
    server = MailServer(mail, password, patience)
    with pytest.raises(ServerProblem) as told:
        await server.connect()
    assert told.value.fix
    return told.value


@pytest.fixture
def untrusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for certificates; nothing beyond the machine's own is trusted."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    return tmp_path


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_a_certificate_must_be_trusted_and_then_is_used(
    untrusted: Path, monkeypatch: pytest.MonkeyPatch, security: MailSecurity
) -> None:
    tls, issued = await asyncio.to_thread(certificate, untrusted, "127.0.0.1")
    with Sink(tls=tls, starttls=security is MailSecurity.STARTTLS) as sink:
        told = await problem_of(to_sink(sink, security))
        assert (
            f"127.0.0.1:{sink.port} shows a certificate that cannot be trusted: self-signed" in told.message
        )
        assert "SSL_CERT_FILE" in told.fix
        monkeypatch.setenv("SSL_CERT_FILE", str(issued))
        server = MailServer(to_sink(sink, security), None)
        try:
            assert "with a trusted certificate" in await server.connect()
            await server.send(MAIL, (TO,), SENDER)
        finally:
            await server.close()
        assert [to for to, _ in sink.taken] == [(TO,)]


async def test_a_certificate_for_another_name_is_none(
    untrusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, issued = await asyncio.to_thread(certificate, untrusted, "mail.firm.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(issued))
    with Sink(tls=tls, starttls=True) as sink:
        told = await problem_of(to_sink(sink, MailSecurity.STARTTLS))
    assert "not valid for '127.0.0.1'" in told.message
    assert "mail.host" in told.fix


async def test_the_wrong_kind_of_tls_is_named() -> None:
    with Sink() as sink:
        no_starttls = await problem_of(to_sink(sink, MailSecurity.STARTTLS))
        no_tls = await problem_of(to_sink(sink, MailSecurity.TLS))
    assert "does not offer STARTTLS" in no_starttls.message
    assert 'mail.security to "tls"' in no_starttls.fix
    assert "does not speak TLS" in no_tls.message
    assert '"starttls"' in no_tls.fix


async def test_nobody_there_is_told_with_host_and_port() -> None:
    sink = Sink()
    told = await problem_of(to_sink(sink))
    assert f"127.0.0.1:{sink.port} cannot be reached" in told.message
    assert "mail.host" in told.fix
    nowhere = await problem_of(replace(to_sink(sink), host="no-such-host.invalid"))
    assert f"no-such-host.invalid:{sink.port} cannot be reached" in nowhere.message


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    held: list[socket.socket] = []
    told = await problem_of(Mail("127.0.0.1", silent_port(held), MailSecurity.NONE, "", SENDER), patience=0.3)
    with closing(held[0]):
        assert "did not answer in time" in told.message
        assert "465" in told.fix


async def test_a_wrong_password_is_told_without_the_password() -> None:
    with Sink(password="right") as sink:
        mail = to_sink(sink, username="billing")
        told = await problem_of(mail, "wrong-secret")
        assert "refused the login of billing" in told.message
        assert "paylink config secret" in told.fix
        assert "wrong-secret" not in told.message + told.fix + repr(told)
        server = MailServer(mail, "right")
        try:
            assert "logged in as billing" in await server.connect()
        finally:
            await server.close()
    unknown = await problem_of(mail, None)
    assert "is not known" in unknown.message


async def test_no_password_goes_over_the_network_in_the_clear() -> None:
    mail = Mail("mail.firm.example", 25, MailSecurity.NONE, "billing", SENDER)
    told = await problem_of(mail, "secret")
    assert "for all to read" in told.message


async def test_a_server_without_logins_is_told_so() -> None:
    with Sink() as sink:
        told = await problem_of(to_sink(sink, username="billing"), "secret")
    assert "takes no login" in told.message


async def test_refusals_for_now_and_for_good_are_told_apart() -> None:
    with Sink() as sink:
        server = MailServer(to_sink(sink), None)
        try:
            await server.connect()
            sink.refused = {"a@x.example": "450 busy", "b@x.example": "550 gone"}
            done = await server.send(MAIL, ("a@x.example", "b@x.example", TO), SENDER)
            assert (list(done.later), list(done.never)) == (["a@x.example"], ["b@x.example"])
            nobody = await server.send(MAIL, ("a@x.example", "b@x.example"), SENDER)
            assert (list(nobody.later), list(nobody.never)) == (["a@x.example"], ["b@x.example"])
            for code, kind in (("452", "later"), ("554", "never")):
                sink.answer = partial(_says, f"{code} no room")
                assert list(getattr(await server.send(MAIL, (TO,), SENDER), kind)) == [TO]
            sink.answer = partial(_says, "250 fine")
            assert not (await server.send(MAIL, (TO,), SENDER)).never
        finally:
            await server.close()
    assert len(sink.taken) == 2


def _says(words: str, _sender: str, _to: list[str]) -> str:
    return words


async def test_a_line_that_breaks_is_no_answer() -> None:
    with Sink() as sink:
        server = MailServer(to_sink(sink), None)
        try:
            await server.connect()
            sink.break_off["before"] = 1
            with pytest.raises(ServerProblem, match="lost"):
                await server.send(MAIL, (TO,), SENDER)
        finally:
            await server.close()
