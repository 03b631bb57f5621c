"""Rounds: opened, figures entered, facts frozen and gathered, moved from state to state."""
