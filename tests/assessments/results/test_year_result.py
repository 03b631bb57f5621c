"""A year is computed, approved, in public notice, published; its rounds are archived; what is altered is found."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from assessments.front.year_lines import year_lines
from assessments.invariants import INVARIANTS, SCANS
from assessments.models import AssessmentRound, Publication, Result, ResultLine, RoundStep, YearResult, YearStep
from assessments.plans.plans import fingerprint
from assessments.results import scoring, year_result
from assessments.results.plan_year import PlanYear
from assessments.results.verification import verify_published
from assessments.results.year_readiness import YearStanding, notice_end, year_waiting
from assessments.results.year_verification import verify_year_result, verify_years
from assessments.rounds import round_states, rounds
from assessments.states import YEAR_MOVES, YearState
from governance.clock import SHANGHAI, end_of
from governance.records.audit_words import Readable
from governance.records.integrity.guards import remove_triggers
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Refused, WrongState
from governance.registers.todo import TodoReader
from tests.assessments.conftest import PUBLISHED
from tests.assessments.results.test_verification import tamper
from tests.assessments.years import COMPUTED, NOTICED, OVER, Year
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(action, centre, centre2):
    return Year(action, "p", centre, centre2)


@pytest.fixture
def held(hold, teams):
    """A whole year: three months and its end."""
    first, second, third, _fourth = teams
    for name, values in {
        "July": (80, 90, 70),
        "August": (90, 80, 70),
        "September": (100, 70, 70),
        "End": (95, 85, 60),
    }.items():
        hold(name, dict(zip((first, second, third), map(Decimal, values), strict=True)))
    return first, second, third


@pytest.fixture
def told(story, centre, centre2):
    """The year of a round whose whole story was told: one part, one round."""
    story.until("published")
    return Year(story.action, "trial-2026-q3", centre, centre2)


# The road -----------------------------------------------------------------------------------------------------------
def test_a_year_is_computed_approved_posted_and_published(year, held, leader):
    result = year.until("published")
    assert [step.state for step in result.steps.order_by("number")] == YearState.values
    assert year.rank() == [(Decimal("93.00"), 1, ""), (Decimal("83.00"), 2, ""), (Decimal("64.00"), 3, "")]
    events = AuditEvent.objects.of(result).order_by("pk").values_list("verb", flat=True)
    assert list(events) == ["compute_year", "approve_year", "post_year_notice", "publish_year"]
    assert set(AssessmentRound.objects.values_list("state", flat=True)) == {"archived"}
    assert PlanYear(year.action, "p", 2026, leader).result == result


POSSIBLE = {
    None: {"compute"},
    "computed": {"compute", "approve"},
    "approved": {"notice", "withdraw"},
    "public_notice": {"publish", "withdraw"},
    "published": set(),
}


@pytest.mark.parametrize("state", POSSIBLE)
def test_each_step_is_taken_from_its_own_stage_alone(year, held, state):
    if state:
        year.until(state)
    for verb in ("compute", "approve", "notice", "withdraw", "publish"):
        if verb != "compute" and state is None:
            continue
        steps = YearStep.objects.count()
        try:
            with transaction.atomic():
                getattr(year, verb)()
                assert verb in POSSIBLE[state]
                assert YearStep.objects.count() == steps + 1
                transaction.set_rollback(True)
        except WrongState:
            assert verb not in POSSIBLE[state]
            assert YearStep.objects.count() == steps


def test_the_table_of_moves_leads_forward_and_back():
    assert {state: set(moves) for state, moves in YEAR_MOVES.items()} == {
        "computed": {"approved"},
        "approved": {"public_notice", "computed"},
        "public_notice": {"published", "computed"},
        "published": set(),
    }


def test_who_computed_does_not_approve_and_who_approved_does_not_publish(year, held):
    year.compute()
    with pytest.raises(NotAllowed):
        year.approve(by=year.centre)
    year.approve()
    year.notice()
    with pytest.raises(NotAllowed):
        year.publish(by=year.centre2)
    assert year.publish()


def test_the_approval_that_counts_is_the_last_one(year, held):
    year.until("public_notice")
    year.withdraw()
    year.compute(by=year.centre2, at=NOTICED)
    year.approve(by=year.centre, at=NOTICED)
    year.notice()
    with pytest.raises(NotAllowed):
        year.publish(by=year.centre)
    assert year.publish(by=year.centre2)


@pytest.mark.parametrize("verb", ["approve", "withdraw"])
def test_what_must_be_said_is_asked(year, held, verb):
    year.until("computed" if verb == "approve" else "approved")
    name = {"approve": "document", "withdraw": "reason"}[verb]
    with pytest.raises(Invalid) as refused:
        getattr(year, verb)(**{name: "  "})
    assert set(refused.value.fields) == {name}


def test_taken_back_it_is_out_of_sight_and_runs_the_whole_road_again(year, held, leader):
    year.until("public_notice")
    assert PlanYear(year.action, "p", 2026, leader).result is not None
    year.withdraw()
    assert PlanYear(year.action, "p", 2026, leader).result is None
    assert not YearStep.objects.visible_to(leader).exists()
    year.approve(at=NOTICED)
    year.notice(at=NOTICED + timedelta(days=3))
    with pytest.raises(WrongState, match="11"):
        year.publish(at=OVER - timedelta(days=3))
    assert year.publish(at=OVER + timedelta(days=3))
    assert {one.state for one in YearResult.objects.with_state()} == {"published"}


def test_a_stale_page_is_refused(year, held):
    year.compute(seen=0)
    with pytest.raises(WrongState):
        year.compute(seen=0)
    year.approve(seen=1)
    for verb in (year.notice, year.withdraw, year.publish):
        with pytest.raises(WrongState):
            verb(seen=1)
    first = year.last
    year.withdraw(seen=2)
    year.compute(at=NOTICED)
    with pytest.raises(WrongState, match="computed again|重新"):
        year_result.approve_year(first, document="1号", by=year.centre2, at=NOTICED)


# What keeps it ------------------------------------------------------------------------------------------------------
def test_a_round_that_is_open_and_a_part_without_one_keep_the_year(year, hold, teams, centre):
    hold("July", dict.fromkeys(teams, Decimal(80)))
    hold("August", dict.fromkeys(teams, Decimal(80)), state="abandoned")
    hold("September", dict.fromkeys(teams, Decimal(80)), state="scoring")
    waits = year_waiting(YearStanding(year.action, "p", 2026), to=YearState.COMPUTED, at=COMPUTED)
    assert [wait.url for wait in waits] == [
        AssessmentRound.objects.get(title="September").get_absolute_url(),
        "/assessment/rounds/new/",
    ]
    with pytest.raises(WrongState, match="September"):
        year.compute()
    hold("End", dict.fromkeys(teams, Decimal(80)))
    with pytest.raises(WrongState, match="September"):
        year.compute()
    AssessmentRound.objects.filter(title="September").update(state="abandoned")
    assert year.compute()


def test_nothing_published_or_a_plan_without_a_year_computes_nothing(year, hold, teams):
    with pytest.raises(WrongState):
        year.compute()
    hold("July", dict.fromkeys(teams, Decimal(80)), state="scoring")
    with pytest.raises(WrongState):
        year.compute()


def test_the_notice_runs_its_working_days(year, held):
    year.until("public_notice")
    end = notice_end(year.last, AssessmentRound.objects.first().plan.rules)
    assert end == datetime(2026, 11, 11, 18, tzinfo=SHANGHAI), "five working days after 4 November"
    with pytest.raises(WrongState):
        year.publish(at=end)
    assert year.publish(at=end + timedelta(seconds=1))


def another_result(round, centre, at, **values):
    """A second result of a round published beside the first, as a correction makes it."""
    first = round.results.latest("number")
    body = json.loads(first.body)
    for line in body["outcome"]["teams"]:
        line["total"] = values.get(line["team"], line["total"])
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    made = {"by": centre, "at": at}
    second = Result.objects.create(
        round=round, number=first.number + 1, engine="1", body=text, sha256=fingerprint(text), **made
    )
    for line in first.lines.order_by("order"):
        own = scoring.line_columns(body["outcome"]["teams"][line.order - 1], line.order)
        ResultLine.objects.create(result=second, team=line.team, **own, **made)
    Publication.objects.create(result=second, **made)
    return second


@pytest.mark.parametrize("state", ["computed", "approved", "public_notice"])
def test_a_round_that_changed_keeps_it_until_it_is_computed_again(year, held, centre, state):
    year.until(state)
    july = AssessmentRound.objects.get(title="July")
    another_result(july, centre, NOTICED, **{held[0].code: "86"})
    assert year.seen().superseded == [july]
    verb = {"computed": year.approve, "approved": year.notice, "public_notice": year.publish}[state]
    with pytest.raises(WrongState, match="1"):
        verb()
    if state != "computed":
        year.withdraw()
    assert year.compute(at=OVER).number == 2
    assert year.rank()[0][0] == Decimal("93.80"), "July gives 86 instead of 80: (86 + 90 + 100) / 3 x 0.4 + 95 x 0.6"
    assert year.seen().superseded == []


def test_a_published_year_is_never_changed_but_followed(year, held, centre, leader):
    first = year.until("published")
    with pytest.raises(WrongState):
        year.compute(at=OVER)
    later = OVER + timedelta(days=20)
    july = AssessmentRound.objects.get(title="July")
    another_result(july, centre, later, **{held[0].code: "86"})
    assert PlanYear(year.action, "p", 2026, leader).superseded == [july]
    assert verify_year_result(first) == [], "out of date is not false"
    second = year.compute(at=later)
    assert second.number == 2
    assert PlanYear(year.action, "p", 2026, leader).result == first, "the first stands until the second is shown"
    year.approve(at=later)
    year.notice(at=later)
    year.publish(at=later + timedelta(days=20))
    assert PlanYear(year.action, "p", 2026, leader).result == second
    assert PlanYear(year.action, "p", 2026, leader, number=1).result == first
    assert RoundStep.objects.filter(to_state="archived").count() == 4, "archived once"
    assert verify_year_result(YearResult.objects.get(number=1)) == verify_year_result(second) == []


# Archived -----------------------------------------------------------------------------------------------------------
def test_nothing_moves_in_an_archived_round_and_none_is_opened_in_its_year(told, story, client):
    told.until("published")
    story.round.refresh_from_db()
    assert (story.round.state, story.round.has_ended) == ("archived", True)
    moves = ("freeze", "enter_all", "check", "begin", "score", "approve", "notice", "publish")
    for name in moves:
        with pytest.raises(Refused):
            getattr(story, name)()
    for verb in (round_states.step_back, round_states.abandon_round):
        also = {"document": "1号"} if verb is round_states.abandon_round else {}
        with pytest.raises(WrongState):
            verb(story.round, reason="复核", by=story.centre, at=OVER, **also)
    with pytest.raises(WrongState):
        rounds.amend_round(
            story.round, title="x", cut_off_at=end_of(date(2026, 10, 20)), classes={}, by=story.centre, at=OVER
        )
    with pytest.raises(Invalid) as refused:
        story.open(starts_on=date(2026, 7, 2))
    assert set(refused.value.fields) == {"starts_on"}
    client.force_login(story.heads[story.teams[0].code])
    for page in (story.round.get_absolute_url(), f"/assessment/rounds/{story.round.pk}/facts/{story.teams[0].code}/"):
        assert client.get(page).status_code == 200, "everybody reads it as before"


def test_doctor_and_verification_find_nothing_in_any_stage(told):
    def found():
        broken = [one.code for one in INVARIANTS if list(one.broken())]
        verified = [one for published in (*verify_published(), *verify_years()) for one in published.findings]
        return broken + [scan.code for scan in SCANS if scan.run(None)[0]] + list(map(str, verified))

    again = [lambda: told.approve(at=NOTICED), told.notice, told.publish]
    for number, step in enumerate([told.compute, told.approve, told.notice, told.withdraw, *again]):
        step()
        assert found() == [], number


# Altered ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def published(told):
    """A published year whose tables can be tampered with."""
    result = told.until("published")
    remove_triggers()
    return result


def paths() -> set[str]:
    return {finding.path for one in verify_years() for finding in one.findings}


def test_any_altered_byte_of_the_document_is_found(published):
    for share in range(0, 100, 5):
        place = len(published.body) * share // 100
        other = "0" if published.body[place] != "0" else "1"
        tamper(published, body=published.body[:place] + other + published.body[place + 1 :])
        assert "sha256" in paths(), share


def test_an_altered_document_is_found_even_when_its_hash_is_made_to_fit(published):
    """Comparing a hash with itself does not count: the year is judged again and the rounds' results are compared."""

    def leaves(data, parent=None, key=None):
        if isinstance(data, dict | list):
            for name, item in data.items() if isinstance(data, dict) else enumerate(data):
                yield from leaves(item, data, name)
        else:
            yield parent, key

    for share in range(0, 100, 4):
        body = json.loads(published.body)
        every = list(leaves(body))
        parent, key = every[len(every) * share // 100]
        parent[key] = "x" if parent[key] is None else None
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        tamper(published, body=text, sha256=fingerprint(text))
        event = AuditEvent.objects.get(verb="compute_year")
        tamper(event, change=event.change.replace(published.sha256, fingerprint(text)))
        assert {path for path in paths() if not path.startswith("sha256")}, (share, key)


ROWS = {
    "hash": (YearResult.objects.get, {"sha256": "0" * 64}, "sha256"),
    "engine": (YearResult.objects.get, {"engine": "0"}, "engine"),
    "code": (YearResult.objects.get, {"code": "other"}, "rows"),
    "year": (YearResult.objects.get, {"year": 2025}, "rows"),
    "number": (YearResult.objects.get, {"number": 3}, "year.number"),
    "moment": (YearResult.objects.get, {"at": PUBLISHED - timedelta(days=30)}, "rows"),
    "later": (YearResult.objects.get, {"at": COMPUTED + timedelta(days=1)}, "year.at"),
    "document of a step": (lambda: YearStep.objects.get(state="approved"), {"document": "9号"}, "steps[2].document"),
    "reason of a step": (lambda: YearStep.objects.get(state="approved"), {"reason": "因"}, ""),
    "state of a step": (lambda: YearStep.objects.get(state="approved"), {"state": "public_notice"}, "steps[2].event"),
    "number of a step": (lambda: YearStep.objects.get(state="published"), {"number": 9}, "steps[4].number"),
    "moment of a step": (lambda: YearStep.objects.get(state="published"), {"at": OVER + timedelta(1)}, "steps[4].at"),
    "total of a round": (lambda: Result.objects.get(), {"body": "{}"}, "rows"),
    "publication of a round": (Publication.objects.get, {"at": OVER}, "rows"),
    "kind of a round": (AssessmentRound.objects.get, {"kind": "month"}, "rounds[0].kind"),
    "last day of a round": (AssessmentRound.objects.get, {"ends_on": date(2026, 9, 29)}, "rounds[0].ends_on"),
    "title of a round": (AssessmentRound.objects.get, {"title": "x"}, "rounds[0].title"),
}


@pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name][2]])
def test_an_altered_row_is_found(published, name):
    row, fields, path = ROWS[name]
    tamper(row(), **fields)
    assert path in paths(), paths()


@pytest.mark.parametrize("state", YearState.values)
def test_another_person_is_found(published, story, state):
    tamper(YearStep.objects.get(state=state), by=story.office.pk)
    assert [path for path in paths() if path.endswith(".by")]


def test_who_computed_and_approved_or_approved_and_published_is_found(published, told):
    for verb, state in (("approve_year", "approved"), ("publish_year", "published")):
        for row in (AuditEvent.objects.get(verb=verb), YearStep.objects.get(state=state)):
            tamper(row, by=told.centre.pk)
    assert {"steps[2].by", "steps[4].by"} <= paths()


@pytest.mark.parametrize("verb", ["compute_year", "approve_year", "post_year_notice", "publish_year"])
def test_a_step_without_its_event_is_found(published, verb):
    AuditEvent.objects.filter(verb=verb)._raw_delete("default")
    assert [path for path in paths() if path.endswith(".event")]


@pytest.mark.parametrize("number", range(1, 5))
def test_an_event_without_its_step_is_found(published, number):
    YearStep.objects.filter(number=number)._raw_delete("default")
    assert [path for path in paths() if path.endswith((".event", ".number"))]


def test_a_year_that_is_gone_is_found_from_the_log(published):
    YearStep.objects.all()._raw_delete("default")
    YearResult.objects.all()._raw_delete("default")
    assert paths() == {"year"}
    found = {finding.path for one in verify_published() for finding in one.findings}
    assert found == {"archived[1]"}, "the round was archived by nothing"


def test_a_round_set_free_again_is_found(published, story):
    tamper(AssessmentRound.objects.get(), state="published")
    assert {finding.path for one in verify_published() for finding in one.findings} == {"round.state"}
    RoundStep.objects.filter(to_state="archived")._raw_delete("default")
    assert {finding.path for one in verify_published() for finding in one.findings} == {"archived[1]"}


def test_the_command_names_the_year(published):
    said = StringIO()
    call_command("verify_results", stdout=said)
    assert f"trial-2026-q3 2026 #1 [{published.fingerprint}]" in said.getvalue()
    tamper(published, engine="0")
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_results", "--json", stdout=said)
    told = json.loads(said.getvalue())
    assert [one["findings"][0]["path"] for one in told["years"] if not one["verified"]] == ["engine"]
    assert told["differing"] == 1


# The database -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"number": 1, "state": "computed"}, "year_step_number"),
        ({"number": 9, "state": "published"}, "year_published_once"),
        ({"number": 0, "state": "approved", "document": "1号"}, "year_begins_computed"),
        ({"number": 9, "state": "computed"}, "year_back_with_reason"),
        ({"number": 9, "state": "approved"}, "year_approved_with_document"),
    ],
)
def test_what_must_hold_the_database_holds(year, held, fields, name):
    result = year.until("published")
    with pytest.raises(IntegrityError), transaction.atomic():
        YearStep.objects.create(result=result, at=OVER, by=year.centre, **fields)


def test_a_year_has_a_result_of_each_number_once(year, held):
    result = year.compute()
    with pytest.raises(IntegrityError), transaction.atomic():
        YearResult.objects.create(
            action=result.action, code="p", year=2026, number=1, engine="1", body="{}", sha256="0", at=OVER
        )


# Who sees, who is told -----------------------------------------------------------------------------------------------
def test_the_heads_are_told_of_notice_and_publication_once(year, held):
    people = [MemberFactory(team=team, part="head").user for team in held]
    year.until("published")
    told = Notice.objects.filter(kind__startswith="year_").order_by("pk")
    assert {(one.to_id, one.kind) for one in told} == {
        (person.pk, kind) for person in people for kind in ("year_in_notice", "year_published")
    }
    assert len(told) == 6
    assert "Plan" in told[0].sentence and "2026" in told[0].sentence


def test_the_audit_log_says_what_was_done_in_words_and_no_reason(year, held):
    year.until("approved")
    year.withdraw(reason="总分应为九十三分")
    assert "九十三" not in AuditEvent.objects.get(verb="withdraw_year").change
    year.approve(at=NOTICED)
    year.notice()
    year.publish()
    with override("en"):
        told = {line.field for event in AuditEvent.objects.all() for line in Readable().lines(event)}
    assert told == {"result", "SHA-256", "document", "reason", "rounds archived"}


def test_a_team_that_got_another_code_stays_one_team(year, hold, teams):
    first, second, *_others = teams
    hold("July", {first: Decimal(80), second: Decimal(70)})
    type(first).objects.filter(pk=first.pk).update(code="renamed")
    first.refresh_from_db()
    hold("August", {first: Decimal(60), second: Decimal(90)})
    hold("End", {first: Decimal(70), second: Decimal(70)})
    assert [(row.team, row.total) for row in year.seen().classes[0].rows] == [
        (second, Decimal("74.00")),
        (first, Decimal("70.00")),
    ]
    result = year.until("published")
    type(first).objects.filter(pk=first.pk).update(code="again")
    assert [row.team for row in year.seen().classes[0].rows] == [second, first]
    assert verify_year_result(result) == []


def test_each_step_stands_on_the_home_page_of_who_can_take_it(year, held):
    def seen(at=OVER) -> list[bool]:
        return [bool(list(year_lines(TodoReader(who, at)))) for who in (year.centre, year.centre2)]

    assert seen() == [False, False], "the year is not over"
    assert seen(datetime(2027, 1, 1, 9, tzinfo=SHANGHAI)) == [True, True]
    found = [seen() for step in (year.compute, year.approve, year.notice, year.publish) if step()]
    assert found == [[False, True], [True, True], [True, False], [False, False]]
    another_result(AssessmentRound.objects.get(title="July"), year.centre, OVER + timedelta(days=1))
    assert seen(OVER + timedelta(days=2)) == [True, True], "out of date"
