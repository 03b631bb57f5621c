"""Departments with their aliases, and townships."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.requests import Request
from governance.people.admin.site import VerbAdmin, VerbForm

from .. import accounts
from ..models import Department, Township


class DepartmentForm(VerbForm):
    """A department with all its aliases."""

    aliases = forms.CharField(
        label=_("Aliases"),
        required=False,
        widget=forms.Textarea({"rows": 4, "cols": 40}),
        help_text=_("Other names used for it in ledgers, one per line."),
    )

    class Meta:
        model = Department
        fields = ["name", "short_name", "code", "order", "aliases"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["aliases"].initial = "\n".join(self.instance.aliases.values_list("text", flat=True))

    def clean_aliases(self) -> list[str]:
        """One alias per line."""
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


@admin.register(Department)
class DepartmentAdmin(VerbAdmin[Department, DepartmentForm]):
    """Departments in the order of official documents."""

    form = DepartmentForm
    rule = "keep_departments"
    list_links = [(_("Import departments"), "department_import")]
    list_display = ["name", "short_name", "code", "order", "known_as"]
    search_fields = ["name", "short_name", "code", "aliases__text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Prefetch the aliases for the list."""
        return super().get_queryset(request).prefetch_related("aliases")

    @admin.display(description=_("Aliases"))
    def known_as(self, department: Department) -> str:
        """The aliases in one line."""
        return "、".join(alias.text for alias in department.aliases.all())

    def write(self, request: Request, row: Department | None, form: DepartmentForm) -> Department:
        return accounts.save_department(
            row, by=request.user, at=now(), seen=form.cleaned_data["version"], **form.values
        )


class TownshipForm(VerbForm):
    """A township."""

    class Meta:
        model = Township
        fields = ["name", "code", "order"]


@admin.register(Township)
class TownshipAdmin(VerbAdmin[Township, TownshipForm]):
    """Townships in their order."""

    form = TownshipForm
    rule = "keep_departments"
    list_links = [(_("Import townships"), "township_import")]
    list_display = ["name", "code", "order"]
    search_fields = ["name", "code"]

    def write(self, request: Request, row: Township | None, form: TownshipForm) -> Township:
        return accounts.save_township(row, by=request.user, at=now(), seen=form.cleaned_data["version"], **form.values)
