"""URLs for signing in and out; the account page is in `teams`, which knows a person's teams."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views.account import MailView, SignInView, SignOutView
from .views.upload import DepartmentImportPage, PeopleImportPage, first_passwords

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    path("account/mail/", MailView.as_view(), name="account_mail"),
    path("departments/import/", DepartmentImportPage.as_view(), name="department_import"),
    path("departments/import/<int:pk>/", DepartmentImportPage.as_view(), name="department_import_try"),
    path("people/import/", PeopleImportPage.as_view(), name="people_import"),
    path("people/import/<int:pk>/", PeopleImportPage.as_view(), name="people_import_try"),
    path("people/import/<int:pk>/passwords/", first_passwords, name="first_passwords"),
    path("language/", login_not_required(set_language), name="language"),
]
