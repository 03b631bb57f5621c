"""Judges: who marks what, their sheets, signing, and marks far apart (docs/rules.md#judges)."""
