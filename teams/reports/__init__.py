"""Reporting periods and progress reports, from the draft to the decision."""
