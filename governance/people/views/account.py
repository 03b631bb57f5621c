"""Signing in and out, one's own account, the language, and what happens when signing in fails."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.records.verbs import record, verb

from ..accounts import change_password
from ..forms import PasswordForm, SignInForm
from ..models import User

recorded = verb(record)


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Account and password; while the demo runs its accounts are shown beside the form."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs) -> dict:
        """Add the demo's accounts while it runs."""
        demo = settings.DEMO_TODAY is not None
        accounts = User.objects.filter(is_active=True).order_by("pk") if demo else []
        return super().get_context_data(
            **kwargs, demo_accounts=accounts, demo_password=settings.DEMO_PASSWORD if demo else ""
        )

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Sign in and write it to the audit log."""
        response = super().form_valid(form)
        recorded("sign_in", self.request.user, by=self.request.user, at=now())
        return response


class SignOutView(LogoutView):
    """Signs out by POST and writes it to the audit log."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Record, then forget the session."""
        if request.user.is_authenticated:
            recorded("sign_out", request.user, by=request.user, at=now())
        return super().post(request, *args, **kwargs)


class AccountView(FormView):
    """One's own account: who I am here, and a new password."""

    template_name = "people/account.html"
    form_class = PasswordForm
    success_url = "/account/"

    def get_form_kwargs(self) -> dict:
        """The form checks the old password of this person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        """Change the password and stay signed in."""
        user = change_password(
            self.request.user, by=self.request.user, at=now(), password=form.cleaned_data["new_password1"]
        )
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


@login_not_required
def locked_out(request: HttpRequest, credentials: dict, *args, **kwargs) -> HttpResponse:
    """Too many wrong passwords for this account from this address."""
    recorded("lock_out", None, by=None, at=now(), change={"account": credentials.get("username", "")})
    return render(request, "people/locked_out.html", status=429)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session: what was typed is kept on the device; sign in and send it again."""
    return render(request, "403_csrf.html", status=403)
