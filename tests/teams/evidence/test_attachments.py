"""Evidence is attached, described and withdrawn: by whom, while what can be changed, once."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.records.models import AuditEvent, StoredFile
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from governance.records.upload_checks import read_uploads
from teams.evidence.attachments import (
    attach_evidence,
    describe_evidence,
    is_open,
    withdraw_evidence,
)
from teams.models import (
    CloseOut,
    CloseOutEvidence,
    EntryEvidence,
    ProgressReport,
    ReportEntry,
    SubmittedEvidence,
    Task,
    TaskEvidence,
)
from teams.reports.row_evidence import attach_to_entry
from teams.reports.submission import submit_report
from teams.tasks.assignment import cancel_task
from teams.tasks.close_outs import ask_close_out, decide_close_out
from tests import factories
from tests.formats.brought import pdf, photo, picture
from tests.racing import race
from tests.teams.races import one_winner
from tests.teams.sample_reports import DRAFTED, SUBMITTED, drafted, moment, returned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Bytes of tests lie apart."""
    settings.MEDIA_ROOT = tmp_path


def brought(*files):
    """Files as a form has checked them: (name, content), or a photo of each colour named."""
    made = [(f"{each}.jpg", picture(colour=each)) if isinstance(each, str) else each for each in files]
    return read_uploads([SimpleUploadedFile(name, content) for name, content in made])


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


@pytest.fixture
def own_member(team, road):
    """A member of the team whose department leads the task."""
    user = factories.UserFactory(department=road.lead_department)
    return factories.MemberFactory(team=team, part="member", user=user).user


@pytest.fixture
def close_out(road, head, at):
    """A close-out that waits."""
    return ask_close_out(road, statement="已全部完成", by=head, at=at)


class TestTask:
    """Files of a task."""

    def test_they_are_kept_with_what_they_show(self, road, liaison, at):
        rows = attach_evidence(
            road, brought("red", "blue"), caption=" 通车现场 ", dated_on=date(2026, 10, 20), by=liaison, at=at
        )
        assert [(row.caption, row.dated_on) for row in rows] == [("通车现场", date(2026, 10, 20))] * 2
        assert list(road.evidence.in_force()) == rows
        assert {row.file.by for row in rows} == {liaison}
        assert rows[0].file.blob.read() and rows[0].file.thumbnail.read()

    def test_one_event_names_each_file_by_its_digest(self, road, liaison, at):
        rows = attach_evidence(road, brought("red", "blue"), by=liaison, at=at)
        event = events("attach_evidence").get()
        assert event.object_id == str(road.pk) and event.by == liaison
        assert all(row.file.sha256 in event.change and row.file.name not in event.change for row in rows)

    def test_a_photo_brings_the_day_of_its_camera(self, road, liaison, at):
        (row,) = attach_evidence(road, brought(("a.jpg", photo())), by=liaison, at=at)
        assert row.dated_on == row.file.dated_on == date(2026, 10, 18)

    def test_the_day_that_is_entered_wins_but_the_camera_s_stays_with_the_file(self, road, liaison, at):
        (row,) = attach_evidence(road, brought(("a.jpg", photo())), dated_on=date(2026, 10, 17), by=liaison, at=at)
        assert (row.dated_on, row.file.dated_on) == (date(2026, 10, 17), date(2026, 10, 18))

    def test_a_camera_whose_clock_runs_ahead_names_no_day(self, road, liaison, at):
        (row,) = attach_evidence(road, brought(("a.jpg", photo(taken="2027:01:01 00:00:00"))), by=liaison, at=at)
        assert row.dated_on is None and row.file.dated_on is None

    def test_a_day_still_to_come_is_refused(self, road, liaison, at):
        with pytest.raises(Invalid) as caught:
            attach_evidence(road, brought("red"), dated_on=date(2026, 10, 28), by=liaison, at=at)
        assert "dated_on" in caught.value.fields
        assert not TaskEvidence.objects.exists() and not StoredFile.objects.exists()

    def test_a_caption_that_is_too_long_keeps_nothing(self, road, liaison, at):
        with pytest.raises(Invalid):
            attach_evidence(road, brought("red", "blue"), caption="长" * 201, by=liaison, at=at)
        assert not TaskEvidence.objects.exists() and not StoredFile.objects.exists()

    @pytest.mark.parametrize("who", ["office", "head", "deputy", "liaison", "own_member"])
    def test_by_whoever_writes_about_the_task_and_the_office(self, request, road, at, who):
        assert attach_evidence(road, brought("red"), by=request.getfixturevalue(who), at=at)

    @pytest.mark.parametrize("who", ["member", "other_head", "former_head", "leader", "centre", "superuser"])
    def test_by_nobody_else(self, request, road, at, who):
        with pytest.raises(NotAllowed):
            attach_evidence(road, brought("red"), by=request.getfixturevalue(who), at=at)
        assert not StoredFile.objects.exists()

    def test_not_to_a_cancelled_task(self, road, office, liaison, at):
        cancel_task(road, reason="调整", by=office, at=at)
        with pytest.raises(WrongState):
            attach_evidence(road, brought("red"), by=liaison, at=at)


class TestOnce:
    """The same content is attached to an owner once, and kept once."""

    def test_what_is_there_already_is_refused_by_name_and_nothing_is_kept(self, road, liaison, at):
        attach_evidence(road, brought("red"), by=liaison, at=at)
        with pytest.raises(Invalid) as caught:
            attach_evidence(road, brought("blue", ("又一张.jpg", picture(colour="red"))), by=liaison, at=at)
        assert "又一张.jpg" in caught.value.fields["files"] and "blue.jpg" not in caught.value.fields["files"]
        assert road.evidence.count() == 1

    def test_also_as_it_is_kept(self, road, liaison, at):
        (row,) = attach_evidence(road, brought(("a.jpg", photo())), by=liaison, at=at)
        with row.file.blob.open() as file:
            as_kept = file.read()
        with pytest.raises(Invalid):
            attach_evidence(road, brought(("b.jpg", as_kept)), by=liaison, at=at)

    def test_not_twice_in_one_go(self, road, liaison, at):
        with pytest.raises(Invalid):
            attach_evidence(road, brought("red", "red"), by=liaison, at=at)
        assert not road.evidence.exists()

    def test_after_it_was_withdrawn_it_can_be_attached_again(self, road, liaison, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        withdraw_evidence(row, by=liaison, at=at)
        assert attach_evidence(road, brought("red"), by=liaison, at=at)
        assert road.evidence.count() == 2 and road.evidence.in_force().count() == 1

    def test_elsewhere_it_has_its_own_row_but_the_bytes_lie_once(self, road, yards, liaison, head, at):
        (here,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        (there,) = attach_evidence(yards, brought(("别名.jpg", picture(colour="red"))), by=head, at=at)
        assert here.file_id != there.file_id and there.file.by == head and there.file.name == "别名.jpg"
        assert here.file.blob.name == there.file.blob.name
        assert here.file.thumbnail.name == there.file.thumbnail.name

    def test_bytes_that_a_dying_server_left_half_written_are_written_again(self, road, liaison, at, tmp_path):
        (file,) = brought(("a.pdf", pdf()))
        from governance.records.models.files import blob_path

        half = tmp_path / blob_path(StoredFile(sha256=file.original_sha256), "")
        half.parent.mkdir(parents=True)
        half.write_bytes(b"%PDF")
        (row,) = attach_evidence(road, [file], by=liaison, at=at)
        assert row.file.blob.read() == pdf()


class TestCloseOut:
    """Files of a close-out, while it waits."""

    def test_they_belong_to_the_close_out(self, close_out, liaison, at):
        (row,) = attach_evidence(close_out, brought("red"), caption="验收单", by=liaison, at=at)
        assert list(close_out.evidence.all()) == [row]
        assert events("attach_evidence").get().object_id == str(close_out.task_id)

    @pytest.mark.parametrize("who", ["office", "member", "other_head", "former_head", "leader"])
    def test_only_the_team_s_drafters_attach(self, request, close_out, at, who):
        with pytest.raises(NotAllowed):
            attach_evidence(close_out, brought("red"), by=request.getfixturevalue(who), at=at)

    @pytest.mark.parametrize("is_accepted", [True, False])
    def test_once_decided_it_stays_as_it_was(self, close_out, liaison, office, at, is_accepted):
        (row,) = attach_evidence(close_out, brought("red"), by=liaison, at=at)
        decide_close_out(close_out, accepted=is_accepted, answer="已核", by=office, at=at)
        row = CloseOutEvidence.objects.get(pk=row.pk)
        assert not is_open(row)
        for change in (
            lambda: attach_evidence(close_out, brought("blue"), by=liaison, at=at),
            lambda: withdraw_evidence(row, by=liaison, at=at),
            lambda: describe_evidence(row, caption="改", dated_on=None, by=liaison, at=at),
        ):
            with pytest.raises(WrongState):
                change()


class TestEntry:
    """Files of a report's row, while the report can be written."""

    def test_report_and_row_are_begun_where_there_are_none(self, team, period, road, liaison):
        (row,) = attach_to_entry(team, period, road, brought("red"), by=liaison, at=DRAFTED)
        entry = ReportEntry.objects.get()
        assert row.owner == entry and entry.task == road and entry.report.period == period
        assert (events("save_report").count(), events("attach_evidence").count()) == (1, 1)

    def test_a_row_that_is_there_is_used(self, team, period, road, liaison):
        report = drafted(team, period, road, by=liaison)
        (row,) = attach_to_entry(team, period, road, brought("red"), by=liaison, at=DRAFTED)
        assert row.owner == report.entries.get()
        assert row.owner.text

    def test_a_member_attaches_to_the_rows_of_the_own_department(self, team, period, road, yards, own_member):
        factories.TeamFactory(action=team.action)
        other = factories.make_task(team=team, lead_department=factories.DepartmentFactory())
        assert attach_to_entry(team, period, road, brought("red"), by=own_member, at=DRAFTED)
        with pytest.raises(NotAllowed):
            attach_to_entry(team, period, other, brought("red"), by=own_member, at=DRAFTED)

    @pytest.mark.parametrize("who", ["member", "other_head", "former_head", "leader", "office"])
    def test_nobody_else_does(self, request, team, period, road, who):
        with pytest.raises(NotAllowed):
            attach_to_entry(team, period, road, brought("red"), by=request.getfixturevalue(who), at=DRAFTED)
        assert not ProgressReport.objects.exists()

    def test_the_office_does_for_a_paper(self, team, period, road, office):
        attach_to_entry(team, period, road, brought("red"), by=office, at=DRAFTED, behalf="10月20日纸质报告")
        assert events("attach_evidence").get().behalf == "10月20日纸质报告"

    def test_a_task_of_another_team_is_refused(self, team, other_team, period, other_head):
        foreign = factories.make_task(team=other_team)
        with pytest.raises(Invalid):
            attach_to_entry(team, period, foreign, brought("red"), by=other_head, at=DRAFTED)

    def test_not_while_the_report_lies_at_the_office(self, team, period, road, head):
        report = drafted(team, period, road, by=head)
        (row,) = attach_to_entry(team, period, road, brought("red"), by=head, at=DRAFTED)
        submit_report(report, by=head, at=SUBMITTED)
        assert not is_open(EntryEvidence.objects.get(pk=row.pk))
        with pytest.raises(WrongState):
            attach_to_entry(team, period, road, brought("blue"), by=head, at=SUBMITTED)
        with pytest.raises(WrongState):
            withdraw_evidence(row, by=head, at=SUBMITTED)

    def test_not_after_the_period_was_closed(self, team, period, road, liaison, office):
        drafted(team, period, road, by=liaison)
        period.closed_at, period.closed_by = moment(24), office
        period.save()
        with pytest.raises(WrongState):
            attach_to_entry(team, period, road, brought("red"), by=liaison, at=moment(25))

    def test_what_was_submitted_stays_when_it_is_withdrawn_from_the_returned_report(
        self, team, period, road, head, office
    ):
        attach_to_entry(team, period, road, brought("red"), by=head, at=DRAFTED)
        report = returned(team, period, road, by=head, office=office)
        row = EntryEvidence.objects.get()
        withdraw_evidence(row, by=head, at=moment(22, 11))
        assert not report.entries.get().evidence.in_force().exists()
        assert SubmittedEvidence.objects.get().file == row.file


class TestDescribing:
    """What a piece shows can be said later."""

    def test_caption_and_day(self, road, liaison, head, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        describe_evidence(row, caption="通车", dated_on=date(2026, 10, 1), by=head, at=at, seen=1)
        row.refresh_from_db()
        assert (row.caption, row.dated_on, row.version) == ("通车", date(2026, 10, 1), 2)
        assert events("describe_evidence").count() == 1

    def test_nothing_new_is_nothing_written(self, road, liaison, at):
        (row,) = attach_evidence(road, brought("red"), caption="通车", by=liaison, at=at)
        describe_evidence(row, caption="通车", dated_on=None, by=liaison, at=at)
        assert not events("describe_evidence").exists()

    def test_not_over_somebody_else_s_words(self, road, liaison, head, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        describe_evidence(row, caption="甲", dated_on=None, by=head, at=at, seen=1)
        with pytest.raises(Stale):
            describe_evidence(row, caption="乙", dated_on=None, by=liaison, at=at, seen=1)
        row.refresh_from_db()
        assert row.caption == "甲"

    @pytest.mark.parametrize("fields", [{"caption": "长" * 201}, {"dated_on": date(2026, 10, 28)}])
    def test_what_cannot_be_is_refused(self, road, liaison, at, fields):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        with pytest.raises(Invalid):
            describe_evidence(row, **{"caption": "", "dated_on": None} | fields, by=liaison, at=at)

    def test_not_by_those_who_may_not_attach(self, road, liaison, other_head, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        with pytest.raises(NotAllowed):
            describe_evidence(row, caption="x", dated_on=None, by=other_head, at=at)


class TestWithdrawing:
    """A piece is taken back with who and when; it is not gone."""

    def test_who_and_when_stay(self, road, liaison, head, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        withdraw_evidence(row, by=head, at=at)
        row.refresh_from_db()
        assert (row.withdrawn_by, row.withdrawn_at) == (head, at)
        assert row.file.blob.storage.exists(row.file.blob.name)
        assert row.file.sha256 in events("withdraw_evidence").get().change

    def test_only_the_office_still_sees_it(self, road, liaison, head, leader, office, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        withdraw_evidence(row, by=head, at=at)
        seen = {user for user in (liaison, head, leader, office) if TaskEvidence.objects.visible_to(user).exists()}
        assert seen == {office}

    def test_not_twice(self, road, liaison, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        withdraw_evidence(row, by=liaison, at=at)
        with pytest.raises(WrongState):
            withdraw_evidence(row, by=liaison, at=at)
        assert not is_open(TaskEvidence.objects.get(pk=row.pk))

    def test_not_by_those_who_may_not_attach(self, road, liaison, other_head, at):
        (row,) = attach_evidence(road, brought("red"), by=liaison, at=at)
        with pytest.raises(NotAllowed):
            withdraw_evidence(row, by=other_head, at=at)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: nothing is lost, nothing is there twice."""

    def test_two_bring_the_same_photo(self, road, liaison, head, at):
        def attach(person):
            form, files = Task.objects.get(pk=road.pk), brought("red")
            return lambda: attach_evidence(form, files, by=person, at=at)

        one_winner(race(lambda: attach(liaison), lambda: attach(head)), Invalid)
        assert TaskEvidence.objects.count() == 1 and events("attach_evidence").count() == 1

    def test_two_bring_different_photos(self, road, liaison, head, at):
        def attach(person, colour):
            form, files = Task.objects.get(pk=road.pk), brought(colour)
            return lambda: attach_evidence(form, files, by=person, at=at)

        outcomes = race(lambda: attach(liaison, "red"), lambda: attach(head, "blue"))
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert TaskEvidence.objects.count() == 2

    def test_two_begin_the_same_report_with_a_photo(self, team, period, road, yards, liaison, head):
        def attach(person, task, colour):
            files = brought(colour)
            return lambda: attach_to_entry(team, period, task, files, by=person, at=DRAFTED)

        outcomes = race(lambda: attach(liaison, road, "red"), lambda: attach(head, yards, "blue"))
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert ProgressReport.objects.count() == 1 and EntryEvidence.objects.count() == 2

    def test_two_photos_begin_one_row(self, team, period, road, liaison, head):
        def attach(person, colour):
            files = brought(colour)
            return lambda: attach_to_entry(team, period, road, files, by=person, at=DRAFTED)

        outcomes = race(lambda: attach(liaison, "red"), lambda: attach(head, "blue"))
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert ReportEntry.objects.get().evidence.count() == 2

    def test_withdrawn_and_submitted(self, team, period, road, liaison, head):
        attach_to_entry(team, period, road, brought("red"), by=liaison, at=DRAFTED)
        report = drafted(team, period, road, by=liaison)

        def withdraw():
            row = EntryEvidence.objects.get()
            return lambda: withdraw_evidence(row, by=liaison, at=SUBMITTED)

        def submit():
            form = ProgressReport.objects.get(pk=report.pk)
            return lambda: submit_report(form, by=head, at=SUBMITTED)

        withdrawn, sent = race(withdraw, submit)
        assert sent.error is None
        assert withdrawn.error is None or isinstance(withdrawn.error, WrongState)
        assert SubmittedEvidence.objects.count() == EntryEvidence.objects.in_force().count()

    def test_withdrawn_twice(self, road, liaison, head, at):
        attach_evidence(road, brought("red"), by=liaison, at=at)

        def withdraw(person):
            row = TaskEvidence.objects.get()
            return lambda: withdraw_evidence(row, by=person, at=at)

        one_winner(race(lambda: withdraw(liaison), lambda: withdraw(head)), WrongState)
        assert events("withdraw_evidence").count() == 1

    def test_described_twice(self, road, liaison, head, at):
        attach_evidence(road, brought("red"), by=liaison, at=at)

        def describe(person, words):
            row = TaskEvidence.objects.get()
            return lambda: describe_evidence(row, caption=words, dated_on=None, by=person, at=at, seen=row.version)

        winner, _stale = one_winner(race(lambda: describe(liaison, "甲"), lambda: describe(head, "乙")), Stale)
        assert TaskEvidence.objects.get().caption == winner.caption

    def test_attached_and_decided(self, road, liaison, head, office, at):
        close_out = ask_close_out(road, statement="已全部完成", by=head, at=at)

        def attach():
            form, files = CloseOut.objects.get(pk=close_out.pk), brought("red")
            return lambda: attach_evidence(form, files, by=liaison, at=at)

        def decide():
            form = CloseOut.objects.get(pk=close_out.pk)
            return lambda: decide_close_out(form, accepted=True, by=office, at=at)

        attached, decided = race(attach, decide)
        assert decided.error is None
        assert attached.error is None or isinstance(attached.error, WrongState)
        assert CloseOutEvidence.objects.count() == (attached.error is None)
