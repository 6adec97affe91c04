from __future__ import annotations

import pytest

from tests.commands import Desk


def test_roles_are_named_listed_and_taken_away(both: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_USER", "ana")
    assert both.json("roles", "list") == []
    assert "everyone may do all" in both("roles", "list").out
    assert both.json("roles", "set", "ana", "--role", "approver")["role"] == "approver"
    both.json("roles", "set", "eve", "--role", "auditor")
    assert [(one["name"], one["role"], one["named_by"]) for one in both.json("roles", "list")] == [
        ("ana", "approver", "ana"),
        ("eve", "auditor", "ana"),
    ]
    both.refused("role-last-approver", "roles", "remove", "ana")
    both.fails(4, "roles", "remove", "nobody")
    both.json("roles", "remove", "eve")
    both.json("roles", "remove", "ana", "--yes")
    assert both.json("roles", "list") == []


def test_an_auditor_is_refused_by_name(both: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_USER", "eve")
    both.json("roles", "set", "eve", "--role", "auditor")
    both.refused("role-auditor", "links", "create", "--account", "Operating", "--amount", "5")
    assert both.json("clients", "list")
    assert both("roles", "set", "eve", "--role", "boss").code == 2
