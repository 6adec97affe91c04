"""The composition root: one function builds every service over one database."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from paylink_tui.services.clock import Clock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paylink_tui.domain.settings import Settings
    from paylink_tui.processors.port import Processor
    from paylink_tui.processors.sandbox import SandboxProcessor
    from paylink_tui.services.audit import AuditService
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.services.doctor import DoctorService
    from paylink_tui.services.export import ExportService
    from paylink_tui.services.feed import FeedService
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.freezes import FreezeService
    from paylink_tui.services.imports.service import ImportService
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.services.limits import LimitService
    from paylink_tui.services.linking import LinkingService
    from paylink_tui.services.links import LinkService
    from paylink_tui.services.messages import MessageService
    from paylink_tui.services.news import NewsService
    from paylink_tui.services.pack import PackService
    from paylink_tui.services.page import PageService
    from paylink_tui.services.recording import RecordingService
    from paylink_tui.services.refunds import RefundService
    from paylink_tui.services.roles import RoleService
    from paylink_tui.services.sandbox import SandboxService
    from paylink_tui.services.sandbox_checkout import SandboxCheckoutService
    from paylink_tui.services.schedule import Schedule
    from paylink_tui.services.table import TableService
    from paylink_tui.services.transactions import TransactionService
    from paylink_tui.services.trust import TrustService
    from paylink_tui.services.webhook_delivery import WebhookSender
    from paylink_tui.services.webhook_secrets import WebhookSecrets
    from paylink_tui.services.webhooks import WebhookService
    from paylink_tui.store.database import Database


class Services:
    """Every use case of the desk. A service is built, and its imports paid for, when first asked for."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        *,
        sandbox_schedule: Schedule | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.actor = actor
        """Who acts, as the audit log names them."""
        self.role = ""
        """The role of who acts, once it was learned; the database itself refuses an auditor's writes."""
        self._settings = settings
        self._sandbox_schedule = sandbox_schedule

    @cached_property
    def settings(self) -> Settings:
        """What the firm's settings file says."""
        from paylink_tui.services.settings import load

        return self._settings or load()

    @cached_property
    def sandbox_processor(self) -> SandboxProcessor:
        """The sandbox processor over its book in this database."""
        from paylink_tui.processors.sandbox import SandboxProcessor
        from paylink_tui.services.schedule import bank_schedule
        from paylink_tui.store.sandbox import SandboxBook

        schedule = self._sandbox_schedule or bank_schedule(self.database.reader)
        book = SandboxBook(self.database)
        return SandboxProcessor(book, self.clock.now, schedule, self.settings.page.address)

    @cached_property
    def processors(self) -> Mapping[str, Processor]:
        """Every processor by name."""
        return {"sandbox": self.sandbox_processor}

    @cached_property
    def firm(self) -> FirmService:
        """The firm and its bank accounts."""
        from paylink_tui.services.firm import FirmService

        return FirmService(self.database, self.clock, self.actor, lambda: self.processors)

    @cached_property
    def directory(self) -> DirectoryService:
        """Clients, matters, invoices."""
        from paylink_tui.services.directory import DirectoryService

        return DirectoryService(self.database, self.clock)

    @cached_property
    def links(self) -> LinkService:
        """Payment links."""
        from paylink_tui.services.links import LinkService

        page, firm = self.settings.page, self.firm
        return LinkService(
            self.database, self.clock, self.actor, firm, self.directory, page.address, page.frame_origins
        )

    @cached_property
    def limits(self) -> LimitService:
        """How often the payment page may be tried."""
        from paylink_tui.services.limits import LimitService

        return LimitService(self.database, self.clock, self.settings.limits)

    @cached_property
    def freezes(self) -> FreezeService:
        """The release of links that froze themselves."""
        from paylink_tui.services.freezes import FreezeService

        return FreezeService(self.database, self.clock, self.actor, self.links)

    @cached_property
    def intake(self) -> IntakeService:
        """Processor events to transactions."""
        from paylink_tui.services.intake import IntakeService

        return IntakeService(self.database, self.clock, self.processors, self.settings.limits)

    @cached_property
    def page(self) -> PageService:
        """The payment page."""
        from paylink_tui.services.page import PageService

        address = self.settings.page.address
        return PageService(self.database, self.clock, self.processors, self.intake, self.limits, address)

    @cached_property
    def transactions(self) -> TransactionService:
        """Transactions."""
        from paylink_tui.services.transactions import TransactionService

        return TransactionService(self.database, self.clock, self.actor, self.processors, lambda: self.intake)

    @cached_property
    def linking(self) -> LinkingService:
        """Linking and unlinking."""
        from paylink_tui.services.linking import LinkingService

        return LinkingService(self.database, self.clock, self.actor, self.transactions, self.directory)

    @cached_property
    def recording(self) -> RecordingService:
        """Record Payment."""
        from paylink_tui.services.recording import RecordingService

        return RecordingService(self.database, self.clock, self.actor, self.directory)

    @cached_property
    def trust(self) -> TrustService:
        """Trust accounting."""
        from paylink_tui.domain.jurisdictions import jurisdiction
        from paylink_tui.services.trust import TrustService

        place = jurisdiction(self.settings.firm.jurisdiction)
        return TrustService(
            self.database, self.clock, self.actor, self.directory, self.firm, self.roles, place
        )

    @cached_property
    def refunds(self) -> RefundService:
        """Refunds, and what a return or a chargeback would undo."""
        from paylink_tui.services.refunds import RefundService

        return RefundService(
            *(self.database, self.clock, self.actor, self.processors, lambda: self.intake),
            *(self.transactions, self.directory, self.roles),
        )

    @cached_property
    def imports(self) -> ImportService:
        """CSV imports."""
        from paylink_tui.services.imports.service import ImportService

        return ImportService(self.database, self.clock, self.actor)

    @cached_property
    def sandbox(self) -> SandboxService:
        """The payer and the bank of the sandbox."""
        from paylink_tui.services.sandbox import SandboxService

        return SandboxService(self.sandbox_processor, self.intake, self.links, self.firm, self.transactions)

    @cached_property
    def sandbox_checkout(self) -> SandboxCheckoutService:
        """The sandbox's own payment page."""
        from paylink_tui.services.sandbox_checkout import SandboxCheckoutService

        return SandboxCheckoutService(self.sandbox_processor, self.clock)

    @cached_property
    def webhook_secrets(self) -> WebhookSecrets:
        """What webhooks are signed with."""
        from paylink_tui.services.webhook_secrets import WebhookSecrets

        return WebhookSecrets(self.database, self.clock)

    @cached_property
    def webhooks(self) -> WebhookService:
        """What processors tell by themselves."""
        from paylink_tui.services.webhooks import WebhookService

        return WebhookService(self.clock, self.processors, self.intake, self.webhook_secrets)

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        """The sandbox's teller of news."""
        from paylink_tui.services.webhook_delivery import WebhookSender

        address = self.settings.page.address
        return WebhookSender(self.database, self.clock, self.sandbox_processor, self.webhook_secrets, address)

    @cached_property
    def table(self) -> TableService:
        """The live table's pages."""
        from paylink_tui.services.table import TableService

        return TableService(self.database.reader)

    @cached_property
    def feed(self) -> FeedService:
        """What others did, as it happens."""
        from paylink_tui.services.feed import FeedService

        return FeedService(self.database)

    @cached_property
    def news(self) -> NewsService:
        """What is new since a bookkeeper last looked."""
        from paylink_tui.services.news import NewsService

        return NewsService(self.database)

    @cached_property
    def messages(self) -> MessageService:
        """The mail about payments, for people."""
        from paylink_tui.services.messages import MessageService

        return MessageService(self)

    @cached_property
    def audit(self) -> AuditService:
        """Who did what, and whether that is the whole of it."""
        from paylink_tui.services.audit import AuditService

        return AuditService(self.database, self.clock)

    @cached_property
    def roles(self) -> RoleService:
        """Who may do what."""
        from paylink_tui.services.roles import RoleService

        return RoleService(self.database, self.clock, self.actor, self.settings.approval)

    @cached_property
    def doctor(self) -> DoctorService:
        """Checks over the whole book."""
        from paylink_tui.services.doctor import DoctorService

        return DoctorService(self.database)

    @cached_property
    def export(self) -> ExportService:
        """The books, for other programs."""
        from paylink_tui.services.export import ExportService

        return ExportService(self.database, self.clock, self.firm)

    @cached_property
    def pack(self) -> PackService:
        """The monthly pack of a trust account."""
        from paylink_tui.services.pack import PackService

        branding = self.settings.branding
        return PackService(self.database, self.clock, self.actor, self.firm, self.trust, branding)

    async def learn_role(self) -> None:
        """Learn the role of who acts, for the screen to show and to go by."""
        self.role = (await self.roles.role_of()).value

    async def close(self) -> None:
        """Give the connections back; must be awaited before the program ends."""
        if "webhook_sender" in self.__dict__:
            await self.webhook_sender.close()
        await self.database.close()


async def open_services(
    url: str | None,
    *,
    create: bool = False,
    readonly: bool = False,
    clock: Clock | None = None,
    actor: str | None = None,
    sandbox_schedule: Schedule | None = None,
    settings: Settings | None = None,
) -> Services:
    """Open a database and build the services over it.

    Args:
        url: A path or URL; None for PAYLINK_DATABASE_URL, else the embedded default.
        create: Make the database when it is missing.
        readonly: Refuse every write with a sentence.
        clock: Defaults to the machine's.
        actor: Defaults to PAYLINK_USER, else the login name.
        sandbox_schedule: When the sandbox settles a payment; defaults to real business days.
        settings: Defaults to what the settings file says.

    Raises:
        BadSettings: something in the settings file cannot be used.
        DatabaseProblem: it cannot be opened; the sentence says why and what to do.
    """
    from paylink_tui.services.settings import is_there, load
    from paylink_tui.store.database import open_database

    if settings is None and is_there():
        settings = load()
    database = await open_database(url, create=create, readonly=readonly)
    who = actor or os.environ.get("PAYLINK_USER") or _login()
    return Services(
        database, clock or SystemClock(), who, sandbox_schedule=sandbox_schedule, settings=settings
    )


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "someone"
