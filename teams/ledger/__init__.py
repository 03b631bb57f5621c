"""The task ledger: read from a file, compared with what is known, imported, exported."""
