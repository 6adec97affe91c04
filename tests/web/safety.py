"""What must be true of every answer of the page, whoever asked and whatever for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.serving import NUMBERS

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def assert_safe(status: int, headers: Mapping[str, str], text: str, url: str) -> None:
    """No failure, no leak, and every header that protects the payer."""
    told = (status, url, dict(headers), text[:1500])
    assert status < 500, told
    assert "Traceback" not in text, told
    assert not [number for number in NUMBERS if number in text and "/sandbox/" not in url], told
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, told
    assert "/static/" in url or "no-store" in headers.get("cache-control", ""), told
    assert_policy(headers.get("content-security-policy", ""), told)


def assert_policy(policy: str, told: object) -> None:
    """Nothing from elsewhere, no script in the page, and frames only where the firm said so."""
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    assert rules.get("default-src") in (["'none'"], ["'self'"]), told
    assert "'unsafe-inline'" not in rules.get("script-src", []), told
    assert "'unsafe-eval'" not in rules.get("script-src", []), told
    assert "frame-ancestors" in rules, told
    assert "*" not in {source for sources in rules.values() for source in sources}, told
