"""Papers of the loop."""
