"""A plan edited on pages: typed from nothing, checked while typing, stale pages, rows, versions."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from assessments.engine import Source, check, load, read_toml
from assessments.models import AssessmentPlan
from assessments.plans.plans import PlanFaulty, adopt_plan, save_draft
from governance.records.models import AuditEvent
from tests.assessments.conftest import OPENED, TRIAL
from tests.assessments.plans.test_plans import PLANS
from tests.assessments.plans.typist import PlanForm, Typist
from tests.test_fuzz import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def typing(client, centre):
    client.force_login(centre)
    client.cookies["vanguard_language"] = "en"
    return client


def begun(client, code: str = "new-2027") -> Typist:
    response = client.post(reverse("plan_begin"), {"code": code})
    plan = AssessmentPlan.objects.get(code=code)
    assert response.url == reverse("plan_edit", args=[code, 1, "plan"])
    return Typist(client, plan)


def drafted(client, centre) -> Typist:
    return Typist(client, save_draft(TRIAL.read_bytes(), by=centre, at=OPENED))


def events(plan) -> list[str]:
    return list(AuditEvent.objects.of(plan).order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize("path", [TRIAL, *PLANS], ids=lambda path: path.stem)
def test_the_editor_reproduces_a_plan_from_nothing(typing, path):
    document = read_toml(path.read_bytes()).document
    typist = begun(typing, document["plan"]["code"])
    typist.type_plan(document)
    assert check(Source(typist.document)).faults == ()
    assert check(Source(typist.document)).plan == check(Source(document)).plan


def test_a_form_that_is_sent_back_as_it_was_shown_changes_nothing(typing, centre):
    typist = drafted(typing, centre)
    before = typist.document
    places = range(1, len(before["indicators"]) + 1)
    for address in [
        *(typist.address(part) for part in ("plan", "year", "classes", "grades", "vetoes", "groups", "dimensions")),
        *(typist.address("indicators", place) for place in (None, *places)),
    ]:
        typist.send(address, typist.form(address))
    assert typist.document == before
    assert events(typist.plan) == ["draft_plan"]


def test_a_save_is_one_event_and_keeps_a_plan_with_faults_from_adoption(typing, centre, centre2):
    typist = drafted(typing, centre)
    address = typist.address("indicators", 1)
    form = typist.form(address)
    typist.put(form, "points", "9.5")
    typist.send(address, form)
    assert events(typist.plan) == ["draft_plan", "edit_plan_draft"]
    assert "not 100" in typing.get(address).content.decode()
    plan = AssessmentPlan.objects.get(pk=typist.plan.pk)
    with pytest.raises(PlanFaulty):
        adopt_plan(plan, by=centre2, at=OPENED)
    for name in ("plan", "plan_annex", "plan_compare"):
        response = typing.get(reverse(name, args=[plan.code, plan.number]))
        assert name == "plan_compare" or response.url == typist.address("plan")


def test_what_is_typed_is_checked_on_leaving_the_field_and_not_saved(typing, centre):
    typist = drafted(typing, centre)
    address = typist.address("plan")
    form = typist.form(address)
    typist.put(form, "bonus_cap", "much")
    before = AssessmentPlan.objects.get(pk=typist.plan.pk).version
    response = typing.post(address, form.sent, headers={"HX-Request": "true", "HX-Trigger-Name": "bonus_cap"})
    page = response.content.decode()
    assert "must be a number" in page.split('id="e-bonus_cap"')[1].split("</span>")[0]
    assert 'id="plan-side"' in page
    assert AssessmentPlan.objects.get(pk=typist.plan.pk).version == before


def test_the_curve_stands_beside_the_rule_and_follows_what_is_typed(typing, centre):
    typist = drafted(typing, centre)
    address = typist.address("indicators", 1)
    form = typist.form(address)
    typist.put(form, "method-name", "linear")
    form = typist.send(address, form)
    assert "as soon as the rule" in typing.get(address).content.decode()
    for key, text in {"method-floor": "60", "method-target": "90", "points": "8"}.items():
        typist.put(form, key, text)
    side = typing.post(address, form.sent, headers={"HX-Request": "true", "HX-Trigger-Name": "points"})
    sentence = "From 54 to 96 the points go from 0 to 8; the most, 8, are reached at 90."
    assert f'aria-label="{sentence}"' in side.content.decode()
    form = typist.send(address, form)
    assert sentence in typing.get(address).content.decode()
    for method, words in {"binary": "no curve", "minmax": "depend on the other teams"}.items():
        typist.put(form, "method-name", method)
        form = typist.send(address, form)
        assert words in typing.get(address).content.decode(), method


def test_choosing_another_method_gives_its_form_before_anything_is_saved(typing, centre):
    typist = drafted(typing, centre)
    address = typist.address("indicators", 1)
    form = typist.form(address)
    typist.put(form, "method-name", "linear")
    response = typing.post(address, form.sent, headers={"HX-Request": "true", "HX-Trigger-Name": "method-name"})
    assert response["HX-Retarget"] == "#plan-form"
    assert {"method-floor", "method-target"} <= PlanForm(response.content.decode()).sent.keys()
    assert events(typist.plan) == ["draft_plan"]


def test_a_stale_page_is_refused_and_keeps_what_was_typed(typing, centre):
    typist = drafted(typing, centre)
    address = typist.address("plan")
    old = typist.form(address)
    form = typist.form(address)
    typist.put(form, "basis", "No. 1")
    typist.send(address, form)
    typist.put(old, "basis", "No. 2")
    response = typing.post(address, {**old.sent, "do": "save"})
    assert response.status_code == 409
    assert typist.document["plan"]["basis"] == "No. 1"
    again = PlanForm(response.content.decode())
    assert again.sent["basis"] == ["No. 2"]
    typist.send(address, again)
    assert typist.document["plan"]["basis"] == "No. 2"


def test_a_stale_row_finds_its_rule_although_its_code_was_changed_and_the_row_moved(typing, centre):
    typist = drafted(typing, centre)
    first, second = typist.document["indicators"][:2]
    page, own = typist.address("indicators"), typist.address("indicators", 1)
    old, old_own = typist.form(page), typist.form(own)
    typist.send(page, typist.form(page), "down:rows:0")
    typist.put(old, "rows-0-code", "N1")
    response = typing.post(page, {**old.sent, "do": "remove:rows:1"})
    assert response.status_code == 409
    typist.put(old_own, "title", "Another title")
    refused = typing.post(own, {**old_own.sent, "do": "save"})
    assert refused.status_code == 409
    typing.post(own, {**PlanForm(refused.content.decode()).sent, "do": "save"})
    rows = typist.document["indicators"]
    assert [row["code"] for row in rows[:2]] == [second["code"], first["code"]]
    assert rows[1] == {**first, "title": "Another title"}
    again = PlanForm(response.content.decode())
    again.sent["version"] = [str(AssessmentPlan.objects.get(pk=typist.plan.pk).version)]
    typist.send(page, again)
    rows = typist.document["indicators"]
    assert [row["code"] for row in rows[:2]] == ["N1", second["code"]]
    assert [row["method"] for row in rows[:2]] == [first["method"], second["method"]]


def test_an_indicator_that_somebody_removed_is_not_saved_over_another(typing, centre):
    typist = drafted(typing, centre)
    page, own = typist.address("indicators"), typist.address("indicators", 1)
    old = typist.form(own)
    typist.send(page, typist.form(page), "remove:rows:0")
    before = typist.document
    response = typing.post(own, {**old.sent, "do": "save"}, follow=True)
    assert "no longer in the draft" in response.content.decode()
    assert typist.document == before


def test_rows_are_added_moved_and_removed_with_what_no_form_shows(typing, centre):
    typist = drafted(typing, centre)
    codes = [row["code"] for row in typist.document["indicators"]]
    rules = {row["code"]: row["method"] for row in typist.document["indicators"]}
    address = typist.address("indicators")
    typist.send(address, typist.form(address), "down:rows:0")
    typist.send(address, typist.form(address), "remove:rows:2")
    rows = typist.document["indicators"]
    assert [row["code"] for row in rows] == [codes[1], codes[0], *codes[3:]]
    assert all(row["method"] == rules[row["code"]] for row in rows)


def test_a_new_version_begins_as_the_adopted_one_with_a_reason(typing, centre, centre2):
    plan = save_draft(TRIAL.read_bytes(), by=centre, at=OPENED)
    adopt_plan(plan, by=centre2, at=OPENED, confirmed=True)
    address = reverse("plan_revise", args=[plan.code, 1])
    assert typing.post(address, {"reason": " "}).status_code == 422
    assert typing.post(address, {"reason": "县委要求"}).url == reverse("plan_edit", args=[plan.code, 2, "plan"])
    new = AssessmentPlan.objects.get(code=plan.code, number=2)
    assert (new.reason, load(new.draft)) == ("县委要求", load(plan.draft))
    assert typing.post(address, {"reason": "again"}).status_code == 409


def test_the_editor_saves_count_as_saving_it_last(typing, centre, centre2):
    plan = save_draft(TRIAL.read_bytes(), by=centre2, at=OPENED)
    typist = Typist(typing, plan)
    form = typist.form(typist.address("plan"))
    typist.put(form, "basis", "No. 1")
    typist.send(typist.address("plan"), form)
    assert typing.get(reverse("plan_adopt", args=[plan.code, 1])).status_code == 403


def test_a_code_that_is_taken_is_refused_beside_the_field(typing, centre):
    plan = save_draft(TRIAL.read_bytes(), by=centre, at=OPENED)
    response = typing.post(reverse("plan_begin"), {"code": plan.code})
    assert response.status_code == 422
    assert "There is a plan with this code" in response.content.decode()


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_sent_the_draft_can_be_opened_again(typing, centre, value):
    typist = drafted(typing, centre)
    parts = ("plan", "year", "classes", "grades", "vetoes", "groups", "dimensions", "indicators")
    addresses = [*(typist.address(part) for part in parts), typist.address("indicators", 1)]
    forms = {address: typist.form(address).sent for address in addresses}
    for address, form in forms.items():
        hostile = dict.fromkeys({*form, "rows-count", "do"}, unquote(value, errors="replace"))
        for headers in ({}, {"HX-Request": "true"}):
            version = AssessmentPlan.objects.get(pk=typist.plan.pk).version
            answer = typing.post(address, hostile | {"version": version}, headers=headers)
            assert answer.status_code in (200, 302, 409, 422), address
        assert typing.get(address).status_code in (200, 404), address
