"""Lists and marks: the lean tables, and how lamps, strips, numbers and dates look. It uses Django, but no app."""
