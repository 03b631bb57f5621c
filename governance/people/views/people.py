"""What an administrator does to many accounts of a list, and the list of sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.records.filters import AuditFilter
from governance.records.list_views import BulkAction, Done, ExportingMixin
from governance.records.models import AuditEvent
from governance.records.refusals import Refused
from governance.records.tables import AuditTable
from governance.records.words import VERB_READERS, verb_word

from .. import accounts, sign_ins
from ..account_states import AccountState
from ..models import User
from ..passwords import FIRST_DAYS
from ..permissions import may
from ..roles import Role
from .upload import password_sheet


class KeepsAccountsMixin(VisibleMixin):
    """Lists for administrators; others are refused (docs/roles.md)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verbs."""
        if not may(self.request.user, "keep_accounts"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class AccountAction(BulkAction[User]):
    """An action on accounts, for administrators."""

    def is_offered(self) -> bool:
        """By the rule of the verbs."""
        return may(self.request.user, "keep_accounts")


class IssuePasswords(AccountAction):
    """Give out first passwords, in a sheet."""

    name, label, most = "passwords", _("Issue first passwords"), accounts.ISSUED_AT_ONCE

    def hindrance(self, row: User, at: datetime) -> str:
        """Somebody who has a password of their own keeps it."""
        return str(accounts.why_not_issued(row))

    def consequences(self, rows: Sequence[User]) -> list[str]:
        """What is given out, what becomes void, who may sign in from now on."""
        named = sum(not row.has_usable_password() for row in rows)
        repeated = len(rows) - named
        said = [
            gettext(
                "A workbook with one password per person is downloaded. Each password is shown only once "
                "and cannot be looked up later."
            ),
            gettext("A first password expires after %(days)s days and must be changed at the first sign-in.")
            % {"days": FIRST_DAYS},
        ]
        if named:
            words = ngettext(
                "%(count)s person who cannot sign in now will be able to.",
                "%(count)s people who cannot sign in now will be able to.",
                named,
            )
            said.append(words % {"count": named})
        if repeated:
            words = ngettext(
                "%(count)s person was issued a password before; it becomes void.",
                "%(count)s people were issued passwords before; these become void.",
                repeated,
            )
            said.append(words % {"count": repeated})
        return said

    def act(self, rows: Sequence[User], data: dict[str, Any], *, by: Any, at: datetime) -> Done:
        issued = accounts.issue_passwords(rows, by=by, at=at)
        return Done("", response=password_sheet(issued, at=at))


class UnlockAccounts(AccountAction):
    """Lift the locks of accounts."""

    name, label = "unlock", _("Unlock")

    def hindrance(self, row: User, at: datetime) -> str:
        """Only a locked account is unlocked."""
        return "" if row.state == AccountState.LOCKED else gettext("This account is not locked.")  # type: ignore[attr-defined]  # annotated

    def consequences(self, rows: Sequence[User]) -> list[str]:
        """They can try again; tell them whose attempts these were."""
        return [
            gettext("They can try again immediately, from any address."),
            gettext(
                "First check with them that the attempts were theirs; the list of sign-ins shows when and from where."
            ),
        ]

    def act(self, rows: Sequence[User], data: dict[str, Any], *, by: Any, at: datetime) -> Done:
        sign_ins.unlock_accounts(rows, by=by, at=at)
        said = ngettext("%(count)s account is unlocked.", "%(count)s accounts are unlocked.", len(rows))
        return Done(said % {"count": len(rows)})


class EndSessions(AccountAction):
    """Sign people out everywhere."""

    name, label = "sessions", _("Sign out everywhere")

    def hindrance(self, row: User, at: datetime) -> str:
        """Not oneself."""
        own = gettext("This is your own account. End your other sessions on your account page.")
        return own if row == self.request.user else ""

    def consequences(self, rows: Sequence[User]) -> list[str]:
        """What they lose: nothing that was saved."""
        return [
            gettext("They are signed out on every device immediately and must sign in again. Saved content is kept.")
        ]

    def act(self, rows: Sequence[User], data: dict[str, Any], *, by: Any, at: datetime) -> Done:
        count = sign_ins.end_sessions_of(rows, by=by, at=at)
        return Done(ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count) % {"count": count})


class DeactivatePeople(AccountAction):
    """Take access away."""

    name, label, dangerous = "deactivate", _("Revoke access"), True

    def hindrance(self, row: User, at: datetime) -> str:
        """Not oneself, and nobody who has no access."""
        if row == self.request.user:
            return gettext("You cannot remove your own access. Another administrator can.")
        return "" if row.is_active else gettext("This person already has no access.")

    def consequences(self, rows: Sequence[User]) -> list[str]:
        """They are signed out; what they wrote stays; it can be undone."""
        return [
            gettext(
                "They are signed out immediately and can no longer sign in. What they wrote stays under their name."
            ),
            gettext("The special office ends their membership of teams."),
            gettext("It can be undone until someone changes these accounts again."),
        ]

    def act(self, rows: Sequence[User], data: dict[str, Any], *, by: Any, at: datetime) -> Done:
        event = accounts.deactivate_people(rows, by=by, at=at)
        said = ngettext("%(count)s person can no longer sign in.", "%(count)s people can no longer sign in.", len(rows))
        return Done(said % {"count": len(rows)}, reverse("people_undo", args=[event.pk]))


ACCOUNT_ACTIONS = (IssuePasswords, UnlockAccounts, EndSessions, DeactivatePeople)


@require_POST
def undo_people(request: Request, pk: int) -> HttpResponse:
    """Undo this person's taking away of access."""
    event = get_object_or_404(AuditEvent.objects.done_by(request.user, "deactivate_people"), pk=pk)
    try:
        count = accounts.undo_deactivation(event, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        said = ngettext(
            "Undone: %(count)s person can sign in again.", "Undone: %(count)s people can sign in again.", count
        )
        messages.success(request, said % {"count": count})
    return redirect("people_list")


def sign_in_verbs() -> list[tuple[str, str]]:
    """The verbs whose events administrators read, with their words."""
    return [(name, verb_word(name)) for name, role in VERB_READERS.items() if role == Role.ADMINISTRATOR]


class SignInFilter(AuditFilter):
    """Filters of the list of sign-ins: the account or device, what happened, who, when."""

    verb = django_filters.ChoiceFilter(  # type: ignore[assignment]  # a choice among few
        label=_("What happened"), empty_label=_("Everything"), choices=sign_in_verbs
    )


class SignInListView(KeepsAccountsMixin, ExportingMixin, LeanTableMixin, FilterView):
    """Sign-ins, failed ones, locks and ended sessions, newest first; for administrators."""

    table_class = AuditTable
    filterset_class = SignInFilter
    queryset = AuditEvent.objects.select_related("by")
    heading = _("Sign-ins")
    empty_title = _("Nobody has signed in yet")

    def get_queryset(self) -> Any:
        """Only these verbs, also for an administrator who reads the whole audit log."""
        return super().get_queryset().filter(verb__in=[name for name, _words in sign_in_verbs()])
