"""Meetings in the admin site: one page for a whole meeting, for the meeting secretary."""

from .meeting import MeetingAdmin

__all__ = ["MeetingAdmin"]
