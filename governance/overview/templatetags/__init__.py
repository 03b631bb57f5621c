"""Template tags of the top layer."""
