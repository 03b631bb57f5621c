"""The page of a requirement as a table: clauses by the tasks that take them up, with the first answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from governance.lists.text import in_chinese
from governance.people.models import CalendarDay
from governance.people.working_days import WorkingDays
from teams.models import SpecialTeam, Task
from teams.rules.lamps import Lamp
from teams.words import LAMP_WORDS

from ..models import ClauseAnswer, Requirement
from .standing import ClauseStanding, TeamStanding


@dataclass(frozen=True)
class Column:
    """A task that takes clauses up, or a team that answers without one."""

    key: tuple[str, int]
    number: str
    title: str
    url: str


@dataclass(frozen=True)
class Cell:
    """A clause met by a column: how the task is lit, and after how many working days the team first answered."""

    name: str
    lamp: Lamp | None
    word: str
    url: str

    @property
    def lamp_word(self) -> str:
        """The word of the lamp."""
        return str(LAMP_WORDS[self.lamp]) if self.lamp else ""


@dataclass(frozen=True)
class Row:
    """A clause with a cell for each column, how it stands in a word, and where this person may answer."""

    standing: ClauseStanding
    cells: Sequence[Cell | None]
    word: str
    tone: str
    doors: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Matrix:
    """Rows and columns, as of a day."""

    requirement: Requirement
    columns: Sequence[Column]
    rows: Sequence[Row]
    on: date

    @property
    def width(self) -> int:
        """Columns that an unmatched row spans."""
        return max(1, len(self.columns))

    @property
    def unmatched(self) -> Sequence[Row]:
        """The clauses that nobody has."""
        return [row for row in self.rows if row.standing.is_unmatched]

    @property
    def sentence(self) -> str:
        """What stands above the table: clauses taken up, answers, what lacks."""
        taken = len(self.rows) - len(self.unmatched)
        answered = [each for row in self.rows for each in row.standing.answered]
        late = sum(each.is_on_time is False for each in answered)
        open_ = sum(len(row.standing.teams) for row in self.rows) - len(answered)
        said = [
            gettext("%(taken)s of %(all)s clauses have a team.") % {"taken": taken, "all": len(self.rows)},
        ]
        if answered and not late:
            said.append(
                ngettext("%(count)d answer, in time.", "%(count)d answers, all in time.", len(answered))
                % {"count": len(answered)}
            )
        elif answered:
            words = {"count": len(answered), "late": late}
            said.append(
                ngettext("%(count)d answer, %(late)d late.", "%(count)d answers, %(late)d late.", len(answered)) % words
            )
        if open_:
            said.append(
                ngettext("%(count)d answer is outstanding.", "%(count)d answers are outstanding.", open_)
                % {"count": open_}
            )
        return ("" if in_chinese() else " ").join(said)

    @property
    def answers(self) -> Sequence[ClauseAnswer]:
        """All answers, the last one first."""
        found = [answer for row in self.rows for answer in row.standing.answers]
        return sorted(found, key=lambda answer: (answer.answered_on, answer.at), reverse=True)


def matrix_of(
    requirement: Requirement,
    standings: Sequence[ClauseStanding],
    *,
    on: date,
    speaks_for: Collection[int],
    is_office: bool,
) -> Matrix:
    """The table of a requirement for someone who speaks for some teams, or is of the office: one query."""
    columns = _columns(standings)
    days = CalendarDay.objects.working_days()
    rows = [_row(standing, columns, days, on, speaks_for, is_office) for standing in standings]
    return Matrix(requirement, columns, rows, on)


def _columns(standings: Sequence[ClauseStanding]) -> list[Column]:
    tasks = {task.pk: task for standing in standings for task in standing.tasks}
    teams = {each.team.pk: each.team for standing in standings for each in standing.teams if not each.tasks}
    by_number = sorted(tasks.values(), key=lambda task: (task.year, task.number))
    by_order = sorted(teams.values(), key=lambda team: team.order)
    return [*map(_of_task, by_number), *map(_of_team, by_order)]


def _of_task(task: Task) -> Column:
    return Column(("task", task.pk), str(task.number), task.title, task.get_absolute_url())


def _of_team(team: SpecialTeam) -> Column:
    return Column(("team", team.pk), "", team.short_name, team.get_absolute_url())


def _row(
    standing: ClauseStanding,
    columns: Sequence[Column],
    days: WorkingDays,
    on: date,
    speaks_for: Collection[int],
    is_office: bool,
) -> Row:
    found: dict[tuple[str, int], Cell] = {}
    for each in standing.teams:
        for task in each.tasks:
            found["task", task.pk] = _cell(each, task, days, on)
        if not each.tasks:
            found["team", each.team.pk] = _cell(each, None, days, on)
    word, tone = _word(standing, on)
    doors = [
        (_door_word(each, is_own=each.team.pk in speaks_for, several=len(standing.teams) > 1), _door(each))
        for each in standing.teams
        if each.team.closed_on is None and (each.team.pk in speaks_for or (is_office and each.first is None))
    ]
    return Row(standing, [found.get(column.key) for column in columns], word, tone, doors)


def _cell(each: TeamStanding, task: Task | None, days: WorkingDays, on: date) -> Cell:
    about = [answer for answer in each.answers if task is None or answer.task_id in (None, task.pk)]
    name = gettext("Task %(task)s") % {"task": task} if task else each.team.short_name
    lamp = task.lamp_on(on) if task else None
    if not about:
        word = gettext("overdue") if each.is_overdue(on) else gettext("open")
        return Cell(name, lamp, word, f"#clause-{each.clause.number}")
    after = days.count_between(each.clause.requirement.received_on, about[0].answered_on)
    word = ngettext("%(count)d day", "%(count)d days", after) % {"count": after}
    return Cell(name, lamp, word, f"#answer-{about[0].pk}")


def _word(standing: ClauseStanding, on: date) -> tuple[str, str]:
    """How a clause stands, and the tone of the word."""
    if standing.clause.not_ours:
        return gettext("not ours"), "grey"
    if standing.is_unmatched:
        return gettext("no team"), "yellow"
    overdue, late = standing.overdue(on), standing.late
    if overdue:
        return ngettext("%(count)d overdue", "%(count)d overdue", len(overdue)) % {"count": len(overdue)}, "red"
    if len(standing.answered) < len(standing.teams):
        words = {"count": len(standing.answered), "all": len(standing.teams)}
        return gettext("%(count)d of %(all)d answered") % words, "blue"
    if late:
        return ngettext("%(count)d late", "%(count)d late", len(late)) % {"count": len(late)}, "yellow"
    answered = len(standing.answered)
    return ngettext("%(count)d in time", "%(count)d in time", answered) % {"count": answered}, "green"


def _door(each: TeamStanding) -> str:
    clause = each.clause
    return reverse("clause_answer", args=[clause.requirement_id, clause.number, each.team.code])


def _door_word(each: TeamStanding, *, is_own: bool, several: bool) -> str:
    if is_own:
        return gettext("Answer again") if each.first else pgettext("clause", "Answer")
    return gettext("On behalf of %(team)s") % {"team": each.team.short_name} if several else gettext("On behalf")
