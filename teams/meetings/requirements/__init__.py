"""Requirements from above: entered clause by clause, matched to tasks or a team, answered by each team."""
