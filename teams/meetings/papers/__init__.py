"""Papers of meetings, orders and circulars as Word files: their fields, what fills them, the templates."""
