"""What a posting on a bank account is called by people who look at a bank statement."""

from __future__ import annotations


def item_word(kind: str) -> str:
    """What an outstanding item is, as a person at a bank would say it."""
    words = {
        "settle": "deposit",
        "trust receipt": "deposit by hand",
        "disburse": "payment",
        "trust to operating": "transfer",
        "chargeback": "transfer",
        "restore": "transfer",
        "return": "returned payment",
    }
    return words.get(kind, kind)
