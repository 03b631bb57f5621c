"""Accounts, departments and townships in the admin site."""

from .account import AccountAdmin
from .department import DepartmentAdmin, TownshipAdmin

__all__ = ["AccountAdmin", "DepartmentAdmin", "TownshipAdmin"]
