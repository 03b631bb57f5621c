"""Forms about one's own account."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from .passwords import StrengthValidator


class SignInForm(AuthenticationForm):
    """Account and password; the error is the same whether or not the account exists."""

    username = forms.CharField(
        label=_("Account"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _("Account or password is wrong. After five tries the account is locked for a quarter hour."),
        "inactive": _("This account may not sign in. Ask the administrator."),
    }


class MailForm(forms.Form):
    """The e-mail address for one's own notices."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("New notices are mailed here, several in one mail. Leave it empty for no mails."),
    )


class PasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        "password_incorrect": _("The old password is wrong."),
        "password_mismatch": _("The two new passwords differ."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Old password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = StrengthValidator().get_help_text()
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""
        self.fields["old_password"].widget.attrs["autofocus"] = False
