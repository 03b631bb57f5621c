"""A field for several departments, written as officials write them (docs/rules.md#cells)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from governance.formats.departments import department_list, department_names
from governance.people.models import Department
from governance.records.dry_runs import told


class DepartmentsField(forms.CharField):
    """Departments in one line, by any of their names: 县农业农村局、县财政局. Two queries when it is cleaned."""

    def clean(self, value: Any) -> list[Department]:
        """The departments in order, without duplicates; for an unknown name the error suggests the nearest ones."""
        written = super().clean(value)
        if not written:
            return []
        known = Department.objects.by_name()
        found, faults = department_list(
            written, department_names((text, department.name) for text, department in known.items())
        )
        if faults:
            raise ValidationError([told(fault.reason, fault.params) for fault in faults])
        return [known[name] for name in dict.fromkeys(name for _mark, name in found)]

    def prepare_value(self, value: Any) -> Any:
        """Departments by name; typed text unchanged."""
        return value if value is None or isinstance(value, str) else "、".join(str(department) for department in value)
