"""Tables about people and the places they work."""

from .calendar import CalendarDay
from .department import Department, DepartmentAlias, Township
from .user import User

__all__ = ["CalendarDay", "Department", "DepartmentAlias", "Township", "User"]
