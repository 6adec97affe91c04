"""Making links from the panel, and handing them on: URL, other forms, QR code."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from paylink_tui.domain.views import LinkView
    from paylink_tui.services.bundle import Services
    from paylink_tui.tui.widgets.link_panel import LinkPanel, Submitted
    from paylink_tui.tui.widgets.party_input import PartyInput, Searched

OFFERS = 5
"""Clients and matters offered at most."""


class LinkActions(DeskScreen):
    """A screen with a link panel on it, somewhere."""

    newest: LinkView | None = None
    """The link made last in this session."""

    async def fill_panel(self, panel: LinkPanel) -> None:
        """Give a panel the accounts, their fees, and the reasons against a link."""
        from paylink_tui.domain.links import check_may_mint
        from paylink_tui.tui import state

        services = self.services
        assert services is not None
        await asyncio.to_thread(getattr, services, "links")
        firm, accounts = await services.firm.get(), await services.firm.accounts()
        panel.build(accounts, state.load().get("account", ""))
        fees, closed = {}, {}
        for one in accounts:
            fees[one.id] = await services.firm.fee_lines(one)
            try:
                if firm is not None:
                    check_may_mint(firm, one)
            except Refused as no:
                closed[one.id] = no
        panel.tell_terms(fees, closed)

    def on_party_searched(self, event: Searched) -> None:
        """Offer whom the letters may mean."""
        event.stop()
        if self.services is not None:
            self._find_parties(event.field, event.text)

    @work(exclusive=True, group="parties", exit_on_error=False)
    async def _find_parties(self, field: PartyInput, text: str) -> None:
        from paylink_tui.tui.widgets.party_input import Party

        assert self.services is not None
        directory = self.services.directory
        try:
            clients = await directory.clients(text, limit=OFFERS)
            matters = await directory.matters(text, limit=OFFERS)
        except PayLinkError as problem:
            self.say_no(problem)
            return
        found = [Party(one.client.code, one.client.name) for one in clients]
        found[min(2, len(found)) :] = [
            *(
                Party(one.client_code, one.client_name, one.matter.number, one.matter.description)
                for one in matters
            ),
            *found[2:],
        ]
        field.offer(text, found[:OFFERS])

    def on_link_submitted(self, event: Submitted) -> None:
        """Make the link, or say why nothing may be changed."""
        event.stop()
        if self.writable is not None:
            self._mint(event)

    @work(group="write", exit_on_error=False)
    async def _mint(self, event: Submitted) -> None:
        from paylink_tui.services.clipboard import CopyOutcome
        from paylink_tui.tui import copying, state

        assert self.services is not None
        try:
            link = await self.services.links.create(event.new, confirmed=event.confirmed)
        except PayLinkError as problem:
            event.panel.refuse(problem, event.new)
            return
        self.link_made(link)
        outcome = await copying.put(self.app, link.url)
        event.panel.made(link, outcome.value)
        state.keep({"account": link.account_name})
        if outcome is CopyOutcome.NONE:
            await copying.put_and_tell(self.app, link.url, f"The URL of {link.name}")
        else:
            self.app.notify(f"{link.name} made. {outcome.value}.")

    def link_made(self, link: LinkView) -> None:
        """A link was made in this session."""
        self.newest = link

    # Handing on

    async def link_meant(self, services: Services) -> int | None:
        """The link that copying and sharing are about: here the newest one that can be paid."""
        if self.newest is not None:
            return self.newest.id
        active = await services.links.list("active")
        return active[0].id if active else None

    async def _link(self) -> LinkView | None:
        services = self.ready
        if services is None:
            return None
        try:
            number = await self.link_meant(services)
            if number is not None:
                return await services.links.get(number)
        except PayLinkError as problem:
            self.say_no(problem)
        else:
            new = key_of(self.app, "home.new-link")
            self.app.notify(f"There is no payment link to copy: press {new} to make one.")
        return None

    @work(group="share", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy the link's URL."""
        from paylink_tui.tui import copying

        link = await self._link()
        if link is not None:
            await copying.put_and_tell(self.app, link.url, f"The URL of {link.name}{about(link)}")

    @work(group="share", exit_on_error=False)
    async def action_share(self) -> None:
        """Choose a form of the link, and copy that."""
        from paylink_tui.tui.dialogs.share import ShareDialog

        link = await self._link()
        if link is not None:
            assert self.services is not None
            await self.app.push_screen_wait(ShareDialog(self.services, link))

    @work(group="share", exit_on_error=False)
    async def action_qr(self) -> None:
        """Show the link's QR code."""
        from paylink_tui.tui.screens.qr import QrScreen

        link = await self._link()
        if link is not None:
            await self.app.push_screen_wait(QrScreen(link))


def about(link: LinkView) -> str:
    """A few words to tell a link by."""
    words = link.reference or link.client_name or link.account_name
    return f" ({words})" if words else ""
