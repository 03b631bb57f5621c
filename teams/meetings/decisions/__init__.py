"""Decisions of meetings: recorded, adopted, turned into work, done."""
