"""Signing in and out, one's own account, and what happens when signing in fails."""

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin

from .. import accounts
from ..demo_accounts import demo_groups
from ..forms import MailForm, PasswordForm, SignInForm
from ..roles import Role


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Account and password; while the demo runs, its accounts are listed beside the form.

    `?as=office` fills in the account, so that signing in as a demo account takes one click and the password.
    """

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    request: Request
    redirect_authenticated_user = True

    def get_initial(self) -> dict:
        """Fill in the account named in the address."""
        return {**super().get_initial(), "username": self.request.GET.get("as", "")}

    def get_form(self, form_class: Any = None) -> AuthenticationForm:
        """Focus the first empty field."""
        form = super().get_form(form_class)
        form.fields["password" if self.request.GET.get("as") else "username"].widget.attrs["autofocus"] = True
        return form

    def get_context_data(self, **kwargs) -> dict:
        if settings.DEMO_TODAY is not None:
            kwargs |= {"demo_groups": demo_groups(), "demo_password": settings.DEMO_PASSWORD}
        return super().get_context_data(**kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in and record it in the audit log."""
        response = super().form_valid(form)
        accounts.sign_in(self.request.user, at=now())
        return response


@method_decorator(login_not_required, name="dispatch")
class SignOutView(LogoutView):
    """Signs out by POST and records it in the audit log; after an idle time the person is signed out already."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            accounts.sign_out(request.user, at=now())
        return super().post(request, *args, **kwargs)


class AccountView(ActingMixin, FormView):
    """One's own account, and a new password."""

    template_name = "people/account.html"
    form_class = PasswordForm
    done_message = _("Your password is changed.")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs) -> dict:
        roles = [role.label for role in Role if role in self.request.user.roles]
        return super().get_context_data(roles=roles, **kwargs)

    def act(self, form: PasswordForm) -> str:
        """Change the password and stay signed in."""
        me = self.request.user
        user = accounts.change_password(me, by=me, at=now(), password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, user)
        return "account"


class MailView(ActingMixin, FormView):
    """The e-mail address for my notices."""

    template_name = "people/mail.html"
    form_class = MailForm
    done_message = _("Your e-mail address is saved.")

    def get_initial(self) -> dict:
        return {"email": self.request.user.email}

    def get_context_data(self, **kwargs) -> dict:
        """Say so where no mail server is configured: no mail is sent yet."""
        return super().get_context_data(sends_mail=settings.SENDS_MAIL, **kwargs)

    def act(self, form: MailForm) -> str:
        me = self.request.user
        accounts.change_mail(me, by=me, at=now(), email=form.cleaned_data["email"])
        return "account"


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict) -> HttpResponse:
    """Too many wrong passwords for this account from this address; only the attempt that locks is recorded."""
    if getattr(request, "axes_failures_since_start", None) == settings.AXES_FAILURE_LIMIT:
        accounts.lock_out(credentials.get("username") or "", at=now())
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "people/locked_out.html", {"minutes": minutes}, status=429)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """The form is older than the session: the text is kept on the device; sign in and send it again."""
    return render(request, "403_csrf.html", status=403)
