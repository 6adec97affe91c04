"""Links: their states, the secret in the URL, who may mint one, and how long it lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.links import (
    LinkState,
    PaymentLink,
    check_may_mint,
    derive_token,
    needs_second_confirmation,
    parse_expiry,
    token_hash,
)
from paylink_tui.domain.parties import AccountKind, BankAccount, Firm, Plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINK = PaymentLink(1, b"n" * 16, 1, "USD", None, "", None, None, None, None, None, 0, None, NOW, "ana")
FIRM = Firm("Hartwell & Ng LLP", "US", "America/New_York", Plan.BOUTIQUE, payments_enabled=True)
TRUST = BankAccount(1, "IOLTA", AccountKind.TRUST, "USD", "sandbox")
OPERATING = BankAccount(2, "Operating", AccountKind.OPERATING, "USD", "sandbox")

KEYS = st.binary(min_size=32, max_size=32)
NONCES = st.binary(min_size=16, max_size=16)


@given(KEYS, NONCES)
def test_a_token_is_256_bits_of_the_key_and_the_nonce(key: bytes, nonce: bytes) -> None:
    token = derive_token(key, nonce)
    assert token == derive_token(key, nonce)
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert nonce not in token.encode()


@given(KEYS, KEYS, NONCES, NONCES)
def test_another_nonce_or_key_is_another_token(key: bytes, other: bytes, nonce: bytes, later: bytes) -> None:
    same = (key, nonce) == (other, later)
    assert (derive_token(key, nonce) == derive_token(other, later)) is same


@given(KEYS, st.lists(NONCES, min_size=1, max_size=20, unique=True), st.data())
def test_a_link_is_found_by_the_hash_of_its_token(
    key: bytes, nonces: list[bytes], data: st.DataObject
) -> None:
    kept = {token_hash(derive_token(key, nonce)): nonce for nonce in nonces}
    visited = data.draw(st.sampled_from(nonces))
    assert kept[token_hash(derive_token(key, visited))] == visited
    assert all(len(one) == 32 for one in kept)


@example("\ud800")
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_in_the_url_can_be_looked_up(token: str) -> None:
    assert len(token_hash(token)) == 32


MOMENTS = st.one_of(st.none(), st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours)))


@given(MOMENTS, MOMENTS, st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 4))
def test_a_link_is_active_only_while_nothing_ends_it(
    disabled: datetime | None, expires: datetime | None, most: int | None, uses: int
) -> None:
    link = replace(LINK, disabled_at=disabled, expires_at=expires, max_uses=most, uses=uses)
    expected = LinkState.ACTIVE
    if expires is not None and expires <= NOW:
        expected = LinkState.EXPIRED
    if most is not None and uses >= most:
        expected = LinkState.USED_UP
    if disabled is not None:
        expected = LinkState.DISABLED
    assert link.state(NOW) is expected


def test_a_standing_link_has_no_amount_and_no_end() -> None:
    assert LINK.standing
    assert not replace(LINK, amount=1).standing
    assert not replace(LINK, max_uses=1).standing
    assert not replace(LINK, expires_at=NOW).standing


@pytest.mark.parametrize(
    ("firm", "account", "rule", "message"),
    [
        (
            replace(FIRM, plan=Plan.STARTER),
            TRUST,
            "access-plan",
            "The Starter plan does not include payments",
        ),
        (replace(FIRM, country="GB"), TRUST, "access-plan", "US and Canada; this firm's country is GB"),
        (replace(FIRM, payments_enabled=False), TRUST, "access-plan", "not enabled"),
        (FIRM, replace(TRUST, processor=None), "access-account", "IOLTA is not connected"),
    ],
)
def test_who_may_not_mint_is_told_what_is_missing(
    firm: Firm, account: BankAccount, rule: str, message: str
) -> None:
    with pytest.raises(Refused, match=message) as caught:
        check_may_mint(firm, account)
    assert caught.value.rule == rule
    assert caught.value.fix


@pytest.mark.parametrize("plan", [Plan.BOUTIQUE, Plan.ELITE])
@pytest.mark.parametrize("country", ["US", "CA"])
@pytest.mark.parametrize("account", [TRUST, OPERATING])
def test_who_may_mint(plan: Plan, country: str, account: BankAccount) -> None:
    check_may_mint(replace(FIRM, plan=plan, country=country), account)


def test_only_an_endless_open_trust_link_asks_twice() -> None:
    assert needs_second_confirmation(TRUST, None, None, None)
    assert not needs_second_confirmation(OPERATING, None, None, None)
    assert not needs_second_confirmation(TRUST, 100, None, None)
    assert not needs_second_confirmation(TRUST, None, timedelta(days=30), None)
    assert not needs_second_confirmation(TRUST, None, None, 1)


@given(st.integers(1, 520), st.sampled_from("hdwHDW"), st.integers(0, 9))
def test_a_lifetime_is_hours_days_or_weeks(count: int, unit: str, zeros: int) -> None:
    length = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[unit.lower()]
    assert parse_expiry(f" {'0' * zeros}{count}{unit} ") == count * length


@pytest.mark.parametrize(
    ("text", "lifetime"), [("", None), ("never", None), ("NONE", None), ("30", 30), ("3660d", 3660)]
)
def test_lifetimes_people_write(text: str, lifetime: int | None) -> None:
    assert parse_expiry(text) == (None if lifetime is None else timedelta(days=lifetime))


@pytest.mark.parametrize(
    "text", ["0d", "-1d", "d", "1m", "1.5d", "30 d", "３0d", "٣d", "²d", "3661d", "523w", "1e3d", "000d"]
)
def test_what_is_no_lifetime_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(BadInput, match=r"^expiry .*(like 30d|write never)"):
        parse_expiry(text)


@pytest.mark.parametrize("sign", ["9", "0", "x"])
def test_an_endless_lifetime_is_told_in_a_short_sentence(sign: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_expiry(sign * 5000 + "d")
    assert len(caught.value.message) < 150


@given(st.text(max_size=12))
def test_any_text_is_a_lifetime_or_bad_input(text: str) -> None:
    try:
        lifetime = parse_expiry(text)
    except BadInput:
        return
    assert lifetime is None or timedelta(hours=1) <= lifetime <= timedelta(days=3660)
