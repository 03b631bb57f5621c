"""Appeals in public notice: filed by a team, decided by another person of the centre, scored again where allowed."""
