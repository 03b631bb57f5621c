"""Tables of the loop."""
