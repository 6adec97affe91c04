"""Queries: plain SQL over a Reader, rows to domain values."""
