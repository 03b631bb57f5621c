"""Form fields that choose a department or a person by name: typed and searched, never a select with a thousand options.

Whoever types may use any text that stands for the row; what is not found is answered with the nearest names.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_names
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames, NameFaults
from governance.records.widgets import LISTED, OfferingInput

from .models import Department, User

PERSON_FAULTS = NameFaults(
    unknown=CellReason("person_unknown", gettext_noop("Nobody goes by “%(name)s”. Type a name or an account.")),
    near=CellReason("person_near", gettext_noop("Nobody goes by “%(name)s”. Did you mean %(suggestions)s?")),
    ambiguous=CellReason("person_ambiguous", gettext_noop("“%(name)s” can be %(suggestions)s. Type the account.")),
)


class SearchedField(forms.CharField):
    """A field whose text leads to one row. Subclasses say which rows there are and what they go by."""

    widget = OfferingInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.offered = self.offered

    def offered(self) -> list[tuple[str, str]]:
        """What is offered while typing: (text, what stands beside it)."""
        raise NotImplementedError

    def known(self) -> KnownNames:
        """Every text that stands for a row, leading to the row's key text."""
        raise NotImplementedError

    def row(self, key: str) -> Any:
        """The row of a key text."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        """The key text of a row that stands in the form already."""
        return value

    def clean(self, value: Any) -> Any:
        """The row that the text stands for, or None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.row(self.known().find(text))
        except FormatError as fault:
            raise forms.ValidationError(gettext(fault.reason.template) % fault.params, code=fault.code) from fault


class DepartmentField(SearchedField):
    """A department by name, short name or alias."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Department"), **kwargs})

    def offered(self) -> list[tuple[str, str]]:
        """Departments in document order."""
        return list(Department.objects.values_list("name", "short_name")[: LISTED + 1])

    def known(self) -> KnownNames:
        """Departments by each of their names."""
        return department_names((text, department.name) for text, department in Department.objects.by_name().items())

    def row(self, key: str) -> Department:
        """The department of that name."""
        return Department.objects.get(name=key)

    def prepare_value(self, value: Any) -> Any:
        """The department's name."""
        if isinstance(value, int):
            value = Department.objects.get(pk=value)
        return value.name if isinstance(value, Department) else value


class PersonField(SearchedField):
    """A person by account, or by name where only one goes by it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Person"), **kwargs})

    def offered(self) -> list[tuple[str, str]]:
        """Accounts with name and department."""
        people = User.objects.select_related("department").order_by("username")[: LISTED + 1]
        return [(user.username, f"{user.title} {user.department or ''}".strip()) for user in people]

    def known(self) -> KnownNames:
        """People by account and by name."""
        pairs = list(User.objects.values_list("username", "name"))
        return KnownNames(
            [(username, username) for username, _name in pairs] + [(name, username) for username, name in pairs],
            PERSON_FAULTS,
        )

    def row(self, key: str) -> User:
        """The person with that account."""
        return User.objects.get(username=key)

    def prepare_value(self, value: Any) -> Any:
        """The person's account."""
        return value.username if isinstance(value, User) else value
