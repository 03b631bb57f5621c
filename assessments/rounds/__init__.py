"""Rounds: open them, enter figures, freeze and gather the facts, move from state to state."""
