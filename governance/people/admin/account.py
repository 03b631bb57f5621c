"""Accounts in the admin site: administrators create and activate them and set roles and passwords."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.requests import Request
from governance.people.admin.site import VerbAdmin, VerbForm
from governance.records.form_verbs import show_refusal
from governance.records.refusals import Refused

from .. import accounts
from ..models import User
from ..passwords import password_help
from ..roles import Role


class AccountForm(VerbForm):
    """A person's data and roles; somebody else's phone number is masked, and kept unless it is retyped."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role, required=False, widget=forms.CheckboxSelectMultiple
    )
    viewer: User | None = None

    class Meta:
        model = User
        fields = ["username", "name", "post", "department", "phone", "email", "roles", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone_before = self.instance.phone
        if self.instance.pk:
            self.fields["roles"].initial = sorted(self.instance.groups.values_list("name", flat=True))
            if self.instance != self.viewer:
                self.initial["phone"] = self.instance.phone_masked

    def clean_phone(self) -> str:
        """Keep the stored number where the masked one was sent."""
        typed = self.cleaned_data["phone"]
        return self.phone_before if typed == self.initial.get("phone") else typed


class NewAccountForm(AccountForm):
    """A new person; without a password they are only named."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Leave empty for a person who is only listed and does not sign in."),
    )

    class Meta:
        model = User
        fields = ["username", "password", "name", "post", "department", "phone", "email", "roles"]

    def clean_password(self) -> str | None:
        """None for a person who does not sign in."""
        return self.cleaned_data["password"] or None


class PasswordForm(forms.Form):
    """A new password for somebody, twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_help()

    def clean(self) -> dict[str, Any]:
        """Require the two to be the same."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("again") and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return cleaned


@admin.register(User)
class AccountAdmin(VerbAdmin[User, AccountForm]):
    """People, with and without a password."""

    form = AccountForm
    rule = "keep_accounts"
    search_fields = ["username", "name", "post", "department__name"]
    autocomplete_fields = ["department"]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Use another form for a new account, and tell the form who is looking at it."""
        form: Any = super().get_form(
            request, obj, change=change, **kwargs | {"form": AccountForm if change else NewAccountForm}
        )
        form.viewer = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Add the link to a new password, once there is an account."""
        if obj is None:
            return NewAccountForm.Meta.fields
        return [*AccountForm.Meta.fields, "new_password"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The link is read-only."""
        return [] if obj is None else ["new_password"]

    @admin.display(description=_("Password"))
    def new_password(self, user: User) -> str:
        """Whether there is a password, and a link to set one."""
        words = _("Set a new password") if user.has_usable_password() else _("Listed only; set a password")
        return format_html('<a href="{}">{}</a>', reverse("admin:people_user_password", args=[user.pk]), words)

    def write(self, request: Request, row: User | None, form: AccountForm) -> User:
        """Create the account or change it."""
        by, at = request.user, now()
        if row is None:
            return accounts.create_account(**form.values, by=by, at=at)
        return accounts.change_account(row, seen=form.cleaned_data["version"], **form.values, by=by, at=at)

    def get_urls(self) -> list[URLPattern]:
        """Add the page for a new password."""
        page = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/password/", page, name="people_user_password"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list of people is a page of the site, with teams and locks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("people_list")

    def password_view(self, request: Request, pk: int) -> HttpResponse:
        user = self.get_queryset(request).filter(pk=pk).first() if self.has_change_permission(request) else None
        if user is None:
            raise Http404
        if user == request.user:
            return redirect("account")  # where the present password is asked
        form = PasswordForm(request.POST or None)
        if form.is_valid() and self.set_password(request, user, form):
            messages.success(request, _("The password is set. It is valid for 14 days and must be changed at sign-in."))
            return redirect("admin:people_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": _("Set a new password"),
            "subtitle": str(user),
            "form": form,
        }
        return TemplateResponse(request, "admin/people/user/password.html", context)

    def set_password(self, request: Request, user: User, form: PasswordForm) -> bool:
        """Call the verb and return whether it succeeded."""
        try:
            accounts.change_password(user, by=request.user, at=now(), password=form.cleaned_data["password"])
        except Refused as refusal:
            show_refusal(form, refusal)
            return False
        return True
