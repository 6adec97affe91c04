"""Trusted proxies: the client and scheme they tell are believed; a visitor's own word never is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.web.proxies import LONGEST, Proxies, parse

PROXY, OTHER_PROXY, PAYER = "10.0.0.5", "10.0.1.9", "203.0.113.7"
TRUSTED = (PROXY, "10.0.1.0/24", "2001:db8:1::/48")

Headers = list[tuple[bytes, bytes]]


def header(name: str, value: str) -> tuple[bytes, bytes]:
    return name.encode(), value.encode("latin-1")


async def seen(
    peer: str | None, headers: Headers, trusted: tuple[str, ...] = TRUSTED, scheme: str = "http"
) -> dict[str, Any]:
    """The scope as the page gets it."""
    found: dict[str, Any] = {}

    async def page(scope: Any, receive: Any, send: Any) -> None:
        found.update(scope)

    client = (peer, 4711) if peer else None
    scope = {"type": "http", "client": client, "scheme": scheme, "headers": list(headers)}
    await Proxies(page, trusted)(scope, None, None)  # type: ignore[arg-type]
    return found


async def client_of(peer: str, *chain: str, trusted: tuple[str, ...] = TRUSTED) -> str:
    lines = [header("x-forwarded-for", one) for one in chain]
    return str((await seen(peer, lines, trusted))["client"][0])


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ((PAYER,), PAYER),
        ((f"{PAYER}, {OTHER_PROXY}",), PAYER),
        ((f"6.6.6.6, {PAYER}",), PAYER),
        ((f"6.6.6.6, {PAYER}, {OTHER_PROXY}",), PAYER),
        (("6.6.6.6", PAYER), PAYER),
        ((PAYER, OTHER_PROXY), PAYER),
        ((f"{PROXY}, {PAYER}",), PAYER),
        ((f"{PAYER}:5122",), PAYER),
        (("[2001:db8:9::7]:443",), "2001:db8:9::7"),
        (("2001:db8:9::7",), "2001:db8:9::7"),
        ((f"::ffff:{PAYER}",), PAYER),
        ((f"{PAYER}, 2001:db8:1::2",), PAYER),
        ((OTHER_PROXY,), OTHER_PROXY),
        ((), PROXY),
        (("",), PROXY),
        (("unknown",), PROXY),
        ((f"{PAYER}, garbage",), PROXY),
        ((f"{PAYER}, , {OTHER_PROXY}",), OTHER_PROXY),
        (("127.0.0.1",), "127.0.0.1"),
    ],
)
async def test_the_rightmost_untrusted_address_is_the_payer(chain: tuple[str, ...], client: str) -> None:
    assert await client_of(PROXY, *chain) == client


@pytest.mark.parametrize("peer", [PAYER, "127.0.0.1", "10.0.2.1", "::1"])
async def test_nobody_else_is_believed(peer: str) -> None:
    lines = [header("x-forwarded-for", "6.6.6.6"), header("x-forwarded-proto", "https")]
    scope = await seen(peer, lines)
    assert (scope["client"], scope["scheme"]) == ((peer, 4711), "http")


async def test_without_named_proxies_nobody_is_believed() -> None:
    assert await client_of("127.0.0.1", PAYER, trusted=()) == "127.0.0.1"


async def test_no_peer_no_belief() -> None:
    assert (await seen(None, [header("x-forwarded-for", PAYER)]))["client"] is None


async def test_an_ipv4_peer_on_an_ipv6_socket_is_known() -> None:
    assert await client_of(f"::ffff:{PROXY}", PAYER) == PAYER


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http", "http"), ("https,http", "http"), ("ftp", "http")],
)
async def test_a_trusted_proxy_tells_the_scheme(told: str, scheme: str) -> None:
    assert (await seen(PROXY, [header("x-forwarded-proto", told)]))["scheme"] == scheme


async def test_a_trusted_proxy_may_lower_the_scheme() -> None:
    assert (await seen(PROXY, [header("x-forwarded-proto", "http")], scheme="https"))["scheme"] == "http"


@pytest.mark.parametrize("peer", [PROXY, PAYER])
async def test_no_page_ever_sees_what_was_told(peer: str) -> None:
    names = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded")
    scope = await seen(peer, [*(header(one, "6.6.6.6") for one in names), header("host", "pay.example")])
    assert scope["headers"] == [header("host", "pay.example")]


async def test_an_endless_chain_is_read_from_its_right_end() -> None:
    chain = f"{'6.6.6.6, ' * 10_000}{PAYER}, {OTHER_PROXY}"
    assert len(chain) > LONGEST
    assert await client_of(PROXY, chain) == PAYER


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=60))
def test_anything_may_stand_in_a_header(word: str) -> None:
    found = parse(word)
    assert found is None or str(found)


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5))
async def test_what_a_visitor_writes_changes_nothing(invented: list[str]) -> None:
    """A trusted proxy appends the peer it saw, whatever stood there before."""
    assert await client_of(PROXY, ", ".join([*invented, PAYER])) == PAYER


@pytest.mark.parametrize("wrong", ["", "proxy.example", "10.0.0.0/33", "10.0.0.1-9"])
def test_a_proxy_that_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(PayLinkError, match="neither an address nor a network"):
        Proxies(None, (wrong,))  # type: ignore[arg-type]


async def test_other_than_requests_pass() -> None:
    passed = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope)

    await Proxies(page, TRUSTED)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert passed == [{"type": "lifespan"}]
