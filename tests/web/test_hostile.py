"""Visitors who mean harm: huge bodies, endless requests, guessed links, forged forms, numbers misplaced.

`PAYLINK_GUESSES=10000` guesses that many links.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from urllib.parse import urlsplit

import pytest

from tests.web.payer import CARD, Payer, the_form
from tests.web.safety import assert_safe
from tests.web.serving import NUMBERS
from tests.web.site import Site
from tests.web.wire import FORM, Answer, Wire, read_head

GUESSES = int(os.environ.get("PAYLINK_GUESSES", "1500"))
TEN_MEGABYTES = 10 * 1024 * 1024
SUBMITS = "SELECT count(*) FROM attempt WHERE outcome <> 'unknown link'"
HUNG_UP = 0
"""The server closed the connection while it was still being sent to, as it may."""
PATIENCE = 45.0
"""Seconds within which a client that sends a byte a second is hung up on."""


@asynccontextmanager
async def browser(site: Site) -> AsyncIterator[Wire]:
    wire = Wire(site.server.address)
    try:
        yield wire
    finally:
        await wire.close()


def checked(answer: Answer) -> Answer:
    assert_safe(answer.status, answer.headers, answer.text, answer.url)
    return answer


async def test_ten_megabytes_are_refused_unread(site: Site) -> None:
    before = site.server.memory()
    for path in (site.links["open"], "/webhooks/sandbox", "/sandbox/checkout/sb_1", "/nowhere"):
        for chunked in (False, True):
            status, sent = await pour(site.server.address, path, chunked)
            assert status in (HUNG_UP, 400, 404, 405, 411, 413, 415), (path, chunked, status)
            assert sent < TEN_MEGABYTES / 2, (path, chunked, sent)
    assert site.server.memory() - before < TEN_MEGABYTES / 1024


async def pour(address: str, path: str, chunked: bool) -> tuple[int, int]:
    """Send ten megabytes to a path, as long as the server listens; its answer, and the bytes it took."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {TEN_MEGABYTES}"
    head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n"
    piece, sent = b"name=" + b"a" * 65_531, 0
    answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
    try:
        async with asyncio.timeout(20):
            writer.write(head.encode())
            while sent < TEN_MEGABYTES and not answer.done():
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                await writer.drain()
                sent += len(piece)
                await asyncio.sleep(0.01)
            return read_head(await answer, {})[0], sent
    except (ConnectionError, asyncio.IncompleteReadError):
        answer.cancel()
        return HUNG_UP, sent
    finally:
        writer.close()


async def test_a_byte_a_second_holds_nobody_up(site: Site) -> None:
    drips = [asyncio.create_task(drip(site.server.address, site.links["open"], kind)) for kind in (0, 1) * 20]
    started = time.monotonic()
    served = 0
    async with browser(site) as wire:
        while not all(one.done() for one in drips):
            assert time.monotonic() - started < PATIENCE
            asked = time.monotonic()
            assert checked(await wire.get(site.links["open"])).status == 200
            assert time.monotonic() - asked < 5
            served += 1
            await asyncio.sleep(0.25)
    lives = [one.result() for one in drips]
    assert served > 10
    assert min(lives) > 5, "hung up on before anybody could have asked"
    print(
        f"\nslow clients were hung up on after {min(lives):.0f} to {max(lives):.0f} s; {served} others served"
    )


async def drip(address: str, path: str, kind: int) -> float:
    """Send a request a byte a second, its head or its body, until hung up on; the seconds that took."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: {FORM}\r\nContent-Length: 900\r\n\r\n"
    )
    bytes_left = bytearray(head.encode() if kind == 0 else b"a" * 900)
    started = time.monotonic()
    if kind == 1:
        writer.write(head.encode())
    closed = asyncio.create_task(reader.read())
    while not closed.done():
        writer.write(bytes([bytes_left.pop(0)]))
        await asyncio.wait([closed], timeout=1)
    writer.close()
    return time.monotonic() - started


async def test_a_guess_is_like_any_other_guess(site: Site) -> None:
    answers: Counter[tuple[int, bytes]] = Counter()
    before = site.look(SUBMITS)

    async def guess(count: int) -> None:
        async with browser(site) as wire:
            for _ in range(count):
                answer = checked(await wire.get("/p/" + secrets.token_urlsafe(32)))
                answers[answer.status, answer.body] += 1

    await asyncio.gather(*(guess(GUESSES // 10) for _ in range(10)))
    async with browser(site) as wire:
        disabled = checked(await wire.get(site.links["disabled"]))
    print(f"\n{answers.total()} links guessed, answered alike: {len(answers)}")
    assert list(answers) == [(404, disabled.body)]
    assert site.look(SUBMITS) == before


async def test_unknown_and_disabled_take_the_same_time(site: Site) -> None:
    times: dict[str, list[float]] = {"unknown": [], "disabled": [], "again unknown": []}
    async with browser(site) as wire:
        for _ in range(400):
            for kind, taken in times.items():
                guess = "/p/" + secrets.token_urlsafe(32)
                started = time.perf_counter()
                await wire.get(site.links["disabled"] if kind == "disabled" else guess)
                taken.append(time.perf_counter() - started)
    told = {kind: f"{median(taken) * 1000:.2f} ms" for kind, taken in times.items()}
    ours = likelihood(times["disabled"], times["unknown"])
    floor = likelihood(times["again unknown"], times["unknown"])
    print(f"\n{told}; disabled slower than unknown {ours:.3f}, unknown than unknown {floor:.3f} (0.5: alike)")
    assert abs(ours - 0.5) < 0.12


def likelihood(ones: list[float], others: list[float]) -> float:
    """How likely one of the first is larger than one of the second (Mann-Whitney)."""
    return sum((one > other) + 0.5 * (one == other) for one in ones for other in others) / (
        len(ones) * len(others)
    )


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_card_number_typed_in_the_wrong_place_is_kept_nowhere(site: Site, number: str) -> None:
    """The site looks for every number in its log and its database once these tests are done."""
    async with browser(site) as wire:
        payer = Payer(wire, number)
        form = await payer.open(site.links["open"])
        typed = {"name": number, "email": "a@mail.example", "amount": "10", "reference": number}
        refused = checked(await wire.post(form.action, form.filled(**typed)))
        assert refused.status == 422
        checked(await wire.get(f"{site.links['open']}?number={number.replace(' ', '+')}"))
        checked(await wire.get(f"/p/{number.replace(' ', '%20')}"))


async def test_a_number_that_is_no_test_number_is_refused_and_not_echoed(site: Site) -> None:
    async with browser(site) as wire:
        payer = Payer(wire, "Dana Ruiz")
        charge = await payer.checkout(await payer.submit(await payer.open(site.links["open"]), "20"))
        for number in ("4111111111111111", "4111 1111 1111 1111", "x" * 5_000, "", "４２４２", "0" * 16):
            answer = checked(await wire.post(charge.action, charge.filled(**{**CARD, "number": number})))
            assert answer.status in (200, 400, 422), answer.status
            assert len(number) < 4 or number not in answer.text
        await payer.charge(charge)
        await payer.look_at(payer.paid.receipt)
    assert payer.paid.confirmed


@pytest.mark.parametrize(
    "change",
    [
        {"form": ""},
        {"form": "A" * 90},
        {"form": "\0"},
        {"amount": "-1"},
        {"amount": "0"},
        {"amount": "1e9"},
        {"amount": "99999999999999999999"},
        {"amount": "NaN"},
        {"amount": "1.001"},
        {"name": "\0\0"},
        {"name": "\u202e\u200b"},
        {"name": "a" * 100_000},
        {"email": "a@b@c"},
        {"email": "a@mail.example\r\nBcc: all@mail.example"},
    ],
    ids=lambda change: str(change)[:32],
)
async def test_a_hostile_form_pays_nothing(site: Site, change: dict[str, str]) -> None:
    before = site.look("SELECT count(*) FROM payment")
    async with browser(site) as wire:
        payer = Payer(wire, "Mallory")
        form = await payer.open(site.links["other"])
        answer = checked(await wire.post(form.action, {**form.filled(**payer.values("10")), **change}))
        assert answer.status not in (302, 303), answer.headers
    assert site.look("SELECT count(*) FROM payment") == before


async def test_a_form_of_one_link_is_no_form_of_another(site: Site) -> None:
    before = site.look("SELECT count(*) FROM payment")
    async with browser(site) as wire:
        payer = Payer(wire, "Mallory")
        form = await payer.open(site.links["other"])
        answer = checked(await wire.post(site.links["open"], form.filled(**payer.values("10"))))
        assert answer.status == 403
    assert site.look("SELECT count(*) FROM payment") == before


async def test_the_amount_of_a_fixed_link_is_the_servers(site: Site) -> None:
    async with browser(site) as wire:
        payer = Payer(wire, "Mallory Fixed")
        form = await payer.open(site.links["fixed"])
        fields = {**form.filled(**payer.values("1")), "amount": "1.00", "currency": "CAD", "account": "1"}
        answer = checked(await wire.post(form.action, fields))
        assert answer.status == 303, answer.text[:2000]
    rows = site.look("SELECT amount, currency FROM payment WHERE payer_name = 'Mallory Fixed'")
    assert set(rows) == {(25_000, "USD")}


def test_the_form_helper_reads_what_a_browser_reads() -> None:
    page = '<form method="post" action="?a=1&amp;b=2"><input name="x" value="&quot;1"></form>'
    answer = Answer("http://127.0.0.1/p/t", 200, {}, page.encode())
    assert the_form(answer).filled(x="2", y="3") == {"x": "2"}
