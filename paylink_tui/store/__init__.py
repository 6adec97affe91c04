"""Tables, migrations, queries and the change feed: rows in, domain values out."""
