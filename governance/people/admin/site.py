"""The admin site: accounts, departments, calendar, lamp rules, meetings; opened by role, never by superuser.

It writes through the same verbs as the site's own pages. Only a `VerbAdmin` can be registered; registrations of other
packages are ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast
from urllib.parse import urlencode

import rules
from django import forms
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.roles import STAFF_ROLES
from governance.records.form_verbs import show_refusal
from governance.records.refusals import NotAllowed, Refused


@dataclass(frozen=True)
class IndexLine:
    """A line above the models of the index: what waits, or what is begun most often."""

    text: Text
    url: str
    note: Text = ""
    begins: bool = False
    """Whether it begins something new: such lines are buttons."""


class VanguardAdminSite(AdminSite):
    """Staff sign in through the site's own page; their roles decide what each may open."""

    site_title = _("Vanguard")
    site_header = _("Vanguard administration")
    index_title = _("What your role keeps here")
    index_template = "admin/verb_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """People with a role that works here; a superuser without one has no access."""
        user = request.user
        return user.is_authenticated and user.is_active and user.is_staff and user.has_role(*STAFF_ROLES)

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The models that the role may open, and above them what their admins say waits."""
        opened = [each for each in self._registry.values() if each.has_module_permission(request)]
        lines = [line for each in opened if isinstance(each, VerbAdmin) for line in each.index_lines(request)]
        return super().index(request, {**(extra_context or {}), "lines": lines})

    def register(self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any) -> None:
        """Register a model whose admin writes through verbs; ignore any other."""
        if admin_class is not None and issubclass(admin_class, VerbAdmin):
            super().register(model_or_iterable, admin_class, **options)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the site's own sign-in page; signed-in people without access get an explanation."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators and meeting secretaries can use the admin site."))
        query = urlencode({"next": request.GET.get("next") or request.get_full_path()})
        return redirect(f"{reverse('sign_in')}?{query}")

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the site's own sign-out, which is recorded."""
        raise Http404

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the account page."""
        return redirect("account")


class VanguardAdminConfig(AdminConfig):
    """Replaces the stock admin site with `VanguardAdminSite`."""

    default_site = "governance.people.admin.site.VanguardAdminSite"


class _Sent(HttpRequest):
    """A request, and what the verb refused of it."""

    refusal: Refused


class VerbForm(forms.ModelForm):
    """A form of the admin site that carries the row's version when it was opened, and shows what a verb refused.

    It may have parts: the rows of a table that one verb saves together with it.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    refusal: Refused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = getattr(self.instance, "version", None) if self.instance.pk else None

    def clean(self) -> dict[str, Any]:
        """Show a refusal beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if self.refusal is not None:
            show_refusal(self, self.refusal)
        return cleaned

    @property
    def parts(self) -> "Sequence[forms.BaseFormSet]":
        """Tables on the same page, saved by the same verb."""
        return ()

    def is_valid(self) -> bool:
        """Whether form and parts are valid; each is asked, so that all errors are shown at once."""
        return all([super().is_valid(), *(part.is_valid() for part in self.parts)])

    @property
    def values(self) -> dict[str, Any]:
        """The entered values as the verb takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


Row = TypeVar("Row", bound=Model)
Form = TypeVar("Form", bound=VerbForm)


class SearchedSelect(AutocompleteSelect):
    """A searchable choice; a sent value that cannot be a key counts as no choice, and the field shows an error."""

    def optgroups(self, name: str, value: list[str], attr: dict | None = None) -> list:
        """The chosen rows, looked up for those values that can be keys."""
        key = self.field.target_field
        return super().optgroups(name, [text for text in value if not text or _can_be(key, text)], attr)


def _can_be(key: Field, text: str) -> bool:
    """Whether `text` is a possible value of the column `key`."""
    try:
        key.clean(text, None)
    except ValidationError:
        return False
    return True


class VerbAdmin(Generic[Row, Form], ModelAdmin):
    """Access by a rule, reading through `visible_to`, writing by a verb; nothing is ever deleted here."""

    form = VerbForm
    change_form_template = "admin/verb_form.html"
    change_list_template = "admin/verb_list.html"
    rule: str
    list_links: ClassVar[Sequence[tuple[Text, str]]] = ()
    """Pages that fill the list: their words, and the names of their urls."""
    actions = None

    def index_lines(self, request: HttpRequest) -> Sequence[IndexLine]:
        """Lines above the models of the index."""
        return ()

    def write(self, request: Request, row: Row | None, form: Form) -> Row:
        """Call the verb with the entered values and return the row it wrote; `row` is None for a new one."""
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the models are listed on the index."""
        return rules.test_rule(self.rule, request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only people who may change the rows read them here."""
        return rules.test_rule(self.rule, request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The same rule as the verb's."""
        return rules.test_rule(self.rule, request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The same rule as the verb's."""
        return rules.test_rule(self.rule, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: nothing is deleted (docs/rules.md#audit-trail)."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The rows this person may read; lists, searches and autocompletes all start here."""
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row of the address; an empty `_to_field` is none, where Django would look for a field without a name."""
        return super().get_object(request, object_id, from_field or None)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Show a choice without buttons to add or edit: the rows to choose from have pages of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """A searchable choice where the admin asks for one."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> list[Any]:
        """The form's fields; the version is a hidden field in the template."""
        return [name for name in super().get_fields(request, obj) if name != "version"]

    def get_form(self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, with what the verb refused of the request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """The form; after a refusal it is shown again as filled in, with the reasons, and nothing is written."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotAllowed:
            raise
        except Refused as refusal:
            cast(_Sent, request).refusal = refusal
            extra_context = {**(extra_context or {}), "refusal": refusal}
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refusal.status
            return response

    def save_model(self, request: HttpRequest, obj: Row, form: Form, change: bool) -> None:
        """The verb writes; the row that the form filled in is discarded."""
        obj.pk = self.write(cast(Request, request), obj if change else None, form).pk

    def save_related(self, request: HttpRequest, form: VerbForm, formsets: list, change: bool) -> None:
        """Nothing to do: the verb has written everything."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Nothing to do: the verb has written its audit event."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Nothing to do: the verb has written its audit event."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Redirected: the history of a row is in the audit log, for auditors."""
        raise Http404
