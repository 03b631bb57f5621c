"""A draft sent back to the liaison with a word that stands in the form, and a submitted report taken back."""

from datetime import date

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Refused, Stale, WrongState
from teams.guards import PeriodNotOpen
from teams.invariants import INVARIANTS
from teams.models import ProgressReport, ReportingPeriod
from teams.reports.hand_over import LONGEST_WORD, hand_back_report, hand_over_report, take_back_report
from teams.reports.review import accept_report, open_submission, return_report
from teams.reports.status import reports_standing
from teams.reports.submission import submit_report
from tests.racing import race
from tests.teams.sample_reports import DRAFTED, EVERYBODY, SUBMITTED, accepted, drafted, moment, returned, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

AGREEING = {"report_and_decision", "first_submission_judges", "submissions_in_order"}
"""What taking back must leave true (docs/rules.md#invariants)."""

WORD = "请把三标段的协议数写上"


def hand_back(report, person, at=SUBMITTED, **fields):
    return hand_back_report(report, by=person, at=at, **({"note": WORD} | fields))


@pytest.fixture
def draft(team, period, road, liaison):
    """A complete draft that the liaison has written."""
    return drafted(team, period, road, by=liaison)


def test_the_word_stands_with_the_draft(draft, head):
    hand_back(draft, head, note=f" {WORD} ")
    draft.refresh_from_db()
    assert (draft.word_back, draft.state) == (WORD, "draft")


def test_it_is_one_event_and_tells_the_liaison_alone(draft, head, deputy, liaison, member):
    hand_back(draft, head)
    assert AuditEvent.objects.filter(verb="hand_back_report").count() == 1
    notice = Notice.objects.get(kind="report_handed_back")
    assert (notice.to, notice.url, notice.due_on) == (liaison, draft.get_absolute_url(), date(2026, 10, 21))
    assert WORD in notice.sentence


def test_without_a_liaison_the_others_who_draft_are_told(team, period, road, head, deputy):
    hand_back(drafted(team, period, road, by=deputy), head)
    assert Notice.objects.get(kind="report_handed_back").to == deputy


def test_each_word_is_told(draft, head, liaison):
    hand_back(draft, head)
    hand_back(draft, head, note="还有日期")
    assert Notice.objects.filter(kind="report_handed_back").count() == 2
    draft.refresh_from_db()
    assert draft.word_back == "还有日期"


def test_a_returned_report_is_sent_back_too(team, period, road, head, liaison, office):
    report = returned(team, period, road, by=head, office=office)
    hand_back(report, head, at=moment(22, 10))
    report.refresh_from_db()
    assert (report.word_back, report.state) == (WORD, "returned")


def test_the_word_is_gone_once_the_draft_is_handed_over(draft, head, liaison):
    hand_back(draft, head)
    hand_over_report(draft, by=liaison, at=SUBMITTED)
    draft.refresh_from_db()
    assert draft.word_back == ""


def test_the_word_is_gone_once_it_is_submitted(draft, head):
    hand_back(draft, head)
    submit_report(draft, by=head, at=SUBMITTED)
    draft.refresh_from_db()
    assert draft.word_back == ""


@pytest.mark.parametrize("note", ["", "  ", "长" * (LONGEST_WORD + 1)])
def test_the_word_is_a_word(draft, head, note):
    with pytest.raises(Invalid) as refusal:
        hand_back(draft, head, note=note)
    assert set(refusal.value.fields) == {"note"}


@pytest.mark.parametrize("made", [submitted, accepted])
def test_what_lies_at_the_office_is_not_sent_back(team, period, road, head, office, made):
    office_ = {"office": office} if made is accepted else {}
    with pytest.raises(WrongState):
        hand_back(made(team, period, road, by=head, **office_), head, at=moment(22, 12))


def test_nothing_is_sent_back_in_a_closed_period(draft, head, period):
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=moment(22), closed_by=head)
    with pytest.raises(PeriodNotOpen):
        hand_back(draft, head, at=moment(22, 12))


def test_who_saw_an_older_draft_is_told(draft, head):
    with pytest.raises(Stale):
        hand_back(draft, head, seen=draft.version - 1)


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ("head", "deputy")])
def test_only_head_and_deputy_send_back(draft, who, request):
    with pytest.raises(NotAllowed):
        hand_back(draft, request.getfixturevalue(who))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_sending_back_while_it_is_submitted_one_wins_and_the_other_is_told(team, period, road, liaison, head, deputy):
    drafted(team, period, road, by=liaison, at=DRAFTED)
    before = AuditEvent.objects.count()

    def load(verb, person, **fields):
        def open_page():
            report = ProgressReport.objects.get()
            return lambda: verb(report, by=person, at=SUBMITTED, seen=report.version, **fields)

        return open_page

    outcomes = race(load(hand_back_report, head, note=WORD), load(submit_report, deputy))
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert isinstance(error, Refused)
    report = ProgressReport.objects.get()
    sent_back = outcomes[0].error is None
    assert (report.state, report.word_back) == (("draft", WORD) if sent_back else ("submitted", ""))
    assert AuditEvent.objects.count() == before + 1


# Taking back what was submitted --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_head_and_liaison_take_back_what_nobody_has_opened(who, team, period, road, head, liaison, office, request):
    report, person = submitted(team, period, road, by=head), request.getfixturevalue(who)
    if who not in ("head", "deputy", "liaison"):
        with pytest.raises(NotAllowed):
            take_back_report(report, by=person, at=SUBMITTED)
        return
    with pytest.raises(Stale):
        take_back_report(report, by=person, at=SUBMITTED, seen=report.version - 1)
    take_back_report(report, by=person, at=moment(21, 17), seen=report.version)
    report.refresh_from_db()
    assert (report.state, report.first_submitted_at, report.on_time) == ("draft", None, None)
    assert not ProgressReport.objects.waiting().exists()
    assert AuditEvent.objects.get(verb="take_back_report").change == '{"submission":1}'
    assert Notice.objects.get(kind="report_taken_back").to == office
    with pytest.raises(WrongState):
        take_back_report(report, by=person, at=moment(21, 18))

    # submitted again after it was due: late, in the report, in the record of the period and for the assessment
    submission = submit_report(report, by=head, at=moment(22, 9))
    assert (submission.number, submission.on_time) == (2, False)
    assert [row.number for row in report.submissions.standing()] == [2]
    assert [row.number for row in report.submissions.standing(at__lte=SUBMITTED)] == [1, 2]
    statuses = [
        reports_standing([period], [team], at=at)[0].statuses[team.pk]
        for at in (SUBMITTED, moment(21, 17, 30), moment(21, 19), moment(22, 10))
    ]
    assert statuses == ["waiting", "due", "overdue", "waiting"]
    accept_report(report, by=office, at=moment(22, 11))
    assert all(not invariant.broken().exists() for invariant in INVARIANTS if invariant.code in AGREEING)


def test_a_report_taken_back_after_its_return_is_returned_as_it_was(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office)
    submit_report(report, by=head, at=moment(22, 15))
    take_back_report(report, by=head, at=moment(22, 16))
    report.refresh_from_db()
    assert (report.state, report.resubmit_by, report.on_time) == ("returned", date(2026, 10, 23), True)
    assert report.first_submitted_at == SUBMITTED
    assert reports_standing([period], [team], at=moment(22, 17))[0].statuses[team.pk] == "returned"
    submit_report(report, by=head, at=moment(22, 18))
    assert accept_report(report, by=office, at=moment(22, 19)).decision.submission.number == 3


def test_what_was_opened_entered_from_paper_or_closed_is_not_taken_back(team, period, road, head, leader, office):
    report = submitted(team, period, road, by=head)
    open_submission(report.submissions.get(), by=leader, at=moment(21, 17))
    with pytest.raises(WrongState, match="opened"):
        take_back_report(report, by=head, at=moment(21, 18))
    return_report(report, reason="补充", resubmit_by=date(2026, 10, 23), by=office, at=moment(22, 9))
    submit_report(report, by=office, at=moment(22, 10), behalf="纸质")
    with pytest.raises(WrongState, match="opened"):
        take_back_report(report, by=head, at=moment(22, 11))
    ReportingPeriod.objects.update(closed_at=moment(22, 12), closed_by=office)
    with pytest.raises(PeriodNotOpen):
        take_back_report(report, by=head, at=moment(22, 13))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [open_submission, accept_report])
def test_taking_back_while_the_office_opens_or_decides_one_wins(verb, team, period, road, head, office):
    submitted(team, period, road, by=head)

    def take():
        report = ProgressReport.objects.get()
        return lambda: take_back_report(report, by=head, at=moment(21, 17), seen=report.version)

    def office_acts():
        report = ProgressReport.objects.get()
        row = report.submissions.get() if verb is open_submission else report
        return lambda: verb(row, by=office, at=moment(21, 17))

    taken, acted = race(take, office_acts)
    is_done = acted.error is None and acted.value is not None
    assert (taken.error is None) != is_done
    assert isinstance(taken.error or acted.error or Refused(), Refused)
    report = ProgressReport.objects.get()
    assert report.state == ("draft" if taken.error is None else "submitted" if verb is open_submission else "accepted")
