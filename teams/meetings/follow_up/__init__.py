"""What a meeting opens with: what became of earlier decisions, and a chapter for each team."""
