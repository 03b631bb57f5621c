"""Debts about showcases: a step to confirm for the office, the verdict on a learned practice for its team."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from teams.debts.reader import DebtReader
from teams.models import TeamMember

from ..models import Showcase, ShowcaseStep
from ..notices import ShowcaseNotice

LIAISON = TeamMember.Part.LIAISON


class StepKind(OfficeDebtKind):
    """A proposed step that the office has not decided."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"showcase": debt.row.showcase.title, "rung": debt.row.step}


class PracticeKind(DebtKind):
    """A learned practice past its day of review."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"showcase": debt.row.title}


STEP = StepKind(
    "showcase_step",
    order=125,
    label=pgettext_lazy("owed", "Step to confirm"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, reported %(since)s, %(days)s"),
    overdue=ShowcaseNotice.STEP_WAITING,
    term=5,
)
PRACTICE = PracticeKind(
    "practice",
    order=46,
    label=pgettext_lazy("owed", "Learned practice to judge"),
    chat=pgettext_lazy("chat", "%(team)s (%(who)s): %(what)s, %(days)s. Please say what became of it."),
    overdue=ShowcaseNotice.PRACTICE_OVERDUE,
)


def steps_waiting(reader: DebtReader) -> Iterator[Debt]:
    """Proposed steps that wait: one query."""
    decides = reader.may("confirm_steps")
    rows = reader.visible(ShowcaseStep.objects.waiting()).filter(showcase__team__action=reader.action)
    for row in rows.select_related("showcase"):
        since = day_of(row.at)
        url = reverse("step_confirm", args=[row.showcase_id, row.pk]) if decides else row.showcase.get_absolute_url()
        yield Debt(
            STEP,
            row=row,
            subject=row.showcase,
            on=reader.on,
            since=since,
            due_on=STEP.due(since, reader),
            team=reader.teams[row.showcase.team_id],
            url=url,
        )


def practices_owed(reader: DebtReader) -> Iterator[Debt]:
    """Learned practices without a verdict from the day of their review on: one query."""
    rows = reader.visible(Showcase.objects.filter(kind=Showcase.Kind.LEARNED, verdict="", review_on__lte=reader.on))
    for practice in rows.filter(team__action=reader.action, team__closed_on=None):
        yield Debt(
            PRACTICE,
            row=practice,
            subject=practice,
            on=reader.on,
            since=practice.review_on or reader.on,
            due_on=practice.review_on,
            team=reader.teams[practice.team_id],
            debtors=tuple(Debtor(user, LIAISON.label) for user in reader.people[practice.team_id].of(LIAISON)),
            url=practice.get_absolute_url(),
        )


for _kind in (STEP, PRACTICE):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("showcase steps", steps_waiting)
DEBT_SOURCES.register("practices", practices_owed)
