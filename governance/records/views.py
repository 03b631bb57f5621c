"""The audit log, the inbox, and the health check."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_filters.views import FilterView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin

from .filters import AuditFilter, NoticeFilter
from .list_views import BulkAction, BulkMixin, Done, ExportingMixin
from .models import AuditEvent, Notice
from .notice_verbs import mark_notices, open_notice, read_all_notices, undo_marking
from .person import Person
from .refusals import Refused
from .tables import AuditTable, InboxTable


class AuditView(VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """Who did what, when, from where; for auditors."""

    table_class = AuditTable
    filterset_class = AuditFilter
    queryset = AuditEvent.objects.select_related("by")
    heading = _("Audit log")
    empty_title = _("Nothing has happened yet")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only auditors see this page (docs/rules.md#visibility)."""
        if not AuditEvent.objects.may_be_read_by(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class MarkRead(BulkAction[Notice]):
    """Mark notices as read."""

    name, label, read = "read", _("Mark as read"), True

    def is_offered(self) -> bool:
        """To everybody, for their own notices."""
        return True

    def consequences(self, rows: Sequence[Notice]) -> list[str]:
        """None: it can be undone."""
        return [gettext("It can be undone until one of them is opened or marked again.")]

    def act(self, rows: Sequence[Notice], data: dict[str, Any], *, by: Person, at: datetime) -> Done:
        event = mark_notices(rows, read=self.read, by=by, at=at)
        if event is None:
            return Done(gettext("There was nothing to change."))
        said = ngettext("%(count)s notice is marked.", "%(count)s notices are marked.", len(rows))
        return Done(said % {"count": len(rows)}, reverse("undo_marking", args=[event.pk]))


class MarkNew(MarkRead):
    """Mark notices as unread."""

    name, label, read = "new", _("Mark as new"), False


class InboxView(VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """My notices, newest first."""

    table_class = InboxTable
    filterset_class = NoticeFilter
    queryset = Notice.objects.all()
    template_name = "records/inbox.html"
    bulk_actions = (MarkRead, MarkNew)
    heading = _("Inbox")
    empty_title = _("No notices")
    empty_how = _("Notices for you appear here: reports returned or accepted, tasks assigned, requests decided.")

    def get_chips(self) -> list[Chip]:
        """All, or only unopened notices, with their number."""
        only = bool(self.request.GET.get("unread"))
        unread = Notice.objects.visible_to(self.request.user).unread().count()
        return [
            Chip(str(_("All")), self.address(unread=None), current=not only),
            Chip(str(_("New")), self.address(unread="1"), unread, current=only),
        ]


@require_safe
def notice(request: Request, pk: int) -> HttpResponse:
    """Open a notice: mark it as read and redirect to its subject."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    return HttpResponseRedirect(open_notice(found, by=request.user, at=now()).url)


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark all of my notices as read."""
    count = read_all_notices(by=request.user, at=now())
    messages.success(
        request,
        ngettext("%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count)
        % {"count": count},
    )
    return redirect("inbox")


@require_POST
def undo_mark(request: Request, pk: int) -> HttpResponse:
    """Undo a marking of several notices by this person."""
    event = get_object_or_404(AuditEvent.objects.done_by(request.user, "mark_notices"), pk=pk)
    try:
        undo_marking(event, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Undone: the notices are as they were."))
    return redirect("inbox")


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the database answers and has every table: 200 or 503, without details for strangers."""
    try:
        executor = MigrationExecutor(connection)
        well = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        well = False
    return JsonResponse({"status": "ok" if well else "unavailable"}, status=200 if well else 503)
