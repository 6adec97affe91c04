"""Bugs that were never made: each by name, where it would be, and the tests that must not let it pass."""

from __future__ import annotations

from dataclasses import dataclass

MIGRATIONS = "paylink_tui/store/migrations/sql"


@dataclass(frozen=True, slots=True)
class Bug:
    """A change of the product that breaks a rule."""

    name: str
    file: str
    """Where it is planted, below the root of the repository."""
    sound: str
    """What stands there, once."""
    broken: str
    """What a careless hand might have written."""
    tests: tuple[str, ...]
    """What must fail."""


BUGS = (
    # The database's own rules
    Bug(
        "the same processor event may be stored twice",
        f"{MIGRATIONS}/0001_tables_sqlite.sql",
        "    CONSTRAINT uq_fact_processor_kind_external_ref UNIQUE (processor, kind, external_ref),\n",
        "",
        ("tests/store/test_rules.py", "tests/store/test_migrations.py"),
    ),
    Bug(
        "a ledger may go below zero",
        f"{MIGRATIONS}/0003_trust_triggers_sqlite.sql",
        "        AND credits - debits < NEW.amount;\n    SELECT RAISE(ABORT, 'trust-shortage: more",
        "        AND 1 = 0;\n    SELECT RAISE(ABORT, 'trust-shortage: more",
        ("tests/store/test_rules.py",),
    ),
    Bug(
        "a closed month takes postings",
        f"{MIGRATIONS}/0003_trust_triggers_sqlite.sql",
        "WHEN EXISTS (SELECT 1 FROM month_close WHERE month >= substr(NEW.effective_on, 1, 7))",
        "WHEN EXISTS (SELECT 1 FROM month_close WHERE month > '9999')",
        ("tests/store/test_rules_trust.py",),
    ),
    Bug(
        "who asks for a refund may approve it",
        f"{MIGRATIONS}/0003_trust_triggers_postgresql.sql",
        "    IF lower(trim(NEW.approved_by)) = lower(trim(NEW.requested_by)) THEN\n"
        "        RAISE EXCEPTION 'second-person: who asked for a refund cannot approve it';\n    END IF;\n",
        "",
        ("tests/store/test_rules_trust.py",),
    ),
    Bug(
        "INSERT OR REPLACE walks around the delete triggers",
        "paylink_tui/store/writer.py",
        '        "recursive_triggers = ON",\n',
        "",
        ("tests/store/test_rules.py",),
    ),
    Bug(
        "foreign keys are not enforced",
        "paylink_tui/store/writer.py",
        '        "foreign_keys = ON",\n',
        "",
        ("tests/store/test_writer.py",),
    ),
    # Many at once
    Bug(
        "writers on SQLite begin without taking their turn",
        "paylink_tui/store/sqlite_driver.py",
        '            self._conn.execute("BEGIN IMMEDIATE")',
        '            self._conn.execute("BEGIN")',
        ("tests/store/test_writer.py", "tests/simulation/test_race.py"),
    ),
    Bug(
        "writers on PostgreSQL do not take turns",
        "paylink_tui/store/writer.py",
        'TAKE_TURNS = f"SELECT pg_advisory_xact_lock({MARK})"',
        'TAKE_TURNS = f"SELECT {MARK}"',
        ("tests/store/test_writer.py", "tests/simulation/test_race.py", "tests/simulation/test_feed.py"),
    ),
    Bug(
        "a link's last use is given to everybody who asks",
        "paylink_tui/services/claims.py",
        "    if not await links.take_use(unit, new.link_id):\n        return None\n",
        "",
        ("tests/web/test_page.py", "tests/web/test_page_checkout.py", "tests/services/test_links.py"),
    ),
    Bug(
        "a command's key is forgotten",
        "paylink_tui/store/write/commands.py",
        "    return None if found is None else _answer(key, found.input_hash, found.result, name, inputs)",
        "    return None",
        ("tests/services/test_linking.py", "tests/services/test_recording.py"),
    ),
    # What processors tell
    Bug(
        "the last word of the processor wins",
        "paylink_tui/domain/facts.py",
        "        merged[fact.identity] = min(first, fact, key=_told)",
        "        merged[fact.identity] = fact",
        ("tests/domain/test_facts.py",),
    ),
    Bug(
        "a webhook dated in the future is believed",
        "paylink_tui/processors/sandbox_signature.py",
        "    return abs(now - datetime.fromtimestamp(int(stamp), UTC)) <= WINDOW",
        "    return now - datetime.fromtimestamp(int(stamp), UTC) <= WINDOW",
        ("tests/web/test_webhooks.py",),
    ),
    Bug(
        "a call with an unknown outcome is taken for one that failed",
        "paylink_tui/services/recovery.py",
        "await (processor.look(call.operation_id) if checkout else processor.fetch(call.payment_ref))",
        'NotDone("no answer")',
        ("tests/services/test_recovery.py", "tests/services/test_unpaid.py"),
    ),
    Bug(
        "a payment that ended unpaid keeps its use of the link",
        "paylink_tui/services/intake.py",
        "    if steps and steps[-1] in ENDED_UNPAID:\n        await links.give_use_back(unit, row.link_id)\n",
        "",
        ("tests/services/test_intake.py",),
    ),
    # Linking and paying
    Bug(
        "the newest invoice is paid first",
        "paylink_tui/domain/allocation.py",
        "    return sorted(invoices, key=lambda one: (one.due, one.issued, one.number))",
        "    return sorted(invoices, key=lambda one: (one.due, one.issued, one.number), reverse=True)",
        ("tests/domain/test_allocation.py",),
    ),
    Bug(
        "trust money is applied without being asked",
        "paylink_tui/services/linking.py",
        '        locked = TRUST_LOCK if transaction.account_kind is AccountKind.TRUST else ""',
        '        locked = ""',
        ("tests/services/test_linking.py",),
    ),
    Bug(
        "what is posted is not compared with what was shown",
        "paylink_tui/services/linking.py",
        "        if shown is not None:\n            refuse_if_different(row, shown, preview, plans)\n",
        "",
        ("tests/services/test_linking.py",),
    ),
    Bug(
        "an undone linking leaves its invoices paid",
        "paylink_tui/store/write/ledger.py",
        '                "sign": -1,',
        '                "sign": 1,',
        ("tests/services/test_linking.py",),
    ),
    # Money that goes back
    Bug(
        "a refund's money is not set aside before the processor is asked",
        "paylink_tui/services/giving_back.py",
        '    await _post(unit, row, "reserve", givebacks.reserve(posting.till_of(row), shares), tag)\n',
        "",
        ("tests/services/test_refunds.py",),
    ),
    Bug(
        "a refund whose answer was lost is taken for one that was declined",
        "paylink_tui/services/refund_sending.py",
        "        if isinstance(outcome, Declined | NotDone):\n            await self._put_back",
        "        if not isinstance(outcome, Done):\n            await self._put_back",
        ("tests/services/test_lost_replies.py", "tests/services/test_refunds.py"),
    ),
    Bug(
        "a lost reply of a refund is not looked up before it is sent again",
        "paylink_tui/services/refund_sending.py",
        "processor.refund(operation_id, payment_ref, await",
        'processor.refund(f"{operation_id}+", payment_ref, await',
        ("tests/services/test_lost_replies.py", "tests/services/test_refunds.py"),
    ),
    Bug(
        "a refund nobody asked for here takes nothing from its owner",
        "paylink_tui/services/giving_back.py",
        "    need = min(amount, standing.left)\n",
        "    need = 0\n",
        ("tests/services/test_refunds.py",),
    ),
    Bug(
        "what a return took beyond a client's own money is the firm's loss, not a shortage of trust",
        "paylink_tui/domain/givebacks.py",
        "for owner, amount in shares if amount]\n    if missing and till.kind is AccountKind.TRUST:",
        "for owner, amount in shares if amount]\n    if missing and till.kind is None:",
        ("tests/domain/test_givebacks.py", "tests/services/test_returns.py"),
    ),
    Bug(
        "disputed money can be spent",
        "paylink_tui/services/disputes.py",
        '    await _post(unit, row, "hold", transfers)\n',
        "",
        ("tests/services/test_disputes.py",),
    ),
    Bug(
        "a second person is the same one under another spelling",
        "paylink_tui/domain/roles.py",
        '    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()',
        "    return one == other",
        ("tests/domain/test_roles.py", "tests/services/test_roles.py", "tests/services/test_money_doubts.py"),
    ),
    # Trust
    Bug(
        "a posting for a closed month is dated into it",
        "paylink_tui/services/posting.py",
        "    return first_open_day(day, await books.closed_month(unit))",
        "    return day",
        ("tests/services/test_money_days.py", "tests/services/test_trust_bank.py"),
    ),
    Bug(
        "a month closes on numbers that are true no longer",
        "paylink_tui/services/trust_months.py",
        "            if (three.book, three.ledgers) != (known.book, known.ledgers) or three.shortage:",
        "            if three.shortage:",
        ("tests/services/test_trust_bank.py", "tests/services/test_money_doubts.py"),
    ),
    Bug(
        "postings matched to a bank line need not add up to it",
        "paylink_tui/services/trust_matching.py",
        "    if total != one.amount:",
        "    if total < 0 < one.amount:",
        ("tests/services/test_trust_bank.py",),
    ),
    Bug(
        "a line of an overlapping statement counts twice",
        "paylink_tui/services/trust_statements.py",
        "            if before is None:\n                new.append(one)",
        "            if True:\n                new.append(one)",
        ("tests/services/test_trust_bank.py",),
    ),
    Bug(
        "an eCheck is safe to spend the day it completes",
        "paylink_tui/domain/trust_risk.py",
        "    return add_business_days(completed_on, ECHECK_DAYS, is_holiday)",
        "    return completed_on",
        ("tests/domain/test_trust_risk.py",),
    ),
    # Telling and showing
    Bug(
        "a payer's name is a formula in a spreadsheet",
        "paylink_tui/domain/export_csv.py",
        """    return f"'{shown}" if shown.startswith(_FORMULA) else shown""",
        "    return shown",
        ("tests/cli/test_export.py", "tests/domain/test_export_book.py"),
    ),
    Bug(
        "a message that is under way is claimed by the next sender too",
        "paylink_tui/store/write/messages.py",
        'attempts=message.c.attempts + 1, next_at=bindparam("until"))',
        'attempts=message.c.attempts + 1, next_at=bindparam("now"))',
        ("tests/store/test_messages.py", "tests/services/test_mail.py"),
    ),
    Bug(
        "the audit chain does not cover who did it",
        "paylink_tui/store/unit_of_work.py",
        'MEMENTO = ("at", "actor", "action",',
        'MEMENTO = ("at", "action",',
        ("tests/services/test_audit.py",),
    ),
    Bug(
        "a payer's text reaches the terminal as it was typed",
        "paylink_tui/domain/text.py",
        '    if len(text) <= limit and text.isprintable() and (text.isascii() or max(text) < "\\u0300"):',
        "    if len(text) <= limit:",
        ("tests/domain/test_text.py",),
    ),
)
