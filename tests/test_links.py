"""Every link that a person sees opens, and every address is led to from somewhere.

Each role walks from its home through the pages of the story, a few of each kind, and follows what it passes.
"""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from governance.people.models import User
from tests.test_doors import ROLES, rows, url_names  # noqa: F401

ROOT = Path(__file__).parent.parent
MOST_OF_A_KIND = 2
"""Pages of one url that a person opens; further rows are built by the same code."""

COMPOSED = re.compile(r"meeting_(announce|hold|update|bind)|result_correction_\w+|\w+_import_try")
"""Names that are put together where they are used: steps of a meeting and of a correction, second pages of imports."""

BY_HAND = {"healthz"}
"""What no page leads to: whoever runs the server asks it."""


class Links(HTMLParser):
    """The addresses of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def local(address: str, page: str) -> str:
    """The path and query of an address of ours by the page it stands on; empty for others."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("#"):
        return ""
    path = parts.path or urlsplit(page).path
    return f"{path}?{parts.query}" if parts.query else path


def kind_of(path: str) -> str:
    """The name of the url that answers; one of its own where none does, so that the link is followed."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path


def broken_links(username: str) -> list[str]:
    """Links that the person's pages show and that lead to nothing, or to what they may not see."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    start = reverse("home")
    came_from, waiting, opened = {start: ""}, deque([start]), Counter()
    faults = []
    while waiting:
        page = waiting.popleft()
        answer = client.get(page)
        if answer.status_code in (403, 404) or answer.status_code >= 500:
            faults.append(f"{username}: {came_from[page]} leads to {page}: {answer.status_code}")
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        links = Links()
        links.feed(answer.content.decode())
        for path in filter(None, (local(address, page) for address in links.found)):
            kind = kind_of(path)
            if path not in came_from and opened[kind] < MOST_OF_A_KIND:
                came_from[path] = page
                opened[kind] += 1
                waiting.append(path)
    assert len(opened) > 10
    return faults


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_link_opens_for_whoever_sees_it(demo_today, rows, role):  # noqa: F811
    assert broken_links(ROLES[role]) == []


def test_every_address_is_led_to():
    files = [
        path
        for room in ("assessments", "governance", "teams", "templates")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html") and path.name != "urls.py"
    ]
    said = {name for path in files for name in re.findall(r"[\"'](\w+)[\"']", path.read_text())}
    assert {name for name in url_names() - said - BY_HAND if not COMPOSED.fullmatch(name)} == set()
