"""Lamp rules in the admin site, and the calendar, which lamps depend on."""

from .calendar import CalendarAdmin
from .lamp_rule import LampRuleAdmin

__all__ = ["CalendarAdmin", "LampRuleAdmin"]
