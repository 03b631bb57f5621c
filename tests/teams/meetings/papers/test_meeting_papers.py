"""Papers of a meeting: what they tell from the meeting and its pack, who takes them, empty cases, the folder."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from docx import Document

from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, WrongState
from teams.meetings.agenda.announcing import announce_meeting, cancel_meeting
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.minutes import sign_minutes, submit_minutes, write_minutes
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.agenda.planning import arrange_meeting
from teams.meetings.agenda.rows import Arrangement
from teams.meetings.models import Attendance
from teams.meetings.papers.folder import take_folder
from teams.meetings.papers.making import paper_of_meeting
from teams.meetings.papers.registry import FOLDER_KINDS, Kind
from tests.teams.meetings.factories import BEFORE, BEGINS, make_decision, make_meeting

from .word import lines, rows, text

pytestmark = pytest.mark.django_db

AFTER = BEGINS + timedelta(hours=2)


@pytest.fixture
def meeting(action, secretary, leader, team, head, other_team, other_head, office, centre):
    return make_meeting(action, secretary, chair=leader, contact="秦某某", contact_phone="内线8001")


def made(meeting, kind, by, at=BEFORE):
    return paper_of_meeting(meeting, kind, by=by, at=at).content


def issued(meeting, secretary, office, said="会议指出，总体有序。"):
    hold_meeting(meeting, by=secretary, at=AFTER)
    meeting.refresh_from_db()
    write_minutes(meeting, text=said, by=secretary, at=AFTER)
    meeting.refresh_from_db()
    submit_minutes(meeting, by=secretary, at=AFTER)
    meeting.refresh_from_db()
    sign_minutes(meeting, by=office, at=AFTER)
    meeting.refresh_from_db()


class TestNotice:
    def test_it_says_when_where_who_and_what(self, meeting, secretary, team, other_team):
        said = lines(made(meeting, Kind.NOTICE, secretary))
        assert said[0].endswith(f"{meeting.title}的通知") and "\n" in said[0]
        assert any(line.startswith("2026年10月20日（星期二）15:00，会期约") for line in said)
        assert "县委三楼会议室。" in said
        assert any("2个专班依次汇报（顺序见附件，每个专班6分钟）" in line for line in said)
        assert "（联系人：秦某某，联系电话：内线8001）" in said
        assert team.name in said and other_team.name in said

    def test_the_order_of_reports_is_a_table(self, meeting, secretary, team, head):
        table = rows(made(meeting, Kind.NOTICE, secretary))
        assert table[0] == ["序号", "专班", "汇报人", "分钟"]
        assert ["1", team.name, head.name, "6"] in table and len(table) == 3

    def test_it_has_the_day_of_the_announcement(self, meeting, secretary):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        meeting.refresh_from_db()
        assert "2026年10月12日" in lines(made(meeting, Kind.NOTICE, secretary, at=BEFORE + timedelta(days=3)))

    def test_guests_and_contact_are_absent_when_there_are_none(self, action, secretary, leader):
        said = text(made(make_meeting(action, secretary, chair=leader), Kind.NOTICE, secretary))
        assert "列席" not in said and "联系人" not in said and "附件" not in said and "数据截至" not in said

    def test_leave_is_told_by_a_moment_or_before_the_meeting(self, meeting, secretary):
        assert "请于会前报备请假或者替会人员" in text(made(meeting, Kind.NOTICE, secretary))
        arrangement = Arrangement({"leave_by": BEGINS - timedelta(hours=27)})
        meeting = arrange_meeting(meeting, arrangement, by=secretary, at=BEFORE)
        assert "请于10月19日12:00前报备请假或者替会人员" in text(made(meeting, Kind.NOTICE, secretary))

    def test_it_names_the_moment_of_the_bound_pack(self, meeting, secretary):
        bind_pack(meeting, by=secretary, at=BEFORE)
        assert "数据截至10月12日09:00" in text(made(meeting, Kind.NOTICE, secretary, at=BEFORE + timedelta(days=1)))


class TestSignIn:
    def test_everybody_has_a_row_and_three_are_blank(self, meeting, secretary, leader, head):
        people = Attendance.objects.filter(meeting=meeting).count()
        table = rows(made(meeting, Kind.SIGN_IN, secretary))
        assert table[0] == ["序号", "单位", "职务", "姓名", "签名", "备注"]
        assert len(table) == 1 + people + 3
        assert [row[-1] for row in table if row[3] == leader.name] == ["主持"]
        assert any(row[3] == head.name for row in table)

    def test_guests_go_on_counting_under_their_band(self, meeting, secretary):
        Attendance.objects.create(
            meeting=meeting, order=90, name="戴某某", post="股长", unit="县市场监管局", capacity="sitting_in"
        )
        content = made(meeting, Kind.SIGN_IN, secretary)
        table = rows(content)
        band = table.index(["列　席"])
        assert table[band + 1][:4] == [str(band), "县市场监管局", "股长", "戴某某"]
        assert f"应到{band - 1}人，列席1人。" in text(content)

    def test_leave_and_stand_in_are_noted(self, meeting, secretary, head, other_head):
        for person, mark, name in ((head, "leave", ""), (other_head, "stand_in", "苗某某")):
            mark_of(meeting, person, mark, name)
        notes = {row[3]: row[5] for row in rows(made(meeting, Kind.SIGN_IN, secretary)) if len(row) == 6}
        assert (notes[head.name], notes[other_head.name]) == ("请假", "替会：苗某某")


def mark_of(meeting, person, mark, stand_in=""):
    row = Attendance.objects.get(meeting=meeting, user=person)
    row.mark, row.stand_in, row.noted_at = mark, stand_in, BEFORE
    row.save()


class TestPack:
    def test_without_a_follow_up_it_says_so(self, meeting, secretary):
        content = made(meeting, Kind.PACK, secretary)
        assert "本次会议前没有需要报告的议定事项、领导指示和上级要求。" in lines(content)
        assert not Document(io.BytesIO(content)).tables

    def test_a_chapter_a_team_with_its_tasks(self, meeting, secretary, team, task):
        content = made(meeting, Kind.PACK, secretary)
        said = lines(content)
        assert f"{team.name}推进情况" in said
        assert any(line.startswith("一、总体进度。承担重点任务1项：") for line in said)
        assert "二、最近一期报告。未报。" in said
        assert any(row[1] == task.title for table in range(2) for row in rows(content, table)[1:] if len(row) > 1)

    def test_parts_are_numbered_without_gaps(self, meeting, secretary, team):
        said = lines(made(meeting, Kind.PACK, secretary))
        start = said.index(f"{team.name}推进情况", said.index("材料二"))
        numbers = [line[0] for line in said[start:] if line[1:2] == "、"][:3]
        assert numbers == ["一", "二", "三"]

    def test_contents_name_every_part(self, meeting, secretary, team, other_team):
        make_decision(meeting, teams=[team])
        said = lines(made(meeting, Kind.PACK, secretary))
        assert [line for line in said if line.startswith("材料") and "　　" in line] == [
            "材料一　　上次会议议定事项和领导指示办理情况",
            f"材料二　　{team.name}推进情况",
            f"材料三　　{other_team.name}推进情况",
            "材料四　　拟提请会议议定的事项",
        ]

    def test_without_proposed_decisions_the_part_goes(self, meeting, secretary):
        assert "拟提请会议议定的事项" not in text(made(meeting, Kind.PACK, secretary))

    def test_a_bound_pack_stays_as_it_was(self, meeting, secretary, task):
        bind_pack(meeting, by=secretary, at=BEFORE)
        before = made(meeting, Kind.PACK, secretary)
        task.title = "改了名称"
        task.save()
        assert made(meeting, Kind.PACK, secretary, at=AFTER) == before
        assert "（第1号）" in lines(before)

    def test_pages_before_the_first_part_carry_no_number(self, meeting, secretary):
        document = Document(io.BytesIO(made(meeting, Kind.PACK, secretary)))
        assert [bool(section.footer.paragraphs[0].text) for section in document.sections] == [False, True]


class TestScript:
    def test_every_team_is_called_by_its_speaker(self, meeting, secretary, head, other_head):
        said = lines(made(meeting, Kind.SCRIPT, secretary))
        calls = [line for line in said if line.startswith("请") and line.endswith("汇报。")]
        assert [head.name in calls[0], other_head.name in calls[1], len(calls)] == [True, True, 2]

    def test_only_counts_above_zero_are_said(self, meeting, secretary, head):
        opening = lines(made(meeting, Kind.SCRIPT, secretary))[3]
        assert "请假" not in opening and "替会" not in opening
        mark_of(meeting, head, "leave")
        assert "请假1人" in lines(made(meeting, Kind.SCRIPT, secretary))[3]

    def test_a_lit_task_gives_a_gap_and_a_question(self, meeting, secretary, task):
        said = text(made(meeting, Kind.SCRIPT, secretary))
        assert f"可问：任务{task.number}（{task.title}）落后的原因是什么，何时补齐？" in said


class TestMinutesAndPress:
    def test_minutes_tell_what_was_signed(self, meeting, secretary, office, leader, head):
        issued(meeting, secretary, office)
        said = lines(made(meeting, Kind.MINUTES, head))
        assert "会议指出，总体有序。" in said
        assert any(line.startswith("出席：") and head.name in line for line in said)
        assert "（第1次推进会）　　〔2026〕1号" in said
        assert not any(line.startswith(("请假：", "缺席：", "列席：", "会议议定", "会议强调")) for line in said)

    def test_press_has_no_figures_of_progress(self, meeting, secretary, office, task):
        issued(meeting, secretary, office)
        said = text(made(meeting, Kind.PRESS, office))
        assert "（来源：县委专项办）" in said
        for word in ("红灯", "黄灯", "%", "逾期"):
            assert word not in said

    def test_they_wait_for_the_signature(self, meeting, office):
        for kind in (Kind.MINUTES, Kind.PRESS):
            with pytest.raises(WrongState):
                made(meeting, kind, office)


class TestWhoTakesThem:
    @pytest.mark.parametrize("kind", [*FOLDER_KINDS, Kind.PRESS])
    def test_a_team_takes_none_of_them(self, meeting, head, kind):
        with pytest.raises(NotAllowed):
            made(meeting, kind, head)

    def test_the_secretary_reads_papers_of_teams_until_the_minutes_are_submitted(self, meeting, secretary, office):
        made(meeting, Kind.PACK, secretary)
        issued(meeting, secretary, office)
        for kind in (Kind.PACK, Kind.SCRIPT):
            with pytest.raises(NotAllowed):
                made(meeting, kind, secretary)
            assert made(meeting, kind, office)
        assert made(meeting, Kind.NOTICE, secretary)

    def test_a_cancelled_meeting_has_no_papers(self, meeting, secretary, office):
        cancel_meeting(meeting, reason="改期", by=secretary, at=BEFORE)
        meeting.refresh_from_db()
        with pytest.raises(WrongState):
            made(meeting, Kind.NOTICE, office)


class TestFolder:
    def test_four_papers_and_the_agenda_with_one_event(self, meeting, secretary):
        content = take_folder(meeting, by=secretary, at=BEFORE).content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            agenda = archive.read("agenda.csv").decode("utf-8-sig")
            notice = archive.read(names[0])
        title = meeting.title
        assert names == [
            f"01-会议通知 {title}.docx",
            f"02-签到表 {title}.docx",
            f"03-会议材料 {title}.docx",
            f"04-主持词 {title}.docx",
            "agenda.csv",
        ]
        assert notice == made(meeting, Kind.NOTICE, secretary)
        assert agenda.splitlines()[1].startswith("1,15:00,")
        assert AuditEvent.objects.filter(verb="take_folder").count() == 1

    def test_the_same_moment_gives_the_same_bytes(self, meeting, secretary):
        assert (
            take_folder(meeting, by=secretary, at=BEFORE).content
            == take_folder(meeting, by=secretary, at=BEFORE).content
        )

    def test_others_do_not_take_it(self, meeting, head):
        with pytest.raises(NotAllowed):
            take_folder(meeting, by=head, at=BEFORE)
        assert not AuditEvent.objects.filter(verb="take_folder").exists()


class TestCommand:
    def test_it_writes_the_papers(self, meeting, tmp_path, capsys):
        call_command("papers", meeting.code, "--to", str(tmp_path / "new"))
        written = sorted(path.name for path in (tmp_path / "new").iterdir())
        assert [name.split(" ")[0] for name in written] == [
            "01-会议通知",
            "02-签到表",
            "03-会议材料",
            "04-主持词",
            "agenda.csv",
        ]
        assert len(capsys.readouterr().out.splitlines()) == 5

    def test_after_the_minutes_it_writes_them_too(self, meeting, secretary, office, tmp_path):
        issued(meeting, secretary, office)
        call_command("papers", meeting.code, "--to", str(tmp_path), verbosity=0)
        assert {"05-会议纪要", "06-新闻稿"} <= {path.name.split(" ")[0] for path in tmp_path.iterdir()}

    @pytest.mark.parametrize("code", ["promotion-2026-9", "nonsense", ""])
    def test_an_unknown_meeting_is_one_line(self, meeting, tmp_path, code):
        with pytest.raises(CommandError) as refused:
            call_command("papers", code, "--to", str(tmp_path))
        assert len(str(refused.value).splitlines()) == 1

    def test_a_folder_that_is_a_file_is_one_line(self, meeting, tmp_path):
        (tmp_path / "file").write_text("x")
        with pytest.raises(CommandError) as refused:
            call_command("papers", meeting.code, "--to", str(tmp_path / "file"))
        assert len(str(refused.value).splitlines()) == 1

    def test_a_cancelled_meeting_is_one_line(self, meeting, secretary, tmp_path):
        cancel_meeting(meeting, reason="改期", by=secretary, at=BEFORE)
        with pytest.raises(CommandError):
            call_command("papers", str(meeting.pk), "--to", str(tmp_path))
