"""Modal decisions."""
