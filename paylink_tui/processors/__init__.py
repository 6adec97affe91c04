"""The processor port and the adapters behind it."""
