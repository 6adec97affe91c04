from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from paylink_tui.services.bundle import open_services
from tests.commands import Desk
from tests.services.desk import freeze

KEYS = {
    "id", "url", "account", "account_type", "amount", "currency", "reference", "state", "uses", "max_uses",
    "expires_at",
}  # fmt: skip


def life(link: dict[str, str]) -> timedelta:
    return datetime.fromisoformat(link["expires_at"]) - datetime.fromisoformat(link["created_at"])


def test_a_request_carries_what_was_asked(both: Desk) -> None:
    link = both.json(
        "links", "create", "--account", "operating", "--amount", "$1,500.00", "--reference", "Retainer",
        "--client", "C1", "--matter", "M-101", "--invoice", "1001", "--expires", "2w", "--uses", "1",
    )  # fmt: skip
    assert link.keys() >= KEYS
    assert (
        link
        | {
            "id": "L3",
            "account": "Operating",
            "account_type": "operating",
            "amount": "1500.00",
            "currency": "USD",
            "reference": "Retainer",
            "client": "C1",
            "matter": "M-101",
            "invoice": "1001",
            "state": "active",
            "uses": 0,
            "max_uses": 1,
        }
        == link
    )
    assert life(link) == timedelta(weeks=2)
    assert both.json("links", "show", link["url"]) == link
    assert both.json("links", "show", "retainer") == link


def test_an_open_trust_link_lives_30_days_unless_told_otherwise(desk: Desk) -> None:
    create = ("links", "create", "--account", "IOLTA 4411")
    answer = desk(*create, "--json")
    assert life(answer.json) == timedelta(days=30)
    assert "30 days" in answer.err
    assert desk.json(*create, "--amount", "5")["expires_at"] is None
    assert desk.json(*create, "--uses", "1")["expires_at"] is None
    desk.refused("link-lint", *create, "--expires", "never")
    assert desk.json(*create, "--expires", "never", "--yes")["expires_at"] is None


def test_the_fees_are_shown_where_a_link_is_made(desk: Desk) -> None:
    answer = desk("links", "create", "--account", "Operating", "--json")
    assert "eCheck" in answer.err
    assert answer.code == 0


def test_values_that_cannot_be_are_usage_errors(desk: Desk) -> None:
    create = ("links", "create", "--account", "Operating")
    for words in (
        ("--amount", "0"),
        ("--amount", "-5"),
        ("--amount", "1.005"),
        ("--amount", "many"),
        ("--expires", "soon"),
        ("--uses", "0"),
        ("--uses", "1.5"),
    ):
        assert words[0] in desk.fails(2, *create, *words)
    assert len(desk.json("links", "list")) == 2


def test_a_client_and_a_matter_of_another_are_refused(desk: Desk) -> None:
    create = ("links", "create", "--account", "Operating", "--client", "C1")
    desk.refused("link-client", *create, "--matter", "M-201")
    desk.refused("link-client", *create, "--invoice", "2001")


def test_a_link_dies_and_gets_a_new_url(both: Desk) -> None:
    old = both.json("links", "show", "L1")["url"]
    assert both.json("links", "disable", "L1")["state"] == "disabled"
    assert [one["id"] for one in both.json("links", "list", "--state", "disabled")] == ["L1"]
    both.refused("link-state", "sandbox", "pay", "L1", "--amount", "1", "--name", "A")
    fresh = both.json("links", "reissue", "L1")
    assert (fresh["state"], fresh["url"] == old) == ("active", False)
    both.fails(4, "links", "show", old)
    both.json("sandbox", "pay", fresh["url"], "--amount", "1", "--name", "A")


def test_the_last_use_ends_it(both: Desk) -> None:
    both.json("links", "create", "--account", "Operating", "--amount", "10", "--uses", "1")
    both.refused("link-locked", "sandbox", "pay", "L3", "--amount", "9", "--name", "A")
    both.paid("L3")
    used = both.json("links", "show", "L3")
    assert (used["state"], used["uses"], used["max_uses"]) == ("used up", 1, 1)
    both.refused("link-state", "sandbox", "pay", "L3", "--name", "A")


def test_a_link_is_shared_in_every_form(desk: Desk) -> None:
    desk.json("links", "create", "--account", "Operating", "--amount", "10", "--reference", "Fee *note*")
    url = desk.json("links", "show", "L3")["url"]
    told = {form: desk.json("links", "share", "L3", "--as", form) for form in
            ("url", "markdown", "html", "email", "sms")}  # fmt: skip
    assert told["url"] == {"link": "L3", "as": "url", "text": url}
    assert "\\*note\\*" in told["markdown"]["text"]
    assert "Pay now" in told["html"]["text"]
    assert told["email"]["text"].startswith("Subject:")
    assert len(told["sms"]["text"]) <= 160
    assert all(url in one["text"] for one in told.values())
    assert desk("links", "share", "L3", "--as", "url").out == f"{url}\n"


def test_the_qr_code_is_drawn_or_saved(desk: Desk, tmp_path: Path) -> None:
    drawn = desk("links", "qr", "L1")
    assert drawn.code == 0
    assert "\x1b" not in drawn.out
    assert len(set(map(len, drawn.out.splitlines()))) == 1
    assert len(drawn.out.splitlines()) > 15
    svg = tmp_path / "link.svg"
    assert desk.json("links", "qr", "L1", "--svg", str(svg))["svg"] == str(svg)
    assert "<svg" in svg.read_text()
    png = tmp_path / "link.png"
    assert desk("links", "qr", "L1", "--png", str(png)).out == f"The QR code of L1 is in {png}.\n"
    assert png.read_bytes().startswith(b"\x89PNG")
    desk.fails(1, "links", "qr", "L1", "--svg", str(tmp_path / "none" / "link.svg"))


def test_a_frame_is_shared_once_a_website_is_listed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No website may show" in desk.fails(1, "links", "share", "L1", "--as", "frame")
    settings = tmp_path / "settings.toml"
    settings.write_text('[page]\nframe_origins = ["https://www.firm.example"]\n')
    monkeypatch.setenv("PAYLINK_CONFIG", str(settings))
    told = desk.json("links", "share", "L1", "--as", "frame")["text"]
    assert told.startswith(
        f'<iframe src="{desk.json("links", "show", "L1")["url"]}" title="Secure payment page'
    )


def test_copy_says_only_what_is_known(desk: Desk) -> None:
    answer = desk("links", "create", "--account", "Operating", "--copy", "--json")
    assert (answer.code, answer.json["state"]) == (0, "active")
    assert "No clipboard here" in answer.err


def test_people_see_a_list(desk: Desk) -> None:
    lines = desk("links", "list").out.splitlines()
    assert lines[0].split() == ["Link", "Account", "Type", "Amount", "Reference", "Client", "Uses",
                                "Expires", "State"]  # fmt: skip
    assert [line.split()[0] for line in lines[1:]] == ["L2", "L1"]
    assert "TRUST" in lines[1]


async def freeze_at(url: str, link: int) -> None:
    services = await open_services(url)
    try:
        await freeze(services, link)
    finally:
        await services.close()


def test_a_frozen_link_says_why_and_is_released(both: Desk) -> None:
    assert both.json("links", "show", "L1")["frozen"] is None
    asyncio.run(freeze_at(both.url, 1))
    link = both.json("links", "show", "L1")
    assert (link["state"], link["frozen"]) == ("frozen", "8 declined cards in 10 minutes")
    assert [one["id"] for one in both.json("links", "list", "--state", "frozen")] == ["L1"]
    assert "release it with: paylink links release L1" in both("links", "show", "L1").out
    released = both.json("links", "release", "L1")
    assert (released["state"], released["frozen"]) == ("active", None)
    assert both.json("links", "list", "--state", "frozen") == []
    assert both.json("links", "release", "L1") == released
