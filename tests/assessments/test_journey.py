"""The centre's way through the pages: from a plan on paper to a published result, without a line of script."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import AssessmentPlan, AssessmentRound, Figure
from tests.assessments import work
from tests.assessments.conftest import APPROVED, CHECKED, ENTERED, FROZEN, NOTICED, OPENED, PUBLISHED, SCORED, TRIAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(monkeypatch):
    """Set the moment at which pages act."""

    def to(moment: datetime) -> None:
        for module in ("plan", "round", "round_steps", "left_out", "entry", "suppliers", "claim"):
            monkeypatch.setattr(f"assessments.views.{module}.now", lambda: moment)

    to(OPENED)
    return to


@pytest.fixture
def browsers(story) -> tuple[Client, Client]:
    """The two people of the centre, signed in."""
    clients = Client(), Client()
    for client, person in zip(clients, (story.centre, story.centre2), strict=True):
        client.cookies["vanguard_language"] = "en"
        client.force_login(person)
    return clients


def send(client: Client, url: str, data: dict, then: str) -> None:
    """Send a form and arrive at `then`."""
    response = client.post(url, data)
    assert response.status_code == 302, response.content.decode()
    assert response.url == then


def filled(client: Client, url: str, **changes) -> dict:
    """The form of a page as it stands, with some fields changed."""
    form = client.get(url).context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in (values | changes).items()}


def test_from_a_plan_on_paper_to_a_published_result(story, browsers, day):
    centre, centre2 = browsers
    story.form_teams()
    plan_url = reverse("plan", args=["trial-2026-q3", 1])
    send(centre, reverse("plan_new"), {"text": TRIAL.read_text()}, plan_url)
    assert centre.post(reverse("plan_adopt", args=["trial-2026-q3", 1]), {}).status_code == 403
    send(centre2, reverse("plan_adopt", args=["trial-2026-q3", 1]), {}, plan_url)
    assert AssessmentPlan.objects.get().state == "adopted"

    chosen = f"{reverse('round_new')}?plan={AssessmentPlan.objects.get().adopted.pk}"
    opening = {
        "kind": "quarter",
        "title": "2026年第三季度试考核",
        "starts_on": "2026-07-01",
        "ends_on": "2026-09-30",
        "cut_off_at": "2026-10-16T00:00",
        **{f"class-{team.code}": "AB"[place % 2] for place, team in enumerate(story.teams)},
    }
    assert centre.post(chosen, opening).status_code == 302
    round = AssessmentRound.objects.get()
    assert round.cut_off_at == work.CUT_OFF
    console = reverse("round", args=[round.pk])
    page = centre.get(console).content.decode()
    assert "cut-off is" in page and "not settled who supplies" in page
    source = reverse("supplier", args=[round.pk, round.sources.filter(indicator__code="T7").first().pk])
    suppliers = reverse("round_suppliers", args=[round.pk])
    send(centre, source, {"version": 1, "department": "", "alike": "on"}, suppliers)

    day(FROZEN)
    send(centre, reverse("round_freeze", args=[round.pk]), {}, console)
    day(ENTERED)
    figures = f"{reverse('round_figures', args=[round.pk])}?indicator="
    papers = {"document": "1号", "basis": "核定表"}
    tiers = {f"value-{team.code}": "complete" for team in story.teams}
    send(centre, f"{figures}T6", filled(centre, f"{figures}T6", **tiers, **papers), f"{figures}T6")
    values = {f"{name}-{team.code}": "24" for team in story.teams[:2] for name in ("value", "target")}
    send(centre, f"{figures}T7", filled(centre, f"{figures}T7", **values, **papers), f"{figures}T7")
    new = reverse("claim_new")
    form = centre.get(new).context["form"]
    provincial = next(key for key, meaning in form.meanings.items() if meaning.get("level") == "provincial")
    filled_in = {"team": story.teams[0].code, "counts_as": provincial, "matter": "试点", "on": "2026-09-18", **papers}
    assert centre.post(new, filled_in).status_code == 302
    claim = round.claims.get()
    assert centre.get(reverse("claim_approve", args=[claim.pk])).status_code == 403
    approval = {"matter": "试点", "level": "provincial", "version": 1}
    send(centre2, reverse("claim_approve", args=[claim.pk]), approval, claim.get_absolute_url())
    withdrawal = {"reason": "文号有误", "version": 2}
    send(centre2, reverse("claim_withdraw", args=[claim.pk]), withdrawal, claim.get_absolute_url())

    missing = round.plan.indicators.get(code="T7").pk
    left_out = reverse("leave_out", args=[round.pk, missing, story.teams[2].code])
    day(CHECKED)
    send(
        centre,
        left_out,
        filled(centre, left_out, reason="未建立", document="5号"),
        reverse("round_left_out", args=[round.pk]),
    )
    send(centre, reverse("round_check", args=[round.pk]), {}, console)
    assert "check their facts until 20 October 2026 18:00" in centre.get(console).content.decode()
    early = centre.post(reverse("round_begin_scoring", args=[round.pk]), {})
    assert early.status_code == 409 and "check their facts until" in early.content.decode()

    day(SCORED)
    send(centre, reverse("round_begin_scoring", args=[round.pk]), {}, console)
    score = reverse("round_score", args=[round.pk])
    send(centre, score, filled(centre, score), console)
    assert f"Can be approved by: {story.centre2}." in centre.get(console).content.decode()
    approve = reverse("round_approve", args=[round.pk])
    refused = centre.post(approve, {"document": "1号", "seen": 1})
    assert refused.status_code == 403
    day(APPROVED)
    send(centre2, approve, filled(centre2, approve, document="垣组发〔2026〕31号"), console)
    day(NOTICED)
    send(centre2, reverse("round_notice", args=[round.pk]), {"document": "垣考核公示〔2026〕3号"}, console)
    results = reverse("results", args=[round.pk])
    assert "In public notice until 29 October 2026 18:00, not final" in centre.get(results).content.decode()
    day(PUBLISHED)
    assert centre2.post(reverse("round_publish", args=[round.pk]), {"document": ""}).status_code == 403
    send(centre, reverse("round_publish", args=[round.pk]), {"document": ""}, results)
    page = centre.get(reverse("scorecard", args=[round.pk, story.teams[0].code])).content.decode()
    assert "Why not" in page or "stamp" in page
    assert "The result is verified" in centre.get(reverse("verification", args=[round.pk])).content.decode()


def test_a_plan_with_faults_comes_back_with_each_of_them_and_nothing_is_lost(story, browsers):
    text = TRIAL.read_text().replace("points = 25", "points = 26")
    response = browsers[0].post(reverse("plan_new"), {"text": text})
    page = response.content.decode()
    assert response.status_code == 422
    assert "the base points add up to 101, not 100" in page
    assert "points = 26" in page
    assert not AssessmentPlan.objects.exists()


def test_a_value_that_cannot_be_read_comes_back_beside_its_team(story, browsers, day):
    round = story.until("collecting")
    day(ENTERED)
    url = f"{reverse('round_figures', args=[round.pk])}?indicator=T7"
    code = story.teams[0].code
    response = browsers[0].post(
        url, filled(browsers[0], url, **{f"value-{code}": "twelve", "document": "1号", "basis": "x"})
    )
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {f"value-{code}"}
    assert 'value="twelve"' in response.content.decode()


def test_a_stale_form_shows_what_somebody_else_entered_and_can_be_sent_again(story, browsers, day):
    round = story.until("collecting")
    day(ENTERED)
    url, code = f"{reverse('round_figures', args=[round.pk])}?indicator=T6", story.teams[0].code
    first, second = browsers
    papers = {"document": "1号", "basis": "x"}
    opened = filled(first, url, **{f"value-{code}": "complete"}, **papers)
    send(second, url, filled(second, url, **{f"value-{code}": "none"}, **papers), url)
    response = first.post(url, opened)
    assert response.status_code == 409
    assert "<ins>none</ins>" in response.content.decode()
    again = {bound.html_name: bound.value() for bound in response.context["form"]}
    send(first, url, again, url)
    latest = Figure.objects.order_by("-number").first()
    assert (latest.number, latest.value) == (2, "complete")


def test_a_step_that_somebody_else_took_is_answered_with_a_sentence(story, browsers, day):
    round = story.until("scoring")
    day(SCORED)
    url = reverse("round_score", args=[round.pk])
    opened = filled(browsers[0], url)
    send(browsers[1], url, opened, reverse("round", args=[round.pk]))
    response = browsers[0].post(url, opened)
    assert response.status_code == 409
    assert "has been scored by someone else" in response.content.decode()


def test_a_round_goes_a_step_back_with_a_reason(story, browsers, day):
    round = story.until("scoring")
    back = reverse("round_back", args=[round.pk])
    assert browsers[0].post(back, {"reason": ""}).status_code == 422
    send(browsers[0], back, {"reason": "补录"}, reverse("round", args=[round.pk]))
    assert "补录" in browsers[0].get(reverse("round", args=[round.pk])).content.decode()


def test_a_plan_goes_out_as_toml(story, browsers):
    story.adopt()
    response = browsers[0].get(reverse("plan_export", args=["trial-2026-q3", 1]))
    assert response["Content-Disposition"] == 'attachment; filename="trial-2026-q3-1.toml"'
    assert b'code = "trial-2026-q3"' in response.content


def test_a_draft_that_somebody_else_changed_is_not_overwritten(story, browsers):
    first, second = browsers
    plan_url = reverse("plan", args=["trial-2026-q3", 1])
    send(first, reverse("plan_new"), {"text": TRIAL.read_text()}, plan_url)
    change = f"{reverse('plan_new')}?of=trial-2026-q3"
    mine, theirs = (filled(client, change) for client in browsers)
    send(second, change, theirs | {"text": theirs["text"].replace("Late reports", "Reports too late")}, plan_url)
    response = first.post(change, mine)
    assert response.status_code == 409
    assert "<ins>Reports too late</ins>" in response.content.decode()
    again = {bound.html_name: bound.value() for bound in response.context["form"] if bound.name != "file"}
    send(first, change, again, plan_url)


def test_a_plan_of_a_code_that_has_a_draft_does_not_replace_it_unseen(story, browsers):
    first, second = browsers
    send(first, reverse("plan_new"), {"text": TRIAL.read_text()}, reverse("plan", args=["trial-2026-q3", 1]))
    other = TRIAL.read_text().replace("Late reports", "Reports too late")
    assert second.post(reverse("plan_new"), {"text": other}).status_code == 409
