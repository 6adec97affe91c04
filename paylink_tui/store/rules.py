"""The database's own refusals: from the name of a constraint or trigger to the rule it keeps."""

from __future__ import annotations

import re

from paylink_tui.domain.errors import ChangedMeanwhile, Refused

_CHECKS = {
    "apply_over": (
        "apply-over",
        "More would be applied or refunded than there is.",
        "Apply a smaller amount.",
    ),
    "trust_never_negative": (
        "trust-never-negative",
        "The ledger holds less than that.",
        "Take a smaller amount.",
    ),
    "trust_named": ("trust-named", "This money needs a client's name.", "Name the client."),
    "trust_gross": (
        "trust-gross",
        "A processor that nets its fee cannot be connected to a trust account.",
        "Use a processor that pays out in full.",
    ),
    "link_locked": ("link-locked", "The link has been used as often as it may.", "Make a new link."),
    "link_only_completed": (
        "link-only-completed",
        "Only a completed transaction can be linked.",
        "Wait until it completes.",
    ),
    "link_client": ("link-client", "A matter needs its client.", "Name the client."),
    "second_person": (
        "second-person",
        "Who asked for it cannot approve it.",
        "Ask somebody else to approve it.",
    ),
    "trust_three_way": (
        "trust-three-way",
        "Bank, book and client ledgers do not agree.",
        "See what differs: paylink trust reconcile ACCOUNT",
    ),
    "trust_shortage": ("trust-shortage", "More would be restored than is short.", "Restore less."),
    "two_accounts": ("ledger-balanced", "A transfer moves money between two accounts.", ""),
    "sign": ("ledger-forever", "Only a reversal takes an allocation back.", ""),
}
_ONCE = ("txn-once", "This was counted already, and counts once.", "")
_REVERSED = ("ledger-forever", "It has been reversed already.", "")
_CLOSED = ("trust-three-way", "The month is closed already.", "")
_OTHERS_MATTER = ("link-client", "The matter belongs to another client.", "Choose a matter of this client.")
_NAMES = {
    "uq_fact_processor_kind_external_ref": _ONCE,
    "uq_inbox_source_external_id": _ONCE,
    "uq_payment_processor_payment_ref": _ONCE,
    "uq_command_log_key": _ONCE,
    "pk_command_log": _ONCE,
    "uq_operation_id": _ONCE,
    "pk_operation": _ONCE,
    "uq_sandbox_charge_idempotency_key": _ONCE,
    "uq_statement_account_id_content_hash": _ONCE,
    "uq_statement_line_account_id_fitid": _ONCE,
    "uq_bank_match_transfer_id": ("txn-once", "The posting is matched to a line of the bank already.", ""),
    "uq_month_close_month": _CLOSED,
    "pk_month_close": _CLOSED,
    "uq_refund_running": (
        "txn-refund-completed",
        "Another refund of it is running.",
        "Wait until it has ended.",
    ),
    "uq_transfer_reverses_id": _REVERSED,
    "uq_journal_reverses_id": _REVERSED,
    "uq_allocation_reverses_id": _REVERSED,
    "uq_unlinking_linking_id": ("link-race", "The transaction was unlinked already.", "Look at it again."),
    "ck_transfer_amount": ("ledger-balanced", "A transfer moves more than zero.", ""),
    "fk_transfer_debit_id_currency": ("ledger-balanced", "A transfer has one currency.", ""),
    "fk_transfer_credit_id_currency": ("ledger-balanced", "A transfer has one currency.", ""),
    "fk_payment_link_account_id_currency": ("link-locked", "A link has the currency of its account.", ""),
    "fk_payment_link_invoice_id_client_id": (
        "link-client",
        "The invoice is of another client.",
        "Choose an invoice of this client.",
    ),
}
_FIXES = {
    "txn-states": "Look at the transaction again; it may have moved on.",
    "link-only-completed": "Wait until it completes.",
    "link-client": "Choose a matter of this client.",
    "link-split": "Make the parts add up to the transaction.",
    "link-race": "Look at the transaction again.",
    "link-undo": "Leave the link as it is.",
    "txn-refund-completed": "Refund completed money only, one refund at a time.",
    "apply-over": "Apply a smaller amount.",
    "trust-never-negative": "Take a smaller amount.",
    "trust-cleared": "Wait until the money has cleared.",
    "trust-named": "Use that client's own money.",
    "trust-gross": "Debit fees and losses from operating.",
    "trust-shortage": "Restore what is short from operating.",
    "trust-three-way": "Post into the first open month.",
    "second-person": "Ask somebody else to approve it.",
    "record-from-trust": "Record a payment from trust to one of the client's invoices.",
    "ledger-forever": "Post a reversal instead.",
    "link-locked": "Make a new link.",
}
_MESSAGE = re.compile(r"^([a-z]+(?:-[a-z]+)+): (.+)$", re.DOTALL)


def refusal(rule: str, message: str, fix: str = "") -> Refused:
    """A refusal by the database; losing a race is one of its own kind."""
    kind = ChangedMeanwhile if rule == "link-race" else Refused
    return kind(rule, message, fix or _FIXES.get(rule, ""))


def rule_of_message(message: str) -> Refused | None:
    """The refusal a trigger wrote as `rule: reason`."""
    match = _MESSAGE.match(message)
    if match is None:
        return None
    rule, reason = match.groups()
    return refusal(rule, f"{reason[0].upper()}{reason[1:]}.")


def rule_of_constraint(name: str) -> Refused | None:
    """The refusal a constraint stands for, None when it keeps no named rule."""
    if name in _NAMES:
        return refusal(*_NAMES[name])
    if name.startswith("fk_") and "matter_id" in name:
        return refusal(*_OTHERS_MATTER)
    for suffix, words in _CHECKS.items():
        if name.startswith("ck_") and name.endswith(f"_{suffix}"):
            return refusal(*words)
    return None
