"""Every form of every page, for each role: Enter decides nothing, long text is kept (docs/rules.md#forms)."""

import ast
import re

import pytest
from django.contrib import admin
from django.template import Context, Template
from django.urls import reverse

from assessments.models import AssessmentRound
from governance.people.models import User
from governance.records.verbs import SAVING_VERBS
from governance.records.words import VERB_WORDS
from tests.forms_seen import BY_ITSELF, NOTHING, forms_of, sent_by_enter
from tests.story import round_in_preparation
from tests.test_doors import DOORS, OWN, ROLES, address, rows  # noqa: F401  (fixture)
from tests.test_house import is_verb, python_files, templates

SAVED = {
    "account": "change_password",
    "account_mail": "change_mail",
    "clause_edit": "edit_clause",
    "county": "name_county",
    "evidence": "describe_evidence",
    "report": "save_report",
    "requirement_edit": "edit_requirement",
    "round_amend": "amend_round",
    "sheet": "save_marks",
    "showcase_edit": "edit_showcase",
    "sign_in": "sign_in",
    "team_edit": "change_team",
}
"""The pages on which Enter saves, and the verb that it calls; on all others it goes on to the next field."""

REPORTS = [("report", [OWN, "2026-10-21"]), ("report_approve", [OWN, "2026-10-21"])]
"""Pages of a draft that can still be edited, beside those that the table of doors opens."""


def pages(client, role, rows):  # noqa: F811
    """Each page with a form that the role is shown, by the name of its address."""
    client.force_login(User.objects.get(username=ROLES[role]))
    addresses = [(name, address(name, rows)) for name in DOORS if name not in ("notice", "team_archive")]
    addresses += [(name, reverse(name, args=args)) for name, args in REPORTS]
    prepared = AssessmentRound.objects.latest("pk")
    addresses += [("round_amend", reverse("round_amend", args=[prepared.pk]))]
    for name, url in addresses + list(admin_pages()):
        response = client.get(url)
        if response.status_code == 200 and not response.streaming and b"<form" in response.content:
            yield name, response.content.decode()


def admin_pages():
    """List, new row and one row of every model of the admin site."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield name, reverse(f"{name}_changelist")
        yield name, reverse(f"{name}_add")
        row = model.objects.first()
        if row:
            yield name, reverse(f"{name}_change", args=[row.pk])
    yield "admin:password", reverse("admin:people_user_password", args=[User.objects.first().pk])


@pytest.mark.django_db
@pytest.mark.one_database
def test_enter_reaches_no_button_that_decides_and_long_text_is_kept_on_the_device(
    client,
    demo_today,
    story,
    rows,  # noqa: F811
):
    round_in_preparation(story)
    sent, not_kept = {}, set()
    client.get("/")
    for role in ROLES:
        for name, page in pages(client, role, rows):
            sent.setdefault(name, set()).update(sent_by_enter(page))
            not_kept |= {name for form in forms_of(page) if form.takes_text and not form.is_kept}
    client.logout()
    sent["sign_in"] = sent_by_enter(client.get(reverse("sign_in")).content.decode())
    assert len(sent) > 60
    assert sent.pop("slip") == {"open"}, "a typed code opens its ballot, which decides nothing"
    assert {name: names for name, names in sent.items() if names} == {name: {"save"} for name in SAVED}
    assert not_kept == {"admin:people_department"}, "the administration has its own scripts"


def test_what_enter_calls_is_what_the_verbs_say_of_themselves():
    assert set(SAVED.values()) == SAVING_VERBS
    assert set(VERB_WORDS) >= SAVING_VERBS


def test_a_verb_that_only_saves_moves_no_state_and_tells_nobody():
    found = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if is_verb(node) and node.name in SAVING_VERBS:
                calls = {getattr(each.func, "id", "") for each in ast.walk(node) if isinstance(each, ast.Call)}
                found[node.name] = {name for name in calls if name == "check_move" or "tell" in name}
    assert found == {name: set() for name in SAVING_VERBS}


def test_every_form_that_posts_begins_with_what_enter_does_and_leaves_faults_to_us():
    faults = []
    for path in templates():
        text = path.read_text()
        tags = [tag for tag in re.findall(r"<form\b(?:[^>{]|{%.*?%}|{{.*?}})*>", text) if 'method="post"' in tag]
        faults += [f"{path.name}: {tag}" for tag in tags if "novalidate" not in tag]
        first = re.findall(r"{% posts\b[^%]*%}", text)
        faults += [f"{path.name}: {len(tags)} forms, {len(first)} posts"] if len(tags) != len(first) else []
        faults += [f"{path.name}: csrf_token"] if "csrf_token" in text else []
        faults += [f"{path.name}: autofocus"] if re.search(r"<button[^>]*\bautofocus", text) else []
    assert faults == []


def form(text: str, around: str = "") -> str:
    posts = Template("{% load look %}" + text).render(Context({"csrf_token": "x"}))
    return f'{around}<form id="f" method="post">{posts}</form>'


FIELD = '<input name="a">'


@pytest.mark.parametrize(
    ("page", "sends"),
    [
        (form(FIELD + '<button name="submit">'), {"submit"}),
        (form(FIELD + '<button type="button" name="plus"><input type="submit" name="go">'), {"go"}),
        (form(FIELD), {BY_ITSELF}),
        (form(FIELD + '<input name="b" type="number">'), set()),
        (form(FIELD + '<input name="b" type="checkbox"><button>'), {BY_ITSELF}),
        (form(FIELD + "<button disabled><button name='go'>"), set()),
        (form(FIELD + "{% posts %}<button name='accept'>"), set()),
        (form("{% posts enter='save' %}" + FIELD + "<button name='accept'>"), {"save"}),
        (form("{% posts %}" + FIELD, around='<button form="f" name="accept">'), {"accept"}),
        (form("{% posts %}" + FIELD, around='{% default_button form="f" %}'), set()),
        (form("<textarea name='a'></textarea><button name='accept'>"), set()),
        (form("<template><button name='accept'></template>" + FIELD + "<button name='save'>"), {"save"}),
    ],
)
def test_the_button_that_enter_presses_is_found_as_a_browser_finds_it(page, sends):
    page = Template("{% load look %}" + page).render(Context())
    assert sent_by_enter(page) == sends


def test_a_form_that_is_only_read_sends_nothing_that_counts():
    [form] = forms_of('<form><input name="q"><button>')
    assert not form.posts
    assert form.enter not in (NOTHING, "q")
