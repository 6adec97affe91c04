"""PayLink: the payments desk of a law firm, in a terminal."""

__version__ = "0.1.0"
