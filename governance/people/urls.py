"""Addresses of signing in and out; the account page stands on the floor that knows teams."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views.account import MailView, SignInView, SignOutView

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    path("account/mail/", MailView.as_view(), name="account_mail"),
    path("language/", login_not_required(set_language), name="language"),
]
