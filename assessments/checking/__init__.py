"""Self-scores, and the checking days: each team sees its frozen facts, asks about them, and is answered."""
