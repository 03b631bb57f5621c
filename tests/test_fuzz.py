"""Hostile input at every door: each parameter that a page reads and each field of each form, with values nobody wants.

Nothing may answer 500 or think for more than two seconds of processor time. What a page reads is recorded while it
answers, so that a new parameter or field is tried without being named here. Each request is taken back.
"""

import re
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.db.models import Model
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from governance.clock import now
from governance.people.models import User
from teams.meetings.admin.steps import STEPS
from teams.meetings.models import Meeting
from teams.models import SpecialAction
from tests.story import undone
from tests.teams.meetings.factories import make_meeting
from tests.test_doors import DOORS, ROLES, address, rows  # noqa: F401

pytestmark = pytest.mark.django_db

MOST_SECONDS = 2
HOSTILE = {
    "nul": quote("a\0b"),
    "huge": "9" * 40,
    "past 64 bits": str(2**63),
    "negative": "-1",
    "not a number": "NaN",
    "endless": "-Infinity",
    "exponent": "1e999999",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "surrogate": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "markup": quote("'\"><{{%s}}"),
    "long": quote("长") * 5000,
    "nothing": "",
}
"""Values as they travel, percent-encoded."""

OF_FIELDS = ("nul", "huge", "negative", "not a number", "last day", "surrogate", "long")
"""What is tried in the fields of forms, which check numbers and days themselves."""

OF_DATABASE = ("nul", "huge", "last day", "surrogate")
"""What a database may refuse; the rest is tried on one of them alone."""

ALONE = ("nul", "huge", "last day")
"""What is tried in one parameter or field while all others are in order: one of these in each, in turn."""


def values(*names: str) -> dict[str, str]:
    """The values to try on this database; of those with `names`, if any."""
    everywhere = connection.vendor == "sqlite"
    return {what: HOSTILE[what] for what in names or HOSTILE if everywhere or what in OF_DATABASE}


def in_turn(names: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each name with one of the values that are tried alone: (name, what it is, value). One name alone needs none."""
    if len(names) > 1:
        for name, (what, value) in zip(names, cycle(values(*ALONE).items())):
            yield name, what, value


class Recording(QueryDict):
    """Parameters that remember which names were asked for."""

    asked: set[str] = set()  # of nobody: filled while the parameters are being read from the address

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)

    def getlist(self, key, default=None):
        self.asked.add(key)
        return super().getlist(key, default)

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)


@pytest.fixture
def asked(monkeypatch) -> set[str]:
    """The names of parameters that pages have read."""
    names: set[str] = set()

    def parameters(request: WSGIRequest) -> Recording:
        found = request.__dict__.get("_recorded")
        if found is None:
            found = Recording(request.META.get("QUERY_STRING", ""), encoding=request.encoding)
            found.asked = names
            request.__dict__["_recorded"] = found
        return found

    monkeypatch.setattr(WSGIRequest, "GET", property(parameters, lambda request, value: None))
    return names


def encoded(fields: dict[str, str]) -> str:
    """The body of a form; the values are encoded already."""
    return "&".join(f"{quote(name)}={value}" for name, value in fields.items())


@dataclass
class Form:
    """A form of a page that is sent by POST: where to, and what a browser would send untouched."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def hostile(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """What to send for some of the fields, with its name: every value in all of them, some in each alone."""
        if not names:
            return
        plain = {name: quote(value) for name, value in self.fields.items()}
        for what, value in values(*OF_FIELDS).items():
            yield f"{names} {what}", encoded(plain | dict.fromkeys(names, value))
        yield f"{names} twice", "&".join([encoded(plain), *(f"{quote(name)}=1&{quote(name)}=2" for name in names)])
        for name, what, value in in_turn(names):
            yield f"{name} {what}", encoded(plain | {name: value})
        for name in names:
            yield f"{name} left out", encoded({other: value for other, value in plain.items() if other != name})


class Forms(HTMLParser):
    """Collects the forms of a page; a select gives its first option that has a value, a textarea its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.open: Form | None = None
        self.select = self.text = ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.open = Form(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self.open:
                self.found.append(self.open)
        elif self.open is None or not (name or tag == "option"):
            return
        elif tag in ("input", "button") and given.get("type") != "file":
            self.open.fields.setdefault(name, given.get("value", ""))
        elif tag == "select":
            self.select = name
            self.open.fields.setdefault(name, "")
        elif tag == "textarea":
            self.text = name
            self.open.fields.setdefault(name, "")
        elif self.select and ("selected" in given or (given.get("value") and not self.open.fields[self.select])):
            self.open.fields[self.select] = given.get("value", "")

    def handle_data(self, data):
        if self.open and self.text:
            self.open.fields[self.text] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag in ("select", "textarea"):
            self.select = self.text = ""


@dataclass
class Visitor:
    """A signed-in client that keeps what went wrong."""

    client: Client
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    def tries(self, method: str, path: str, query: str = "", body: bytes = b"", what: str = "") -> HttpResponseBase:
        """One request, taken back; a 500 is a fault, and a long thought that is as long when asked again."""
        answer, spent = self.asks(method, path, query, body)
        if answer.status_code >= 500:
            self.faults.append(f"{method} {path} {what}: {answer.status_code}")
        if spent > MOST_SECONDS:
            spent = min(spent, self.asks(method, path, query, body)[1])
        if spent > MOST_SECONDS:
            self.faults.append(f"{method} {path} {what}: {spent:.1f} seconds")
        return answer

    def asks(self, method: str, path: str, query: str, body: bytes) -> tuple[HttpResponseBase, float]:
        """The answer, read to its end, and the processor's seconds that it took; who signed out is signed in again."""
        self.requests += 1
        cookies = deepcopy(self.client.cookies)
        began = time.process_time()
        with undone():
            answer = self.client.generic(
                method, path, body, content_type="application/x-www-form-urlencoded", QUERY_STRING=query
            )
            if answer.streaming:
                for _part in answer.streaming_content:
                    pass
        spent = time.process_time() - began
        self.client.cookies = cookies
        return answer, spent


def visitor(username: str) -> Visitor:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return Visitor(client)


def try_parameters(who: Visitor, path: str, asked: set[str]) -> int:
    """Every value in all parameters that the page turns out to read, some in each alone; how many there are.

    The names with brackets are of our own making: a page that reads whatever it is given would be asked them for ever.
    """
    asked.clear()
    answer = who.tries("GET", path)
    assert not answer.headers.get("Location", "").startswith(reverse("sign_in")), path
    tried: set[str] = set()
    while left := sorted(name for name in asked - tried if "[" not in name):
        tried.update(left)
        keys = [quote(name) for name in left]
        for what, value in values().items():
            who.tries("GET", path, "&".join(f"{key}={value}" for key in keys), what=f"?{left} {what}")
        for key, what, value in in_turn(keys):
            who.tries("GET", path, f"{key}={value}", what=f"?{key} {what}")
        arrays = "&".join(f"{key}=1&{key}=2&{key}[]=3&{key}[a]=4" for key in keys)
        who.tries("GET", path, arrays, what=f"?{left} arrays")
    return len(tried)


def without_numbers(name: str) -> str:
    """A field's name with its numbers left out: a row of a hundred stands for all."""
    return re.sub(r"\d+", "#", name)


TRIED: set[tuple[str, str]] = set()
"""Address and field, without numbers, of what was tried: the forms of the masthead stand on every page."""


def try_forms(who: Visitor, path: str) -> tuple[int, int]:
    """Every value in all fields of every form of the page, some in each alone; how many forms and fields.

    Fields that were tried on another page are left as they are.
    """
    page = who.client.get(path)
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return 0, 0
    forms = Forms()
    forms.feed(page.content.decode())
    tried = 0
    for form in forms.found:
        address, _mark, query = (form.action or path).partition("?")
        shapes = {(without_numbers(address), without_numbers(name)): name for name in reversed(form.fields)}
        names = [name for shape, name in shapes.items() if shape not in TRIED]
        TRIED.update(shapes)
        tried += len(names)
        for what, body in form.hostile(names):
            who.tries("POST", address, query, body.encode(), what=what)
    return len(forms.found), tried


def role_of(name: str) -> str | None:
    """The first role that is let in."""
    return next((role for role in ROLES if DOORS[name].status(role) == 200), None)


@pytest.mark.parametrize("name", [name for name in DOORS if role_of(name)])
def test_a_page_survives_hostile_parameters_and_fields(demo_today, rows, asked, name):  # noqa: F811
    who = visitor(ROLES[role_of(name)])
    path = address(name, rows)
    parameters = try_parameters(who, path, asked)
    forms, fields = try_forms(who, path)
    print(f"fuzz {name}: {parameters} parameters, {forms} forms, {fields} fields, {who.requests} requests")
    assert who.faults == []


NO_ROW = (2**63, "9999-12-31", "a\0b", 0, 10**40, "0001-01-01", "2026-02-30", "长" * 300, "-1", "NaN")
"""Arguments that no row has, those first that a database or a calendar may refuse."""


def hostile_arguments(args: tuple, chosen: tuple) -> Iterator[tuple]:
    """The address' arguments, one at a time replaced by a chosen one that no row has."""
    for place in range(len(args)):
        for value in chosen:
            yield (*args[:place], value, *args[place + 1 :])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_addresses_survive_hostile_arguments(demo_today, rows, method):  # noqa: F811
    people = {
        role: visitor(username) for role, username in ROLES.items() if role in ("office", "centre", "own", "admin")
    }
    for name, door in DOORS.items():
        who = people.get(role_of(name) or "office", people["office"])
        args = tuple(rows.get(each, each) for each in door.args)
        for changed in hostile_arguments(args, NO_ROW if method == "GET" else NO_ROW[:3]):
            try:
                path = reverse(name, args=changed)
            except NoReverseMatch:
                continue
            who.tries(method, path)
    assert [fault for who in people.values() for fault in who.faults] == []


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if role_of(name) is None])
def test_what_only_takes_a_post_survives_an_empty_and_a_hostile_one(demo_today, rows, name):  # noqa: F811
    for username in ("office", "admin", f"head-{'member-service'}"):
        who = visitor(username)
        path = address(name, rows)
        for value in values(*ALONE, "surrogate").values():
            who.tries(
                "POST", path, "", "&".join(f"{key}={value}" for key in ("next", "id", "language", "ids")).encode()
            )
        assert who.faults == []


def admin_pages(model: type[Model]) -> Iterator[str]:
    """The pages of a model in the admin site: the list, a new row and a row."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_add")
    row = model._default_manager.first()
    if row is not None:
        yield reverse(f"{name}_change", args=[row.pk])


def frame_pages(role: str) -> Iterator[str]:
    """What belongs to no model: the front page, what completes a field, and for the secretary the search for guests."""
    yield reverse("admin:index")
    yield reverse("admin:autocomplete")
    if role == "secretary":
        yield reverse("admin:meetings_meeting_guests")


def meeting_pages() -> Iterator[str]:
    """What the secretary opens besides: the steps of a meeting in preparation."""
    secretary = User.objects.get(username=ROLES["secretary"])
    meeting = make_meeting(SpecialAction.objects.chosen(), secretary, at=now(), starts_at=now() + timedelta(days=9))
    for name in ("change", *STEPS):
        yield reverse(f"admin:meetings_meeting_{name}", args=[meeting.pk])


ADMINISTERED = [model for model in admin.site._registry if model is not Meeting]


@pytest.mark.parametrize(
    ("role", "pages", "least"),
    [
        ("admin", lambda: frame_pages("admin"), 1),
        ("admin", lambda: [path for model in ADMINISTERED for path in admin_pages(model)], 4),
        ("secretary", lambda: frame_pages("secretary"), 1),
        ("secretary", lambda: admin_pages(Meeting), 3),
        ("secretary", meeting_pages, 3),
    ],
    ids=["administrator", "administrator's rows", "secretary", "secretary's meetings", "steps of a meeting"],
)
def test_the_admin_site_survives_hostile_parameters_and_fields(demo_today, rows, asked, role, pages, least):  # noqa: F811
    who = visitor(ROLES[role])
    parameters = forms = fields = 0
    for path in pages():
        parameters += try_parameters(who, path, asked)
        more_forms, more_fields = try_forms(who, path)
        forms, fields = forms + more_forms, fields + more_fields
    print(f"fuzz admin of {role}: {parameters} parameters, {forms} forms, {fields} fields, {who.requests} requests")
    assert who.faults == []
    assert forms >= least
