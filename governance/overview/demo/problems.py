"""The prominent problems of the story: found, analysed, taken up, verified and looked back on by who is to do it."""

from datetime import date, datetime
from functools import partial

from teams.meetings.models import AgendaItem, Problem
from teams.meetings.problems.analysis import Analysis, analyse_problem, merge_problem
from teams.meetings.problems.origins import Finding, drop_problem, raise_problem
from teams.meetings.problems.rectification import add_problem_task, resolve_problem, take_up_problem
from teams.meetings.problems.verification import (
    close_out_problem,
    look_back_problem,
    reopen_problem,
    send_back_problem,
)
from teams.models import HelpRequest, ReportEntry

from .pictures import Picture, drawn
from .problem_facts import (
    ANALYSED,
    FIRMS,
    HARVEST,
    LAND,
    LEDGERS,
    RAISED,
    REGISTERED,
    REGISTERS,
    RESOLVED,
    SIGNED_IN,
    TAKEN_UP,
    Raised,
    Solution,
)
from .timeline import Timeline


def problem_called(title: str) -> Problem:
    """A problem by its title, as it stands."""
    return Problem.objects.select_related("action", "lead").get(title=title)


def find_problems(told: Timeline) -> None:
    """Add the problems to the story."""
    problems = _Problems(told)
    for raised in RAISED:
        told.on(*raised.at, partial(problems.find, raised))
    for moment, solution in ANALYSED:
        told.on(*moment, partial(problems.analyse, solution))
    for moment, title, username, text in TAKEN_UP:
        told.on(*moment, partial(problems.take_up, title, username, text))
    for moment, title, username, text, picture in RESOLVED:
        told.on(*moment, partial(problems.resolve, title, username, text, picture))
    told.on(date(2026, 8, 31), 10, 0, partial(problems.close, FIRMS, "12个项目逐一电话核实。"))
    told.on(date(2026, 9, 28), 16, 0, partial(problems.close, REGISTERED, "抽查3个社区，服务记录属实。"))
    told.on(date(2026, 9, 30), 11, 0, problems.send_back)
    told.on(date(2026, 9, 30), 15, 30, problems.look_back)
    told.on(date(2026, 10, 12), 10, 0, partial(problems.close, SIGNED_IN, "签到与人次一致。"))
    told.on(date(2026, 10, 15), 11, 0, problems.add_task)
    told.on(date(2026, 10, 16), 9, 30, problems.drop)
    told.on(date(2026, 10, 16), 10, 0, problems.reopen)
    told.on(date(2026, 10, 19), 11, 0, problems.merge)


class _Problems:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def find(self, raised: Raised, at: datetime) -> None:
        """Somebody raises a problem, with a picture where there is one."""
        finding = Finding(
            title=raised.title,
            found_by=raised.found_by,
            found_on=raised.found_on,
            text=raised.text,
            entry=self.row(*raised.row) if raised.row else None,
            matter=HelpRequest.objects.get(text__startswith=raised.matter, asked_at__isnull=False)
            if raised.matter
            else None,
            item=AgendaItem.objects.get(
                kind=AgendaItem.Kind.PROBLEMS, meeting__kind="promotion", meeting__action=self.told.action
            )
            if raised.found_by == Problem.FoundBy.MEETING
            else None,
        )
        teams = [self.told.teams[code] for code in raised.teams]
        files = [drawn(raised.picture)] if raised.picture else []
        raise_problem(teams, finding, files=files, by=self.told.user(raised.by), at=at)

    def row(self, task: int, period: int) -> ReportEntry:
        """The row of a report."""
        return ReportEntry.objects.get(report__period=self.told.period(period), task=self.told.task(task))

    def analyse(self, solution: Solution, at: datetime) -> None:
        """The office says why it exists, who leads and by when."""
        analysis = Analysis(
            cause=solution.cause,
            lead=self.told.teams[solution.lead],
            due_on=solution.due_on,
            solved_when=solution.solved_when,
            severity=solution.severity,
        )
        analyse_problem(problem_called(solution.problem), analysis, by=self.told.user("office"), at=at)

    def take_up(self, title: str, username: str, text: str, at: datetime) -> None:
        """The lead team begins."""
        take_up_problem(problem_called(title), text=text, by=self.told.user(username), at=at)

    def add_task(self, at: datetime) -> None:
        """A task of the team rectifies the problem: it is not closed out while that is open."""
        add_problem_task(problem_called(LAND), self.told.task(3), by=self.told.user("office"), at=at)

    def resolve(self, title: str, username: str, text: str, picture: Picture, at: datetime) -> None:
        """The head reports what holds now, with a picture."""
        resolve_problem(problem_called(title), text=text, files=[drawn(picture)], by=self.told.user(username), at=at)

    def close(self, title: str, text: str, at: datetime) -> None:
        """The office has verified it."""
        close_out_problem(problem_called(title), text=text, by=self.told.user("office2"), at=at)

    def send_back(self, at: datetime) -> None:
        """The office is not content: only new courses were put right."""
        reason = "只改了新开班次，前四期人次没有核对。"
        send_back_problem(problem_called(SIGNED_IN), reason=reason, by=self.told.user("office2"), at=at)

    def look_back(self, at: datetime) -> None:
        """A month later it holds."""
        text = "回访3家企业，登记表每旬更新。"
        look_back_problem(problem_called(FIRMS), text=text, by=self.told.user("office2"), at=at)

    def drop(self, at: datetime) -> None:
        """The office sees no problem but a season."""
        reason = "季节性安排，按延期程序办理，不作为突出问题。"
        drop_problem(problem_called(HARVEST), reason=reason, by=self.told.user("office"), at=at)

    def reopen(self, at: datetime) -> None:
        """A spot check finds that it has returned."""
        reason = "10月16日抽查4个社区，报到后未服务的占四成，台账系事后补记。"
        due_on = date(2026, 11, 15)
        reopen_problem(problem_called(REGISTERED), reason=reason, due_on=due_on, by=self.told.user("office2"), at=at)

    def merge(self, at: datetime) -> None:
        """Two teams found the same thing from two sides: one common problem."""
        reason = "与村集体经济专班发现的问题同因。"
        merge_problem(
            problem_called(REGISTERS), problem_called(LEDGERS), reason=reason, by=self.told.user("office"), at=at
        )
