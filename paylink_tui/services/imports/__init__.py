"""CSV imports: reading a file, checking its rows, comparing them with the database, writing them."""
