"""A bad day, rehearsed against a copy of the books and scored."""
