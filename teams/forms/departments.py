"""Fields in which departments are written as officials write them, by any name they go by (DESIGN 7)."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_list, department_names
from governance.formats.faults import FormatError
from governance.people.models import Department


class DepartmentBook:
    """The departments under all their names, read once a form: two queries, when first asked."""

    list_id = "departments"

    @cached_property
    def departments(self) -> list[Department]:
        """All departments in official order: what a field suggests while one types."""
        return list(Department.objects.prefetch_related("aliases"))

    @cached_property
    def by_name(self) -> dict[str, Department]:
        """Each department by its full name."""
        return {department.name: department for department in self.departments}

    @cached_property
    def names(self) -> Any:
        """The texts that stand for a department."""
        return department_names(
            (text, department.name)
            for department in self.departments
            for text in (department.name, department.short_name, *(alias.text for alias in department.aliases.all()))
            if text
        )

    def read(self, written: str) -> list[Department]:
        """The departments that `written` names, in order, each once.

        Raises:
            ValidationError: a sentence for each name that is not known, with the nearest ones.
        """
        found, faults = department_list(written, self.names)
        if faults:
            raise ValidationError([_sentence(fault) for fault in faults])
        return [self.by_name[name] for name in dict.fromkeys(name for _mark, name in found)]


def _sentence(fault: FormatError) -> str:
    return gettext(fault.reason.template) % fault.params


class DepartmentsField(forms.CharField):
    """Several departments in one line: 县农业农村局、县财政局. Give it a `book` before it cleans."""

    book: DepartmentBook

    def clean(self, value: Any) -> list[Department]:
        """The departments named."""
        return self.book.read(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Departments by their names; what was typed as it was typed."""
        return value if value is None or isinstance(value, str) else "、".join(str(department) for department in value)


class DepartmentField(DepartmentsField):
    """One department."""

    def clean(self, value: Any) -> Department | None:
        """The department named."""
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError(_("Name one department here."))
        return found[0] if found else None

    def prepare_value(self, value: Any) -> Any:
        """The department by its name."""
        return value if value is None or isinstance(value, str) else str(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The browser suggests the departments while one types."""
        return {**super().widget_attrs(widget), "list": DepartmentBook.list_id, "autocomplete": "off"}


def give_book(form: forms.BaseForm) -> DepartmentBook:
    """One book for all department fields of a form."""
    book = DepartmentBook()
    for field in form.fields.values():
        if isinstance(field, DepartmentsField):
            field.book = book
    return book
