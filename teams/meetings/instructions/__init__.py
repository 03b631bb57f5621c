"""Instructions of leaders: written or heard at a meeting, adopted for teams, reported done."""
