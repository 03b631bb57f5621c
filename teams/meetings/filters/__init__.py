"""Filters of the lists of the loop."""
