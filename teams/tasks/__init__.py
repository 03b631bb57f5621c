"""Tasks: how they are written, and each change of their state."""
