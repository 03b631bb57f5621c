"""Undoing an action on many tasks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from governance.clock import now
from governance.lists.requests import Request
from governance.records.refusals import Refused

from ...tasks.bulk_changes import undo_change
from ..rows import change_of_tasks


@require_POST
def undo_tasks(request: Request, pk: int) -> HttpResponse:
    """Undo this person's change of several tasks; a refusal says which task has changed since."""
    event = change_of_tasks(request.user, pk)
    try:
        count = len(undo_change(event, by=request.user, at=now()))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        said = ngettext(
            "Undone: %(count)s task is as it was before.", "Undone: %(count)s tasks are as they were before.", count
        )
        messages.success(request, said % {"count": count})
    return redirect("task_list")
