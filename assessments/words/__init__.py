"""Stored structures shown as text in the reader's language (docs/rules.md#explanations)."""
