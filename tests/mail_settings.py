"""Settings of a firm whose mail goes through a sink on this machine."""

from __future__ import annotations

from paylink_tui.domain.settings import Branding, Mail, MailSecurity, Notify, Occasion, Settings

SENDER, OFFICE = "payments@firm.example", "office@firm.example"


def through(port: int, *firm: str, branding: Branding | None = None) -> Settings:
    """The firm's addresses, its office unless others are named, are told of everything."""
    return Settings(
        branding=branding or Branding(),
        mail=Mail("127.0.0.1", port, MailSecurity.NONE, "", SENDER),
        notify=Notify(firm=dict.fromkeys(Occasion, firm or (OFFICE,))),
    )


def in_a_file(port: int, office: str = OFFICE) -> str:
    """What such a firm's settings file says; the office wants to know what completed."""
    return f"""
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "{SENDER}"
[notify.firm]
completed = ["{office}"]
"""
