"""The first six questions of the public FAQ: what the link is, and who may have one."""

from __future__ import annotations

import base64
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.commands import Desk
from tests.faq.page import payment_page


def test_what_is_clios_secure_payment_link(desk: Desk) -> None:
    # "... will allow them to pay off an invoice ..."
    link = desk.json("links", "create", "--account", "Operating", "--invoice", "2001", "--amount", "400")
    assert link["url"].startswith("http")
    paid = desk.paid(link["url"], None, "--name", "Lee Ng")
    desk.json("transactions", "link", paid, "--client", "C2")
    assert desk.json("invoices", "show", "2001")["state"] == "paid"
    # "... or make a deposit into trust ..."
    deposit = desk.paid("L2", "1000", "--name", "Lee Ng")
    desk.json("transactions", "link", deposit, "--client", "C2")
    assert desk.json("clients", "show", "C2")["trust"] == "1000.00"
    # "... at any time": a standing link is paid again and again.
    assert desk.json("transactions", "show", desk.paid("L1", "1"))["link"] == "L1"
    assert desk.json("transactions", "show", desk.paid("L1", "2"))["link"] == "L1"
    assert desk.json("links", "show", "L1")["state"] == "active"


def test_what_is_clios_secure_payment_link_a_firm_branded_payments_page(desk: Desk, tmp_path: Path) -> None:
    # "A secure payment link sends clients to a firm-branded payments page ..."
    page = payment_page(desk, tmp_path, desk.json("links", "show", "L1")["url"])
    assert "Hartwell &amp; Ng LLP" in page
    # "... where clients can make a secure credit card payment": the card's number is typed elsewhere.
    assert "<form" in page
    assert "card number" not in page.lower()


def test_why_would_i_use_clios_secure_payment_link_instead_of_sharing_an_invoice(empty: Desk) -> None:
    empty.json("init", "--firm", "Hartwell & Ng LLP")
    empty.json("accounts", "add", "Operating", "--type", "operating", "--processor", "sandbox")
    # "... does not rely on an invoice or trust request being made": there is none.
    assert empty.json("invoices", "list") == []
    # "Quickly copying a link ... is extremely frictionless": one command mints and copies it.
    url, terminal = create_and_copy(empty)
    assert base64.b64encode(url.encode()).decode() in terminal
    # "It allows you to email, text, or pull up the secure link in-office with ease."
    assert url in empty.json("links", "share", "L1", "--as", "email")["text"]
    assert url in empty.json("links", "share", "L1", "--as", "sms")["text"]
    assert "\u2588" in empty("links", "qr", "L1").out
    assert empty.json("sandbox", "pay", url, "--amount", "5", "--name", "Dana")["status"] == "authorized"


def create_and_copy(desk: Desk) -> tuple[str, str]:
    """Mint a link with --copy on a terminal; its URL, and what reached the terminal."""
    ours, theirs = pty.openpty()
    words = ["--db", desk.url, "links", "create", "--account", "Operating", "--copy", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "paylink_tui", *words],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=True,
        env={**os.environ, "PAYLINK_CLIPBOARD": "osc52"},
    )  # fmt: skip
    os.close(theirs)
    terminal = os.read(ours, 65536).decode()
    os.close(ours)
    return json.loads(done.stdout)["url"], terminal


def test_how_would_i_use_a_secure_payments_link_at_my_law_firm(desk: Desk) -> None:
    # "... to take an initial retainer deposit ... without the need to generate a trust request"
    link = desk.json("links", "create", "--account", "IOLTA 4411", "--reference", "Retainer")
    assert link["invoice"] is None
    number = desk.paid(link["id"], "2500", "--name", "Lee Novak")
    assert desk.json("transactions", "show", number)["account_type"] == "trust"
    desk.json("transactions", "link", number, "--client", "C3")
    assert desk.json("trust", "ledger", "C3")["ledgers"][0]["balance"] == "2500.00"
    # "... put these links on their website embedded in a 'pay now' section."
    button = desk.json("links", "share", link["id"], "--as", "html")["text"]
    assert f'href="{link["url"]}"' in button
    assert ">Pay now</a>" in button


def test_how_would_i_use_a_secure_payments_link_at_my_law_firm_on_their_website(
    desk: Desk, tmp_path: Path
) -> None:
    # The "pay now" button leads to a page where the payer can start to pay.
    assert "<form" in payment_page(desk, tmp_path, desk.json("links", "show", "L2")["url"])


def test_can_i_collect_deposits_into_both_trust_and_operating_accounts(desk: Desk) -> None:
    # "You can generate a secure payment link for any ... bank account - trust or operating - connected ..."
    for account, kind in (("IOLTA 4411", "trust"), ("Operating", "operating")):
        link = desk.json("links", "create", "--account", account)
        assert (link["account"], link["account_type"]) == (account, kind)
        paid = desk.json("transactions", "show", desk.paid(link["id"], "10"))
        assert (paid["account"], paid["account_type"]) == (account, kind)
    # Only when it is connected.
    for kind in ("trust", "operating"):
        desk.json("accounts", "add", f"Other {kind}", "--type", kind)
        desk.refused("access-account", "links", "create", "--account", f"Other {kind}", "--amount", "1")
        desk.json("accounts", "add", f"Other {kind}", "--type", kind, "--processor", "sandbox")
        desk.json("links", "create", "--account", f"Other {kind}", "--amount", "1")


def test_who_has_access_to_this_feature(desk: Desk) -> None:
    create = ("links", "create", "--account", "Operating")
    # "... included in all Boutique and Elite pricing plans for US and Canadian customers."
    for plan in ("boutique", "elite"):
        for country in ("US", "CA"):
            desk.json("init", "--plan", plan, "--country", country)
            desk.json(*create)
    for words in (("--plan", "starter"), ("--plan", "elite", "--country", "GB")):
        desk.json("init", *words)
        assert desk.refused("access-plan", *create)["error"]["fix"]
    # "... you must also have Clio Payments enabled to access this feature."
    desk.json("init", "--country", "US", "--payments", "off")
    assert desk.refused("access-plan", *create)["error"]["fix"]
    desk.json("init", "--payments", "on")
    desk.json(*create)


def test_what_payment_methods_are_supported_and_are_there_fees(desk: Desk, tmp_path: Path) -> None:
    # "All accepted payment methods and transaction fees are the same."
    bare = desk("links", "create", "--account", "Operating").err
    for_invoice = desk("links", "create", "--account", "Operating", "--invoice", "1001").err
    assert bare == for_invoice
    assert "Card" in bare
    assert "eCheck" in bare
    # "... how Clio will waive your monthly ... subscription fee"
    assert "waived" in bare
    for means, method in (((), "card"), (("--echeck",), "echeck")):
        paid = desk.json("sandbox", "pay", "L1", "--amount", "9", "--name", "Dana", *means)
        assert (paid["status"], paid["method"]) == ("authorized", method)
