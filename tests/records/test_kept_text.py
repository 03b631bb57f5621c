"""Text that a browser keeps of a form: every such form names a version, and one middleware says what is saved."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.forms import Textarea
from django.template import Context, Template
from django.urls import get_resolver, reverse

from governance.records.list_views import BulkAction
from teams.tasks.extensions import ask_extension
from tests import factories
from tests.forms_seen import SeenForm, forms_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TAG = re.compile(r"{% keep ([^%]*)%}")


def test_every_form_whose_text_is_kept_names_its_version_by_the_tag():
    tags = [(path.name, tag) for path in TEMPLATES for tag in TAG.findall(path.read_text())]
    assert len(tags) >= 22
    assert [each for each in tags if not re.search(r'version=("\w+"|[\w.]+) $', each[1])] == []
    written = re.compile(r"<form[^>]*\sdata-keep(-version)?=")
    assert [path.name for path in TEMPLATES if written.search(path.read_text())] == []


def test_every_page_whose_form_takes_long_text_keeps_it():
    """By the classes of views and forms, so that it holds for pages that no row of the demonstration opens."""
    found = [view for view in views(get_resolver()) if takes_text(getattr(view, "form_class", None))]
    names = {view.template_name or "teams/request_ask.html" for view in found}
    names |= {"lists/bulk.html" for action in subclasses(BulkAction) if takes_text(action.form_class)}
    assert (len(found), len(names)) >= (22, 14)
    assert {name for name in names if not TAG.search(whole(name))} == set()


def views(resolver):
    for pattern in resolver.url_patterns:
        if not hasattr(pattern, "url_patterns"):
            yield getattr(pattern.callback, "view_class", object)
        elif pattern.namespace != "admin":
            yield from views(pattern)


def takes_text(form: type | None) -> bool:
    return any(isinstance(field.widget, Textarea) for field in getattr(form, "base_fields", {}).values())


def subclasses(of: type) -> set[type]:
    return {each for child in of.__subclasses__() for each in (child, *subclasses(child))}


def whole(name: str) -> str:
    """A template with those that it extends and includes."""
    text = (ROOT / "templates" / name).read_text()
    parts = re.findall(r'{% (?:extends|include) "([\w/.]+)"', text)
    return text + "".join(map(whole, [*parts, *(["teams/_request_panel.html"] if "include panel" in text else [])]))


pytestmark = pytest.mark.django_db


@pytest.fixture
def edited(sign_in, office, task):
    """The form of a task, signed in as the office."""
    client = sign_in(office)
    address = reverse("task_edit", args=[task.year, task.number])
    form = client.get(address).context["form"]
    data = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form if bound.name != "joint"}
    return client, address, data


def test_a_saved_form_lets_the_browser_forget_its_record(edited):
    client, address, data = edited
    answer = client.post(address, {**data, "title": "新的标题", "kept": "task-7.abc123"})
    assert answer.status_code == 302
    cookie = answer.cookies["kept_task-7"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("abc123", "Strict", "")


@pytest.mark.parametrize("sent", ["", "task-7", "task 7.abc", "a;b.abc", "x" * 300 + ".abc", "task-7.ABC"])
def test_what_names_no_record_sets_no_cookie(edited, sent):
    client, address, data = edited
    answer = client.post(address, {**data, "title": "新的标题", "kept": sent})
    assert answer.status_code == 302
    assert not [name for name in answer.cookies if name.startswith("kept_")]


def test_a_refused_form_and_an_ended_session_let_nothing_be_forgotten(edited):
    client, address, data = edited
    refused = client.post(address, {**data, "title": "", "kept": "task-7.abc123"})
    assert refused.status_code == 422
    assert "data-keep-again" in refused.content.decode()
    client.logout()
    ended = client.post(address, {**data, "kept": "task-7.abc123"})
    assert ended.status_code == 302
    assert not [name for answer in (refused, ended) for name in answer.cookies if name.startswith("kept_")]


def kept_forms(page) -> list[SeenForm]:
    return [form for form in forms_of(page.content.decode()) if form.is_kept]


def test_the_reason_of_a_cancelled_task_is_kept_with_its_version_until_it_is_cancelled(sign_in, office, task):
    client, address = sign_in(office), reverse("task_cancel", args=[task.year, task.number])
    [form] = kept_forms(client.get(address))
    key = form.attributes["data-keep"]
    assert (key.split("_2f")[0], form.attributes["data-keep-version"]) == ("confirm-", str(task.version))
    refused = client.post(address, {"reason": "", "kept": f"{key}.abc123"})
    assert "data-keep-again" in kept_forms(refused)[0].attributes
    assert not [name for name in refused.cookies if name.startswith("kept_")]
    done = client.post(address, {"reason": "并入第3项", "kept": f"{key}.abc123"})
    assert done.cookies[f"kept_{key}"].value == "abc123"


@pytest.fixture
def asked(head, team, at):
    tasks = [factories.make_task(team=team, title=title) for title in ("一", "二")]
    day = date(2026, 12, 30)
    return [ask_extension(task, new_due_on=day, reason="用地未批", by=head, at=at) for task in tasks]


def test_each_decision_on_a_page_of_several_has_a_record_of_its_own(sign_in, office, asked):
    client = sign_in(office)
    forms = kept_forms(client.get(reverse("decisions")))
    keys = [form.attributes["data-keep"] for form in forms]
    assert sorted(keys) == sorted(f"decide-extension-{each.pk}" for each in asked)
    alone = client.get(reverse("extension_decide", args=[asked[0].pk]))
    assert kept_forms(alone)[0].attributes["data-keep"] == f"decide-extension-{asked[0].pk}"


def test_a_reason_for_many_rows_belongs_to_those_rows_and_is_marked_only_after_a_refusal(sign_in, office, asked):
    client, chosen = sign_in(office), {"action": "refuse", "row": [each.pk for each in asked]}
    [form] = kept_forms(client.post(reverse("extension_list"), chosen))
    assert "data-keep-again" not in form.attributes
    [other] = kept_forms(client.post(reverse("extension_list"), chosen | {"row": asked[0].pk}))
    assert other.attributes["data-keep"] != form.attributes["data-keep"]
    mark = form.attributes["data-keep"].rpartition("-")[2]
    [refused] = kept_forms(client.post(reverse("extension_list"), chosen | {"mark": mark}))
    assert refused.attributes["data-keep"] == form.attributes["data-keep"]
    assert "data-keep-again" in refused.attributes


def test_a_key_is_the_name_of_a_cookie_whatever_it_is_made_of(rf):
    form = Template('{% load look %}<form {% keep "figures" 3 code version=7 %}>')
    shown = form.render(Context({"request": rf.get("/"), "code": "指标 1.a"}))
    assert shown == '<form data-keep="figures-3-_6307_6807_201_2ea" data-keep-version="7">'
