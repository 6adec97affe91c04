"""The async use cases: the only door for screen and command."""
