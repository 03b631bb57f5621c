"""Figures: supplied and confirmed by departments, or entered by the centre."""
