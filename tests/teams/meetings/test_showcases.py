"""Showcases: created, climbing step by step with another person's confirmation, copied; places of fields."""

from datetime import date, timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.debts.debts import debts_of
from teams.evidence.attachments import attach_evidence
from teams.evidence.gallery import gathered
from teams.meetings.models import FieldPlace, Showcase, ShowcaseCopy, ShowcaseEvidence, ShowcaseStep, Step
from teams.meetings.models.showcase import SHOWN_STEPS, STEPS
from teams.meetings.showcases.places import enter_field_place
from teams.meetings.showcases.showcases import copy_showcase, edit_showcase, judge_practice
from teams.meetings.showcases.standing import standings_of
from teams.meetings.showcases.steps import Proof, confirm_step, propose_step, withdraw_step
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import make_showcase
from tests.teams.races import one_winner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = date(2026, 7, 2)
PAPER = Proof(DAY, level="provincial", issuer="省农业农村厅", document="〔2026〕41号")


@pytest.fixture
def pilot(team, office, at):
    return make_showcase(team, by=office, at=at)


def propose(showcase, person, at, step="applied", proof=None):
    return propose_step(showcase, step=step, proof=proof or Proof(date(2026, 4, 18)), by=person, at=at)


def climb(showcase, step, head, office, at, proof=PAPER):
    """Proposed by the head, confirmed by the office."""
    return confirm_step(propose(showcase, head, at, step, proof), proof=proof, by=office, at=at)


def standing(showcase):
    return standings_of([showcase])[0]


# Creating ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["office", "head", "deputy", "liaison"])
def test_the_team_and_the_office_create_showcases(request, team, at, person):
    showcase = make_showcase(team, by=request.getfixturevalue(person), at=at)
    assert (showcase.team, showcase.kind) == (team, "pilot")
    assert AuditEvent.objects.filter(verb="create_showcase").count() == 1


@pytest.mark.parametrize("person", ["member", "other_head", "leader", "centre", "secretary", "former_head"])
def test_others_create_none(request, team, pilot, at, person):
    user = request.getfixturevalue(person)
    for send in (
        lambda: make_showcase(team, by=user, at=at, title="另一个"),
        lambda: edit_showcase(pilot, text="x", by=user, at=at),
        lambda: copy_showcase(pilot, place="邻县", by=user, at=at),
        lambda: propose(pilot, user, at),
    ):
        with pytest.raises(NotAllowed):
            send()


def test_a_team_has_a_matter_of_a_kind_once_a_year(team, pilot, office, at):
    with pytest.raises(Invalid) as refusal:
        make_showcase(team, by=office, at=at)
    assert "already has" in refusal.value.words
    assert make_showcase(team, by=office, at=at, kind="experience")


def test_a_closed_team_creates_and_proposes_nothing(team, pilot, head, at):
    type(team).objects.filter(pk=team.pk).update(closed_on=date(2026, 10, 20))
    with pytest.raises(WrongState):
        make_showcase(team, by=head, at=at, title="x")
    with pytest.raises(WrongState):
        propose(pilot, head, at)


def test_a_learned_practice_says_from_where_and_is_reviewed_after_sixty_days(team, task, office, at):
    began = date(2026, 9, 21)
    practice = make_showcase(
        team, by=office, at=at, kind="learned", title="红色楼道", source="某县", started_on=began, task=task
    )
    assert practice.review_on == date(2026, 11, 20)
    judged = judge_practice(practice, verdict="adapted", by=office, at=at, seen=practice.version)
    assert judged.get_verdict_display() == "Used with changes"
    assert AuditEvent.objects.filter(verb="judge_practice").count() == 1
    with pytest.raises(Invalid):
        judge_practice(practice, verdict="x", by=office, at=at)
    with pytest.raises(WrongState):
        copy_showcase(practice, place="邻县", by=office, at=at)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "learned"}, {"source", "started_on"}),
        ({"kind": "learned", "source": "某县", "started_on": date(2026, 10, 28)}, {"started_on"}),
        ({"kind": "pilot", "source": "某县"}, {"source"}),
        ({"title": ""}, {"title"}),
        ({"kind": "none"}, {"kind"}),
    ],
)
def test_what_cannot_be_is_not_created(team, office, at, fields, named):
    with pytest.raises(Invalid) as refusal:
        make_showcase(team, by=office, at=at, **fields)
    assert set(refusal.value.fields) == named


def test_a_task_is_the_teams_own(team, other_team, office, at):
    with pytest.raises(Invalid) as refusal:
        make_showcase(team, by=office, at=at, task=factories.make_task(team=other_team))
    assert set(refusal.value.fields) == {"task"}


def test_words_change_and_the_title_until_a_step_is_confirmed(pilot, head, liaison, office, at):
    edit_showcase(pilot, title="股份合作", text="村企联建", by=liaison, at=at, seen=pilot.version)
    with pytest.raises(Stale):
        edit_showcase(pilot, text="x", by=liaison, at=at, seen=pilot.version)
    climb(pilot, "applied", head, office, at, Proof(DAY))
    edit_showcase(pilot, text="更多", by=liaison, at=at)
    with pytest.raises(WrongState):
        edit_showcase(pilot, title="别的", by=liaison, at=at)
    assert Showcase.objects.get().title == "股份合作"
    assert AuditEvent.objects.filter(verb="edit_showcase").count() == 2


def test_only_a_learned_practice_is_judged(pilot, office, at):
    with pytest.raises(WrongState):
        judge_practice(pilot, verdict="adopted", by=office, at=at)


# Steps ---------------------------------------------------------------------------------------------------------------


def test_a_step_is_proposed_by_the_team_and_confirmed_by_the_office(pilot, head, liaison, office, at):
    proposal = propose(pilot, liaison, at, "granted", PAPER)
    assert standing(pilot).highest is None
    assert Notice.objects.get(kind="showcase_proposed").to == office
    confirmed = confirm_step(proposal, proof=PAPER, by=office, at=at)
    now_stands = standing(pilot)
    assert (now_stands.highest, now_stands.level, now_stands.paper) == (confirmed, "provincial", confirmed)
    assert [rung.is_skipped for rung in now_stands.rungs] == [True, False, False, False, False]
    assert {notice.to for notice in Notice.objects.filter(kind="showcase_confirmed")} == {head, liaison}
    verbs = ["propose_step", "confirm_step"]
    assert AuditEvent.objects.filter(verb__in=verbs).count() == 2


def test_steps_lead_forward_only(pilot, head, office, at):
    climb(pilot, "granted", head, office, at)
    for step in ("applied", "granted", "idea", ""):
        with pytest.raises(Invalid) as refusal:
            propose(pilot, head, at, step)
        assert set(refusal.value.fields) == {"step"}
    propose(pilot, head, at, "running", Proof(date(2026, 8, 1)))
    with pytest.raises(Invalid):
        propose(pilot, head, at, "running", Proof(date(2026, 8, 1)))
    assert [step.value for step in standing(pilot).next_steps] == ["accepted", "promoted"]


@pytest.mark.parametrize("missing", ["level", "issuer", "document"])
def test_a_step_that_needs_a_document_has_level_issuer_and_number(pilot, head, office, at, missing):
    lacking = Proof(**{**PAPER.__dict__, missing: ""})
    with pytest.raises(Invalid) as refusal:
        propose(pilot, head, at, "granted", lacking)
    assert set(refusal.value.fields) == {missing}
    proposal = propose(pilot, head, at, "granted", PAPER)
    with pytest.raises(Invalid):
        confirm_step(proposal, proof=lacking, by=office, at=at)


def test_a_level_needs_a_document_and_a_municipal_step_a_municipal_level(team, pilot, head, office, at):
    with pytest.raises(Invalid):
        propose(pilot, head, at, "running", Proof(DAY, level="national"))
    experience = make_showcase(team, by=office, at=at, kind="experience")
    county = Proof(DAY, level="county", issuer="县委办", document="1号")
    with pytest.raises(Invalid):
        propose(experience, head, at, "municipal", county)
    assert propose(experience, head, at, "county", county)


def test_the_days_of_steps_are_past_and_in_order(pilot, head, at):
    with pytest.raises(Invalid):
        propose(pilot, head, at, "applied", Proof(at.date() + timedelta(days=1)))
    propose(pilot, head, at, "applied", Proof(date(2026, 4, 18)))
    with pytest.raises(Invalid):
        propose(pilot, head, at, "running", Proof(date(2026, 4, 17)))
    assert propose(pilot, head, at, "running", Proof(date(2026, 4, 18)))


def test_earlier_steps_are_decided_first_and_higher_ones_stand(pilot, head, office, at):
    first = propose(pilot, head, at)
    second = propose(pilot, head, at, "running", Proof(DAY))
    with pytest.raises(WrongState, match="still waiting"):
        confirm_step(second, proof=Proof(DAY), by=office, at=at)
    confirm_step(first, proof=Proof(DAY), by=office, at=at)
    confirm_step(second, proof=Proof(DAY), by=office, at=at)
    with pytest.raises(WrongState, match="just been"):
        confirm_step(second, proof=Proof(DAY), by=office, at=at)


def test_the_proposer_confirms_nothing(team, pilot, head, office, at):
    factories.MemberFactory(team=team, part="deputy", user=office)
    proposal = propose(pilot, office, at)
    for person in (office, head):
        with pytest.raises(NotAllowed):
            confirm_step(proposal, proof=Proof(DAY), by=person, at=at)


def test_a_step_is_withdrawn_with_a_reason(pilot, head, liaison, other_head, office, at):
    proposal = propose(pilot, head, at)
    with pytest.raises(NotAllowed):
        withdraw_step(proposal, reason="x", by=other_head, at=at)
    with pytest.raises(Invalid):
        withdraw_step(proposal, reason=" ", by=liaison, at=at)
    row = withdraw_step(proposal, reason="填错了", by=liaison, at=at)
    assert (row.act, row.after, row.proposed_by) == ("withdrawn", proposal, head)
    assert standing(pilot).waiting == []
    with pytest.raises(WrongState):
        withdraw_step(row, reason="x", by=office, at=at)
    confirmed = climb(pilot, "granted", head, office, at)
    with pytest.raises(NotAllowed):
        withdraw_step(confirmed, reason="x", by=head, at=at)
    withdraw_step(confirmed, reason="文件有误", by=office, at=at)
    assert standing(pilot).highest is None
    assert "文件有误" in Notice.objects.filter(kind="showcase_withdrawn", to=head).first().sentence
    assert propose(pilot, head, at, "granted", PAPER)
    assert ShowcaseStep.objects.count() == 6


def test_rows_follow_the_order_of_their_moments(pilot, head, office, at):
    proposal = propose(pilot, head, at)
    row = confirm_step(proposal, proof=Proof(DAY), by=office, at=at - timedelta(hours=1))
    assert (row.number, row.at) == (2, at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_decide_a_step_at_once(pilot, head, office, office2, at):
    proposal = propose(pilot, head, at)

    def confirming():
        return lambda: confirm_step(proposal, proof=Proof(DAY), by=office, at=at)

    def withdrawing():
        return lambda: withdraw_step(proposal, reason="无", by=office2, at=at)

    one_winner(race(confirming, withdrawing), WrongState)
    assert ShowcaseStep.objects.count() == 2


def test_every_step_has_a_word_and_the_shown_ones_are_the_upper_ones():
    used = {step for steps in STEPS.values() for step in steps}
    assert used == set(Step)
    assert set(SHOWN_STEPS) == used - {Step.IDEA, Step.NURTURED, Step.APPLIED, Step.TRIED}


def test_everybody_sees_a_showcase_once_it_is_far_enough(pilot, head, other_head, leader, office, at):
    def seen(person):
        return Showcase.objects.visible_to(person).exists()

    climb(pilot, "applied", head, office, at, Proof(DAY))
    assert [seen(person) for person in (head, office, leader, other_head)] == [True, True, True, False]
    granted = climb(pilot, "granted", head, office, at)
    assert seen(other_head)
    assert ShowcaseStep.objects.visible_to(other_head).exists()
    withdraw_step(granted, reason="x", by=office, at=at)
    assert not seen(other_head)


def test_standings_cost_the_same_for_many(team, pilot, office, at, django_assert_num_queries):
    more = [make_showcase(team, by=office, at=at, title=str(number)) for number in range(5)]
    with django_assert_num_queries(1):
        standings_of([pilot])
    with django_assert_num_queries(1):
        standings_of([pilot, *more])
    assert [each.next_steps for each in standings_of([pilot], before=at)] == [list(STEPS["pilot"])]


# Copies --------------------------------------------------------------------------------------------------------------


def test_copies_are_by_a_team_a_township_or_a_place(pilot, other_team, head, liaison, office, at):
    town = factories.TownshipFactory()
    copy_showcase(pilot, team=other_team, by=liaison, at=at)
    copy_showcase(pilot, township=town, by=office, at=at, copied_on=DAY)
    copy_showcase(pilot, place="邻县", by=office, at=at)
    assert [str(copy) for copy in ShowcaseCopy.objects.order_by("pk")] == [
        f"{pilot} → {name}" for name in (other_team.name, town.name, "邻县")
    ]
    assert Notice.objects.filter(kind="showcase_copied", to=head).count() == 3
    assert AuditEvent.objects.filter(verb="copy_showcase").count() == 3


def test_a_copy_names_one_other_that_is_new(pilot, team, other_team, office, at):
    stranger = factories.TeamFactory()
    copy_showcase(pilot, place="邻县", by=office, at=at)
    for fields in (
        {},
        {"team": other_team, "place": "x"},
        {"team": team},
        {"team": stranger},
        {"place": "邻县"},
        {"place": "x", "copied_on": at.date() + timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            copy_showcase(pilot, by=office, at=at, **fields)


# Places --------------------------------------------------------------------------------------------------------------


def place(team, person, at, **fields):
    values = {"month": date(2026, 9, 15), "field": "信访", "place": 3, "out_of": 13, "document": "市办通报9号"} | fields
    return enter_field_place(team, by=person, at=at, **values)


def test_the_office_enters_places_and_corrects_them_by_a_new_row(team, office, at):
    place(team, office, at)
    last = place(team, office, at, place=2)
    place(team, office, at, month=date(2026, 8, 1))
    assert last.month == date(2026, 9, 1)
    assert [row.place for row in FieldPlace.objects.in_force()] == [2, 3]
    assert AuditEvent.objects.filter(verb="enter_field_place").count() == 3


@pytest.mark.parametrize(
    "fields",
    [{"place": 14}, {"place": 0}, {"month": date(2026, 11, 1)}, {"field": " "}, {"document": ""}, {"place": 3}],
)
def test_a_place_is_possible_and_new(team, office, at, fields):
    place(team, office, at)
    with pytest.raises(Invalid):
        place(team, office, at, **fields)


def test_only_the_office_enters_places(team, head, leader, at):
    for person in (head, leader):
        with pytest.raises(NotAllowed):
            place(team, person, at)


# Evidence and what is owed -------------------------------------------------------------------------------------------


def test_the_team_and_the_office_attach_evidence_that_everybody_sees_who_sees_the_showcase(
    pilot, team, head, liaison, other_head, office, at
):
    attach_evidence(pilot, factories.a_photo(), by=liaison, at=at, caption="股东大会")
    with pytest.raises(NotAllowed):
        attach_evidence(pilot, factories.a_photo("red"), by=other_head, at=at)
    assert ShowcaseEvidence.objects.visible_to(head).exists()
    assert not ShowcaseEvidence.objects.visible_to(other_head).exists()
    climb(pilot, "granted", head, office, at)
    assert ShowcaseEvidence.objects.visible_to(other_head).exists()
    assert [kind for kind, _key, _on in gathered(head, team=team)] == ["showcase"]
    assert [kind for kind, _key, _on in gathered(head, team=team, words="股份合作")] == ["showcase"]


def test_a_step_waits_for_the_office_and_a_practice_for_its_team(team, pilot, head, liaison, office, action, at):
    propose(pilot, head, at)
    practice = make_showcase(
        team, by=office, at=at, kind="learned", title="红色楼道", source="某县", started_on=date(2026, 8, 1)
    )
    owed = {debt.kind.code: debt for debt in debts_of(action, reader=office, now=at)}
    assert (owed["showcase_step"].due_on, owed["showcase_step"].by_office) == (date(2026, 11, 3), True)
    assert (owed["practice"].due_on, owed["practice"].who) == (date(2026, 9, 30), f"{liaison.name} (Liaison)")
    judge_practice(practice, verdict="adopted", by=head, at=at)
    assert "practice" not in {debt.kind.code for debt in debts_of(action, reader=office, now=at)}
