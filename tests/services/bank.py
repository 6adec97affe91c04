"""The bank of the tests: statements as it would write them, in OFX and in CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from paylink_tui.domain.money import plain
from paylink_tui.domain.trust import StatementReport
from paylink_tui.services.bundle import Services

Told = tuple[str, int, str]
"""Day (ISO), amount in minor units, description."""


def ofx(lines: Sequence[Told], balance: int, on: str, *, numbers: Sequence[str] = ()) -> bytes:
    """A statement in OFX 1.x, as most banks export it: SGML, leaves without an end tag."""
    body = "".join(
        f"<STMTTRN>\n<TRNTYPE>OTHER\n<DTPOSTED>{day.replace('-', '')}120000[-5:EST]\n"
        f"<TRNAMT>{plain(amount)}\n<FITID>{day}-{at}\n"
        + (f"<CHECKNUM>{numbers[at]}\n" if at < len(numbers) and numbers[at] else "")
        + f"<NAME>{words}\n</STMTTRN>\n"
        for at, (day, amount, words) in enumerate(lines)
    )
    fields = ("OFXHEADER:100", "DATA:OFXSGML", "VERSION:102", "SECURITY:NONE", "ENCODING:USASCII")
    more = ("CHARSET:1252", "COMPRESSION:NONE", "OLDFILEUID:NONE", "NEWFILEUID:NONE")
    head = "\n".join((*fields, *more)) + "\n\n"
    return (
        f"{head}<OFX>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n<CURDEF>USD\n<BANKTRANLIST>\n{body}</BANKTRANLIST>\n"
        f"<LEDGERBAL><BALAMT>{plain(balance)}<DTASOF>{on.replace('-', '')}</LEDGERBAL>\n"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n"
    ).encode()


def csv(lines: Sequence[Told], opening: int = 0) -> bytes:
    """A statement in CSV with a running balance."""
    rows, held = ["Date,Description,Amount,Balance"], opening
    for day, amount, words in lines:
        held += amount
        rows.append(f'{day},"{words}",{plain(amount)},{plain(held)}')
    return ("\r\n".join(rows) + "\r\n").encode()


async def told(desk: Services, lines: Sequence[Told], on: str, account: str = "IOLTA") -> StatementReport:
    """Import what the bank did, all that it ever did, up to a day."""
    balance = sum(amount for _, amount, _ in lines)
    return await desk.trust.import_statement(account, f"{account}.ofx", ofx(lines, balance, on))


async def matched(desk: Services, account: str = "IOLTA") -> int:
    """Accept every sure proposal, and tell how many lines that matched."""
    sure = [one for one in await desk.trust.solve(account) if one.sure]
    return len(await desk.trust.accept(sure)) if sure else 0


def day(text: str) -> date:
    return date.fromisoformat(text)
