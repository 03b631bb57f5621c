"""Tables about people and the places they work."""

from .calendar import CalendarDay
from .county import County
from .department import Department, DepartmentAlias, Township
from .user import User

__all__ = ["CalendarDay", "County", "Department", "DepartmentAlias", "Township", "User"]
