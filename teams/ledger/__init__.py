"""The task ledger: read from a file, compared with the stored tasks, imported, exported."""
