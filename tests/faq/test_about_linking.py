"""The last six questions of the public FAQ: what happens once a payment was made."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.commands import Desk
from tests.mail_settings import OFFICE, in_a_file
from tests.mail_sink import Sink, wait_for
from tests.web.serving import Server


def test_are_payments_automatically_applied_to_my_clients_invoices(desk: Desk) -> None:
    before = desk.open_numbers()
    number = desk.paid("L1", "500", "--email", "pay@acme.example", "--reference", "Invoice 1001")
    # "No."
    done = desk.json("transactions", "show", number)
    assert (done["status"], done["linked"], done["applied"]) == ("completed", False, "0.00")
    assert desk.open_numbers() == before
    # "Before a secure link payment can be applied to invoices, it has to be 'linked' ..."
    desk.json("transactions", "link", number, "--client", "C1")
    assert desk.open_numbers() != before


def test_who_is_notified_when_a_payment_is_completed(desk: Desk) -> None:
    # "As soon as a payment is submitted ... the transaction will appear ... with an 'Authorized' status."
    desk.paid("L1", "75", "--name", "Dana Ruiz", settle=False)
    [seen] = desk.json("transactions", "list")
    assert (seen["payer_name"], seen["status"]) == ("Dana Ruiz", "authorized")
    assert "authorized" in desk("transactions", "list").out
    # "... typically in 24 to 48 hours": one or two business days, so a weekend with a holiday at most more.
    takes = datetime.fromisoformat(seen["due_at"]) - datetime.fromisoformat(seen["authorized_at"])
    assert timedelta(hours=12) < takes < timedelta(days=6)
    # "At this time, you will be prompted to link the payment to a client matter ..."
    [done] = desk.json("sandbox", "settle")
    assert done["display_state"] == "to link"
    assert [one["id"] for one in desk.json("transactions", "list", "--query", "linked:no")] == [seen["id"]]


def test_who_is_notified_when_a_payment_is_completed_both_your_firm_and_your_client(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, office = "dana@ruiz.example", OFFICE
    with Sink() as sink:
        server = Server(desk.url, tmp_path, more=in_a_file(sink.port))
        monkeypatch.setenv("PAYLINK_CONFIG", str(server.settings))
        # "Once the payment completes ..., both your firm and your client will be notified."
        desk.paid("L1", "75", "--name", "Dana Ruiz", "--email", client)
        with server:
            wait_for(lambda: len(sink.to(client)) == 2 and len(sink.to(office)) == 1)
    assert [mail["Subject"].partition("$")[0] for mail in sink.to(client)] == [
        "[TEST] Payment received: ",
        "[TEST] Receipt: ",
    ]
    assert "T1 completed, to link: $75.00 from Dana Ruiz" in sink.to(office)[0]["Subject"]
    states = {one["state"] for one in desk.json("notify", "list") if one["occasion"] == "completed"}
    assert states == {"sent"}


def test_how_can_i_link_a_secure_link_payment_to_a_client_matter(desk: Desk) -> None:
    desk.paid("L1", "40", "--name", "Someone Else")
    wanted = desk.paid("L1", "500", "--name", "Acme Holdings")
    # "... find the transaction ..."
    [found] = desk.json("transactions", "list", "--query", "acme linked:no")
    assert found["id"] == wanted
    # "... and click 'Link'. When prompted, select the appropriate client or matter."
    desk.json("transactions", "link", found["id"], "--client", "Acme Holdings", "--matter", "Lease dispute")
    linked = desk.json("transactions", "show", wanted)
    assert (linked["client"], linked["matter"]) == ("C1", "M-101")


def test_what_happens_when_i_link_a_secure_link_payment_to_a_client_or_matter(desk: Desk) -> None:
    # "Clio will automatically apply the linked payment to a selected client or matter."
    one = desk.paid("L1", "500")
    done = desk.json("transactions", "link", one, "--client", "C1", "--matter", "M-101")
    assert [(line["invoice"], line["balance_after"]) for line in done["allocations"]] == [("1001", "0.00")]
    # "If a matter is not selected, the funds will be associated at the client-level."
    other = desk.paid("L1", "1000")
    desk.json("transactions", "link", other, "--client", "C1")
    shown = desk.json("transactions", "show", other)
    assert (shown["client"], shown["matter"], shown["unapplied"]) == ("C1", None, "50.00")
    held = [one for one in desk.json("clients", "show", "C1")["ledgers"] if one["balance"] != "0.00"]
    assert [(line["matter"], line["balance"]) for line in held] == [(None, "50.00")]


def test_what_happens_if_i_uncheck_the_apply_payment_to_invoices_box(desk: Desk) -> None:
    number = desk.paid("L1", "500")
    desk.json("transactions", "link", number, "--client", "C1", "--matter", "M-101", "--no-apply")
    # "... will be deposited into the account associated with the shared link."
    shown = desk.json("transactions", "show", number)
    assert (shown["account"], shown["applied"], shown["unapplied"]) == ("Operating", "0.00", "500.00")
    [held] = [one for one in desk.json("clients", "show", "C1")["ledgers"] if one["balance"] != "0.00"]
    assert (held["account"], held["matter"], held["balance"]) == ("Operating", "M-101", "500.00")
    # "Any selected matter and client details will remain attached to the transaction."
    assert (shown["client"], shown["matter"]) == ("C1", "M-101")
    # "You can then apply the linked payment to an invoice by selecting 'Record Payment' ..."
    record = ("payments", "record", "--client", "C1", "--matter", "M-101", "--source", "credit")
    desk.json(*record, "--amount", "500", "--invoice", "1001")
    assert desk.json("invoices", "show", "1001")["state"] == "paid"
    after = desk.json("transactions", "show", number)
    assert after["allocations"] == [{"invoice": "1001", "amount": "500.00"}]


def test_what_if_a_payment_exceeds_the_clients_outstanding_balance(desk: Desk) -> None:
    number = desk.paid("L1", "2000")
    done = desk.json("transactions", "link", number, "--client", "C1")
    # "An overpayment will be deposited into the destination account associated with the ... link."
    assert (done["remainder"], done["account"]) == ("550.00", "Operating")
    [held] = desk.json("clients", "show", "C1")["ledgers"]
    assert (held["account"], held["balance"]) == ("Operating", "550.00")
    assert desk.open_numbers("--client", "C1") == []
    # "Any selected matter and client details will remain attached to the transaction."
    shown = desk.json("transactions", "show", number)
    assert (shown["client"], shown["linked"], shown["unapplied"]) == ("C1", True, "550.00")
    # The same on a trust account, where nothing is applied and all of it stays.
    deposit = desk.paid("L2", "70")
    desk.json("transactions", "link", deposit, "--client", "C1", "--matter", "M-102")
    kept = desk.json("transactions", "show", deposit)
    assert (kept["account"], kept["client"], kept["matter"], kept["unapplied"]) == (
        "IOLTA 4411",
        "C1",
        "M-102",
        "70.00",
    )
