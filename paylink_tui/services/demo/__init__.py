"""The demonstration firm: believable books, and sandbox payers who pay while you watch."""
