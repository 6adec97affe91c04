"""Payment links: minted, listed, shared, disabled, reissued."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paylink_tui.domain import money
from paylink_tui.domain.errors import BadInput, NotFound, PayLinkError, Refused
from paylink_tui.domain.links import (
    LinkState,
    check_may_mint,
    derive_token,
    needs_second_confirmation,
    token_hash,
)
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.sharing import ShareForm, share
from paylink_tui.domain.times import to_ms
from paylink_tui.domain.views import LinkView
from paylink_tui.services import keys
from paylink_tui.store.read import firm as firm_row
from paylink_tui.store.read import links as reading
from paylink_tui.store.read import names

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.firm import FirmService
    from paylink_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link about to be minted. Amount in minor units."""

    account: str
    amount: int | None = None
    reference: str = ""
    client: str | None = None
    matter: str | None = None
    invoice: str | None = None
    expires: timedelta | None = None
    max_uses: int | None = None


class LinkService:
    """Mints payment links and keeps their URLs at hand."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        firm: FirmService,
        directory: DirectoryService,
        address: str,
        frame_origins: tuple[str, ...] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._firm = firm
        self._directory = directory
        self._address = address
        self._frame_origins = frame_origins
        self._key: bytes | None = None

    async def create(self, new: NewLink, *, confirmed: bool = False, key: str | None = None) -> LinkView:
        """Mint a link.

        Raises:
            Refused: `access-plan`, `access-account`, `link-client`, or `link-lint` when the link is
                public, open-amount, never-expiring and on trust, and not `confirmed`.
            NotFound: the account, client, matter or invoice.
            BadInput: an amount, reference or number of uses that cannot be.
        """
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import commands, links

        account = await self._firm.account(new.account)
        check_may_mint(await self._firm.require(), account)
        _check_values(new)
        values = {**await self._owner(new, account), **await self._secret()}
        if not confirmed and _needs_confirmation(account, new):
            raise Refused(
                "link-lint",
                f"Anyone who gets this URL could pay any amount into the trust account {account.name},"
                " for ever.",
                "Give it an amount, an expiry or a number of uses, or confirm that this is meant (--yes).",
            )
        now = self._clock.now()
        life = None if new.expires is None else new.expires.total_seconds()
        owner = [values["client_id"], values["matter_id"], values["invoice_id"]]
        inputs = [account.id, new.amount, new.reference, *owner, life, new.max_uses]
        async with unit_of_work(self._database, self._actor, now) as unit:
            earlier = await commands.earlier_result(unit, key, "create link", inputs)
            if earlier is None:
                told = {
                    "account_id": account.id,
                    "currency": account.currency,
                    "amount": new.amount,
                    "reference": new.reference.strip(),
                    "expires_at": None if new.expires is None else to_ms(now + new.expires),
                    "max_uses": new.max_uses,
                    **{name: values[name] for name in ("client_id", "matter_id", "invoice_id")},
                }
                number = await links.add(unit, **{**values, **told})
                unit.record("create", "link", number, after=told)
                await commands.remember(unit, key, "create link", inputs, number)
            else:
                number = int(earlier)
        return await self.get(number)

    async def needs_confirmation(self, new: NewLink) -> bool:
        """Whether minting it asks for a second confirmation (`link-lint`)."""
        return _needs_confirmation(await self._firm.account(new.account), new)

    async def list(self, state: str | None = None) -> tuple[LinkView, ...]:
        """Every link, newest first, or only those in one state.

        Raises:
            BadInput: no such state.
        """
        if state is not None and state.replace("-", " ") not in set(LinkState):
            raise BadInput(f"there is no link state {state!r}", f"States: {', '.join(LinkState)}")
        views = await reading.views(self._database.reader, await self._url_of(), self._clock.now())
        return tuple(one for one in views if state is None or one.state == state.replace("-", " "))

    async def get(self, name: str | int) -> LinkView:
        """One link by `L5`, `5`, its URL or an unambiguous reference.

        Raises:
            NotFound: none, or several, answer to the name.
        """
        number = name if isinstance(name, int) else await self._find(name)
        views = await reading.views(
            self._database.reader, await self._url_of(), self._clock.now(), only=number
        )
        if not views:
            raise NotFound(f"There is no link L{number}.", "List them with: paylink links list")
        return views[0]

    async def _find(self, name: str) -> int:
        token = name.strip().rstrip("/").rsplit("/", 1)[-1]
        number = await reading.by_token(self._database.reader, token_hash(token))
        return await names.link(self._database.reader, name) if number is None else number

    async def disable(self, name: str | int) -> LinkView:
        """Kill a link; disabling it again changes nothing."""
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import links

        known = await self.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row = await links.lock(unit, known.id)
            if row.disabled_at is None:
                await links.change(unit, known.id, disabled_at=unit.at)
                after = {"disabled_at": unit.at}
                unit.record("disable", "link", known.id, before={"disabled_at": None}, after=after)
        return await self.get(known.id)

    async def reissue(self, name: str | int) -> LinkView:
        """Give a link a new URL; the old one is dead, and a disabled link lives again (`link-token`).

        Raises:
            Refused: `access-plan` or `access-account`, as for a new link.
        """
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import links

        known = await self.get(name)
        check_may_mint(await self._firm.require(), await self._firm.account(f"#{known.account_id}"))
        fresh = await self._secret()
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row = await links.lock(unit, known.id)
            await links.change(unit, known.id, disabled_at=None, **fresh)
            before = {"disabled_at": row.disabled_at, "token_hash": row.token_hash.hex()}
            after = {"disabled_at": None, "token_hash": fresh["token_hash"].hex()}
            unit.record("reissue", "link", known.id, before=before, after=after)
        return await self.get(known.id)

    async def share(self, name: str | int, form: ShareForm) -> str:
        """The link in the form that a mail, a website or a text message wants.

        Raises:
            PayLinkError: a frame, while no website may show the page in one.
        """
        link = await self.get(name)
        if form is ShareForm.FRAME and not self._frame_origins:
            raise PayLinkError(
                "No website may show the payment page in a frame, so a browser would leave it empty.",
                "List your website in the settings file:"
                ' [page] frame_origins = ["https://www.your-firm.example"]',
            )
        firm = await self._firm.require()
        amount = None if link.amount is None else money.display(link.amount, link.currency)
        return share(link.url, form, firm=firm.name, amount_text=amount, reference=link.reference)

    async def _secret(self) -> dict[str, bytes]:
        nonce = secrets.token_bytes(32)
        return {"nonce": nonce, "token_hash": token_hash(derive_token(await self._link_key(), nonce))}

    async def _link_key(self) -> bytes:
        if self._key is None:
            key_id = await firm_row.key_id(self._database.reader)
            self._key = keys.load_key(key_id) if key_id else b""
        return self._key

    async def _url_of(self) -> reading.UrlOf:
        key = await self._link_key()
        base = os.environ.get("PAYLINK_BASE_URL") or f"{self._address}/p"
        return lambda nonce: f"{base.rstrip('/')}/{derive_token(key, nonce)}"

    async def _owner(self, new: NewLink, account: BankAccount) -> dict[str, Any]:
        """Whose the payments will be, when the link says so beforehand (`link-client`)."""
        invoice = (await self._directory.invoice(new.invoice)).invoice if new.invoice else None
        client = (await self._directory.client(new.client)).client if new.client else None
        only = client.id if client else None
        matter = (await self._directory.matter(new.matter, client_id=only)).matter if new.matter else None
        client_ids = [one for one in (client and client.id, matter and matter.client_id) if one is not None]
        client_ids += [invoice.client_id] if invoice else []
        other_matter = invoice and matter and invoice.matter_id not in (None, matter.id)
        if len(set(client_ids)) > 1 or other_matter:
            raise Refused(
                "link-client",
                "The client, matter and invoice named for this link do not belong together.",
                "Name a matter of that client, and an invoice of that matter.",
            )
        if invoice and invoice.currency != account.currency:
            raise Refused("link-client", f"Invoice {invoice.number} is in {invoice.currency}.")
        matter_id = matter.id if matter else (invoice.matter_id if invoice else None)
        return {
            "client_id": client_ids[0] if client_ids else None,
            "matter_id": matter_id,
            "invoice_id": invoice.id if invoice else None,
        }


def _needs_confirmation(account: BankAccount, new: NewLink) -> bool:
    return needs_second_confirmation(account, new.amount, new.expires, new.max_uses)


def _check_values(new: NewLink) -> None:
    if new.amount is not None and not 0 < new.amount <= money.MAX_MINOR:
        raise BadInput("the amount of a link must be more than zero")
    if new.max_uses is not None and not 1 <= new.max_uses <= 1_000_000:
        raise BadInput("uses must be between 1 and 1000000")
    if len(new.reference) > 200 or not new.reference.isprintable():
        raise BadInput("a reference has at most 200 printable characters")
