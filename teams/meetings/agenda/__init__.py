"""Meetings: planned, announced, held; their agenda, attendance, packs and minutes."""
