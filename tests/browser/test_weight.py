"""What a page weighs on the wire: everything that is fetched for it, compressed as the server sends it."""

import gzip
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser

KB = 1024
PAGES = {
    "home": ("office", "/"),
    "home of a liaison": ("liaison-member-service", "/"),
    "wall": ("leader", "/wall/"),
    "task list": ("office", "/tasks/"),
    "report": ("liaison-member-service", "/reports/member-service/2026-10-11/"),
}


@dataclass
class Weight:
    """Bytes by kind, compressed, and the uncompressed bytes of sheets and of the project's own scripts."""

    compressed: dict[str, int] = field(default_factory=dict)
    sheets: int = 0
    scripts: int = 0

    def add(self, response: Response) -> None:
        """Count one answer; pictures are compressed already."""
        kind, path, body = response.request.resource_type, urlsplit(response.url).path, response.body()
        size = len(body) if kind == "image" and not path.endswith(".svg") else len(gzip.compress(body, 6))
        self.compressed[path] = size
        if kind == "stylesheet":
            self.sheets += len(body)
        if kind == "script" and "/js/" in path:
            self.scripts += len(body)

    @property
    def total(self) -> int:
        """All of it on the wire."""
        return sum(self.compressed.values())


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(name, size, enter, visit):
    enter("story", tell_story)
    username, path = PAGES[name]
    visitor = visit("zh-hans", size, username)
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.open(path)
    weight = Weight()
    for answer in answers:
        weight.add(answer)
    assert weight.total < 150 * KB, weight.compressed
    assert 0 < weight.sheets < 40 * KB
    assert 0 < weight.scripts < 40 * KB
