"""Every page of the assessment: who may open it, what it costs, what it shows."""

import re
from datetime import date

import pytest
from django.urls import get_resolver, reverse

from assessments.models import Appeal, FactQuestion, Result
from governance.people.models import User
from tests.assessments.conftest import OPENED, Story
from tests.assessments.conftest import PUBLISHED as PUBLISHED_AT
from tests.assessments.panel.test_pages import PAGES as OF_JUDGES
from tests.budgets import counted
from tests.factories import ActionFactory

pytestmark = pytest.mark.django_db

CENTRE, OFFICE, LEADER, AUDITOR = "centre", "office", "leader", "auditor"
EVERYBODY = frozenset(
    {CENTRE, OFFICE, LEADER, AUDITOR, "administrator", "secretary", "superuser", "own_head", "other_head"}
)
DETAIL = frozenset({CENTRE, OFFICE, LEADER, "own_head"})

OF_YEARS = ("year_compute", "year_approve", "year_notice", "year_withdraw", "year_publish")
"""The pages to take the steps of a year: one that is not possible leads to the year."""

PREVIEW = {
    "assessment": EVERYBODY,
    "measures": EVERYBODY,
    "plan_list": EVERYBODY,
    "plan": EVERYBODY,
    "plan_export": EVERYBODY,
    "plan_workbook": EVERYBODY,
    "plan_annex": EVERYBODY,
    "plan_compare": EVERYBODY,
    "plan_tried": {CENTRE, OFFICE, LEADER},
    "plan_new": {CENTRE},
    "plan_begin": {CENTRE},
    "plan_revise": {CENTRE},
    "plan_edit": {CENTRE},  # an adopted plan: the centre is led to it
    "plan_edit_indicator": {CENTRE},
    "plan_adopt": frozenset(),  # the centre of the story saved it last
    "round_new": {CENTRE},
    "round": {CENTRE},
    "round_amend": {CENTRE},
    "round_freeze": {CENTRE},
    "round_figures": {CENTRE},
    "round_suppliers": {CENTRE},
    "round_countersign": {CENTRE},
    "supplier": {CENTRE},
    "correction_answer": set(),
    "figure_list": EVERYBODY,
    "figure_supply": set(),
    "figure_confirm": set(),
    "figure_import": set(),
    "figure_import_try": set(),
    "figure_correct": set(),
    "round_check": {CENTRE},
    "round_begin_scoring": {CENTRE},
    "round_left_out": {CENTRE},
    "leave_out": {CENTRE},
    "row_offers": {CENTRE},
    "round_facts": DETAIL | {"other_head"},
    "fact_sheet": DETAIL,
    "fact_ask": {"own_head"},
    "question_answer": {CENTRE},
    "self_score": {"own_head"},
    "round_appeals": {CENTRE},
    "appeal_new": set(),
    "appeal": DETAIL,
    "appeal_evidence": DETAIL,
    "appeal_letter": set(),  # the row of this table is not decided
    "appeal_decide": {CENTRE},
    "own_tally": {"own_head"},
    "round_notice": {CENTRE},
    "claim_list": EVERYBODY,
    "claim_new": {CENTRE, OFFICE, "own_head", "other_head"},
    "claim": DETAIL,
    "claim_evidence": DETAIL,
    "claim_answer": {"own_head"},
    "claim_approve": {CENTRE},
    "claim_reject": {CENTRE},
    "claim_lower": {CENTRE},
    "claim_withdraw": {CENTRE},
    "round_votes": {CENTRE},
    "slips_print": set(),
    "slips_reprint": set(),
    "voter_group_close": set(),
    "vote_tally": set(),
    "tally_import": set(),
    "tally_import_try": set(),
    "round_score": {CENTRE},
    "round_checks": {CENTRE},
    "check_seen": {CENTRE},  # who scored is led to the list where nothing is left to be seen
    "round_approve": {CENTRE},
    "round_publish": {CENTRE},
    "round_back": {CENTRE},
    "round_abandon": {CENTRE},
    "result_correction_new": {CENTRE},
    "published_rows": {CENTRE},
    "result_correction": set(),
    "result_correction_score": set(),
    "result_correction_approve": set(),
    "result_correction_notice": set(),
    "result_correction_publish": set(),
    "result_correction_back": set(),
    "result_correction_drop": set(),
    "result_correction_appeals": set(),
    "result_correction_appeal_new": set(),
    "year_appeals": set(),  # the story has no result of a year
    "year_appeal_new": set(),
    "results": {CENTRE},
    "year": frozenset(),
    **dict.fromkeys(OF_YEARS, frozenset()),
    "stability": {CENTRE},
    "versus": {CENTRE},
    "what_if": {CENTRE},
    "what_if_draft": {CENTRE},
    "verification": {CENTRE},
    "scorecard": {CENTRE},
    "announcement": set(),
    "score_table": {CENTRE},
    "score_workbook": {CENTRE},
    "team_score_table": {CENTRE},
    "result_circular": set(),  # sent by a button
}
"""Page -> who may open it before the round is published; nobody supplies figures, votes or corrects here."""

COMPARING = frozenset({CENTRE, OFFICE, LEADER})
IN_NOTICE = PREVIEW | {
    "results": EVERYBODY,
    "scorecard": DETAIL,
    "announcement": EVERYBODY,
    "score_table": DETAIL | {"other_head"},
    "score_workbook": DETAIL | {"other_head"},
    "team_score_table": DETAIL,
    "stability": COMPARING,
    "versus": COMPARING,
    "what_if": COMPARING,
    "round_appeals": DETAIL | {"other_head"},
    "appeal_new": {"own_head"},
}
"""Page -> who may open it from public notice on."""

PUBLISHED = IN_NOTICE | {"verification": EVERYBODY, "year": EVERYBODY} | dict.fromkeys(OF_YEARS, frozenset({CENTRE}))
"""Page -> who may open it once the round is published."""


@pytest.fixture
def people(story, centre, office, leader, auditor, administrator, secretary, superuser) -> dict[str, User]:
    """A person of each role; being a superuser opens nothing."""
    return {
        CENTRE: centre,
        OFFICE: office,
        LEADER: leader,
        AUDITOR: auditor,
        "administrator": administrator,
        "secretary": secretary,
        "superuser": superuser,
    }


def addresses(story: Story) -> dict[str, str]:
    """The address of each page of the story's round."""
    pk, plan = story.round.pk, story.plan.plan
    claim = story.round.claims.order_by("pk").first()
    of_claim = [claim.pk if claim else 0]
    of_plan, of_round = [plan.code, plan.number], [pk]
    args = {
        name: of_round
        for name in PREVIEW
        if name.startswith(("round_", "result", "stability", "verif", "versus", "what_if", "announce", "score_"))
    }
    args |= {
        "round": of_round,
        "row_offers": of_round,
        "plan": of_plan,
        "plan_export": of_plan,
        "plan_workbook": of_plan,
        "plan_annex": of_plan,
        "plan_compare": of_plan,
        "plan_tried": of_plan,
        "plan_adopt": of_plan,
        "plan_revise": of_plan,
        "plan_edit": [*of_plan, "plan"],
        "plan_edit_indicator": [*of_plan, 1],
        "round_new": [],
        "check_seen": [pk, "jump"],
        **{name: [pk, 0] for name in PREVIEW if name.startswith("result_correction")},
        "result_correction_new": of_round,
        "result_correction_appeal_new": [pk, 0, story.teams[0].code],
        "published_rows": [pk, story.indicator("T2").pk, story.teams[0].code],
        "leave_out": [pk, story.indicator("T7").pk, story.teams[3].code],
        **{name: of_claim for name in PREVIEW if name == "claim" or name.startswith("claim_")},
        "claim_list": [],
        "claim_new": [],
        "scorecard": [pk, story.teams[0].code],
        "team_score_table": [pk, story.teams[0].code],
        "fact_sheet": [pk, story.teams[0].code],
        "fact_ask": [pk, story.teams[0].code],
        "self_score": [pk, story.teams[0].code],
        "own_tally": [pk, story.teams[0].code],
        "question_answer": [_question(story).pk],
        "year_appeals": [plan.code, 2026],
        "year_appeal_new": [pk, story.teams[0].code],
        "appeal_new": [pk, story.teams[0].code],
        **dict.fromkeys(("appeal", "appeal_evidence", "appeal_letter", "appeal_decide"), (_appeal(story),)),
        **dict.fromkeys(("year", *OF_YEARS), (plan.code, 2026)),
        "supplier": [pk, source.pk if (source := story.round.sources.first()) else 0],
        "correction_answer": [pk, 0],
        "figure_supply": [pk, "T6"],
        "figure_confirm": [pk, "T6"],
        "figure_import": [pk, "T6"],
        "figure_import_try": [pk, "T6", 1],
        "figure_correct": [pk, "T6", story.teams[0].code],
        "tally_import_try": [pk, 1, 0],
        **dict.fromkeys(("slips_print", "slips_reprint", "voter_group_close", "vote_tally", "tally_import"), (pk, 1)),
    }
    found = {name: reverse(name, args=args.get(name, [])) for name in PREVIEW}
    return found | {"fact_ask": f"{found['fact_ask']}?fact=T6"}


def _question(story: Story) -> FactQuestion:
    """An answered question of the first team; a row alone, whatever the state of the round."""
    team = story.teams[0]
    said = {"asked_by": story.heads[team.code], "asked_at": OPENED, "answered_by": story.centre, "answered_at": OPENED}
    known = {"round": story.round, "team": team, "indicator": story.indicator("T6")}
    question, _ = FactQuestion.objects.get_or_create(
        **known, defaults={"number": 1, "reason": "有误", "answer": "维持", "state": "stands", **said}
    )
    return question


def _appeal(story: Story) -> int:
    """A dismissed appeal of the first team; a row alone, once there is a result."""
    team, result = story.teams[0], story.round.results.first()
    if result is None:
        return 0
    said = {"matter": "indicator", "wrong": "有误", "reason": "有误", "wanted": "complete", "state": "dismissed"}
    filed = {"filed_by": story.heads[team.code], "filed_at": OPENED, "result": result}
    known = {"round": story.round, "team": team, "indicator": story.indicator("T6")}
    return Appeal.objects.get_or_create(**known, defaults=said | filed)[0].pk


def may_open(client, person: User, url: str) -> bool:
    """Whether the page answers; 404 and 403 are the two ways of saying no, and 405 is no page but a button's."""
    client.force_login(person)
    status = client.get(url).status_code
    assert status in (200, 302, 403, 404, 405), url
    return status in (200, 302)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("state", "allowed"),
    [("scoring", PREVIEW), ("approved", PREVIEW), ("public_notice", IN_NOTICE), ("published", PUBLISHED)],
)
def test_each_page_opens_for_whom_it_should_and_nobody_else(client, story, people, state, allowed):
    story.until(state)
    people |= {"own_head": story.heads[story.teams[0].code], "other_head": story.heads[story.teams[1].code]}
    assert set(people) == EVERYBODY
    found = {
        name: {who for who, person in people.items() if may_open(client, person, url)}
        for name, url in addresses(story).items()
    }
    assert found == {name: set(who) for name, who in allowed.items()}


def test_every_address_of_the_assessment_is_in_the_table():
    names = {pattern.name for pattern in get_resolver("assessments.urls").url_patterns}
    assert names == PREVIEW.keys() | OF_JUDGES.keys()


def test_nobody_opens_a_page_without_signing_in(client, story):
    story.until("published")
    for url in addresses(story).values():
        response = client.get(url)
        assert response.status_code == 302
        assert response.url.startswith(reverse("sign_in"))


def test_former_members_keep_nothing(client, story):
    story.until("published")
    head = story.heads[story.teams[0].code]
    url = addresses(story)["scorecard"]
    assert may_open(client, head, url)
    head.memberships.update(left_on=head.memberships.get().joined_on)
    assert not may_open(client, User.objects.get(pk=head.pk), url)


def test_a_team_head_sees_all_totals_and_the_points_of_its_own_team_alone(client, story):
    story.until("published")
    own, other = story.teams[0], story.teams[2]
    client.force_login(story.heads[own.code])
    page = client.get(addresses(story)["results"]).content.decode()
    rows = {line.team.code: line for line in Result.objects.get().lines.select_related("team")}
    assert all(f"<b>{line.total:.2f}</b>" in page for line in rows.values())
    assert reverse("scorecard", args=[story.round.pk, own.code]) in page
    assert reverse("scorecard", args=[story.round.pk, other.code]) not in page
    assert len(re.findall(r'class="adjust"\s+colspan=', page)) == 3


@pytest.mark.one_database
def test_an_unpublished_score_is_on_no_page_of_anybody_but_the_centre(client, story, people):
    """Every page that a person may open is searched for every total."""
    story.until("approved")
    people |= {"own_head": story.heads[story.teams[0].code], "other_head": story.heads[story.teams[1].code]}
    totals = {f"{line.total:.2f}" for line in Result.objects.get().lines.all()}
    elsewhere = ["home", "wall", "team_list", "inbox", "audit", "admin:index"]
    urls = [*addresses(story).values(), *(reverse(name) for name in elsewhere), story.teams[0].get_absolute_url()]
    for who, person in people.items():
        if who == CENTRE:
            continue
        client.force_login(person)
        for url in urls:
            page = client.get(url).getvalue().decode(errors="replace")
            assert not [total for total in totals if re.search(rf"\b{re.escape(total)}\b", page)], (who, url)


def queries(client, url: str) -> int:
    """How many queries a page costs, counts not kept."""
    with counted() as captured:
        assert client.get(url).status_code == 200
    return len(captured)


TYPED = {
    "preparing": {"round_amend", "round_freeze", "round_abandon"},
    "collecting": {"round_check", "round_back", "round_abandon"},
    "checking": {"round_begin_scoring", "round_back", "round_abandon"},
    "scoring": {"round_score", "round_approve", "round_back", "round_abandon"},
    "approved": {"round_notice", "round_back", "round_abandon"},
    "public_notice": {"round_publish", "round_back", "round_abandon"},
    "published": set(),
}
"""The pages of a round in each state that take something; the others lead to the round's page."""


@pytest.mark.parametrize("state", TYPED)
def test_a_page_whose_step_is_not_possible_leads_to_the_round(client, story, centre, centre2, state, monkeypatch):
    monkeypatch.setattr("assessments.views.round_steps.now", lambda: PUBLISHED_AT)
    story.until(state)
    if state == "collecting":
        story.enter_all()
    client.force_login(centre if state == "public_notice" else centre2)
    urls = {name: url for name, url in addresses(story).items() if name in set().union(*TYPED.values())}
    found = {name: client.get(url) for name, url in urls.items()}
    assert {name for name, response in found.items() if response.status_code == 200} == TYPED[state]
    away = {response.url for name, response in found.items() if name not in TYPED[state]}
    assert away <= {reverse("round", args=[story.round.pk])}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_cost_the_same_for_four_teams_and_for_twelve(
    client, story, centre, centre2, office, query_budget, language
):
    client.cookies["vanguard_language"] = language
    client.force_login(centre2)
    larger = Story(ActionFactory(), centre, centre2, office)
    asked: list[dict[str, int]] = [{}, {}]

    def ask(*names: str) -> None:
        for one, urls in zip(asked, (addresses(story), addresses(larger)), strict=True):
            one.update({name: queries(client, urls[name]) for name in names})

    story.until("preparing")
    larger.form_teams(12)
    larger.plan = story.plan
    larger.open(starts_on=date(2026, 7, 2))
    ask("round_amend", "round_suppliers", "supplier")
    for each in (story, larger):
        each.freeze()
        each.enter_all()
        each.check()
        each.begin()
    ask("round_score")
    for each in (story, larger):
        each.score()
    skipped = {name for name in PREVIEW if not PREVIEW[name]} | {"round_countersign"}  # a department's pages
    skipped |= {"claim_answer", "claim_approve", "claim_reject", "claim_lower", "claim_withdraw"}
    skipped |= {
        "plan_adopt",
        "plan_export",
        "plan_workbook",
        "plan_edit",
        "plan_edit_indicator",
        "round_back",
        "round_publish",
        "round_freeze",
        "year",
    }
    skipped |= {"leave_out", "round_check", "round_begin_scoring", "round_notice"}
    skipped |= {"fact_ask", "self_score", "own_tally", "question_answer", "appeal_decide"}
    skipped |= {"announcement", "result_circular", "check_seen", "result_correction_new", "published_rows"}
    skipped |= {"what_if_draft"}
    ask(*(name for name in PREVIEW if name not in skipped | asked[0].keys()))
    for one in asked:
        query_budget.check("the centre, any number of teams", one)
