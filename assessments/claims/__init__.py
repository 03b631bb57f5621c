"""Claims: filed by a team or the office, decided by the centre; what is pointed out, owed and proposed about them."""
