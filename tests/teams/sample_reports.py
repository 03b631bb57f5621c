"""What the tests of reports share: a period that is over, a team with tasks, and a report carried to each state."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from governance.clock import SHANGHAI
from teams.reports.drafts import save_report
from teams.reports.review import accept_report, return_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, NextStepLine, ReportRow, Written


def moment(day: int, hour: int = 10, minute: int = 0, month: int = 10) -> datetime:
    """A moment of 2026, in October unless another month is named."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


EVERYBODY = [
    "office",
    "centre",
    "leader",
    "auditor",
    "administrator",
    "superuser",
    "head",
    "deputy",
    "liaison",
    "member",
    "other_head",
    "former_head",
]
OTHERS = [who for who in EVERYBODY if who != "office"]
READERS = {"office", "leader", "head", "deputy", "liaison", "member"}
"""Who reads a team's papers (docs/rules.md#visibility)."""

DRAFTED = moment(20, 9)
"""On the last day of the period of the tests, 11 to 20 October, due on the 21st at 18:00."""

SUBMITTED = moment(21, 16, 42)
DECIDED = moment(22, 9)


def written(*tasks, percent="55", **lines) -> Written:
    """Rows that bring each of `tasks` to `percent`, which is said to be right however much it is, with lines."""
    now = Decimal(percent)
    rows = [ReportRow(task.pk, percent=now, text="完成二标段路面1.2公里", confirmed=now) for task in tasks]
    return Written(rows=rows, **lines)


def drafted(team, period, *tasks, by, at=DRAFTED, **fields):
    """A draft that is complete."""
    return save_report(team, period, written(*tasks, **fields), by=by, at=at)


def submitted(team, period, *tasks, by, at=SUBMITTED, **fields):
    """A report that waits for the office."""
    report = drafted(team, period, *tasks, by=by, at=at, **fields)
    submit_report(report, by=by, at=at)
    report.refresh_from_db()
    return report


def accepted(team, period, *tasks, by, office, at=SUBMITTED, decided=DECIDED, **fields):
    """A report that the office has accepted."""
    report = submitted(team, period, *tasks, by=by, at=at, **fields)
    accept_report(report, by=office, at=decided)
    report.refresh_from_db()
    return report


def returned(team, period, *tasks, by, office, at=SUBMITTED, decided=DECIDED, resubmit_by=date(2026, 10, 23), **fields):
    """A report that the office has returned."""
    report = submitted(team, period, *tasks, by=by, at=at, **fields)
    return_report(report, reason="请补充剩余村的完成时间", resubmit_by=resubmit_by, by=office, at=decided)
    report.refresh_from_db()
    return report


def matter(text, to=None) -> Matter:
    """A matter for coordination."""
    return Matter(text, to)


def step(text, day=date(2026, 11, 10)) -> NextStepLine:
    """A next step."""
    return NextStepLine(text, day)


def address(team, period):
    """The address of a report."""
    return reverse("report", args=[team.code, period.starts_on.isoformat()])


def text(response):
    """The page as text."""
    return response.content.decode()
