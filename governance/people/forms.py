"""Forms about signing in and one's own account."""

from typing import Any

from axes.utils import reset
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text

from . import sign_ins
from .models import User
from .passwords import LONGEST, is_void, password_help


class SignInForm(AuthenticationForm):
    """Account and password; the error is the same whether or not the account exists."""

    username = forms.CharField(
        label=_("Account"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _("Account or password is wrong. After five attempts the account is locked for 15 minutes."),
        "inactive": _("This account may not sign in. Ask the administrator."),
        "void": _("This first password is no longer valid. Ask the administrator for a new one."),
    }

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a given password that was not used in time; who knows it, learns why."""
        super().confirm_login_allowed(user)
        if is_void(user, now()):
            raise ValidationError(self.error_messages["void"], code="void")


class OwnForm(forms.Form):
    """A form about one's own account."""

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request: Any = request


class PresentPasswordForm(OwnForm):
    """A form that asks for the present password; wrong ones count as at sign-in and lock in the same way."""

    old_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def clean_old_password(self) -> str:
        """The password, if it is right."""
        password: str = self.cleaned_data["old_password"]
        me = self.request.user
        if authenticate(self.request, username=me.get_username(), password=password) != me:
            if not getattr(self.request, "axes_locked_out", False):
                sign_ins.fail_old_password(me, at=now())
            raise ValidationError(_("The current password is wrong."), code="password_incorrect")
        reset(username=me.get_username(), ip=self.request.axes_ip_address)
        return password


class MailForm(PresentPasswordForm):
    """The e-mail address for one's own notices."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("New notices are sent to this address, several in one mail. Leave it empty to receive no mail."),
    )
    field_order = ["email", "old_password"]


def _new_password(label: Text) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "new-password", "maxlength": LONGEST})
    return forms.CharField(label=label, strip=False, widget=widget)


class OwnPasswordForm(OwnForm):
    """A new password of one's own, twice."""

    new_password1 = _new_password(_("New password"))
    new_password2 = _new_password(_("New password again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = password_help()

    def clean(self) -> dict[str, Any]:
        """Require both to be the same, and the rule; the verb asks again."""
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("new_password1")
        if password and cleaned.get("new_password2", password) != password:
            self.add_error("new_password2", _("The two new passwords differ."))
        if password:
            try:
                validate_password(password, self.request.user)
            except ValidationError as error:
                self.add_error("new_password1", error)
        return cleaned


class PasswordForm(PresentPasswordForm, OwnPasswordForm):
    """The present password once, the new one twice."""

    field_order = ["old_password", "new_password1", "new_password2"]
