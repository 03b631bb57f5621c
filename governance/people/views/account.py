"""Signing in and out, one's own account, and what happens when signing in fails."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Invalid

from .. import accounts, sign_ins
from ..demo_accounts import demo_groups
from ..forms import MailForm, OwnPasswordForm, PasswordForm, SignInForm
from ..models import SignedIn
from ..passwords import DAYS, has_to_change
from ..roles import Role
from ..sessions import ROW, name_session, rename_session


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
        """Sign in, record it in the audit log, and keep the session in the list of one's own."""
        response = super().form_valid(form)
        row = sign_ins.sign_in(
            self.request.user,
            at=now(),
            session_key=self.request.session.session_key or "",
            device=self.request.headers.get("User-Agent", ""),
            address=self.request.META.get("REMOTE_ADDR") or None,
            real=timezone.now(),
        )
        name_session(self.request, row)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Record a failed sign-in; the one that locks is recorded by `locked_out`."""
        account = form.cleaned_data.get("username", "")
        if form.has_error(NON_FIELD_ERRORS, "void"):
            sign_ins.refuse_void_password(account, at=now())
        elif form.has_error(NON_FIELD_ERRORS, "invalid_login") and not getattr(self.request, "axes_locked_out", False):
            sign_ins.fail_sign_in(account, at=now())
        return super().form_invalid(form)


@method_decorator(login_not_required, name="dispatch")
class SignOutView(LogoutView):
    """Signs out by POST and records it in the audit log; after an idle time the person is signed out already."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            sign_ins.sign_out(request.user, at=now(), session_key=request.session.session_key)
        return super().post(request, *args, **kwargs)


class OwnFormView(ActingMixin, FormView):
    """A page with a form about one's own account."""

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "request": self.request}


class NewPasswordView(OwnFormView):
    """Sets a password of one's own: other sessions end, this one stays."""

    done_message = _("Your password is changed. You are signed out on all other devices.")

    def act(self, form: OwnPasswordForm) -> str:
        """Change the password and stay signed in."""
        me, key = self.request.user, self.request.session.session_key
        try:
            user = accounts.change_password(
                me, by=me, at=now(), password=form.cleaned_data["new_password1"], session_key=key
            )
        except Invalid as refusal:
            raise Invalid(fields={"new_password1": refusal.words}) from refusal
        update_session_auth_hash(self.request, user)
        rename_session(self.request)
        return self.next_page()

    def next_page(self) -> str:
        """Where to go from here."""
        return "account"


@method_decorator(sensitive_post_parameters(), name="dispatch")
class AccountView(NewPasswordView):
    """One's own account, a new password, and where one is signed in."""

    template_name = "people/account.html"
    form_class = PasswordForm

    def get_context_data(self, **kwargs) -> dict:
        me = self.request.user
        sessions = SignedIn.objects.visible_to(me).filter(user=me).open_at(timezone.now())
        return super().get_context_data(
            roles=[role.label for role in Role if role in me.roles],
            sessions=sessions,
            this_session=self.request.session.get(ROW),
            **kwargs,
        )


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnPasswordView(NewPasswordView):
    """A password of one's own, before anything else; others are led to their account page."""

    template_name = "people/own_password.html"
    form_class = OwnPasswordForm
    done_message = _("Your password is set.")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who have to: here the present password is not asked."""
        if not has_to_change(request.user, now()):
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(given=self.request.user.password_void_at is not None, days=DAYS, **kwargs)

    def next_page(self) -> str:
        """Where the person was going."""
        page = self.request.GET.get("next", "")
        return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else "home"


@require_POST
def end_session(request: Request, pk: int) -> HttpResponse:
    """End one of my sessions."""
    mine = SignedIn.objects.visible_to(request.user).filter(user=request.user)
    sign_ins.end_session(get_object_or_404(mine, pk=pk), by=request.user, at=now())
    messages.success(request, _("The session is ended: that device is signed out."))
    return redirect("account")


@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    """End all of my sessions but this one."""
    me = request.user
    count = sign_ins.end_sessions(me, by=me, at=now(), but=request.session.session_key)
    said = ngettext("%(count)s other session is ended.", "%(count)s other sessions are ended.", count)
    messages.success(request, said % {"count": count})
    return redirect("account")


class MailView(OwnFormView):
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
        sign_ins.lock_out(credentials.get("username") or "", at=now())
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "people/locked_out.html", {"minutes": minutes}, status=429)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """The form is older than the session: the text is kept on the device; sign in and send it again."""
    return render(request, "403_csrf.html", status=403)
