"""Tables about people and their departments."""

from .calendar import CalendarDay
from .county import County
from .department import Department, DepartmentAlias, Township
from .session import SignedIn
from .user import User

__all__ = ["CalendarDay", "County", "Department", "DepartmentAlias", "SignedIn", "Township", "User"]
