"""Lists of the assessment."""
