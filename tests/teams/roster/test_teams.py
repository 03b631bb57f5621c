"""The office forms the action and its teams, and says who belongs to them."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils.translation import override

from governance.people.roles import Role
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.models import CoreFigure, LampRule, SpecialAction, SpecialTeam, TeamDepartment, TeamMember, team_ids_of
from teams.notices import TeamNotice
from teams.roster import members as staffing
from teams.roster import teams as forming
from tests import factories
from tests.racing import race

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in English."""
    with override("en"):
        yield


@pytest.fixture
def who(office, at):
    """An office person acting on the 27th of October 2026."""
    return {"by": office, "at": at}


def one_event(verb):
    """The only audit event of a verb."""
    return AuditEvent.objects.get(verb=verb)


# The action --------------------------------------------------------------------------------------------------------
def new_action(who, **fields):
    values = {
        "code": "governance-2027",
        "title_zh": "基层治理能力提升专项行动",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 12, 31),
        "rhythm": "ten_day",
        "new_team_days": 60,
    }
    return forming.save_action(None, **values | fields, **who)


def test_a_new_action_has_a_lamp_rule(who):
    action = new_action(who)
    assert LampRule.objects.get(action=action).thresholds.red_gap == 30
    assert one_event("save_action").by == who["by"]


def test_an_action_ends_after_it_begins(who):
    with pytest.raises(Invalid) as refused:
        new_action(who, ends_on=date(2026, 1, 1))
    assert "must be after the first" in str(refused.value.fields["__all__"])
    assert not SpecialAction.objects.exists()


def test_the_code_of_an_action_is_taken_once(who, action):
    with pytest.raises(Invalid) as refused:
        new_action(who, code=action.code)
    assert "code" in refused.value.fields


def test_changing_nothing_writes_nothing(who, action):
    forming.save_action(action, title_zh=action.title_zh, **who)
    assert not AuditEvent.objects.exists()
    assert SpecialAction.objects.get().version == 1


def test_the_rhythm_stands_once_there_are_periods(who, action):
    factories.PeriodFactory(action=action)
    with pytest.raises(Invalid) as refused:
        forming.save_action(action, rhythm="weekly", **who)
    assert list(refused.value.fields) == ["rhythm"]
    forming.save_action(action, rhythm="ten_day", title_en="Renamed", **who)
    assert SpecialAction.objects.get().title_en == "Renamed"


def stage(who, action, **fields):
    values = {"order": 1, "title": "动员部署", "starts_on": date(2026, 3, 1), "ends_on": date(2026, 4, 30)}
    return forming.save_stage(None, action=action, **values | fields, **who)


def test_a_stage_lies_within_its_action(who, action):
    with pytest.raises(Invalid) as refused:
        stage(who, action, ends_on=date(2027, 1, 1))
    assert list(refused.value.fields) == ["ends_on"]
    assert "2026-12-31" in str(refused.value.fields["ends_on"])


def test_an_action_cannot_shrink_past_a_stage(who, action):
    stage(who, action)
    with pytest.raises(Invalid) as refused:
        forming.save_action(action, starts_on=date(2026, 3, 2), **who)
    assert "动员部署" in str(refused.value.fields["starts_on"])


def test_a_stage_is_changed(who, action):
    row = stage(who, action)
    forming.save_stage(row, action=action, title="攻坚突破", seen=1, **who)
    row.refresh_from_db()
    assert (row.title, row.version) == ("攻坚突破", 2)


def test_a_stage_of_another_action_is_not_moved(who, action):
    row = stage(who, action)
    other = factories.ActionFactory()
    with pytest.raises(WrongState):
        forming.save_stage(row, action=other, title="X", **who)


def test_two_working_groups_have_two_titles(who, action):
    forming.save_group(None, action=action, title="第一组", head_name="县领导甲", **who)
    with pytest.raises(Invalid):
        forming.save_group(None, action=action, title="第一组", **who)


# Teams -------------------------------------------------------------------------------------------------------------
def found(who, action, **fields):
    values = {
        "lead_department": fields.pop("lead_department", None) or factories.DepartmentFactory(),
        "code": "village-economy",
        "name": "发展壮大村级集体经济专班",
        "short_name": "村集体经济专班",
        "order": 101,
        "established_on": date(2026, 3, 1),
    }
    return forming.found_team(action=action, **values | fields, **who)


def test_a_team_is_founded_under_its_lead(who, action):
    department = factories.DepartmentFactory()
    team = found(who, action, lead_department=department)
    lead = team.departments.get()
    assert (lead.department, lead.part, lead.joined_on) == (department, "lead", team.established_on)
    assert department.name in one_event("found_team").change


@pytest.mark.parametrize("code", ["new", ""])
def test_codes_that_cannot_stand_in_an_address_are_refused(who, action, code):
    with pytest.raises(Invalid) as refused:
        found(who, action, code=code)
    assert "code" in refused.value.fields


def test_a_team_is_not_founded_before_the_day_has_come(who, action, today):
    with pytest.raises(Invalid) as refused:
        found(who, action, established_on=today + timedelta(days=1))
    assert list(refused.value.fields) == ["established_on"]


def test_two_teams_do_not_share_a_place_in_the_document(who, action, team):
    with pytest.raises(Invalid) as refused:
        found(who, action, order=team.order)
    assert "position in the document" in str(refused.value.fields["__all__"])
    assert SpecialTeam.objects.count() == 1


def test_a_group_of_another_action_is_refused(who, action, team):
    group = forming.save_group(None, action=factories.ActionFactory(), title="别组", **who)
    with pytest.raises(Invalid) as refused:
        forming.change_team(team, group=group, **who)
    assert list(refused.value.fields) == ["group"]


def test_a_stale_form_is_told_what_changed(who, team):
    forming.change_team(team, short_name="甲", seen=1, **who)
    with pytest.raises(Stale) as refused:
        forming.change_team(team, short_name="乙", seen=1, **who)
    assert [(str(change.theirs), str(change.yours)) for change in refused.value.changes] == [("甲", "乙")]
    assert SpecialTeam.objects.get().short_name == "甲"


def test_a_team_with_open_tasks_is_not_closed(who, task):
    with pytest.raises(WrongState, match="1 task"):
        forming.close_team(task.team, on=DAY, **who)


def test_a_closed_team_stays_as_it_is(who, team, liaison):
    forming.close_team(team, on=DAY, **who)
    assert SpecialTeam.objects.get().closed_on == DAY
    member = TeamMember.objects.get()
    department = factories.DepartmentFactory()
    for act in (
        lambda: forming.close_team(team, on=DAY, **who),
        lambda: staffing.add_member(team, user=liaison, part="head", joined_on=DAY, **who),
        lambda: staffing.end_member(member, left_on=DAY, **who),
        lambda: staffing.add_department(team, department=department, joined_on=DAY, **who),
        lambda: forming.save_core_figure(None, team=team, name="x", unit="个", target=1, department=department, **who),
    ):
        with pytest.raises(WrongState, match="closed"):
            act()


def test_a_team_is_not_closed_before_it_was_established(who, team):
    with pytest.raises(Invalid):
        forming.close_team(team, on=date(2026, 2, 1), **who)


@pytest.mark.parametrize(("day", "exists"), [(18, False), (19, True), (20, True), (21, True), (22, False)])
def test_a_team_exists_from_the_day_of_establishment_to_that_of_closing(action, day, exists):
    october = partial(date, 2026, 10)
    team = factories.TeamFactory(action=action, established_on=october(19), closed_on=october(21))
    lasting = factories.TeamFactory(action=action, established_on=october(19))
    found = SpecialTeam.objects.existing_on(october(day))
    assert team.existed_on(october(day)) == (team in found) == exists
    assert lasting.existed_on(october(day)) == (lasting in found) == (day >= 19)


def test_a_core_figure_has_a_target(who, team):
    department = factories.DepartmentFactory()
    values = {"team": team, "name": "集体经济强村", "unit": "个", "department": department, **who}
    with pytest.raises(Invalid):
        forming.save_core_figure(None, target=Decimal(0), **values)
    figure = forming.save_core_figure(None, target=Decimal(30), **values)
    forming.save_core_figure(figure, target=Decimal(32), seen=1, **values)
    assert CoreFigure.objects.get().target == 32


# Who belongs to a team ---------------------------------------------------------------------------------------------
def test_a_person_joins_and_is_told(who, team):
    user = factories.UserFactory()
    staffing.add_member(team, user=user, part="head", joined_on=DAY, **who)
    assert team_ids_of(user) == {team.pk}
    notice = Notice.objects.get(to=user)
    assert notice.kind == TeamNotice.TEAM_JOINED
    assert notice.url == f"/teams/{team.code}/"
    assert team.short_name in notice.sentence


def test_who_has_left_keeps_nothing(who, team, head):
    staffing.end_member(TeamMember.objects.get(user=head), left_on=DAY, **who)
    assert team_ids_of(head) == frozenset()
    assert Notice.objects.get(to=head).kind == TeamNotice.TEAM_LEFT
    with pytest.raises(WrongState, match="2026-10-20"):
        staffing.end_member(TeamMember.objects.get(user=head), left_on=DAY, **who)


def test_a_team_has_one_head_at_a_time(who, team, head):
    with pytest.raises(Invalid) as refused:
        staffing.add_member(team, user=factories.UserFactory(), part="head", joined_on=DAY, **who)
    assert head.name in str(refused.value.fields["joined_on"])


def test_the_day_of_handing_over_belongs_to_who_takes_over(who, team, head):
    staffing.end_member(TeamMember.objects.get(user=head), left_on=DAY, **who)
    other = factories.UserFactory()
    with pytest.raises(Invalid):
        staffing.add_member(team, user=other, part="head", joined_on=DAY - timedelta(days=1), **who)
    staffing.add_member(team, user=other, part="head", joined_on=DAY, **who)
    assert team.members.filter(part="head").count() == 2


@pytest.mark.parametrize(("day", "held"), [(19, True), (20, True), (24, True), (25, False), (26, False)])
def test_the_first_day_of_a_part_counts_and_the_day_of_leaving_does_not(team, day, held):
    october = partial(date, 2026, 10)
    factories.MemberFactory(team=team, joined_on=october(19), left_on=october(25))
    assert TeamMember.objects.on(october(day)).exists() == held
    assert TeamMember.objects.between(october(day), october(day + 1)).exists() == held
    assert TeamMember.objects.between(october(day), None).exists() == held
    assert not TeamMember.objects.on(october(18)).exists()
    assert not TeamMember.objects.between(october(1), october(19)).exists()
    assert not TeamMember.objects.current().exists()


def test_a_part_that_ends_on_its_first_day_was_never_held(team):
    factories.MemberFactory(team=team, joined_on=DAY, left_on=DAY)
    assert not TeamMember.objects.on(DAY).exists()


def test_one_person_has_one_part_at_a_time(who, team, liaison):
    with pytest.raises(Invalid) as refused:
        staffing.add_member(team, user=liaison, part="deputy", joined_on=DAY, **who)
    assert liaison.name in str(refused.value.fields["joined_on"])


def test_a_person_can_return(who, team, liaison):
    staffing.end_member(TeamMember.objects.get(user=liaison), left_on=date(2026, 6, 1), **who)
    staffing.add_member(team, user=liaison, part="member", joined_on=DAY, **who)
    assert team_ids_of(liaison) == {team.pk}


def test_a_part_that_is_over_can_be_entered_afterwards(who, team, head):
    user = factories.UserFactory()
    row = staffing.add_member(
        team, user=user, part="member", joined_on=date(2026, 4, 1), left_on=date(2026, 5, 1), **who
    )
    assert row.left_on == date(2026, 5, 1)
    assert not Notice.objects.filter(to=user).exists()


@pytest.mark.parametrize(
    ("field", "values"), [("joined_on", {"joined_on": 1}), ("left_on", {"joined_on": -9, "left_on": 1})]
)
def test_nothing_is_entered_before_it_happens(who, team, today, field, values):
    days = {name: today + timedelta(days=count) for name, count in values.items()}
    with pytest.raises(Invalid) as refused:
        staffing.add_member(team, user=factories.UserFactory(), part="member", **days, **who)
    assert list(refused.value.fields) == [field]


def test_a_part_does_not_end_before_it_began(who, team, head):
    with pytest.raises(Invalid) as refused:
        staffing.end_member(TeamMember.objects.get(user=head), left_on=date(2026, 2, 1), **who)
    assert "2026-03-01" in str(refused.value.fields["left_on"])


def test_a_deputy_becomes_head(who, team):
    deputy = factories.MemberFactory(team=team, part="deputy")
    new = staffing.change_part(deputy, part="head", on=DAY, **who)
    assert list(team.members.values_list("part", "joined_on", "left_on")) == [
        ("deputy", factories.FOUNDED, DAY),
        ("head", DAY, None),
    ]
    assert one_event("change_part").object_id == str(new.pk)
    with pytest.raises(Invalid):
        staffing.change_part(new, part="head", on=DAY, **who)


def test_the_lead_is_handed_over_in_one_step(who, team):
    old = team.departments.get().department
    member = staffing.add_department(team, department=factories.DepartmentFactory(), joined_on=date(2026, 4, 1), **who)
    staffing.change_lead(team, department=member.department, on=DAY, stays=True, **who)
    now = team.departments.filter(left_on=None).values_list("department_id", "part")
    assert dict(now) == {member.department_id: "lead", old.pk: "member"}
    assert one_event("change_lead").object_id == str(team.pk)
    with pytest.raises(Invalid, match="correct"):
        staffing.change_lead(team, department=member.department, on=DAY, stays=True, **who)


def test_the_old_lead_may_leave_for_good(who, team):
    staffing.change_lead(team, department=factories.DepartmentFactory(), on=DAY, stays=False, **who)
    assert team.departments.filter(left_on=None).count() == 1


def test_a_team_is_never_without_a_lead(who, team):
    with pytest.raises(WrongState, match="always has a lead"):
        staffing.end_department(team.departments.get(), left_on=DAY, **who)


def test_a_department_joins_and_leaves(who, team):
    row = staffing.add_department(team, department=factories.DepartmentFactory(), joined_on=date(2026, 4, 1), **who)
    with pytest.raises(Invalid):
        staffing.add_department(team, department=row.department, joined_on=DAY, **who)
    staffing.end_department(row, left_on=DAY, **who)
    assert TeamDepartment.objects.get(pk=row.pk).left_on == DAY
    assert one_event("end_department").change == '{"left_on":[null,"2026-10-20"]}'


# Who may ------------------------------------------------------------------------------------------------------------
VERBS = {
    "save_action": lambda s, who: forming.save_action(s.action, title_en="X", **who),
    "open_action": lambda s, who: new_action(who),
    "save_stage": lambda s, who: stage(who, s.action),
    "save_group": lambda s, who: forming.save_group(None, action=s.action, title="X", **who),
    "found_team": lambda s, who: found(who, s.action),
    "change_team": lambda s, who: forming.change_team(s.team, short_name="X", **who),
    "close_team": lambda s, who: forming.close_team(s.team, on=DAY, **who),
    "save_core_figure": lambda s, who: forming.save_core_figure(
        None, team=s.team, name="X", unit="个", target=Decimal(1), department=s.department, **who
    ),
    "add_department": lambda s, who: staffing.add_department(s.team, department=s.department, joined_on=DAY, **who),
    "end_department": lambda s, who: staffing.end_department(s.member_department, left_on=DAY, **who),
    "change_lead": lambda s, who: staffing.change_lead(s.team, department=s.department, on=DAY, stays=True, **who),
    "add_member": lambda s, who: staffing.add_member(s.team, user=s.user, part="member", joined_on=DAY, **who),
    "end_member": lambda s, who: staffing.end_member(s.member, left_on=DAY, **who),
    "change_part": lambda s, who: staffing.change_part(s.member, part="member", on=DAY, **who),
}

PEOPLE = {
    "office": True,
    "centre": False,
    "secretary": False,
    "leader": False,
    "auditor": False,
    "administrator": False,
    "head": False,
    "superuser": False,
    "former office": False,
}


class Scene:
    """A team with people and departments on which each verb can act."""

    def __init__(self):
        self.action = factories.ActionFactory()
        self.team = factories.TeamFactory(action=self.action)
        self.department = factories.DepartmentFactory()
        self.member_department = TeamDepartment.objects.create(
            team=self.team, department=factories.DepartmentFactory(), joined_on=factories.FOUNDED
        )
        self.member = factories.MemberFactory(team=self.team, part="deputy")
        self.user = factories.UserFactory()

    def person(self, name):
        """Somebody of that name's role."""
        roles = {
            "office": Role.SPECIAL_OFFICE,
            "centre": Role.ASSESSMENT_CENTRE,
            "secretary": Role.MEETING_SECRETARY,
            "leader": Role.COUNTY_LEADER,
            "auditor": Role.AUDITOR,
            "administrator": Role.ADMINISTRATOR,
        }
        if name == "head":
            return factories.MemberFactory(team=self.team, part="head").user
        if name == "superuser":
            return factories.UserFactory(is_superuser=True, is_staff=True)
        if name == "former office":
            return factories.UserFactory(roles=[Role.SPECIAL_OFFICE], is_active=False)
        return factories.UserFactory(roles=[roles[name]])


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("verb", VERBS)
def test_the_office_alone_keeps_teams(verb, name, at):
    scene = Scene()
    who = {"by": scene.person(name), "at": at}
    if PEOPLE[name]:
        VERBS[verb](scene, who)
        assert AuditEvent.objects.count() == 1
    else:
        with pytest.raises(NotAllowed):
            VERBS[verb](scene, who)
        assert not AuditEvent.objects.exists()


# Two at once -------------------------------------------------------------------------------------------------------
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_heads_added_at_once_one_is(who, team):
    people = [factories.UserFactory(), factories.UserFactory()]

    def loader(user):
        return lambda: lambda: staffing.add_member(team, user=user, part="head", joined_on=DAY, **who)

    outcomes = race(*[loader(user) for user in people])
    assert sorted(type(outcome.error) for outcome in outcomes if outcome.error) == [Invalid]
    assert team.members.filter(part="head").count() == 1
    assert AuditEvent.objects.filter(verb="add_member").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_is_told(who, team):
    def loader(name):
        def load():
            opened = SpecialTeam.objects.get(pk=team.pk)
            return lambda: forming.change_team(opened, short_name=name, seen=opened.version, **who)

        return load

    outcomes = race(loader("甲"), loader("乙"))
    stale = [outcome.error for outcome in outcomes if outcome.error]
    assert [type(error) for error in stale] == [Stale]
    assert len(stale[0].changes) == 1
    assert SpecialTeam.objects.get().version == 2
    assert AuditEvent.objects.filter(verb="change_team").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_actions_with_one_code_one_is_opened(who):
    outcomes = race(*[lambda: lambda: new_action(who)] * 2)
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [Invalid]
    assert "code" in next(outcome.error for outcome in outcomes if outcome.error).fields
    assert SpecialAction.objects.count() == 1
