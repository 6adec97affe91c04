"""The books as they stood at a moment, built anew in a database of their own."""
