"""The action, its teams and their people, first steps, screens."""
