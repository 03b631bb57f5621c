"""What a scorecard says besides its points is compared with the steps of the round and the audit log, both ways."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from assessments.models import (
    AssessmentRound,
    Claim,
    ClaimStep,
    Figure,
    FigureSource,
    MeasuredValue,
    Publication,
    Result,
    ResultLine,
    RoundStep,
    RoundTeam,
)
from assessments.results.verification import verify_published
from assessments.rounds import round_states
from governance.records.integrity.guards import remove_triggers
from governance.records.integrity.seals import seal_records
from governance.records.models import AuditEvent
from tests.assessments.conftest import APPROVED, PUBLISHED, SCORED
from tests.assessments.results.test_verification import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(story) -> AssessmentRound:
    """A published round, once taken a step back on its way, whose tables can be tampered with."""
    story.until("approved")
    round_states.step_back(story.round, reason="复核", by=story.centre, at=APPROVED)
    story.round.refresh_from_db()
    story.approve()
    story.notice()
    story.publish()
    remove_triggers()
    return AssessmentRound.objects.get()


def found() -> set[str]:
    """Paths of what was found in all rounds."""
    return {finding.path for verified in verify_published() for finding in verified.findings}


def step(number):
    return RoundStep.objects.get(number=number)


def event(verb):
    return AuditEvent.objects.filter(verb=verb).order_by("-pk").first()


def test_a_round_told_by_its_events_verifies(round):
    assert found() == set()


TAMPERING = {
    "state set back": (AssessmentRound.objects.get, {"state": "approved"}, "round.state"),
    "state set back to the start": (
        AssessmentRound.objects.get,
        {"state": "preparing", "approved_by_id": None, "approval": ""},
        "round.state",
    ),
    "approval document": (AssessmentRound.objects.get, {"approval": "另一文号"}, "round.approval"),
    "moment of freezing": (AssessmentRound.objects.get, {"frozen_at": SCORED}, "round.frozen_at"),
    "document of the publication": (Publication.objects.get, {"document": "另一文号"}, "publication.document"),
    "day of the publication": (Publication.objects.get, {"at": APPROVED - timedelta(days=9)}, "publication.at"),
    "moment of a step": (lambda: step(2), {"at": APPROVED}, "steps[2].at"),
    "state of a step": (lambda: step(2), {"to_state": "approved"}, "steps[2].to"),
    "document of a step": (lambda: step(7), {"document": "另一文号"}, "steps[7].document"),
    "start of a step": (lambda: step(2), {"from_state": "preparing"}, "steps[2].from"),
    "number of a step": (lambda: step(8), {"number": 9}, "steps[8].number"),
    "moment of scoring": (Result.objects.get, {"at": APPROVED}, "results[1].at"),
    "verb of an event": (lambda: event("approve_round"), {"verb": "amend_round"}, "steps[6].event"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_altered_is_found(round, what):
    row, fields, path = TAMPERING[what]
    tamper(row(), **fields)
    assert path in found()


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (AssessmentRound.objects.get, "round.approved_by"),
        (Publication.objects.get, "publication.by"),
        (lambda: step(3), "steps[3].by"),
        (Result.objects.get, "results[1].by"),
        (ResultLine.objects.first, "lines["),
    ],
)
def test_another_person_is_found(round, story, row, path):
    altered = row()
    tamper(altered, **{"approved_by" if isinstance(altered, AssessmentRound) else "by": story.office.pk})
    assert [one for one in found() if one.startswith(path)]


def test_an_approver_who_scored_is_found_even_where_the_log_says_the_same(round, story):
    tamper(round, approved_by=story.centre.pk)
    for one in (step(6), event("approve_round")):
        tamper(one, by=story.centre.pk)
    assert found() == {"round.approved_by", "publication.by"}


MOVES = (
    "freeze_measures",
    "begin_checking",
    "begin_scoring",
    "approve_round",
    "step_back",
    "post_notice",
    "publish_round",
)


@pytest.mark.parametrize("verb", MOVES)
def test_a_step_without_its_event_is_found(round, verb):
    AuditEvent.objects.filter(pk=event(verb).pk)._raw_delete("default")
    assert [path for path in found() if path.endswith(".event")]


@pytest.mark.parametrize("number", range(1, 9))
def test_an_event_without_its_step_is_found(round, number):
    RoundStep.objects.filter(pk=step(number).pk)._raw_delete("default")
    assert [path for path in found() if path.endswith((".event", ".from"))]


def test_a_score_without_its_event_is_found(round):
    AuditEvent.objects.filter(pk=event("score_round").pk)._raw_delete("default")
    assert found() == {"results[1]"}


def test_who_approved_and_published_is_found(round, story):
    for one in (Publication.objects.get(), step(8), event("publish_round")):
        tamper(one, by=story.centre2.pk)
    assert found() == {"publication.by"}


def test_a_round_published_before_there_were_checking_days_and_a_notice_verifies(story):
    """Then scoring was the move out of collecting, and an approved round was published by anybody."""
    story.until("published")
    remove_triggers()
    result = Result.objects.get()
    for verb in ("begin_checking", "begin_scoring", "post_notice"):
        AuditEvent.objects.filter(pk=event(verb).pk)._raw_delete("default")
    for number in (2, 5):
        RoundStep.objects.filter(number=number)._raw_delete("default")
    tamper(step(3), number=2, from_state="collecting", at=result.at)
    tamper(step(4), number=3)
    tamper(step(6), number=4, from_state="approved")
    for one in (Publication.objects.get(), step(4), event("publish_round")):
        tamper(one, by=story.centre2.pk)
    assert found() == set()


def test_a_publication_taken_away_is_found_from_the_log(round):
    """Round, steps and publication say that it was never published; the event remembers."""
    Publication.objects.all()._raw_delete("default")
    RoundStep.objects.filter(number=8)._raw_delete("default")
    tamper(round, state="public_notice")
    assert {"publications", "publication", "steps[8].event"} <= found()


def test_a_round_that_is_gone_is_found_from_the_log(round):
    for rows in (
        RoundStep,
        Publication,
        ResultLine,
        Result,
        Figure,
        FigureSource,
        MeasuredValue,
        ClaimStep,
        Claim,
        RoundTeam,
    ):
        rows.objects.all()._raw_delete("default")
    AssessmentRound.objects.all()._raw_delete("default")
    verified = list(verify_published())
    assert [one.findings[0].path for one in verified] == ["round"]
    assert verified[0].title == "2026年第三季度试考核"


def test_an_unpublished_round_that_was_set_back_is_found(story):
    story.until("approved")
    assert found() == set()
    tamper(AssessmentRound.objects.get(), state="collecting", approved_by=None, approval="")
    assert found() == {"round.state", "round.approved_by", "round.approval"}


def test_the_command_speaks_chinese_and_calls_both_rows_by_their_names(round):
    line = ResultLine.objects.select_related("team").first()
    tamper(line, total="99.99")
    tamper(round, approval="另一文号", state="approved")
    said = StringIO()
    with override("zh-hans"), pytest.raises(SystemExit):
        call_command("verify_results", stdout=said)
    lines = said.getvalue().splitlines()
    team = f"{line.team.name}（{line.team.code}）"
    assert any(f"{team} › 总分：现存“99.990000”，公布时为" in line for line in lines), lines
    assert any("批准文件：现存“另一文号”，审计日志为“垣组发〔2026〕31号”" in line for line in lines), lines
    assert any("状态：现存“已批准”，审计日志为“已公布”" in line for line in lines), lines
    codes = {"SHA", "T", *(line.team.code for line in ResultLine.objects.select_related("team"))}
    for line in lines[1:-1]:
        assert not [word for word in re.findall(r"[A-Za-z]{3,}", line) if word not in codes and "team" not in word], (
            line
        )


def test_the_page_tells_the_centre_and_prints_the_seal(client, story):
    story.until("published")
    seal = seal_records(at=PUBLISHED)
    client.force_login(story.centre)
    for name in ("results", "verification"):
        assert seal.sha256 in client.get(reverse(name, args=[story.round.pk])).content.decode()
    remove_triggers()
    tamper(AssessmentRound.objects.get(), approval="另一文号")
    page = client.get(reverse("verification", args=[story.round.pk])).content.decode()
    assert "另一文号" in page
