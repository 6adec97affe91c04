"""Statements inside one write transaction."""
