"""Tells the story: every event in chronological order, each through the usual verb, by a person, with a reason."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from governance.clock import at_time, day_of
from governance.people.accounts import mark_day, save_department, save_township
from governance.people.county_name import name_county
from governance.people.models import User
from governance.people.working_days import WorkingDays
from governance.records.notice_verbs import read_all_notices
from teams.ledger.ledger_import import import_ledger
from teams.models import NextStep, ProgressReport, ReportingPeriod, Stage, Task
from teams.reports.drafts import save_report
from teams.reports.owed_rows import OwedTask, tasks_owed
from teams.reports.periods import close_period, generate_periods
from teams.reports.review import accept_report, open_submission, return_report
from teams.reports.submission import submit_report
from teams.reports.written import Followed, Matter, NextStepLine, ReportRow, Written
from teams.roster.members import add_department, add_member
from teams.roster.teams import found_team, save_action, save_core_figure, save_group, save_stage
from teams.rules.periods import Rhythm, periods
from teams.tasks.assignment import acknowledge_task, assign_task, edit_task
from teams.tasks.close_outs import ask_close_out, decide_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.tasks.milestones import NewMilestone

from . import cast, script
from .assessment import assess
from .contest import contest
from .county import assess_months
from .daily_work import work_daily
from .instructions import instruct
from .meetings import meet
from .mutual_review import review
from .problems import find_problems
from .requirements import answer_from_below
from .showcases import show
from .supervision import supervise
from .timeline import YEAR, Timeline

DATA = Path(__file__).parent / "data"


class Story(Timeline):
    """The whole story: collects its events, then runs them in chronological order."""

    def tell(self) -> Iterator[tuple[int, int]]:
        """Run every event; yields (events done, events in all)."""
        self._found()
        self._begin()
        self._work()
        self._report()
        work_daily(self)
        meet(self)
        find_problems(self)
        supervise(self)
        answer_from_below(self)
        instruct(self)
        show(self)
        assess(self)
        assess_months(self)
        contest(self)
        review(self)
        events = sorted(self.events, key=lambda event: (event.at, event.order))
        for number, event in enumerate(events, 1):
            event.happen(event.at)
            yield number, len(events)

    # People and places -------------------------------------------------------------------------------------------
    def _found(self) -> None:
        day = date(2026, 2, 24)
        self.on(day, 8, 30, partial(self.account, cast.ADMINISTRATOR))
        self.on(day, 9, 0, self._departments)
        for number, person in enumerate(cast.STAFF):
            self.on(day, 10, number, partial(self.account, person))
        for number, team in enumerate(cast.TEAMS):
            self.on(day, 11, number, partial(self._team_accounts, team))
        self.on(date(2026, 2, 25), 9, 0, self._calendar)
        self.on(date(2026, 2, 26), 9, 0, self._action)

    def _departments(self, at: datetime) -> None:
        admin = self.user("admin")
        name_zh, name_en = cast.COUNTY
        name_county(name_zh=name_zh, name_en=name_en, by=admin, at=at)
        with (DATA / "departments.csv").open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 1):
                self.departments[row["name"]] = save_department(
                    None,
                    by=admin,
                    at=at,
                    code=f"department-{number:02}",
                    name=row["name"],
                    short_name=row["short"],
                    order=number,
                    aliases=[alias for alias in row["aliases"].split(";") if alias],
                )
        for number, name in enumerate(cast.TOWNSHIPS, 1):
            save_township(None, by=admin, at=at, code=f"township-{number:02}", name=name, order=number)

    def _team_accounts(self, team: cast.Team, at: datetime) -> None:
        parts = (("head", "组长"), ("deputy", "副组长"), ("liaison", "联络员"))
        for (part, post), name in zip(parts, team.people, strict=True):
            person = cast.Person(f"{part}-{team.code}", name, f"{team.short_name}{post}", team.lead)
            self.account(person, at)

    def _calendar(self, at: datetime) -> None:
        admin = self.user("admin")
        for works, days in ((False, cast.HOLIDAYS), (True, cast.WORKED)):
            for name, dates in days.items():
                for on in dates:
                    mark_day(on=on, works=works, name=name, by=admin, at=at)

    def _action(self, at: datetime) -> None:
        office = self.user("office")
        self.action = save_action(None, by=office, at=at, **cast.ACTION)
        for order, (title, starts_on, ends_on) in enumerate(cast.STAGES, 1):
            save_stage(
                None,
                action=self.action,
                by=office,
                at=at,
                order=order,
                title=title,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        for order, (title, head) in enumerate(cast.GROUPS, 1):
            save_group(None, action=self.action, by=office, at=at, title=title, head_name=head, order=order)

    # The work ----------------------------------------------------------------------------------------------------
    def _begin(self) -> None:
        for order, team in enumerate(cast.TEAMS, 1):
            self.on(team.founded, 9, order, partial(self._team, team, order))
        self.on(date(2026, 6, 30), 16, 0, partial(self._ledger, "task-ledger-2026-06.xlsx"))
        self.on(date(2026, 7, 1), 9, 0, self._quantities)
        self.on(
            date(2026, 7, 1),
            9,
            30,
            lambda at: generate_periods(
                self.action, first=script.PERIODS_FROM, last=script.PERIODS_TO, by=self.user("office"), at=at
            ),
        )
        self.on(date(2026, 10, 16), 16, 0, partial(self._ledger, "task-ledger-2026-10.xlsx"))

    def _team(self, team: cast.Team, order: int, at: datetime) -> None:
        office = self.user("office")
        group = self.action.groups.get(title=cast.GROUPS[team.group][0])
        made = self.teams[team.code] = found_team(
            action=self.action,
            lead_department=self.departments[team.lead],
            by=office,
            at=at,
            code=team.code,
            name=team.name,
            short_name=team.short_name,
            order=order,
            established_on=team.founded,
            group=group,
        )
        for name in team.members:
            add_department(made, department=self.departments[name], joined_on=team.founded, by=office, at=at)
        for part in ("head", "deputy", "liaison"):
            member = self.user(f"{part}-{team.code}")
            add_member(made, user=member, part=part, joined_on=team.founded, by=office, at=at)
        name, unit, target, supplier = team.figure
        save_core_figure(
            None,
            team=made,
            by=office,
            at=at,
            name=name,
            unit=unit,
            target=target,
            department=self.departments[supplier],
        )

    def _ledger(self, name: str, at: datetime) -> None:
        import_ledger(self.action, DATA / name, year=YEAR, by=self.user("office"), at=at)

    def _quantities(self, at: datetime) -> None:
        office = self.user("office")
        for number, (target, unit, done) in script.QUANTITIES.items():
            counted = {"target": Decimal(target), "unit": unit, "done": Decimal(done)}
            edit_task(self.task(number), counted, by=office, at=at)

    def _work(self) -> None:
        self.on(
            date(2026, 7, 2),
            10,
            0,
            lambda at: acknowledge_task(self.task(13), by=self.user("liaison-urban-party-building"), at=at),
        )
        for new in script.NEW_TASKS:
            self.on(new.given_on, 11, new.number, partial(self._assign, new))
            self.on(new.given_on, 15, new.number, partial(self._acknowledge, new))
        for closing in script.CLOSE_OUTS:
            self.on(closing.asked_on, 15, 0, partial(self._ask_close_out, closing))
            self.on(closing.checked_on, 10, 0, partial(self._check_close_out, closing))
        self.on(script.READ_UP_TO, 8, 30, self._read_notices)
        asked, pending = script.EXTENSION, script.ASKED_EXTENSION
        self.on(asked["asked_on"], 10, 0, partial(self._ask_extension, asked))
        self.on(asked["decided_on"], 11, 0, partial(self._grant_extension, asked))
        self.on(pending["asked_on"], 16, 0, partial(self._ask_extension, pending))

    def _read_notices(self, at: datetime) -> None:
        for user in User.objects.filter(notices__read_at=None).distinct().order_by("pk"):
            read_all_notices(by=user, at=at)

    def _assign(self, new: script.NewTask, at: datetime) -> None:
        target, unit = new.quantity or (None, "")
        assign_task(
            self.teams[new.team],
            year=YEAR,
            number=new.number,
            title=new.title,
            expected_result=new.expected_result,
            lead_department=self.departments[new.lead],
            joint=[self.departments[name] for name in new.joint],
            stage=Stage.objects.filter(action=self.action, starts_on__lte=new.start_on).last(),
            level=new.level,
            start_on=new.start_on,
            due_on=new.due_on,
            target=None if target is None else Decimal(target),
            unit=unit,
            milestones=[NewMilestone(title=title, due_on=due, weight=weight) for title, due, weight in new.milestones],
            by=self.user("office"),
            at=at,
        )

    def _acknowledge(self, new: script.NewTask, at: datetime) -> None:
        acknowledge_task(self.task(new.number), by=self.user(f"liaison-{new.team}"), at=at)

    def _ask_close_out(self, closing: script.ClosingOut, at: datetime) -> None:
        ask_close_out(
            self.task(closing.number), statement=closing.statement, by=self.user(f"head-{closing.team}"), at=at
        )

    def _check_close_out(self, closing: script.ClosingOut, at: datetime) -> None:
        asked = self.task(closing.number).close_outs.undecided().get()
        decide_close_out(asked, accepted=True, by=self.user("office2"), at=at, answer=closing.answer)

    def _ask_extension(self, asked: script.AskedExtension, at: datetime) -> None:
        ask_extension(
            self.task(asked["number"]),
            new_due_on=asked["new_due_on"],
            reason=asked["reason"],
            by=self.user(f"head-{asked['team']}"),
            at=at,
        )

    def _grant_extension(self, asked: script.AskedExtension, at: datetime) -> None:
        extension = self.task(asked["number"]).extensions.undecided().get()
        decide_extension(extension, granted=True, by=self.user("office"), at=at, answer=asked["answer"])

    # Reports -----------------------------------------------------------------------------------------------------
    def _report(self) -> None:
        """Plan each period's reports around the day on which they are due, by the rhythm and the calendar."""
        calendar = {on: False for days in cast.HOLIDAYS.values() for on in days}
        calendar |= {on: True for days in cast.WORKED.values() for on in days}
        working_days = WorkingDays(calendar)
        for number, period in enumerate(periods(Rhythm.TEN_DAY, script.PERIODS_FROM, script.PERIODS_TO)):
            if number > script.LAST_DUE:
                break
            due_on = period.due_at(working_days).date()
            for order, team in enumerate(cast.TEAMS):
                if team.founded <= period.ends:
                    self._plan_report(team, order, number, period.ends, due_on)
            if number < script.LAST_DUE:
                self.on(due_on + timedelta(days=2), 17, 0, partial(self._close, number))
        drafts = date(2026, 10, 26)
        self.on(drafts, 9, 0, partial(self._unfinished, script.UNFINISHED))
        for code, (number, value, text) in script.OPEN_DRAFTS.items():
            self.on(drafts, 10, number, partial(self._open_draft, code, (number, value, text)))

    def _close(self, number: int, at: datetime) -> None:
        close_period(self.period(number), by=self.user("office"), at=at)

    def _plan_report(self, team: cast.Team, order: int, number: int, ends_on: date, due_on: date) -> None:
        turn = script.TURNS.get((team.code, number), script.Turn())
        if turn.missing or (number == script.LAST_DUE and team.code == script.OVERDUE_TEAM):
            return
        first = team.code == "system-reform"
        submitted_on = due_on + timedelta(days=turn.late_days)
        submitted = at_time(ends_on, 17, 0) if first else at_time(submitted_on, 9, 10 + order)
        self.at(submitted - timedelta(minutes=30), lambda at: self._draft(team, number, at))
        self.at(submitted, lambda at: self._submit(team, number, at))
        if number == script.LAST_DUE and team.code in script.WAITING_TEAMS:
            return
        if number == script.LAST_DUE and team.code == script.RETURNED_TEAM[0]:
            _code, reason, reasons = script.RETURNED_TEAM
            resubmit_by = date(2026, 10, 28)
            self.on(date(2026, 10, 23), 11, 0, lambda at: self._return(team, number, reason, reasons, resubmit_by, at))
            return
        decided = at_time(submitted_on, 15, 10 + order)
        if turn.returned:
            resubmit_by = submitted_on + timedelta(days=1)
            self.at(decided, lambda at: self._return(team, number, turn.returned, turn.reasons, resubmit_by, at))
            self.on(resubmit_by, 9, 30 + order, lambda at: self._resubmit(team, number, turn, at))
            decided = at_time(resubmit_by, 16, 10 + order)
        self.at(decided, lambda at: self._accept(team, number, at))

    def _draft(self, team: cast.Team, number: int, at: datetime) -> None:
        period = self.period(number)
        rows = [self._row(owed.task, number) for owed in self._owed(team, period, at)]
        matters = [
            Matter(text, self.departments[department])
            for text, department in script.MATTERS.get((team.code, number), ())
        ]
        steps = [NextStepLine(text, due_on) for text, due_on in script.STEPS.get((team.code, number), ())]
        followed = [
            Followed(step.pk, *script.FOLLOWED.get(step.text, ("done",)))
            for step in NextStep.objects.of_last_time(self.teams[team.code], period)
        ]
        written = Written(rows=rows, matters=matters, steps=steps, followed=followed)
        save_report(self.teams[team.code], period, written, by=self.user(f"liaison-{team.code}"), at=at)

    def _owed(self, team: cast.Team, period: ReportingPeriod, at: datetime) -> list[OwedTask]:
        return tasks_owed(self.teams[team.code], period, on=day_of(at))

    def _row(self, task: Task, number: int) -> ReportRow:
        """What the report says of a task: the number from the story, or no change where it stays the same."""
        said = script.PROGRESS.get(task.number, {})
        now = said.get(number)
        before = task.done if task.target is not None else task.percent
        if now is None or Decimal(now) == before:
            return ReportRow(task.pk, no_change=True)
        texts = script.TEXTS[task.number]
        text = texts[number % len(texts)].format(more=now - int(before or 0), now=now)
        if task.target is not None:
            return ReportRow(task.pk, text=text, done=Decimal(now), confirmed=Decimal(now))
        return ReportRow(task.pk, text=text, percent=Decimal(now), confirmed=Decimal(now))

    def _report_of(self, team: cast.Team, number: int) -> ProgressReport:
        return ProgressReport.objects.get(team=self.teams[team.code], period=self.period(number))

    def _submit(self, team: cast.Team, number: int, at: datetime) -> None:
        submit_report(self._report_of(team, number), by=self.user(f"head-{team.code}"), at=at)

    def _open(self, report: ProgressReport, at: datetime) -> None:
        """The office opens what was submitted before it decides."""
        if report.team.code != script.UNREAD_TEAM:
            open_submission(report.submissions.latest("number"), by=self.user("office2"), at=at)

    def _return(
        self, team: cast.Team, number: int, reason: str, reasons: dict[int, str], resubmit_by: date, at: datetime
    ) -> None:
        report = self._report_of(team, number)
        self._open(report, at)
        return_report(
            report,
            reason=reason,
            resubmit_by=resubmit_by,
            reasons={self.task(task).pk: text for task, text in reasons.items()},
            by=self.user("office2"),
            at=at,
        )

    def _resubmit(self, team: cast.Team, number: int, turn: script.Turn, at: datetime) -> None:
        report = self._report_of(team, number)
        amended = script.AMENDED
        rows = [
            ReportRow(
                entry.task_id,
                percent=entry.percent,
                done=entry.done,
                text=f"{entry.text}{amended}",
                reason=entry.reason,
            )
            for entry in report.entries.select_related("task")
            if entry.task.number in turn.reasons
        ]
        save_report(report.team, report.period, Written(rows=rows), by=self.user(f"liaison-{team.code}"), at=at)
        submit_report(self._report_of(team, number), by=self.user(f"deputy-{team.code}"), at=at + timedelta(hours=1))

    def _accept(self, team: cast.Team, number: int, at: datetime) -> None:
        report = self._report_of(team, number)
        self._open(report, at)
        accept_report(report, by=self.user("office2"), at=at)

    def _unfinished(self, draft: script.UnfinishedDraft, at: datetime) -> None:
        row = ReportRow(self.task(draft["task"]).pk, percent=Decimal(draft["percent"]), text=draft["text"])
        self._save(draft["team"], draft["period"], row, at)

    def _open_draft(self, team: str, said: tuple[int, int, str], at: datetime) -> None:
        number, value, text = said
        self._save(team, script.LAST_DUE + 1, ReportRow(self.task(number).pk, done=Decimal(value), text=text), at)

    def _save(self, team: str, number: int, row: ReportRow, at: datetime) -> None:
        save_report(self.teams[team], self.period(number), Written(rows=[row]), by=self.user(f"liaison-{team}"), at=at)
