"""The mail server, over SMTP: a connection for a batch of messages, and its answers in words for people."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiosmtplib

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.settings import Mail, MailSecurity
from paylink_tui.domain.settings_rules import is_loopback
from paylink_tui.domain.text import visible

TIMEOUT = 30.0
"""Seconds the server may take for one answer."""
_HERE = "[127.0.0.1]"
"""What we greet with: neither the name of this machine nor a look-up of it."""
_FAREWELL = 5.0
_LONGEST = 200


class ServerProblem(PayLinkError):
    """The server, the way to it, or the settings for it fail; no message is to blame."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message."""

    answer: str
    """The server's words for those it took it for."""
    later: Mapping[str, str] = field(default_factory=dict)
    """Addresses that it would not take just now, and why."""
    never: Mapping[str, str] = field(default_factory=dict)
    """Addresses that it refuses, and why."""


class MailServer:
    """One connection to the mail server of the settings."""

    def __init__(self, mail: Mail, password: str | None, timeout: float = TIMEOUT) -> None:
        self._mail = mail
        self._where = f"{mail.host}:{mail.port}"
        self._client = aiosmtplib.SMTP(
            hostname=mail.host,
            port=mail.port,
            username=mail.username or None,
            password=password if mail.username else None,
            use_tls=mail.security is MailSecurity.TLS,
            start_tls=mail.security is MailSecurity.STARTTLS,
            local_hostname=_HERE,
            timeout=timeout,
        )
        self._has_password = password is not None

    async def connect(self) -> str:
        """Greet, protect the connection and log in; tells what was done, in words.

        Raises:
            ServerProblem: any of it failed; the sentence says where, why and what to do.
        """
        self._check()
        try:
            await self._client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
            self._client.close()
            raise self._told(problem) from problem
        protection = {
            MailSecurity.TLS: "TLS with a trusted certificate",
            MailSecurity.STARTTLS: "STARTTLS with a trusted certificate",
            MailSecurity.NONE: "no encryption",
        }[self._mail.security]
        login = f"logged in as {self._mail.username}" if self._mail.username else "without a login"
        return f"{self._where} answered: {protection}, {login}."

    def _check(self) -> None:
        """Refuse what must not even be tried."""
        mail = self._mail
        if not mail.username:
            return
        if not self._has_password:
            raise ServerProblem(
                f"The password of {mail.username} at {self._where} is not known.",
                "Set it with: paylink config secret PAYLINK_SMTP_PASSWORD",
            )
        if mail.security is MailSecurity.NONE and not is_loopback(mail.host):
            raise ServerProblem(
                f"The password for {self._where} would go over the network for all to read.",
                'Set mail.security to "starttls" or "tls".',
            )

    async def send(self, message: bytes, to: Sequence[str], sender: str) -> Delivery:
        """Hand one message over.

        Raises:
            ServerProblem: the connection was lost, or the server takes nothing from this sender; whether
                it took this message is not known.
        """
        try:
            refused, answer = await self._client.sendmail(sender, list(to), message)
        except asyncio.CancelledError:
            self._client.close()  # in the middle of a message there is no goodbye
            raise
        except aiosmtplib.SMTPRecipientsRefused as problem:
            return self._sorted("", {one.recipient: (one.code, one.message) for one in problem.recipients})
        except aiosmtplib.SMTPDataError as problem:
            return self._sorted("", dict.fromkeys(to, (problem.code, problem.message)))
        except (aiosmtplib.SMTPException, OSError) as problem:
            self._client.close()
            raise self._told(problem) from problem
        found = self._sorted("", {one: (told.code, told.message) for one, told in refused.items()})
        return Delivery(_clean(answer), found.later, found.never)

    def _sorted(self, answer: str, refused: Mapping[str, tuple[int, str]]) -> Delivery:
        """Refusals for now (4xx) apart from refusals for good (5xx)."""
        said = {
            one: (code, f"{self._where} said {code} {_clean(words)}")
            for one, (code, words) in refused.items()
        }
        later = {one: words for one, (code, words) in said.items() if code < 500}
        return Delivery(answer, later, {one: words for one, (_, words) in said.items() if one not in later})

    async def close(self) -> None:
        """Say goodbye if the server still listens."""
        try:
            await self._client.quit(timeout=_FAREWELL)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self._client.close()

    def _told(self, problem: Exception) -> ServerProblem:
        """An exception of the mail library as a sentence with what to do."""
        reason = problem.__cause__ if isinstance(problem.__cause__, OSError) else problem
        if isinstance(problem, aiosmtplib.SMTPAuthenticationError):
            return ServerProblem(
                f"{self._where} refused the login of {self._mail.username}: {_said(problem)}.",
                "Check mail.username, and set the password with: paylink config secret PAYLINK_SMTP_PASSWORD",
            )
        if isinstance(problem, aiosmtplib.SMTPSenderRefused):
            return ServerProblem(
                f"{self._where} takes no mail from {self._mail.sender}: {_said(problem)}.",
                "Set mail.sender to an address this login may send from.",
            )
        if isinstance(problem, aiosmtplib.SMTPResponseException):
            return ServerProblem(f"{self._where} refused: {_said(problem)}.", "It is tried again by itself.")
        if isinstance(reason, ssl.SSLError):
            return self._about_tls(reason)
        if isinstance(problem, TimeoutError):
            return ServerProblem(
                f"{self._where} did not answer in time.",
                'Check mail.host and mail.port (465 goes with mail.security = "tls"), and the firewall.',
            )
        if isinstance(reason, OSError) and not isinstance(reason, aiosmtplib.SMTPException):
            return ServerProblem(
                f"{self._where} cannot be reached: {_reason(reason)}.",
                "Check mail.host and mail.port, and that the server runs.",
            )
        return self._about_protocol(problem)

    def _about_tls(self, problem: ssl.SSLError) -> ServerProblem:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return ServerProblem(
                f"{self._where} shows a certificate that cannot be trusted: {_clean(problem.verify_message)}",
                "Set mail.host to the name in the certificate, or have this machine trust its issuer"
                " (SSL_CERT_FILE names more of them).",
            )
        return ServerProblem(
            f"{self._where} does not speak TLS as mail.security = {self._mail.security.value!r} wants it:"
            f" {_clean(problem.reason or str(problem))}.",
            'Usually port 587 goes with "starttls" and port 465 with "tls".',
        )

    def _about_protocol(self, problem: Exception) -> ServerProblem:
        words = _clean(str(problem))
        if "AUTH" in words:
            return ServerProblem(
                f"{self._where} takes no login.", "Leave mail.username empty, or ask for its other port."
            )
        if "STARTTLS" in words:
            return ServerProblem(
                f"{self._where} does not offer STARTTLS.",
                'Set mail.security to "tls" with port 465, or to "none" for a server on this machine.',
            )
        return ServerProblem(f"The connection to {self._where} was lost: {words.rstrip('.')}.", "Try again.")


async def server_of(mail: Mail) -> MailServer:
    """The mail server of the settings, with its password, not yet connected.

    Raises:
        ServerProblem: the password is kept where it cannot be read, or where others can.
    """
    from paylink_tui.services.secrets import SMTP_PASSWORD, secret

    try:
        # A keyring may ask the system, or a person, and take its time.
        return MailServer(mail, await asyncio.to_thread(secret, SMTP_PASSWORD))
    except PayLinkError as problem:
        raise ServerProblem(problem.message, problem.fix) from problem


def _said(problem: aiosmtplib.SMTPResponseException) -> str:
    return f"{problem.code} {_clean(problem.message)}".rstrip(" .")


def _reason(problem: OSError) -> str:
    return _clean(problem.strerror or str(problem) or type(problem).__name__).rstrip(".")


def _clean(words: str) -> str:
    """A server's words: a stranger's, so one line and not too long."""
    return visible(words, _LONGEST).strip()
