"""Addresses of accounts."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views.account import AccountView, SignInView, SignOutView

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    path("account/", AccountView.as_view(), name="account"),
    path("language/", login_not_required(set_language), name="language"),
]
