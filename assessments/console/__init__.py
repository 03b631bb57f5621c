"""The console: where a round stands, what keeps it from its next move, who owes what."""
