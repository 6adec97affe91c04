"""For every table, which of its rows were known at a moment, and which of their columns were other then.

Each `?` is the moment, UTC epoch milliseconds. Whoever adds a table says here what the past of it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LEFT_OUT: Final = "1 = 0"
"""Of a table that only says how the program itself goes on, or that is counted again."""
ALL: Final = "1 = 1"


@dataclass(frozen=True, slots=True)
class Cut:
    """How a table is cut at a moment."""

    where: str
    """True of the rows that were known."""
    key: str = "id"
    """Its primary key, by which it is read page by page."""
    entity: str = ""
    """What the audit log calls its rows, where that tells what their columns were."""
    rewound: frozenset[str] = frozenset()
    """Columns that become again what the audit log says they were before the first later change."""
    later: Mapping[str, str] = field(default_factory=dict)
    """Columns told by SQL over the row as it is now; each `?` is the moment."""
    born: str = ""
    """The import whose audit row tells which rows are new, for rows that say no time themselves."""


def _until(moment: str, otherwise: str, column: str) -> str:
    """A column as it is, unless that came about after the moment."""
    return f"CASE WHEN {moment} <= ? THEN {column} ELSE {otherwise} END"


_POSTED = "EXISTS (SELECT 1 FROM journal j WHERE j.id = t.journal_id AND j.posted_at <= ?)"
_FIRST_FACT = "coalesce((SELECT min(f.seen_at) FROM fact f WHERE f.payment_id = t.id), t.paid_at) <= ?"
_APPROVED = {
    "approved_by": _until("t.approved_at", "NULL", "t.approved_by"),
    "approved_at": _until("t.approved_at", "NULL", "t.approved_at"),
}
_SENT = "(SELECT o.sent_at FROM operation o WHERE o.id = t.operation_id)"

CUTS: Final[Mapping[str, Cut]] = {
    "firm": Cut(
        ALL,
        entity="firm",
        rewound=frozenset({"name", "country", "timezone", "plan", "payments_enabled"}),
    ),
    "bank_account": Cut("t.created_at <= ?", entity="account", rewound=frozenset({"processor", "nets_fees"})),
    "client": Cut(
        ALL, entity="client", rewound=frozenset({"name", "kind", "email", "phone"}), born="clients"
    ),
    "matter": Cut(ALL, entity="matter", rewound=frozenset({"description", "status"}), born="matters"),
    "invoice": Cut(
        ALL,
        entity="invoice",
        rewound=frozenset({"client_id", "matter_id", "issued", "due", "currency", "total", "paid_before"}),
        born="invoices",
    ),
    "payment_link": Cut("t.created_at <= ?", entity="link", rewound=frozenset({"disabled_at"})),
    "link_freeze": Cut(
        "t.frozen_at <= ?",
        later={
            "released_at": _until("t.released_at", "NULL", "t.released_at"),
            "released_by": _until("t.released_at", "''", "t.released_by"),
        },
    ),
    "payment": Cut(_FIRST_FACT, entity="payment"),
    "fact": Cut("t.seen_at <= ?"),
    "operation": Cut(
        "t.sent_at <= ?",
        later={
            "state": _until("t.settled_at", "'sent'", "t.state"),
            "settled_at": _until("t.settled_at", "NULL", "t.settled_at"),
            "problem": _until("t.settled_at", "''", "t.problem"),
        },
    ),
    "submission": Cut("t.submitted_at <= ?", key="form_key"),
    "message": Cut(
        "t.created_at <= ?",
        later={
            "state": "CASE WHEN t.state = 'sent' AND t.sent_at > ? THEN 'waiting' ELSE t.state END",
            "sent_at": _until("t.sent_at", "NULL", "t.sent_at"),
        },
    ),
    "linking": Cut("t.linked_at <= ?"),
    "linking_part": Cut("EXISTS (SELECT 1 FROM linking l WHERE l.id = t.linking_id AND l.linked_at <= ?)"),
    "unlinking": Cut("t.unlinked_at <= ?"),
    "record_payment": Cut("t.recorded_at <= ?"),
    "journal": Cut("t.posted_at <= ?"),
    "ledger_account": Cut(ALL),
    "transfer": Cut(_POSTED),
    "allocation": Cut(
        "EXISTS (SELECT 1 FROM transfer r JOIN journal j ON j.id = r.journal_id"
        " WHERE r.id = t.transfer_id AND j.posted_at <= ?)"
    ),
    "refund": Cut(
        "t.requested_at <= ?",
        entity="refund",
        rewound=frozenset({"state", "problem"}),
        later={
            **_APPROVED,
            "state": f"CASE WHEN t.operation_id IS NOT NULL AND {_SENT} > ? THEN 'requested'"
            " WHEN t.settled_at > ? AND t.operation_id IS NOT NULL THEN 'sent'"
            " WHEN t.settled_at > ? THEN 'requested' ELSE t.state END",
            "operation_id": f"CASE WHEN {_SENT} <= ? THEN t.operation_id END",
            "settled_at": _until("t.settled_at", "NULL", "t.settled_at"),
            "problem": _until("t.settled_at", "''", "t.problem"),
        },
    ),
    "trust_entry": Cut(
        "t.requested_at <= ?", entity="trust_entry", rewound=frozenset({"state"}), later=_APPROVED
    ),
    "statement": Cut("t.imported_at <= ?"),
    "statement_line": Cut(
        "EXISTS (SELECT 1 FROM statement s WHERE s.id = t.statement_id AND s.imported_at <= ?)"
    ),
    "bank_match": Cut("t.matched_at <= ?"),
    "reconciliation": Cut("t.prepared_at <= ?"),
    "month_close": Cut("t.closed_at <= ?", key="month"),
    "audit": Cut("t.at <= ?", key="seq"),
    "member": Cut(LEFT_OUT, key="name"),  # told anew from the audit log, which also knows who was removed
    "setting": Cut(ALL, key="name"),
    "tally": Cut(LEFT_OUT, key="status"),  # counted anew
    "change": Cut(LEFT_OUT, key="seq"),  # the past changes no more
    "command_log": Cut(LEFT_OUT, key="key"),
    "inbox": Cut(LEFT_OUT),
    "attempt": Cut(LEFT_OUT),
    "sandbox_charge": Cut(LEFT_OUT, key="ref"),
    "sandbox_event": Cut(LEFT_OUT),
    "sandbox_checkout": Cut(LEFT_OUT, key="charge_ref"),
}
