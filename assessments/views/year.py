"""A plan's year: what there is of it, its result, and the pages to take its steps."""

from collections.abc import Callable
from datetime import MAXYEAR, date
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from governance.charts import Bump, BumpChart, bump_chart
from governance.clock import day_of, now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin
from teams.views.rows import NeedsActionMixin

from ..appeals.desk import AppealDesk
from ..console.year_console import YearConsole
from ..forms.round import ApprovalForm, ScoreForm
from ..forms.year import YearBackForm, YearNoticeForm
from ..models import AssessmentRound, YearResult
from ..results.plan_year import PlanYear, YearClass, YearRow
from ..results.public_notice import YearNotice
from ..results.superseding import rounds_to_supersede
from ..results.year_readiness import YearStanding, year_waiting
from ..results.year_result import (
    approve_year,
    compute_year,
    post_year_notice,
    publish_year,
    seal_of_year,
    withdraw_year,
)
from ..states import YEAR_MOVES, YEAR_SHOWN, YearState
from ..words.plans import title_of

LEAST_ROUNDS = 3
"""A chart of ranks begins with so many rounds."""

LABEL_LENGTH = 5
"""Characters of a round's name that stand above its column."""


class YearMixin(NeedsActionMixin):
    """A page about the year of the address."""

    @property
    def code(self) -> str:
        return str(self.kwargs["code"])

    @property
    def year(self) -> int:
        """The year in the address; 404 for none."""
        number: int = self.kwargs["year"]
        if not 0 < number <= MAXYEAR:
            raise Http404
        return number


class YearView(YearMixin, TemplateView):
    """The year: its parts, each team's rounds, total, rank and grade; so far, while it has no result."""

    template_name = "assessments/year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("number", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 6 else None
        year = PlanYear(self.action, self.code, self.year, self.request.user, number=number)
        rules, result = year.rules, year.result
        if rules is None or rules.year is None:
            raise Http404
        console = YearConsole(year, self.request.user, at=now())
        return super().get_context_data(
            plan_year=year,
            result=result,
            console=console,
            reads_appeals=_reads_appeals(result, self.request.user),
            seal=seal_of_year(result) if result and console.publication else None,
            title=title_of(rules),
            plan=year.counted[-1].plan.plan if year.counted else None,
            min_rounds=rules.year.min_rounds,
            has_grades=bool(result and rules.grades),
            parts=year.parts if len(year.parts) > 1 else [],
            classes=[(each, *self._chart(year, each)) for each in year.classes],
            to_supersede=rounds_to_supersede(year.standing[-1].round, at=now()) if year.standing else [],
            missing=[(part.title, part.open) for part in year.parts if part.open or not part.counted],
            others=[one for one in reversed(year.results) if one != result],
            **kwargs,
        )

    def _chart(
        self, year: PlanYear, group: YearClass
    ) -> tuple[BumpChart | None, list[tuple[int, str]], list[tuple[YearRow, Bump]]]:
        """The ranks of a class over the rounds, the rounds' names with their x, each team with its line.

        Nothing for fewer than three rounds.
        """
        if len(year.columns) < LEAST_ROUNDS:
            return None, [], []
        hollow = {place for place, column in enumerate(year.columns) if not column.counts}
        chart = bump_chart([[cell.rank for cell in row.cells] for row in group.rows], hollow)
        kinds = [column.round.kind for column in year.columns]
        names = [
            round_label(column.round, "" if kinds.count(column.round.kind) > 1 else year.kind_title(column.round.kind))
            for column in year.columns
        ]
        return chart, list(zip(chart.columns, names, strict=True)), list(zip(group.rows, chart.bumps, strict=True))


def _reads_appeals(result: YearResult | None, user: User) -> bool:
    """Whether the notice of the year with its appeals is the person's."""
    if result is None or result.state not in YEAR_SHOWN:
        return False
    return AppealDesk(YearNotice(result), user, at=now()).is_for_user


def round_label(round: AssessmentRound, part: str = "") -> str:
    """A round's name above its column, as far as there is room: the part that it is alone in, its month, its title."""
    if not part and (round.starts_on.year, round.starts_on.month) == (round.ends_on.year, round.ends_on.month):
        return pgettext("round", "Month %(month)d") % {"month": round.starts_on.month}
    title = part or round.title
    return title if len(title) <= LABEL_LENGTH else f"{title[: LABEL_LENGTH - 1]}…"


class YearStepView(YearMixin, ActingMixin, FormView):
    """A step of a year, after the page has said what will happen; `verb` takes the result and the form's fields."""

    verb: Callable[..., object]
    moves_to: YearState
    """The state to which it moves the year; while something is open, the year's page says what."""

    form_class: type[BaseForm] = YearNoticeForm
    template_name = "components/confirm.html"
    rule: str = ""
    heading: Text = ""
    action_label: Text = ""
    consequences: tuple[Text, ...] = ()
    dangerous = False

    @cached_property
    def standing(self) -> YearStanding:
        """The year, for the centre; 404 for others, and where nothing of it is published."""
        if not may(self.request.user, "compute_year"):
            raise Http404
        standing = YearStanding(self.action, self.code, self.year)
        if standing.rules is None:
            raise Http404
        return standing

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A step that is not offered leads to the year's page, which says why."""
        if not self.is_offered():
            return redirect(self.standing.step_url("year"))
        return super().get(request, *args, **kwargs)

    def is_offered(self) -> bool:
        """Whether the page asks for the step at all; the verb decides."""
        last = self.standing.last
        if last is None or self.moves_to not in YEAR_MOVES[YearState(last.state)]:
            return False
        return may(self.request.user, self.rule, last) and not self.waits()

    def waits(self) -> bool:
        """Whether something is open."""
        return bool(year_waiting(self.standing, to=self.moves_to, at=now()))

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.standing.seen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = self.standing
        return super().get_context_data(
            heading=self.heading,
            caption=f"{standing.plan_title} · {standing.year}",
            version=standing.seen,
            consequences=self.consequences,
            action_label=self.action_label,
            dangerous=self.dangerous,
            cancel_url=standing.step_url("year"),
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        if self.standing.last is None:
            raise Http404
        self.verb(self.standing.last, **form.cleaned_data, by=self.request.user, at=now())
        return self.standing.step_url("year")


class YearComputeView(YearStepView):
    form_class = ScoreForm
    heading = _("Compute the year?")
    action_label = _("Compute the year")
    consequences = (
        _("Totals, ranks and grades are computed from the published rounds and stored as one document."),
        _("Only the assessment centre can see them until the public notice begins."),
        _("You are computing the year, so another person has to approve it."),
    )
    done_message = _("The year is computed. Check the result before it is approved.")
    moves_to = YearState.COMPUTED

    def is_offered(self) -> bool:
        """While there is no result, one that is not approved, or one of which a round has changed."""
        standing = self.standing
        last, state = standing.last, standing.last.state if standing.last else YearState.COMPUTED
        is_possible = state == YearState.COMPUTED or (state == YearState.PUBLISHED and not standing.is_current)
        return (last is None or is_possible) and not self.waits()

    def act(self, form: BaseForm) -> str:
        compute_year(self.action, self.code, self.year, **form.cleaned_data, by=self.request.user, at=now())
        return reverse("year", args=[self.code, self.year])


class YearApproveView(YearStepView):
    form_class = ApprovalForm
    rule = "approve_year"
    heading = _("Approve the result of the year?")
    action_label = _("Approve")
    consequences = (
        _("You confirm that you did not compute this result."),
        _("It can then be put in public notice."),
    )
    done_message = _("The result of the year is approved.")
    verb = staticmethod(approve_year)
    moves_to = YearState.APPROVED


class YearNoticeView(YearStepView):
    rule = "post_year_notice"
    heading = _("Begin the public notice of the year?")
    action_label = _("Begin the public notice")
    consequences = (
        _("Everyone who is signed in sees totals, ranks and grades of the year."),
        _("The heads of the teams are notified."),
        _("The result is not final yet. It can be published once the notice is over."),
    )
    done_message = _("The result of the year is in public notice.")
    verb = staticmethod(post_year_notice)
    moves_to = YearState.PUBLIC_NOTICE


class YearBackView(YearStepView):
    form_class = YearBackForm
    rule = "withdraw_year"
    heading = _("Take the result of the year back?")
    action_label = _("Take it back")
    consequences = (
        _("The approval is withdrawn, and a public notice ends."),
        _("The result stays on record. It has to be approved and put in public notice again, or computed again."),
    )
    dangerous = True
    done_message = _("The result of the year is taken back. The reason is on record.")
    verb = staticmethod(withdraw_year)
    moves_to = YearState.COMPUTED

    def waits(self) -> bool:
        """Only an appeal that is not decided keeps a result from being taken back."""
        return self.standing.appeals.open().exists()


class YearPublishView(YearStepView):
    rule = "publish_year"
    heading = _("Publish the result of the year?")
    action_label = _("Publish")
    consequences: tuple[Text, ...] = (
        _("The result of the year stands for good, as everyone has seen it in public notice."),
        _("Its rounds are archived: nothing moves in them any more, and no other round of the year can be opened."),
        _("The heads of the teams are notified."),
        _("This cannot be undone."),
    )
    dangerous = True
    done_message = _("The result of the year is published.")
    verb = staticmethod(publish_year)
    moves_to = YearState.PUBLISHED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the year itself the page says that it is not over."""
        if day_of(now()) <= date(self.year, 12, 31):
            early = gettext("%(year)s is not over: whatever is still to be assessed in it will not count.")
            self.consequences = (early % {"year": self.year}, *self.consequences)
        return super().get_context_data(**kwargs)
