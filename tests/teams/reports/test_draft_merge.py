"""One draft, many hands: what each may write, what meets, what clashes, and that nothing is lost."""

import json
from datetime import date
from decimal import Decimal

import pytest

from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.models import CloseOut, Extension, HelpRequest, NextStep, ProgressReport, ReportEntry, ReportSubmission
from teams.reports.drafts import merge_report, rows_written_by, save_report
from teams.reports.matters import answer_matter
from teams.reports.review import return_report
from teams.reports.submission import RequestRefused, submit_report
from teams.reports.written import Followed, Matter, NextStepLine, ReportRow, Written
from teams.tasks.extensions import decide_extension
from tests import factories
from tests.racing import race
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import DRAFTED, SUBMITTED, accepted, drafted, matter, moment, returned, step, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def merged(team, period, by, *rows, at=DRAFTED, **lines):
    """What became of a form."""
    return merge_report(team, period, Written(rows=rows, **lines), by=by, at=at)


def said(task, text, seen, **fields):
    """A row as a form sends it."""
    return ReportRow(task.pk, text=text, seen=seen, **fields)


def texts():
    """What stands in the rows, by task."""
    return {entry.task_id: entry.text for entry in ReportEntry.objects.all()}


# Rows --------------------------------------------------------------------------------------------------------------


def test_different_rows_never_meet(team, period, road, yards, head, liaison):
    merged(team, period, liaison, said(road, "甲", 0))
    outcome = merged(team, period, head, said(yards, "乙", 0))
    assert outcome.conflicts == []
    assert texts() == {road.pk: "甲", yards.pk: "乙"}


def test_of_one_row_the_second_is_shown_both_and_the_rest_is_saved(team, period, road, yards, head, liaison):
    merged(team, period, liaison, said(road, "甲", 0))
    outcome = merged(team, period, head, said(road, "乙", 0), said(yards, "丙", 0))
    (conflict,) = outcome.conflicts
    assert (conflict.part, conflict.theirs.text, conflict.theirs.edited_by) == (f"row-{road.pk}", "甲", liaison)
    assert [(each.theirs, each.yours) for each in conflict.differences] == [("甲", "乙")]
    assert texts() == {road.pk: "甲", yards.pk: "丙"}


def test_the_same_words_do_not_clash(team, period, road, head, liaison):
    merged(team, period, liaison, said(road, "甲", 0))
    assert merged(team, period, head, said(road, "甲", 0)).conflicts == []
    assert AuditEvent.objects.count() == 1


def test_on_the_version_that_was_shown_it_is_written_over(team, period, road, head, liaison):
    merged(team, period, liaison, said(road, "甲", 0))
    outcome = merged(team, period, head, said(road, "乙", ReportEntry.objects.get().version))
    assert outcome.conflicts == []
    assert texts() == {road.pk: "乙"}


def test_a_row_keeps_its_last_hand(team, period, road, yards, head, liaison):
    merged(team, period, liaison, said(road, "甲", 0), said(yards, "乙", 0))
    merged(team, period, head, said(road, "丙", 1), at=moment(20, 12))
    hands = {entry.task_id: (entry.edited_by, entry.edited_at) for entry in ReportEntry.objects.all()}
    assert hands == {road.pk: (head, moment(20, 12)), yards.pk: (liaison, DRAFTED)}


def test_a_row_that_holds_only_a_file_is_nobodys_words_yet(team, period, road, liaison):
    report = save_report(team, period, Written(), by=liaison, at=DRAFTED)
    ReportEntry.objects.create(report=report, task=road)
    assert merged(team, period, liaison, said(road, "甲", 0)).conflicts == []
    assert texts() == {road.pk: "甲"}


def test_what_cannot_be_is_named_and_the_rest_is_saved(team, period, road, yards, liaison):
    outcome = merged(team, period, liaison, ReportRow(road.pk, percent=Decimal(101), seen=0), said(yards, "乙", 0))
    assert set(outcome.faults) == {f"row-{road.pk}-percent"}
    assert texts() == {yards.pk: "乙"}


def test_all_or_nothing_where_that_is_asked(team, period, road, yards, liaison):
    rows = [ReportRow(road.pk, percent=Decimal(101)), said(yards, "乙", 0)]
    with pytest.raises(Invalid):
        save_report(team, period, Written(rows=rows), by=liaison, at=DRAFTED)
    assert not ProgressReport.objects.exists()


def test_a_row_asks_for_one_thing(team, period, road, liaison):
    outcome = merged(team, period, liaison, ReportRow(road.pk, asks_close_out=True, asks_due_on=date(2026, 12, 31)))
    assert "not both" in str(outcome.faults[f"row-{road.pk}-asks_due_on"])


# Lines -------------------------------------------------------------------------------------------------------------


def test_additions_of_two_people_both_stay(team, period, head, liaison):
    merged(team, period, liaison, matters=[Matter("甲", key="a", seen=0)], steps=[NextStepLine("丙", key="c", seen=0)])
    merged(team, period, head, matters=[Matter("乙", key="b", seen=0)], steps=[NextStepLine("丁", key="d", seen=0)])
    assert list(HelpRequest.objects.values_list("key", "text")) == [("a", "甲"), ("b", "乙")]
    assert list(NextStep.objects.values_list("key", "text")) == [("c", "丙"), ("d", "丁")]


def test_a_line_sent_twice_is_one_line(team, period, liaison):
    for _ in range(2):
        merged(team, period, liaison, matters=[Matter("甲", key="a", seen=0)])
    assert HelpRequest.objects.count() == 1


def test_a_line_changed_by_two_keeps_the_first(team, period, head, liaison):
    merged(team, period, liaison, steps=[NextStepLine("甲", key="a", seen=0)])
    merged(team, period, liaison, steps=[NextStepLine("乙", date(2026, 11, 1), key="a", seen=1)])
    outcome = merged(team, period, head, steps=[NextStepLine("丙", key="a", seen=1)])
    assert [(each.part, each.theirs.text) for each in outcome.conflicts] == [("step-a", "乙")]
    assert NextStep.objects.get().text == "乙"


def test_an_emptied_line_goes_and_those_not_named_stay(team, period, liaison):
    lines = [Matter("甲", key="a", seen=0), Matter("乙", key="b", seen=0)]
    merged(team, period, liaison, matters=lines)
    merged(team, period, liaison, matters=[Matter("", key="a", seen=1)])
    assert HelpRequest.objects.get().key == "b"


def test_a_line_removed_meanwhile_is_not_put_back_unseen(team, period, head, liaison):
    merged(team, period, liaison, matters=[Matter("甲", key="a", seen=0)])
    merged(team, period, liaison, matters=[Matter("", key="a", seen=1)])
    outcome = merged(team, period, head, matters=[Matter("乙", key="a", seen=1)])
    assert [(each.part, each.theirs) for each in outcome.conflicts] == [("matter-a", None)]
    merged(team, period, head, matters=[Matter("乙", key="a", seen=0)])
    assert HelpRequest.objects.get().text == "乙"


def test_matters_are_sent_with_the_first_submission_that_carries_them(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office, matters=[matter("甲")], decided=moment(22, 9))
    merged(team, period, head, matters=[Matter("乙", key="b", seen=0)], at=moment(22, 10))
    assert HelpRequest.objects.get(key="b").asked_at is None
    submit_report(report, by=head, at=moment(22, 11))
    assert dict(HelpRequest.objects.values_list("text", "asked_at")) == {"甲": SUBMITTED, "乙": moment(22, 11)}


def test_an_answered_matter_stays_as_it_was_asked(team, period, road, head, office):
    department = factories.DepartmentFactory()
    returned(team, period, road, by=head, office=office, matters=[matter("甲", department)])
    line = HelpRequest.objects.get()
    official = factories.UserFactory(department=department)
    answer_matter(line, answer="已办", by=official, at=moment(22, 10))
    line.refresh_from_db()
    for text, to in (("乙", department), ("", None)):
        lines = [Matter(text, to, key=line.handle, seen=line.version)]
        outcome = merged(team, period, head, matters=lines, at=moment(22, 11))
        assert "answered on 2026-10-22" in str(outcome.faults[f"matter-{line.handle}-text"])
    with pytest.raises(Invalid):
        save_report(team, period, Written(matters=[]), by=head, at=moment(22, 11))
    assert HelpRequest.objects.get().text == "甲"


def test_a_matter_passed_on_keeps_the_offices_day(team, period, road, head, office):
    returned(team, period, road, by=head, office=office, matters=[matter("甲")])
    line = HelpRequest.objects.get()
    HelpRequest.objects.update(passed_on_at=moment(22), due_on=date(2026, 10, 30))
    merged(team, period, head, matters=[Matter("甲，请尽快", key=line.handle, seen=line.version)], at=moment(22, 11))
    line.refresh_from_db()
    assert (line.text, line.due_on) == ("甲，请尽快", date(2026, 10, 30))


# What became of last time's next steps -----------------------------------------------------------------------------


@pytest.fixture
def promised(team, period, next_period, road, head, office):
    """A next step of the accepted report before."""
    accepted(team, period, road, by=head, office=office, steps=[step("贯通三标段", date(2026, 10, 30))])
    return NextStep.objects.get()


def test_the_next_report_says_what_became_of_it(team, next_period, promised, road, head, liaison):
    report = drafted(team, next_period, road, by=liaison, at=moment(31), percent="60")
    with pytest.raises(Invalid) as refusal:
        submit_report(report, by=head, at=moment(31))
    assert refusal.value.steps == [promised]
    assert set(refusal.value.fields) == {f"last-{promised.pk}-outcome"}
    merged(team, next_period, liaison, followed=[Followed(promised.pk, "not", seen=1)], at=moment(31))
    with pytest.raises(Invalid) as refusal:
        submit_report(report, by=head, at=moment(31))
    assert set(refusal.value.fields) == {f"last-{promised.pk}-reason"}
    merged(team, next_period, liaison, followed=[Followed(promised.pk, "not", "连续降雨", seen=2)], at=moment(31))
    submission = submit_report(report, by=head, at=moment(31))
    promised.refresh_from_db()
    assert (promised.outcome, promised.reason, promised.followed_in) == ("not", "连续降雨", report)
    assert json.loads(submission.document)["followed"] == [
        {"text": "贯通三标段", "due_on": "2026-10-30", "outcome": "not", "reason": "连续降雨"}
    ]


def test_what_became_of_it_can_be_taken_back(team, next_period, promised, liaison):
    merged(team, next_period, liaison, followed=[Followed(promised.pk, "done", seen=1)], at=moment(25))
    merged(team, next_period, liaison, followed=[Followed(promised.pk, "", "多余", seen=2)], at=moment(25))
    promised.refresh_from_db()
    assert (promised.outcome, promised.reason, promised.followed_in) == ("", "", None)


def test_two_who_say_different_things_of_it_are_shown_both(team, next_period, promised, head, liaison):
    merged(team, next_period, liaison, followed=[Followed(promised.pk, "done", seen=1)], at=moment(25))
    outcome = merged(team, next_period, head, followed=[Followed(promised.pk, "partly", seen=1)], at=moment(25))
    assert [each.part for each in outcome.conflicts] == [f"last-{promised.pk}"]
    promised.refresh_from_db()
    assert promised.outcome == "done"


def test_a_step_of_another_report_is_none_of_this_ones(team, other_team, next_period, promised, liaison):
    foreign = NextStep.objects.create(
        report=ProgressReport.objects.create(period=next_period, team=other_team), text="别组的"
    )
    outcome = merged(team, next_period, liaison, followed=[Followed(foreign.pk, "done")], at=moment(25))
    assert set(outcome.faults) == {f"last-{foreign.pk}-outcome"}


def test_a_step_followed_up_stays_as_it_was_said(team, period, road, head, office, liaison, action):
    early = factories.PeriodFactory(
        action=action, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 10), due_at=moment(12, 18)
    )
    returned(team, early, road, by=head, office=office, steps=[step("甲")], at=moment(12), decided=moment(12, 12))
    line = NextStep.objects.get()
    merged(team, period, liaison, followed=[Followed(line.pk, "done", seen=line.version)])
    outcome = merged(team, early, liaison, steps=[NextStepLine("", key=line.handle, seen=line.version + 1)])
    assert "followed up" in str(outcome.faults[f"step-{line.handle}-text"])
    assert NextStep.objects.exists()


def test_what_another_report_followed_up_is_not_asked_again(team, period, next_period, road, head, office, liaison):
    accepted(team, period, road, by=head, office=office, steps=[step("甲")])
    later = factories.PeriodFactory(
        action=period.action, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 10), due_at=moment(11, 18, month=11)
    )
    line = NextStep.objects.get()
    merged(team, later, liaison, followed=[Followed(line.pk, "done", seen=1)], at=moment(5, month=11))
    report = drafted(team, next_period, road, by=head, at=moment(31), percent="60")
    assert submit_report(report, by=head, at=moment(31)).number == 1


# Asked within a row ------------------------------------------------------------------------------------------------


def test_what_a_row_asks_is_asked_with_the_report(team, period, road, yards, head, liaison, office):
    rows = [
        ReportRow(road.pk, text="全线贯通", percent=Decimal(100), confirmed=Decimal(100), asks_close_out=True),
        ReportRow(yards.pk, no_change=True, asks_due_on=date(2026, 12, 31), ask_reason="秋收"),
    ]
    report = merged(team, period, liaison, *rows).report
    submission = submit_report(report, by=head, at=SUBMITTED)
    close_out, extension = CloseOut.objects.get(), Extension.objects.get()
    assert (close_out.task, close_out.statement, close_out.asked_by) == (road, "全线贯通", head)
    assert (extension.task, extension.new_due_on, extension.reason) == (yards, date(2026, 12, 31), "秋收")
    road.refresh_from_db()
    assert road.state == "close_out_requested"
    kept = {entry.task: (entry.asks_close_out, entry.asks_due_on) for entry in submission.entries.all()}
    assert kept == {road: (True, None), yards: (False, date(2026, 12, 31))}


def test_a_refused_request_refuses_the_whole_submission_at_its_row(team, period, road, yards, head):
    set_fields(road, {"due_on": date(2026, 10, 20)}, at=DRAFTED)
    rows = [
        ReportRow(road.pk, text="甲", asks_due_on=date(2026, 12, 31), ask_reason="秋收"),
        ReportRow(yards.pk, text="乙", asks_close_out=True, confirmed_unfinished=Decimal(30)),
    ]
    report = merged(team, period, head, *rows).report
    with pytest.raises(RequestRefused) as refusal:
        submit_report(report, by=head, at=SUBMITTED)
    assert set(refusal.value.fields) == {f"row-{road.pk}-asks_due_on"}
    assert "before the due date has passed" in str(refusal.value.fields[f"row-{road.pk}-asks_due_on"])


@pytest.mark.django_db(transaction=True)
def test_after_a_refused_request_nothing_is_written(team, period, road, yards, head):
    set_fields(road, {"due_on": date(2026, 10, 20)}, at=DRAFTED)
    rows = [
        ReportRow(road.pk, text="甲", asks_due_on=date(2026, 12, 31), ask_reason="秋收"),
        ReportRow(yards.pk, text="乙", asks_close_out=True, confirmed_unfinished=Decimal(30)),
    ]
    report = merged(team, period, head, *rows).report
    with pytest.raises(RequestRefused):
        submit_report(report, by=head, at=SUBMITTED)
    report.refresh_from_db()
    assert report.state == "draft"
    assert not ReportSubmission.objects.exists()
    assert not CloseOut.objects.exists()


def test_what_was_asked_is_not_asked_again_when_the_report_is_submitted_again(team, period, yards, head, office):
    row = ReportRow(yards.pk, text="乙", asks_due_on=date(2026, 12, 31), ask_reason="秋收")
    report = merged(team, period, head, row).report
    submit_report(report, by=head, at=SUBMITTED)
    return_report(report, reason="请补充", resubmit_by=date(2026, 10, 23), by=office, at=moment(22))
    decide_extension(Extension.objects.get(), granted=False, answer="按期完成", by=office, at=moment(22))
    submit_report(report, by=head, at=moment(22, 12))
    assert Extension.objects.count() == 1


def test_on_paper_nothing_is_asked(team, period, yards, liaison, office):
    report = merged(
        team, period, liaison, ReportRow(yards.pk, text="乙", asks_close_out=True, confirmed_unfinished=Decimal(30))
    ).report
    with pytest.raises(RequestRefused) as refusal:
        submit_report(report, behalf="纸质", by=office, at=SUBMITTED)
    assert "Only the head" in str(refusal.value.fields[f"row-{yards.pk}-asks_close_out"])


# Members -----------------------------------------------------------------------------------------------------------


def test_a_member_writes_the_rows_of_the_own_department(team, period, road, yards, colleague):
    merged(team, period, colleague, said(yards, "乙", 0))
    assert ReportEntry.objects.get().edited_by == colleague
    assert rows_written_by(colleague, team, [road.pk, yards.pk]) == {yards.pk}
    with pytest.raises(NotAllowed, match="your department"):
        merged(team, period, colleague, said(road, "甲", 0), said(yards, "丙", 1))
    assert texts() == {yards.pk: "乙"}


@pytest.mark.parametrize(
    "lines",
    [
        {"matters": [Matter("甲", key="a")]},
        {"steps": [NextStepLine("甲", key="a")]},
        {"followed": [Followed(1, "done")]},
    ],
)
def test_lines_are_the_liaisons(team, period, yards, colleague, lines):
    with pytest.raises(NotAllowed):
        merged(team, period, colleague, **lines)


def test_a_member_does_not_submit(team, period, yards, colleague):
    report = merged(team, period, colleague, ReportRow(yards.pk, done=Decimal(32), seen=0)).report
    with pytest.raises(NotAllowed):
        submit_report(report, by=colleague, at=SUBMITTED)


def test_a_member_without_a_department_writes_nothing(team, period, road, member):
    member.department = None
    member.save()
    assert rows_written_by(member, team, [road.pk]) == set()


def test_who_has_left_writes_nothing(team, period, road, yards, colleague):
    colleague.memberships.update(left_on=date(2026, 9, 30))
    with pytest.raises(NotAllowed):
        merged(team, period, colleague, said(yards, "乙", 0))


# Two at once -------------------------------------------------------------------------------------------------------


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_hands_at_two_rows_save_both(team, period, road, yards, head, colleague):
    drafted(team, period, road, by=head)

    def load(person, task):
        def open_form():
            entry = ReportEntry.objects.filter(task=task).first()
            seen = entry.version if entry else 0
            return lambda: merged(team, period, person, said(task, person.name, seen))

        return open_form

    outcomes = race(load(head, road), load(colleague, yards))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert [outcome.value.conflicts for outcome in outcomes] == [[], []]
    assert texts() == {road.pk: head.name, yards.pk: colleague.name}


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_hands_at_one_row_keep_one_and_show_both(team, period, yards, head, colleague):
    def load(person):
        return lambda: lambda: merged(team, period, person, said(yards, person.name, 0))

    outcomes = race(load(head), load(colleague))
    assert [outcome.error for outcome in outcomes] == [None, None]
    (loser,) = [outcome.value.conflicts[0] for outcome in outcomes if outcome.value.conflicts]
    winner = texts()[yards.pk]
    assert loser.differences[0].theirs == winner
    assert {winner, loser.differences[0].yours} == {head.name, colleague.name}


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_add_lines_keep_both(team, period, head, liaison):
    def load(person, key):
        return lambda: lambda: merged(team, period, person, matters=[Matter(person.name, key=key, seen=0)])

    race(load(head, "a"), load(liaison, "b"))
    assert set(HelpRequest.objects.values_list("text", flat=True)) == {head.name, liaison.name}


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_saving_while_it_is_submitted_is_in_or_is_refused(team, period, road, head, liaison):
    drafted(team, period, road, by=head)

    def save():
        return lambda: merged(team, period, liaison, said(road, "迟到", 1, percent=Decimal(55)), at=SUBMITTED)

    def submit():
        report = ProgressReport.objects.get()
        return lambda: submit_report(report, seen=report.version, by=head, at=SUBMITTED)

    saved, sent = race(save, submit)
    kept = texts()[road.pk]
    if sent.error:
        assert (type(sent.error), saved.error, kept) == (Stale, None, "迟到")
        assert not ReportSubmission.objects.exists()
    else:
        assert isinstance(saved.error, WrongState)
        assert kept == json.loads(ReportSubmission.objects.get().document)["rows"][0]["text"] != "迟到"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_saving_while_it_is_returned_is_refused_or_written_after(team, period, road, head, liaison, office):
    report = submitted(team, period, road, by=head)

    def save():
        return lambda: merged(team, period, liaison, said(road, "补充", 1, percent=Decimal(55)), at=moment(22))

    def give_back():
        return lambda: return_report(report, reason="请补充", resubmit_by=date(2026, 10, 23), by=office, at=moment(22))

    saved, given = race(save, give_back)
    assert given.error is None
    assert texts()[road.pk] == ("补充" if saved.error is None else "完成二标段路面1.2公里")
    assert saved.error is None or isinstance(saved.error, WrongState)
    assert "补充" not in ReportSubmission.objects.get().document
