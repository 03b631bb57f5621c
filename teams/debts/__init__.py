"""Debts: what people and teams owe, and reminders about it."""
