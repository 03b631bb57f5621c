"""Our own templates: each function lays one out; `python -m teams.meetings.papers.originals.write` writes them all."""
