"""Who is left to approve: only what stands bars a person, and nobody is told to do what they may not."""

from datetime import date

import pytest
from django.urls import reverse

from assessments.claims import claims
from assessments.console.console import RoundConsole
from assessments.figures.entry import Entry
from assessments.figures.reading import confirmed_figures
from assessments.figures.supply import latest_figures
from assessments.front.lines import centre_lines
from assessments.models import AssessmentRound, Figure, FigureSource
from assessments.permissions import free_to_approve
from assessments.results import scoring
from assessments.rounds.people import NOBODY_AFTER, NOBODY_LEFT, is_last_free
from assessments.rounds.round_states import step_back
from governance.people.models import User
from governance.records.refusals import NotAllowed
from governance.registers.todo import TodoReader
from tests.assessments.conftest import APPROVED, ENTERED, OPENED, SCORED

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered(story):
    """A round with all its figures, entered by the first person of the centre."""
    story.until("collecting")
    story.enter_all()
    return story.round


def lines(user, round):
    return [line for line in centre_lines(TodoReader(user, SCORED)) if round.title in line.title]


def test_a_figure_that_was_corrected_by_another_bars_nobody(story, entered):
    code = story.teams[0].code
    story.enter("T6", {code: Entry("none")}, by=story.centre2)
    assert entered.scorer_ids() == {story.centre.pk, story.centre2.pk}
    story.enter("T6", {code: Entry("complete")}, by=story.centre)
    assert entered.scorer_ids() == {story.centre.pk}
    story.close()
    story.score()
    scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED)


def test_the_page_of_approval_names_the_figures_that_were_questioned_and_who_confirmed_them(story, entered, client):
    first, second, third, _fourth = story.teams
    before = AssessmentRound.objects.create(
        action=story.action,
        plan=story.plan,
        kind="quarter",
        title="2026年第二季度",
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 6, 30),
        cut_off_at=OPENED,
    )
    source = FigureSource.objects.create(round=before, indicator=story.indicator("T7"), team=second)
    Figure.objects.create(source=source, number=1, value="40", document="1号", by=story.centre, at=OPENED)
    story.enter("T7", {first.code: Entry("9500", "24", confirmed="9500"), second.code: Entry("13", "24", "13")})
    story.enter("T7", {third.code: Entry("100", "24", confirmed="100")})
    story.enter("T7", {third.code: Entry("3", "24")})
    Figure.objects.create(source=source, number=2, value="14", document="2号", by=story.centre, at=SCORED)
    story.close()
    story.score()
    asked = [(figure.source.team, words) for figure, words in confirmed_figures(story.round)]
    assert asked == [(first, "9,500，为计分规则目标值的396倍"), (second, "13，上一周期为40")]
    client.force_login(story.centre2)
    page = client.get(reverse("round_approve", args=[story.round.pk])).content.decode()
    assert "<mark>9,500，为计分规则目标值的396倍</mark>" in page
    assert f"{story.centre}于2026-10-17 09:00确认，依据：垣专办〔2026〕18号" in page
    assert page.count("<mark>") == 3  # the third says that a plain-sight check was not seen


def test_a_figure_that_was_withdrawn_bars_nobody(story):
    story.until("collecting")
    code = story.teams[0].code
    story.enter("T6", {code: Entry("none")}, by=story.centre2)
    story.enter("T6", {code: Entry("")}, by=story.centre2)
    assert story.round.scorer_ids() == set()


def test_an_event_that_was_withdrawn_bars_nobody(story, entered):
    claim = story.event(story.teams[2], "P1", level="municipal", by=story.centre2)
    assert story.centre2.pk in entered.scorer_ids()
    claims.withdraw_claim(claim, reason="误填", by=story.centre, at=ENTERED)
    assert entered.scorer_ids() == {story.centre.pk}


def test_who_takes_a_figure_over_frees_who_entered_it(story, entered):
    code = story.teams[0].code
    story.enter("T6", {code: Entry("none")}, by=story.centre2)
    assert story.enter("T6", {code: Entry("none")}, by=story.centre) == []
    (taken,) = story.enter("T6", {code: Entry("none")}, by=story.centre, take_over=True)
    assert (taken.number, taken.value, taken.by) == (3, "none", story.centre)
    assert entered.scorer_ids() == {story.centre.pk}
    assert story.enter("T6", {code: Entry("none")}, by=story.centre, take_over=True) == []


def test_the_last_free_person_is_warned_on_every_page_that_enters_something(story, entered, client):
    client.cookies["vanguard_language"] = "en"
    claim = story.file(story.teams[2], "P1", level="municipal")
    pages = [reverse("round_figures", args=[entered.pk]), reverse("claim_approve", args=[claim.pk])]
    for who, warned in ((story.centre2, True), (story.centre, False)):
        assert is_last_free(who, entered) is warned
        client.force_login(who)
        for url in pages:
            assert ("nobody in the centre will be left to approve" in client.get(url).content.decode()) is warned
    claims.reject_claim(claim, reason="未点名", by=story.centre, at=ENTERED)
    story.close()
    for who, warned in ((story.centre2, True), (story.centre, False)):
        client.force_login(who)
        page = client.get(reverse("round_score", args=[entered.pk])).content.decode()
        assert ("nobody in the centre will be left to approve" in page) is warned
    assert "nobody in the centre will be left to approve" in str(NOBODY_AFTER)


def test_taking_over_is_offered_where_another_persons_value_stands(story, entered, client):
    code = story.teams[0].code
    url = f"{reverse('round_figures', args=[entered.pk])}?indicator=T6"
    client.force_login(story.centre)
    assert "take_over" not in client.get(url).content.decode()
    client.force_login(story.centre2)
    assert "take_over" in client.get(url).content.decode()
    latest = {one.team.code: one for one in latest_figures(entered, story.indicator("T6"))}
    data = {f"value-{team}": one.latest.value for team, one in latest.items()}
    data |= {f"seen-{team}": one.latest_number for team, one in latest.items()}
    client.post(url, data | {"document": "2号", "basis": "复核", "take_over": "on"})
    again = {one.team.code: one.latest for one in latest_figures(entered, story.indicator("T6"))}
    assert (again[code].number, again[code].by, again[code].document) == (2, story.centre2, "2号")


def test_home_lists_a_scored_round_for_who_may_approve_it_alone(story, entered):
    story.close()
    story.score()
    assert lines(story.centre, entered) == []
    (line,) = lines(story.centre2, entered)
    assert line.url == reverse("round", args=[entered.pk])


def test_where_nobody_is_left_everybody_is_told_what_can_be_done(story, entered):
    story.enter("T6", {story.teams[0].code: Entry("none")}, by=story.centre2)
    story.close()
    story.score()
    assert free_to_approve(entered) == []
    for who in (story.centre, story.centre2):
        assert len(lines(who, entered)) == 1
        story.round.refresh_from_db()
        assert NOBODY_LEFT in RoundConsole(story.round, who, at=SCORED).next_step.remarks
    for _state in ("checking", "collecting"):
        step_back(story.round, reason="改由一人登记", by=story.centre2, at=SCORED)
    story.enter("T6", {story.teams[0].code: Entry("none")}, by=story.centre, take_over=True)
    story.close()
    story.score()
    scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED)


def test_the_round_says_who_may_approve_and_leads_others_back(story, entered, client):
    story.close()
    story.score()
    client.cookies["vanguard_language"] = "en"
    client.force_login(story.centre)
    page = client.get(reverse("round", args=[entered.pk])).content.decode()
    assert f"Can be approved by: {story.centre2}." in page
    assert reverse("round_approve", args=[entered.pk]) not in page
    assert client.get(reverse("round_approve", args=[entered.pk])).status_code == 302
    with pytest.raises(NotAllowed):
        scoring.approve_round(story.round, document="1号", by=story.centre, at=APPROVED)


def test_who_cannot_sign_in_is_not_free_to_approve(story, entered):
    User.objects.filter(pk=story.centre2.pk).update(is_active=False)
    assert free_to_approve(entered) == []
