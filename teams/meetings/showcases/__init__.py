"""Showcases: products, brands, pilots and experience with their steps and copies; places of fields."""
