"""The task ledger as a workbook, for every signed-in person."""

from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.clock import now, today
from governance.lists.requests import Request
from governance.records.delivery import workbook_response
from governance.records.export_log import export_list

from ..forms.upload import YearForm
from ..ledger.export import ledger_chunks, ledger_tasks
from .rows import chosen_action_or_404, team_of_action


@require_safe
def ledger(request: Request) -> StreamingHttpResponse:
    """`?year=` (default: the present year) and `?team=` (a code; default: all teams)."""
    action = chosen_action_or_404(request.user)
    asked = YearForm({"year": request.GET.get("year", today().year)})
    if not asked.is_valid():
        raise Http404
    year, code = asked.cleaned_data["year"], request.GET.get("team")
    team = team_of_action(action, code, request.user) if code else None
    narrowed = {"year": str(year)} | ({"team": team.code} if team else {})
    count = ledger_tasks(action, year=year, team=team).count()
    export_list("task_ledger", file_format="xlsx", rows=count, narrowed=narrowed, by=request.user, at=now())
    name = _("Task ledger of %(whose)s %(day)s") % {
        "whose": team.short_name if team else action.title,
        "day": today().isoformat(),
    }
    return workbook_response(ledger_chunks(action, year=year, on=today(), team=team), name=name)
