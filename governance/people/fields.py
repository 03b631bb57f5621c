"""Form fields that choose a department or a person by name: typed and searched, never a select with a thousand options.

Any text that stands for the row is accepted; for an unknown one the error suggests the nearest names.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_names
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames, NameFaults
from governance.records.dry_runs import told
from governance.records.widgets import LISTED, OfferingInput

from .models import Department, User

PERSON_FAULTS = NameFaults(
    unknown=CellReason("person_unknown", gettext_noop("There is nobody named “%(name)s”. Enter a name or an account.")),
    near=CellReason("person_near", gettext_noop("There is nobody named “%(name)s”. Did you mean %(suggestions)s?")),
    ambiguous=CellReason("person_ambiguous", gettext_noop("“%(name)s” could be %(suggestions)s. Enter the account.")),
)


class SearchedField(forms.CharField):
    """A field whose text identifies one row. Subclasses say which rows there are and what they are called."""

    widget = OfferingInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.offered = self.offered

    def offered(self) -> list[tuple[str, str]]:
        """The suggestions while typing: (text, its small print)."""
        raise NotImplementedError

    def known(self) -> KnownNames:
        """Every text that stands for a row, with the row's key text."""
        raise NotImplementedError

    def row(self, key: str) -> Any:
        """The row with a key text."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        """The key text of a row that the form already holds."""
        return value

    def clean(self, value: Any) -> Any:
        """The row that the text stands for, or None for an empty text."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.row(self.known().find(text))
        except FormatError as fault:
            raise forms.ValidationError(told(fault.reason, fault.params), code=fault.code) from fault


class DepartmentField(SearchedField):
    """A department by name, short name or alias."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Department"), **kwargs})

    def offered(self) -> list[tuple[str, str]]:
        return list(Department.objects.values_list("name", "short_name")[: LISTED + 1])

    def known(self) -> KnownNames:
        return department_names((text, department.name) for text, department in Department.objects.by_name().items())

    def row(self, key: str) -> Department:
        return Department.objects.get(name=key)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Department.objects.get(pk=value)
        return value.name if isinstance(value, Department) else value


class PersonField(SearchedField):
    """A person by account, or by name where it is unique."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Person"), **kwargs})

    def offered(self) -> list[tuple[str, str]]:
        """Accounts, with name and department."""
        people = User.objects.select_related("department").order_by("username")[: LISTED + 1]
        return [(user.username, f"{user.title} {user.department or ''}".strip()) for user in people]

    def known(self) -> KnownNames:
        """Accounts and names; a name is the same with and without spaces within."""
        pairs = list(User.objects.values_list("username", "name"))
        return KnownNames(
            [(username, username) for username, _name in pairs] + [(name, username) for username, name in pairs],
            PERSON_FAULTS,
        )

    def row(self, key: str) -> User:
        return User.objects.get(username=key)

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value
