"""Tasks: the one way they are written, and each change of their state."""
