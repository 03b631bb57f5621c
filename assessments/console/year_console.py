"""A plan's year as the centre sees it: its stages, what keeps it from its next move, the one next step."""

from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, names_text, short_date
from governance.people.models import User
from governance.people.permissions import may

from ..models import YearStep
from ..permissions import people_of_centre, year_approver_id
from ..results.plan_year import PlanYear
from ..results.year_readiness import YearStanding, notice_end, year_waiting
from ..rounds.people import ALONE, PAIR
from ..states import YEAR_MOVES, YearState
from .console import NextStep, Stage


class YearConsole:
    """A year with its own result: the strip for everyone who sees one, the rest for the centre."""

    def __init__(self, plan_year: PlanYear, user: User, *, at: datetime) -> None:
        self.plan_year, self.user, self.at = plan_year, user, at
        self.result = plan_year.result
        self.is_of_centre = may(user, "compute_year")

    @cached_property
    def steps(self) -> list[YearStep]:
        """The steps of all results of the year that the person sees, the last one first. One query."""
        steps = YearStep.objects.visible_to(self.user).filter(result__in=self.plan_year.results)
        return list(steps.select_related("by", "result").order_by("-result__number", "-number"))

    @cached_property
    def standing(self) -> YearStanding:
        """The year as its verbs find it."""
        return YearStanding(self.plan_year.action, self.plan_year.code, self.plan_year.year)

    # The strip ---------------------------------------------------------------------------------------------------
    @property
    def strip(self) -> list[Stage]:
        """The stages of the result that is shown; nothing is current while there is none."""
        order = list(YearState)
        here = order.index(YearState(self.result.state)) if self.result is not None else -1
        return [
            Stage(
                state.label,
                "done" if place < here else "current" if place == here else "",
                self._day(state, place <= here),
            )
            for place, state in enumerate(order)
        ]

    def _day(self, state: YearState, is_reached: bool) -> Text:
        """When the stage was reached; until when the notice lasts, or how long it will."""
        rules = self.plan_year.rules
        if is_reached and state == YearState.PUBLIC_NOTICE and self.notice_end is not None:
            return gettext("until %(moment)s") % {"moment": short_date(self.notice_end)}
        if state == YearState.PUBLIC_NOTICE and rules is not None:
            days = rules.publicity_days
            return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}
        own = [step.at for step in self.steps if step.result == self.result and step.state == state]
        return short_date(day_of(own[0])) if is_reached and own else ""

    @cached_property
    def notice_end(self) -> datetime | None:
        """When the public notice of the result that is shown ends, or ended."""
        rules = self.plan_year.rules
        return notice_end(self.result, rules) if self.result is not None and rules is not None else None

    @property
    def publication(self) -> YearStep | None:
        """The step that published the result that is shown."""
        return next(
            (step for step in self.steps if step.result == self.result and step.state == YearState.PUBLISHED), None
        )

    # The next step -----------------------------------------------------------------------------------------------
    @cached_property
    def next_step(self) -> NextStep | None:
        """The next thing to do, for the centre; None where nothing is to be done."""
        last = self.standing.last if self.is_of_centre else None
        if not self.is_of_centre or self.standing.rules is None:
            return None
        if last is None or (last.state in (YearState.COMPUTED, YearState.PUBLISHED) and not self.standing.is_current):
            return self._step(
                "year_compute",
                _("Compute the year again") if last else _("Compute the year"),
                _("Totals, ranks and grades of the year are computed from its published rounds."),
                YearState.COMPUTED,
                [],
            )
        if last.state == YearState.PUBLISHED:
            return None
        name, label, explanation = _STEPS[YearState(last.state)]
        to = YEAR_MOVES[YearState(last.state)][0]
        remarks: list[Text] = []
        if to == YearState.APPROVED:
            remarks = self._people(_("Can be approved by: %(names)s."), last.by_id)
        elif to == YearState.PUBLISHED:
            remarks = self._people(_("Can be published by: %(names)s."), year_approver_id(last))
        return self._step(name, label, explanation, to, remarks, offered=may(self.user, _RULES[to], last))

    def _step(
        self, name: str, label: Text, explanation: Text, to: YearState, remarks: list[Text], *, offered: bool = True
    ) -> NextStep:
        waits = year_waiting(self.standing, to=to, at=self.at)
        return NextStep(self.standing.step_url(name) if offered else "", label, explanation, waits, remarks)

    def _people(self, words: Text, other_than: int | None) -> list[Text]:
        """Who may take the step, and who does what where the centre is small."""
        everyone = list(people_of_centre())
        names = [str(person) for person in everyone if person.pk != other_than]
        few: list[Text] = [PAIR] if len(everyone) == 2 else []
        return [words % {"names": names_text(names)}, *few] if names else [ALONE]

    @property
    def may_withdraw(self) -> bool:
        """Whether the last result can be taken back: once every appeal is decided."""
        last = self.standing.last if self.is_of_centre else None
        can = last is not None and YearState.COMPUTED in YEAR_MOVES[YearState(last.state)]
        return can and not self.standing.appeals.open().exists()


_STEPS: dict[YearState, tuple[str, Text, Text]] = {
    YearState.COMPUTED: (
        "year_approve",
        _("Approve"),
        _("Another member of the centre approves the result of the year on the basis of a document."),
    ),
    YearState.APPROVED: (
        "year_notice",
        _("Begin the public notice"),
        _("Everyone sees totals, ranks and grades of the year."),
    ),
    YearState.PUBLIC_NOTICE: (
        "year_publish",
        _("Publish"),
        _("The result of the year stands for good, and its rounds are archived. Publication cannot be undone."),
    ),
}
"""The page of the next step from each state, its text, and what it does."""

_RULES: dict[YearState, str] = {
    YearState.APPROVED: "approve_year",
    YearState.PUBLIC_NOTICE: "post_year_notice",
    YearState.PUBLISHED: "publish_year",
}
"""Who may take the step to each state."""
