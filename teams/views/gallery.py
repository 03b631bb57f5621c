"""A team's evidence: its gallery with the filters of the address, and the zip for the office."""

from functools import cached_property
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views import View

from governance.clock import now, today
from governance.formats.archives import zip_chunks
from governance.formats.filenames import clean_name
from governance.lists.requests import Request
from governance.lists.text import day_text
from governance.people.permissions import may
from governance.people.roles import Role

from ..evidence.archive import packed
from ..evidence.downloads import download_team_evidence
from ..evidence.gallery import exhibits_of_keys, gathered
from ..forms.evidence import GalleryForm
from ..models import ReportingPeriod
from .rows import TeamPapersMixin

SHOWN_AT_ONCE = 60
"""Pieces on a page."""

PERIODS_OFFERED = 40


class TeamGalleryMixin(TeamPapersMixin):
    """Finds a team's evidence with the filters of the address, for people who may read it."""

    @cached_property
    def form(self) -> GalleryForm:
        """The filters."""
        periods = ReportingPeriod.objects.visible_to(self.request.user).filter(action=self.team.action)
        begun = periods.filter(starts_on__lte=today()).order_by("-starts_on")
        return GalleryForm(
            self.request.GET or None,
            periods=list(begun[:PERIODS_OFFERED]),
            shows_withdrawn=self.request.user.has_role(Role.SPECIAL_OFFICE),
        )

    @cached_property
    def keys(self) -> QuerySet:
        """Keys of the pieces, newest day first."""
        return gathered(self.request.user, team=self.team, **self.form.narrowed())


class TeamGalleryView(TeamGalleryMixin, View):
    """All the evidence of a team, by day, narrowed by period and task."""

    def get(self, request: Request, code: str) -> HttpResponse:
        page = Paginator(self.keys, SHOWN_AT_ONCE).get_page(request.GET.get("page"))
        shown = exhibits_of_keys([(kind, key) for kind, key, _ in page.object_list], request.user)
        context = {
            "team": self.team,
            "form": self.form,
            "narrowed": any(self.form.narrowed().values()),
            "page": page,
            "days": [(day, list(items)) for day, items in groupby(shown, key=lambda item: item.on)],
            "may_take_away": may(request.user, "take_evidence_away", self.team),
        }
        return render(request, "teams/gallery.html", context)


class TeamArchiveView(TeamGalleryMixin, View):
    """A download of a team's evidence for the office, with the gallery's filters, oldest day first.

    The zip is written while it is read.
    """

    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        keys = [(kind, key) for kind, key, _ in self.keys][::-1]
        moment = now()
        download_team_evidence(self.team, count=len(keys), narrowed=self.form.narrowed(), by=request.user, at=moment)
        name = gettext("Evidence of %(team)s %(day)s") % {"team": self.team.short_name, "day": day_text(moment)}
        answer = StreamingHttpResponse(
            zip_chunks(packed(keys, request.user, at=moment)), content_type="application/zip"
        )
        answer.headers["Content-Disposition"] = content_disposition_header(True, clean_name(f"{name}.zip"))
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
