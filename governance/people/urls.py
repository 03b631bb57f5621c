"""URLs for signing in and out; the account page is in `teams`, which knows a person's teams."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views.account import MailView, OwnPasswordView, SignInView, SignOutView, end_other_sessions, end_session
from .views.people import SignInListView, undo_people
from .views.upload import DepartmentImportPage, PeopleImportPage, TownshipImportPage, first_passwords

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    path("account/mail/", MailView.as_view(), name="account_mail"),
    path("account/password/", OwnPasswordView.as_view(), name="own_password"),
    path("account/sessions/end/", end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<num:pk>/end/", end_session, name="end_session"),
    path("departments/import/", DepartmentImportPage.as_view(), name="department_import"),
    path("departments/import/<num:pk>/", DepartmentImportPage.as_view(), name="department_import_try"),
    path("townships/import/", TownshipImportPage.as_view(), name="township_import"),
    path("townships/import/<num:pk>/", TownshipImportPage.as_view(), name="township_import_try"),
    path("people/import/", PeopleImportPage.as_view(), name="people_import"),
    path("people/import/<num:pk>/", PeopleImportPage.as_view(), name="people_import_try"),
    path("people/import/<num:pk>/passwords/", first_passwords, name="first_passwords"),
    path("people/sign-ins/", SignInListView.as_view(), name="sign_in_list"),
    path("people/undo/<num:pk>/", undo_people, name="people_undo"),
    path("language/", login_not_required(set_language), name="language"),
]
