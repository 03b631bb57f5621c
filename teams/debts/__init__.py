"""What people and teams owe, and the reminders of it."""
