"""Everything the firm's one settings file may say, with what holds where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from paylink_tui.domain.colours import DEFAULT_ACCENT


class Occasion(StrEnum):
    """What people are told about a payment (`notify-completed`)."""

    SUBMITTED = "submitted"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"
    RETURNED = "returned"
    DISPUTED = "disputed"
    """A dispute was opened, won or lost; only the firm is told."""


PAYER_OCCASIONS: Final = tuple(one for one in Occasion if one is not Occasion.DISPUTED)
"""What a payer can be told; of a dispute the payer's own bank tells."""


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Branding:
    """What a client sees of the firm, on its page and in its mail."""

    logo: Path | None = None
    """A PNG, JPEG, WebP or SVG file of at most 512 KiB; a relative path starts at this file's folder."""
    accent: str = DEFAULT_ACCENT
    """The one colour of buttons and headings, `#rrggbb`."""
    address: tuple[str, ...] = ()
    """Postal address, a line each."""
    phone: str = ""
    """Shown where a client may have a question."""
    email: str = ""
    """Shown beside the phone."""
    website: str = ""
    """Address of the firm's own site."""
    trust_label: str = ""
    """What a client reads for a trust account; empty: the page's own words, in the client's language."""
    operating_label: str = ""
    """What a client reads for an operating account; empty: the page's own words."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the payment page is."""

    address: str = "http://127.0.0.1:8200"
    """The public address, without a path; links are this and `/p/TOKEN`."""
    host: str = "127.0.0.1"
    """The address of this machine that `paylink serve` listens on."""
    port: int = 8200
    """The port that `paylink serve` listens on."""
    workers: int = 1
    """Processes that serve the page; more than one needs PostgreSQL."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; nobody else's are."""
    frame_origins: tuple[str, ...] = ()
    """Origins (`https://www.firm.example`) that may show the page in a frame."""
    languages: tuple[str, ...] = ("en", "fr", "es")
    """Languages offered; the first is the default."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server. The password is a secret: `paylink config secret PAYLINK_SMTP_PASSWORD`."""

    host: str = ""
    """Empty: no mail is sent, and messages wait."""
    port: int = 587
    """587 with `starttls`, 465 with `tls`."""
    security: MailSecurity = MailSecurity.STARTTLS
    """How the connection is protected: `starttls`, `tls`, or `none`."""
    username: str = ""
    """Empty: the server wants no login."""
    sender: str = ""
    """The From address."""
    reply_to: str = ""
    """Where an answer goes; empty: to the sender."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told what; the payer is told on every occasion listed, when an e-mail address is known."""

    payer: tuple[Occasion, ...] = PAYER_OCCASIONS
    """Occasions on which the payer is told."""
    firm: Mapping[Occasion, tuple[str, ...]] = field(default_factory=dict)
    """Addresses in the firm by occasion; none at all: the branding's e-mail, of what needs looking at."""
    bell: bool = False
    """Whether the terminal's bell rings when a payment completes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often the page may be tried; generous for people, tight for machines."""

    link_attempts: int = 30
    """Submits per link within `window` seconds; 0, here and below: as many as they like."""
    address_attempts: int = 20
    """Submits per network address within `window` seconds."""
    total_attempts: int = 600
    """Submits in all within `window` seconds."""
    window: int = 600
    """Seconds the three above are counted over."""
    declines_to_freeze: int = 8
    """Declined payments on one link within `window` seconds after which it freezes itself; 0: never."""
    page_views: int = 240
    """Pages per network address and minute."""
    unknown_links: int = 20
    """Unknown links opened per network address and minute."""


@dataclass(frozen=True, slots=True)
class Approval:
    """When money that leaves needs a second person; roles are named with `paylink roles set`."""

    above: str = "1000.00"
    """Refunds and trust disbursements above this amount need an approver other than the one who asks."""


@dataclass(frozen=True, slots=True)
class Firm:
    """Where the firm practises."""

    jurisdiction: str = ""
    """Whose trust rules hold: US, US-CA, US-IL, CA-ON, CA-AB or CA-BC; empty: the strictest of all."""


@dataclass(frozen=True, slots=True)
class Desk:
    """How the screen looks and answers."""

    theme: str = ""
    """The theme to start in, whatever was chosen last; empty: that one."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by command id."""
    views: Mapping[str, str] = field(default_factory=dict)
    """Queries by the names of saved views, in the file's order."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file: `[branding]`, `[page]`, `[mail]`, `[notify]`, `[limits]`, `[approval]`, `[firm]`,
    `[desk]`, `[keymap]`, `[views]`."""

    branding: Branding = field(default_factory=Branding)
    page: Page = field(default_factory=Page)
    mail: Mail = field(default_factory=Mail)
    notify: Notify = field(default_factory=Notify)
    limits: Limits = field(default_factory=Limits)
    approval: Approval = field(default_factory=Approval)
    firm: Firm = field(default_factory=Firm)
    desk: Desk = field(default_factory=Desk)
    file: Path | None = None
    """Where it was read from; None when there is no file."""

    def told_in_firm(self, occasion: Occasion) -> tuple[str, ...]:
        """Who in the firm hears of an occasion. Where nothing is said, the firm's own address hears of all
        but a submission, which completes or fails soon (`notify-completed`).
        """
        if self.notify.firm or occasion is Occasion.SUBMITTED or not self.branding.email:
            return self.notify.firm.get(occasion, ())
        return (self.branding.email,)
