"""`paylink notify`: the mail server put to the test, and what became of each message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Desk
from tests.mail_settings import OFFICE, in_a_file
from tests.mail_sink import Sink

PAYER = "dana@ruiz.example"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as started:
        yield started


@pytest.fixture
def mailing(both: Desk, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A firm on each database whose mail goes to the sink, and that wants to know what completed."""
    file = tmp_path / "settings.toml"
    file.write_text(in_a_file(sink.port), "utf-8")
    monkeypatch.setenv("PAYLINK_CONFIG", str(file))
    return both


def paid(desk: Desk) -> str:
    return desk.paid("L1", "75", "--name", "Dana [b]Ruiz[/b]", "--email", PAYER)


def test_a_test_message_arrives_and_each_step_is_told(mailing: Desk, sink: Sink) -> None:
    told = mailing("notify", "test", OFFICE)
    assert told.code == 0
    assert f"127.0.0.1:{sink.port} answered: no encryption, without a login." in told.err
    assert f"It took the message for {OFFICE} (OK, taken)" in told.out.replace("250 ", "")
    [(to, mail)] = sink.taken
    assert to == (OFFICE,)
    assert mail["Subject"] == "Test message from Hartwell & Ng LLP"
    again = mailing.json("notify", "test", OFFICE)
    assert (again["address"], again["sent"], len(again["steps"])) == (OFFICE, True, 1)
    assert len(set(sink.ids)) == 2


def test_what_fails_is_told_with_host_port_and_what_to_do(mailing: Desk, sink: Sink) -> None:
    sink.refused[OFFICE] = "550 no such user"
    refused = mailing("notify", "test", OFFICE)
    assert refused.code == 1
    assert f"127.0.0.1:{sink.port} said 550 no such user" in refused.err
    sink.stop()
    down = mailing("notify", "test", OFFICE, "--json")
    assert down.code == 1
    assert f"127.0.0.1:{sink.port} cannot be reached" in down.error["message"]
    assert "mail.host" in down.error["fix"]
    assert mailing("notify", "test", "nobody at home").code == 2


def test_without_a_mail_server_messages_wait_and_the_list_says_why(both: Desk) -> None:
    paid(both)
    assert "No mail server is set" in both.fails(1, "notify", "test", OFFICE)
    listed = both("notify", "list", "--waiting")
    assert listed.code == 0
    assert "No mail server is set" in listed.err
    assert {one["state"] for one in both.json("notify", "list")} == {"waiting"}
    assert both("notify", "retry").code == 1
    [mail] = [one for one in both.json("doctor")["checks"] if one["name"] == "notify-completed: mail"]
    assert (mail["ok"], mail["detail"]) == (True, "4 to be sent")


def test_what_was_given_up_is_listed_and_sent_again(mailing: Desk, sink: Sink) -> None:
    sink.refused[PAYER] = "550 no such user"
    paid(mailing)
    mailing("notify", "retry")
    assert {one["recipient"] for one in mailing.json("notify", "list", "--waiting")} == {PAYER}
    assert mailing.json("notify", "list", "--failed") == []
    [one] = [one for one in mailing.json("notify", "list") if one["audience"] == "firm" and one["sent_at"]]
    assert (one["occasion"], one["state"], one["recipient"]) == ("completed", "sent", OFFICE)
    refused = mailing.json("notify", "list", "--waiting")[0]
    assert "550 no such user" in refused["problem"]
    still = mailing("notify", "retry", refused["id"])
    assert still.code == 1
    assert still.out == "1 not sent.\n"
    assert f"{refused['id']}: {PAYER}: 127.0.0.1:{sink.port} said 550 no such user" in still.err
    sink.refused.clear()
    assert mailing.json("notify", "retry") == {"retried": 2, "sent": 2, "left": 0}
    assert mailing.json("notify", "retry") == {"retried": 0, "sent": 0, "left": 0}
    assert len(sink.to(PAYER)) == 2
    assert "it is not sent twice" in mailing.fails(1, "notify", "retry", refused["id"])
    assert mailing.fails(4, "notify", "retry", "N999") == "There is no message N999."
    assert mailing("notify", "retry", "T1").code == 2


def test_the_list_is_for_people_too(mailing: Desk, sink: Sink) -> None:
    paid(mailing)
    retried = mailing("notify", "retry")
    assert (retried.code, retried.out) == (0, "3 sent, 1 not to be sent, as the settings are.\n")
    told = mailing("notify", "list").out
    for words in ("N1", "T1", "completed", PAYER, OFFICE, "sent", "skipped", "the settings name nobody"):
        assert words in told
    assert len(mailing.json("notify", "list", "--limit", "1")) == 1
    assert "[b]Ruiz[/b]" in sink.to(OFFICE)[0]["Subject"]
