from __future__ import annotations

from tests.commands import Desk


def test_the_chain_is_verified_and_its_head_kept_outside(both: Desk) -> None:
    whole = both.json("audit", "verify")
    assert (whole["ok"], whole["broken"], whole["problem"]) == (True, None, None)
    assert len(whole["head"]) == 64
    both.json("accounts", "add", "Fees", "--type", "operating")
    later = both.json("audit", "verify", "--head", whole["head"])
    assert (later["ok"], later["rows"]) == (True, whole["rows"] + 1)
    done = both("audit", "verify", "--head", "0" * 64)
    assert done.code == 1
    assert "cut off" in done.out
    assert later["head"] in done.out


def test_the_log_is_listed_newest_first_with_before_and_after(both: Desk) -> None:
    number = both.paid("L1", "300")
    both.json("transactions", "link", number, "--client", "C1", "--no-apply")
    both.json("transactions", "unlink", number, "--reason", "wrong client")
    newest, linked, *_ = both.json("audit", "list", "--entity", number)
    assert (newest["action"], newest["name"], newest["reason"]) == ("unlink", number, "wrong client")
    assert (newest["before"]["client"], newest["after"]["client"]) == (1, None)
    assert linked["after"][0]["amount"] == 30_000
    assert len(both.json("audit", "list", "--limit", "2")) == 2
    assert both.json("audit", "list", "--since", "2100-01-01") == []
    assert "unlink" in both("audit", "list").out


def test_what_the_log_cannot_be_asked_is_a_sentence(both: Desk) -> None:
    assert both("audit", "verify", "--head", "xyz").code == 2
    assert both("audit", "list", "--entity", "everything").code == 2
    assert both("audit", "list", "--since", "the other day").code == 2
    assert both("audit", "list", "--entity", "client:Nobody").code == 4
