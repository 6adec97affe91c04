"""Links: every payment link, what it is good for, and what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.content import Content

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.links import LinkState
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.domain.views import LinkView
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.confirm import ConfirmDialog
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import dim, when
from paylink_tui.tui.screens.link_actions import LinkActions, about
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.cells import Cell, badge, link_state, text, whose
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

GROUP = "Payment links"
RELEASE = Command("links.release", "r", "Release", "Let people pay on a frozen link again.", GROUP)


class LinksScreen(ListScreen[LinkView], LinkActions):
    """Payment links, newest first."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("links.copy", "y", "Copy", "Copy the link's URL.", GROUP, True),
        Command("links.share", "Y", "Share", "Copy the link in another form.", GROUP, True),
        Command("links.qr", "Q", "QR", "Show the link's QR code.", GROUP, True),
        Command(
            "links.disable", "d", "Disable", "Kill the link: nobody can pay by it any more.", GROUP, True
        ),
        Command("links.reissue", "R", "Reissue", "Give it a new URL; the old one dies.", GROUP, True),
        Command("links.new", "n", "New", "Make a payment link.", GROUP, True),
        RELEASE,
        FILTER,
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    title_text = "Payment links"
    noun = "link"
    follows = frozenset({"link"})
    _begun = False

    def none_yet(self) -> str:
        """How to make the first."""
        return f"No payment link yet. Press {key_of(self.app, 'links.new')} to make one."

    def columns(self) -> Sequence[Column[LinkView]]:
        """The amounts and states always; who made it and for whom where there is room."""
        columns: tuple[Column[LinkView], ...] = (
            Column("Link", lambda one: Cell(one.name), 4, whole=True),
            Column("State", lambda one: link_state(one.state), 10),
            Column("Account", lambda one: badge(one.account_kind), 11, drop=5),
            Column("Amount", _amount, 10, right=True, whole=True),
            Column("Reference", lambda one: Cell(one.reference), 10, most=34),
            Column("For", _owner, 12, most=44, drop=2),
            Column("Uses", _uses, 5, right=True, whole=True),
            Column("Expires", self._expires, 12, drop=4),
            Column("Made", lambda one: Cell(when(one.created_at, self.zone, self.now), "faint"), 12, drop=3),
            Column("By", lambda one: Cell(one.created_by, "faint"), 6, most=16, drop=1),
        )
        return [replace(one, cell=_red_when_frozen(one.cell)) for one in columns]

    def key(self, row: LinkView) -> int:
        """Links are told apart by number."""
        return row.id

    async def page(self, words: str, after: LinkView | None, limit: int) -> Sequence[LinkView]:
        """Links with every word typed in what is seen of them."""
        if after is not None:
            return ()
        found = await self.services.links.list()
        asked = fold_words(words).split()
        return [one for one in found if _has(one, asked)] if asked else found

    async def detail(self, row: LinkView, width: int) -> Content | None:
        """The URL to be seen, and everything that decides what it is good for."""
        uses = f"{row.uses} of {row.max_uses}" if row.max_uses else f"{row.uses}, no limit"
        expires = when(row.expires_at, self.zone, self.now) if row.expires_at else "never"
        made = f"{when(row.created_at, self.zone, self.now)} by {visible(row.created_by, 40)}"
        facts = (
            ("Amount", display(row.amount, row.currency) if row.amount is not None else "open"),
            ("Reference", visible(row.reference) or "-"),
            ("For", _owner(row).text or "anyone"),
            ("Uses", uses),
            ("Expires", expires),
            ("Made", made),
        )
        lines = [
            Content.assemble((f"{row.name}  ", "bold"), text(link_state(row.state))),
            *self._why_frozen(row),
            Content.assemble(text(badge(row.account_kind)), f"  {visible(row.account_name)}"),
            Content(""),
            *(Content.assemble(dim(f"{name:11}"), value) for name, value in facts),
            Content(""),
            dim("URL"),
            Content(row.url),
        ]
        return Content("\n").join(lines)

    def _why_frozen(self, one: LinkView) -> Sequence[Content]:
        if one.state is not LinkState.FROZEN:
            return ()
        release, reissue = key_of(self.app, RELEASE), key_of(self.app, "links.reissue")
        said = f"Nobody can pay by it until {release} releases it."
        return (
            Content.styled(f"It froze itself: {visible(one.frozen)}.", "$text-error"),
            dim(f"{said} If its URL got around, {reissue} gives it a new one first."),
        )

    async def link_meant(self, services: Services) -> int | None:
        """Copying and sharing are about the link under the cursor."""
        return self.list.row.id if self.list.row else None

    def action_new(self) -> None:
        """Make another link."""
        services = self.writable
        if services is not None:
            from paylink_tui.tui.screens.new_link import NewLinkScreen

            self.app.push_screen(NewLinkScreen(services, lambda link: None))

    @work(group="write", exit_on_error=False)
    async def action_disable(self) -> None:
        """Disable the link under the cursor, once it is confirmed."""
        link = self.list.row
        if link is None or self.writable is None:
            return
        if link.state is LinkState.DISABLED:
            self.app.notify(f"{link.name} is disabled already.")
            return
        lines = [f"Nobody can pay by {link.name}{about(link)} any more.", "R gives it a new URL later."]
        if await self.app.push_screen_wait(ConfirmDialog(f"Disable {link.name}?", lines, "Disable")):
            try:
                await self.services.links.disable(link.id)
            except PayLinkError as problem:
                self.say_no(problem)
            else:
                self.app.notify(f"{link.name} is disabled.")

    @work(group="write", exit_on_error=False)
    async def action_reissue(self) -> None:
        """Give the link under the cursor a new URL, once it is confirmed."""
        link = self.list.row
        if link is None or self.writable is None:
            return
        lines = [
            f"{link.name}{about(link)} gets a new URL.",
            "The old URL dies: whoever has it cannot pay by it.",
        ]
        if await self.app.push_screen_wait(ConfirmDialog(f"Reissue {link.name}?", lines, "Reissue")):
            try:
                await self.services.links.reissue(link.id)
            except PayLinkError as problem:
                self.say_no(problem)
            else:
                self.app.notify(
                    f"{link.name} has a new URL: press {key_of(self.app, 'links.copy')} to copy it."
                )

    @on(RowsList.Highlighted, "#list")
    def _show_keys(self) -> None:
        """A frozen link's first key is the one that releases it."""
        self._go_to_frozen()
        frozen = self.list.row is not None and self.list.row.state is LinkState.FROZEN
        shown = (replace(RELEASE, footer=True), *self.ACTIONS) if frozen else self.ACTIONS
        self.query_one(FooterLine).show(shown)

    def _go_to_frozen(self) -> None:
        """What is frozen when the screen opens is what it was opened for."""
        if not self._begun and self.list.rows:
            self._begun = True
            frozen = (at for at, one in enumerate(self.list.rows) if one.state is LinkState.FROZEN)
            self.list.go_to(next(frozen, 0))

    @work(group="write", exit_on_error=False)
    async def action_release(self) -> None:
        """Release the link under the cursor."""
        link = self.list.row
        if link is None or self.writable is None:
            return
        if link.state is not LinkState.FROZEN:
            self.app.notify(f"{link.name} is not frozen.")
            return
        try:
            await asyncio.to_thread(getattr, self.services, "freezes")
            await self.services.freezes.release(link.id)
        except PayLinkError as problem:
            self.say_no(problem)
        else:
            self.app.notify(f"{link.name} is released: people can pay by it again.")

    def _expires(self, one: LinkView) -> Cell:
        if one.expires_at is None:
            return Cell("never", "faint")
        return Cell(when(one.expires_at, self.zone, self.now))


def _red_when_frozen(cell: Callable[[LinkView], Cell]) -> Callable[[LinkView], Cell]:
    """A column whose cells are red on a frozen link; the account's badge keeps its colours."""

    def shown(one: LinkView) -> Cell:
        plain = cell(one)
        keeps = one.state is not LinkState.FROZEN or plain.look in tuple(AccountKind)
        return plain if keeps else plain._replace(look="bad")

    return shown


def _amount(one: LinkView) -> Cell:
    return Cell("open", "faint") if one.amount is None else Cell(display(one.amount, one.currency), "amount")


def _owner(one: LinkView) -> Cell:
    name = whose(one.client_name, one.matter_number) if one.client_name else ""
    invoice = f"invoice {visible(one.invoice_number, 40)}" if one.invoice_number else ""
    return Cell(", ".join(part for part in (name, invoice) if part))


def _uses(one: LinkView) -> Cell:
    return Cell(f"{one.uses}/{one.max_uses}" if one.max_uses else str(one.uses))


def _has(one: LinkView, asked: Sequence[str]) -> bool:
    words = fold_words(
        one.name,
        one.state.value,
        one.account_kind.value,
        one.account_name,
        one.reference,
        one.client_name,
        one.client_code,
        one.matter_number,
        one.invoice_number,
        one.created_by,
    ).split()
    return all(any(word.startswith(prefix) for word in words) for prefix in asked)
