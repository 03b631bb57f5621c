"""The board of problems: by who has to act next, each with its age on one scale of days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.charts import AgeBar, DayScale
from governance.lists.text import in_chinese, long_date, names_text, overdue_text, short_date
from governance.people.models import CalendarDay, User
from governance.people.permissions import may
from governance.people.working_days import WorkingDays
from teams.models import TeamMember
from teams.permissions import HEADS

from ..models import Problem, ProblemEvidence
from ..states import ProblemState
from .courses import Course
from .debts import ANALYSE, TAKE_UP_DAYS, VERIFY

SOON = 10
"""Days before the due day from which a bar is yellow."""

ORDER = (
    ProblemState.RAISED,
    ProblemState.ANALYSED,
    ProblemState.RECTIFYING,
    ProblemState.RESOLVED,
    ProblemState.CLOSED_OUT,
    ProblemState.MERGED,
    ProblemState.DROPPED,
)
"""The groups, first to last."""

STAGES = ORDER[:5]
"""The stages of the way from raised to closed out."""


def in_order(problems: QuerySet[Problem], on: date) -> QuerySet[Problem]:
    """Problems by group; overdue ones first, then the oldest."""
    groups = [When(state=state, then=Value(place)) for place, state in enumerate(ORDER)]
    late = Q(state__in=(ProblemState.ANALYSED, ProblemState.RECTIFYING), due_on__lt=on)
    return problems.annotate(
        group=Case(*groups, default=Value(len(ORDER)), output_field=IntegerField()),
        punctual=Case(When(late, then=Value(0)), default=Value(1), output_field=IntegerField()),
    ).order_by("group", "punctual", "found_on", "number")


@dataclass(frozen=True)
class BoardRow:
    """A problem on the board."""

    problem: Problem
    course: Course
    bar: AgeBar
    tone: str
    teams: str
    """The short names of its teams."""
    days_words: str
    is_over: bool
    origin: str
    marks: Sequence[tuple[str, str]]
    """Badges: word and tone."""
    act: str
    """The name of the URL where this person acts on it next; "" where others have to."""
    act_words: str
    waits: str
    """What it waits for, where this person has nothing to do."""
    proofs: Mapping[str, int]
    """How many files show it before and after."""


class Board:
    """Rows of problems for one reader on one day: a constant number of queries."""

    def __init__(self, problems: Iterable[Problem], *, user: User, on: date, below: Iterable[Problem] = ()) -> None:
        """`below` are problems that are shown without a bar."""
        self.problems, self.below = list(problems), list(below)
        self.user, self.on = user, on
        self.courses = Course.of_each([*self.problems, *self.below])
        self.working_days: WorkingDays = CalendarDay.objects.working_days()
        self.is_office = may(user, "analyse_problem")
        parts = TeamMember.objects.current().filter(user=user, part__in=HEADS)
        self.led = frozenset(parts.values_list("team_id", flat=True))
        self.proofs = _proofs(self.problems)
        self.scale = DayScale.holding(max([30, *(self._longest(problem) for problem in self.problems)]))

    def rows(self) -> list[BoardRow]:
        """The rows in the order given."""
        return [self.row(problem) for problem in self.problems]

    def rows_below(self) -> list[BoardRow]:
        """Those without a bar, in the order given."""
        return [self.row(problem) for problem in self.below]

    def row(self, problem: Problem) -> BoardRow:
        """One row."""
        course = self.courses[problem.pk]
        act, act_words = self._act(problem, course)
        return BoardRow(
            problem=problem,
            course=course,
            bar=self._bar(problem, course),
            tone=tone_of(problem, course, self.on),
            teams=names_text(each.team.short_name for each in problem.teams.all()),
            days_words=self._days_words(problem, course),
            is_over=problem.days_over(self.on) > 0,
            origin=origin_words(problem),
            marks=list(_marks(problem, course, self.on)),
            act=act,
            act_words=act_words,
            waits="" if act else self._waits(problem, course),
            proofs=self.proofs.get(problem.pk, {}),
        )

    def _longest(self, problem: Problem) -> int:
        due = (problem.due_on - problem.found_on).days if problem.due_on else 0
        return max(self.courses[problem.pk].age(self.on), due)

    def _bar(self, problem: Problem, course: Course) -> AgeBar:
        found = problem.found_on
        due = (problem.due_on - found).days if problem.due_on else None
        gaps = [(max(0, (first - found).days), max(0, (last - found).days)) for first, last in course.rests]
        return self.scale.bar(course.age(self.on), due=due, gaps=gaps)

    def _days_words(self, problem: Problem, course: Course) -> str:
        """The age, and the day that counts next."""
        days = course.age(self.on)
        state = problem.state
        if state in (ProblemState.RESOLVED, ProblemState.CLOSED_OUT):
            said = ngettext("resolved after %(days)d day", "resolved after %(days)d days", days) % {"days": days}
            if state == ProblemState.CLOSED_OUT:
                return said
            by = self.working_days.add(course.since, VERIFY.term)
            return joined([said, _("to be verified by %(day)s") % {"day": short_date(by)}])
        said = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        if state == ProblemState.RAISED:
            by = self.working_days.add(course.since, ANALYSE.term)
            return joined([said, _("to be analysed by %(day)s") % {"day": short_date(by)}])
        over = problem.days_over(self.on)
        parts = [said]
        if course.rests:
            rested = course.rested_days
            parts.append(
                ngettext("closed for %(days)d of them", "closed for %(days)d of them", rested) % {"days": rested}
            )
        if over:
            parts.append(overdue_text(over))
        elif problem.due_on and problem.is_live:
            parts.append(pgettext("problem", "due %(day)s") % {"day": short_date(problem.due_on)})
        return joined(parts)

    def _act(self, problem: Problem, course: Course) -> tuple[str, str]:
        """Where this person acts next, and the text of the button."""
        state, office = problem.state, self.is_office
        leads = problem.lead_id in self.led
        if state == ProblemState.RAISED and office:
            return "problem_analyse", _("Analyse")
        if state == ProblemState.ANALYSED and leads:
            return "problem_take_up", _("Take up")
        if state == ProblemState.RECTIFYING and leads:
            return "problem_resolve", _("Report as resolved")
        if state == ProblemState.RESOLVED and office and course.resolver != self.user:
            return "problem_verify", _("Verify")
        due = problem.look_again_on is not None and problem.look_again_on <= self.on
        if state == ProblemState.CLOSED_OUT and office and due:
            return "problem_look_back", _("Look back")
        return "", ""

    def _waits(self, problem: Problem, course: Course) -> str:
        """For whom it waits, and until when."""
        if problem.state == ProblemState.RAISED:
            return _("waits for the special office")
        if problem.state == ProblemState.ANALYSED:
            by = self.working_days.add(course.since, TAKE_UP_DAYS)
            return _("to be taken up by %(day)s") % {"day": short_date(by)}
        if problem.state == ProblemState.RESOLVED:
            return _("waits to be verified")
        if problem.state == ProblemState.CLOSED_OUT:
            if problem.look_again_on is None:
                return _("looked back on")
            return _("look back on %(day)s") % {"day": short_date(problem.look_again_on)}
        if problem.merged_into is not None:
            return _("in problem %(number)s") % {"number": problem.merged_into.number}
        left = (problem.due_on - self.on).days if problem.due_on and problem.is_live else -1
        return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left} if left >= 0 else ""


def joined(parts: Iterable[str]) -> str:
    """Parts of a sentence that have no commas of their own."""
    return _(", ").join(parts)


def tone_of(problem: Problem, course: Course, on: date) -> str:
    """The colour of a bar: green once resolved, red when overdue, yellow when due soon or reopened."""
    if problem.state in (ProblemState.RESOLVED, ProblemState.CLOSED_OUT):
        return "green"
    if problem.due_on is None or not problem.is_live:
        return "grey"
    if problem.days_over(on):
        return "red"
    return "yellow" if course.rests or problem.due_on <= on + timedelta(days=SOON) else "pine"


def origin_words(problem: Problem) -> str:
    """Where it comes from, in a few words."""
    if problem.entry is not None:
        return _("report for %(period)s") % {"period": problem.entry.report.period}
    if problem.matter is not None:
        return _("a matter in the report for %(period)s") % {"period": problem.matter.report.period}
    if problem.item is not None:
        return str(problem.item.meeting)
    return f"{problem.get_found_by_display()} · {long_date(problem.found_on)}"


def _marks(problem: Problem, course: Course, on: date) -> Iterable[tuple[str, str]]:
    if problem.days_over(on):
        yield _("overdue"), "red"
    if course.rests:
        times = len(course.rests)
        yield ngettext("reopened %(times)d time", "reopened %(times)d times", times) % {"times": times}, "yellow"
    if problem.common:
        yield pgettext("problem", "common"), "pine"


def _proofs(problems: Sequence[Problem]) -> dict[int, dict[str, int]]:
    """The files in force of each problem, by what they show: one query."""
    found: dict[int, dict[str, int]] = {}
    rows = ProblemEvidence.objects.in_force().filter(owner__in=[problem.pk for problem in problems])
    for owner, moment, count in rows.order_by().values_list("owner", "moment").annotate(Count("pk")):
        found.setdefault(owner, {})[moment] = count
    return found


# The sentence above the board ----------------------------------------------------------------------------------------
def lead_sentence(counts: Mapping[str, int], oldest: Problem | None, *, mine: int, on: date) -> str:
    """What waits, and the oldest problem; `counts` as the chips have them."""
    if not counts["live"]:
        return _("No problem is being worked on.")
    said = [
        ngettext("%(count)d problem in hand", "%(count)d problems in hand", counts["live"]) % {"count": counts["live"]}
    ]
    if mine:
        said.append(ngettext("%(count)d waits for you", "%(count)d wait for you", mine) % {"count": mine})
    if counts["overdue"]:
        late = counts["overdue"]
        said.append(ngettext("%(count)d is overdue", "%(count)d are overdue", late) % {"count": late})
    if counts[ProblemState.RESOLVED]:
        waiting = counts[ProblemState.RESOLVED]
        said.append(
            ngettext("%(count)d waits to be verified", "%(count)d wait to be verified", waiting) % {"count": waiting}
        )
    sentence = _("%(counts)s.") % {"counts": joined(said)}
    if oldest is None:
        return sentence
    days = oldest.age(on)
    aged = ngettext(
        "The oldest, “%(title)s”, was found %(days)d day ago.",
        "The oldest, “%(title)s”, was found %(days)d days ago.",
        days,
    )
    space = "" if in_chinese() else " "
    return f"{sentence}{space}{aged % {'title': oldest.title, 'days': days}}"
