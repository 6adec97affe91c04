"""Where the public FAQ speaks of the application: the same answers on the screen."""

from __future__ import annotations

from tests.commands import Desk, program
from tests.seen import meanwhile, opened


async def test_who_is_notified_when_a_payment_is_completed_on_the_screen(desk: Desk) -> None:
    elsewhere = Desk(program, desk.url)
    async with opened(desk.url) as screen:
        # "... the transaction will appear ... with an 'Authorized' status."
        await meanwhile(elsewhere.json, "sandbox", "pay", "L1", "--amount", "75", "--name", "Dana Ruiz")
        await screen.reads("Dana Ruiz", "$75.00", "Authorized")
        # "Once the payment completes ... you will be prompted to link the payment ..."
        await meanwhile(elsewhere.json, "sandbox", "settle")
        await screen.reads("Dana Ruiz completed", "press l to link", "To link")


async def test_how_can_i_link_a_secure_link_payment_to_a_client_matter_on_the_screen(desk: Desk) -> None:
    await meanwhile(desk.paid, "L1", "500", "--name", "Someone Else")
    # "Navigate to the Clio Payments Transactions table, find the transaction, and click 'Link'."
    async with opened(desk.url) as screen:
        await screen.reads("Someone Else", "To link")
        await screen.press("l")
        await screen.reads("Link T1")
        # "When prompted, select the appropriate client or matter."
        await screen.press(*"M-101")
        await screen.reads("Acme Holdings · M-101", "Lease dispute", "$500.00 pays 1 invoice")
        await screen.press("enter")
        await screen.reads("Completed", "Acme Holdings")
    elsewhere = Desk(program, desk.url)
    linked = await meanwhile(elsewhere.json, "transactions", "show", "T1")
    assert (linked["client"], linked["matter"], linked["applied"]) == ("C1", "M-101", "500.00")


async def test_what_happens_if_i_uncheck_the_box_on_the_screen(desk: Desk) -> None:
    await meanwhile(desk.paid, "L1", "500", "--name", "Acme Holdings")
    async with opened(desk.url) as screen:
        await screen.reads("Acme Holdings", "To link")
        await screen.press("l")
        # "... the 'Apply payment to invoices' box": ticked for an operating account.
        await screen.reads("Link T1", "[x] Apply payment to invoices", "1001")
        await screen.press("f2")
        await screen.reads("[ ] Apply payment to invoices")
        await screen.press("enter")
        await screen.reads("Completed", "To link 0")
        # "... selecting 'Record Payment' from the 'Create New' dropdown menu."
        await screen.press("c")
        await screen.reads("Create new", "Record payment")
    elsewhere = Desk(program, desk.url)
    linked = await meanwhile(elsewhere.json, "transactions", "show", "T1")
    assert (linked["client"], linked["applied"], linked["unapplied"]) == ("C1", "0.00", "500.00")


async def test_why_would_i_use_clios_secure_payment_link_on_the_screen(desk: Desk) -> None:
    # "It's all about speed.": a link is minted in at most four keys.
    before = len(await meanwhile(desk.json, "links", "list"))
    async with opened(desk.url) as screen:
        await screen.press("n")
        await screen.reads("Create and copy")
        await screen.press("enter")
        await screen.reads("L3")
    elsewhere = Desk(program, desk.url)
    assert len(await meanwhile(elsewhere.json, "links", "list")) == before + 1
