"""The firm, its plan, and its bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.errors import BadInput, NotFound, Refused
from paylink_tui.domain.money import EXPONENTS
from paylink_tui.domain.parties import AccountKind, BankAccount, Firm, Plan
from paylink_tui.store.reader import first

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

_ACCOUNTS = "SELECT id, name, kind, currency, processor FROM bank_account"


class FirmService:
    """Sets the firm up and tells about it."""

    def __init__(
        self, database: Database, clock: Clock, actor: str, processors: Callable[[], Mapping[str, Processor]]
    ) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._processors = processors

    async def get(self) -> Firm | None:
        """The firm, or None in an empty database."""
        row = await first(
            self._database.reader,
            "SELECT name, country, timezone, plan, payments_enabled, demo FROM firm WHERE id = 1",
        )
        return Firm(row[0], row[1], row[2], Plan(row[3]), bool(row[4]), bool(row[5])) if row else None

    async def require(self) -> Firm:
        """The firm.

        Raises:
            NotFound: the database is empty.
        """
        found = await self.get()
        if found is None:
            raise NotFound(
                "This database has no firm yet.", 'Make one: paylink init --firm "Hartwell & Ng LLP"'
            )
        return found

    async def init(
        self,
        name: str,
        *,
        country: str | None = None,
        plan: str | None = None,
        timezone: str | None = None,
        payments_enabled: bool | None = None,
        demo: bool = False,
    ) -> Firm:
        """Make the firm, or change what differs when there is one.

        A new firm is in the US, on Boutique, in Eastern time, with payments enabled, unless told
        otherwise.

        Raises:
            BadInput: empty name, unknown plan, country or time zone.
        """
        from paylink_tui.services import keys
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import firm as rows

        given = {
            "name": _name(name, "firm"),
            "country": country and _country(country),
            "plan": plan and _plan(plan),
            "timezone": timezone and _zone(timezone),
            "payments_enabled": None if payments_enabled is None else int(payments_enabled),
        }
        told = {key: value for key, value in given.items() if value is not None}
        fresh = {"country": "US", "plan": "boutique", "timezone": "America/New_York", "payments_enabled": 1}
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            before = await rows.current(unit)
            if before is None:
                key_id = keys.key_id(keys.new_key())
                await rows.add(unit, **{**fresh, **told}, demo=int(demo), link_key_id=key_id)
            else:
                await rows.change(unit, before, **told)
        return await self.require()

    async def accounts(self) -> tuple[BankAccount, ...]:
        """Every bank account, oldest first."""
        found = await self._database.reader.rows(f"{_ACCOUNTS} ORDER BY id")
        return tuple(_account(row) for row in found)

    async def account(self, name: str) -> BankAccount:
        """One bank account by its name or id.

        Raises:
            NotFound: no account, or several, answer to the name.
        """
        from paylink_tui.store.read import names

        number = await names.account(self._database.reader, name)
        row = await first(self._database.reader, f"{_ACCOUNTS} WHERE id = ?", (number,))
        assert row is not None
        return _account(row)

    async def add_account(
        self, name: str, kind: str, *, currency: str | None = None, processor: str | None = None
    ) -> BankAccount:
        """Add a bank account, or connect the one of that name to a processor.

        Raises:
            BadInput: unknown kind, currency or processor, or an account of that name that differs.
            Refused: `trust-gross` when the processor nets its fees and the account is trust.
        """
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import firm as rows

        await self.require()
        name, kind = _name(name, "account"), _kind(kind)
        nets_fees = self._check_processor(name, kind, processor)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            known = await rows.account_named(unit, name)
            if known is None:
                await rows.add_account(
                    unit,
                    name=name,
                    kind=kind,
                    currency=_currency(currency or "USD"),
                    processor=processor,
                    nets_fees=int(nets_fees),
                )
            elif known.kind != kind or (currency is not None and known.currency != _currency(currency)):
                raise BadInput(
                    f"there already is an account {name}: {known.kind}, {known.currency}",
                    "Its kind and currency stay for ever; choose another name.",
                )
            elif processor is not None and known.processor != processor:
                await rows.connect(unit, known, processor, nets_fees)
        row = await first(self._database.reader, f"{_ACCOUNTS} WHERE name = ?", (name,))
        assert row is not None
        return _account(row)

    def _check_processor(self, name: str, kind: str, processor: str | None) -> bool:
        """Whether the processor nets its fees; refused for a trust account (`trust-gross`)."""
        if processor is None:
            return False
        if processor not in self._processors():
            known = ", ".join(sorted(self._processors()))
            raise BadInput(f"there is no processor {processor!r}", f"Processors: {known}")
        nets_fees = self._processors()[processor].capabilities().nets_fees
        if nets_fees and kind == AccountKind.TRUST:
            raise Refused(
                "trust-gross",
                f"{processor} takes its fees out of the payout, so it cannot serve the trust account {name}.",
                "Connect it to an operating account.",
            )
        return nets_fees

    async def fee_lines(self, account: BankAccount) -> tuple[str, ...]:
        """The processor's fees for an account, as lines to read where a link is made (`access-fees`)."""
        if account.processor is None or account.processor not in self._processors():
            return ()
        return self._processors()[account.processor].capabilities().fees.describe()


def _account(row: tuple[int, str, str, str, str | None]) -> BankAccount:
    return BankAccount(row[0], row[1], AccountKind(row[2]), row[3], row[4])


def _name(text: str, what: str) -> str:
    clean = " ".join(text.split())
    if not clean or len(clean) > 200 or not clean.isprintable():
        raise BadInput(f"the {what}'s name must be 1 to 200 printable characters")
    return clean


def _country(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise BadInput(f"country {text!r} is not a two-letter code", "Write US or CA.")
    return code


def _plan(text: str) -> str:
    try:
        return Plan(text.strip().lower()).value
    except ValueError:
        raise BadInput(f"there is no plan {text!r}", "Plans: boutique, elite, starter") from None


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"there is no time zone {text!r}", "Write it like America/New_York.") from None
    return text


def _kind(text: str) -> str:
    try:
        return AccountKind(text.strip().lower()).value
    except ValueError:
        raise BadInput(f"there is no account type {text!r}", "Types: trust, operating") from None


def _currency(text: str) -> str:
    code = text.strip().upper()
    if code not in EXPONENTS:
        raise BadInput(f"currency {text!r} is not supported", f"Currencies: {', '.join(EXPONENTS)}")
    return code
