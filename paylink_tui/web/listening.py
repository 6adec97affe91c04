"""The port the page is served on."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible

BACKLOG = 4_096
"""Connections the kernel holds for us until they are taken."""
FILES = 16_384
"""Open files a busy server may need; each connection is one."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any free one.

    Raises:
        PayLinkError: the port is taken or not ours to take, or the host is not this machine.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as problem:
        raise _sentence(host, port, problem) from problem
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(BACKLOG)
    except OSError as problem:
        made.close()
        raise _sentence(host, port, problem) from problem
    made.setblocking(False)
    return made


def _sentence(host: str, port: int, problem: Exception) -> PayLinkError:
    number = getattr(problem, "errno", None)
    if number == errno.EADDRINUSE:
        return PayLinkError(
            f"Port {port} is taken by another program.", "Stop that one, or choose another: --port 8201"
        )
    if number in (errno.EACCES, errno.EPERM):
        return PayLinkError(
            f"Port {port} is not open to this user.",
            "Choose one above 1023, and let a web server in front take the public one.",
        )
    if isinstance(problem, socket.gaierror | UnicodeError) or number == errno.EADDRNOTAVAIL:
        return PayLinkError(
            f"{visible(host, 80)} is no address of this machine.", "Use --host 127.0.0.1, or 0.0.0.0 for all."
        )
    return PayLinkError(f"Nothing can listen on {visible(host, 80)} port {port}: {problem}.")


def address_of(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def only_here(host: str) -> bool:
    """Whether only this machine itself can reach a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def allow_many_files() -> None:
    """Raise this process's own limit of open files towards what the machine allows it."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
