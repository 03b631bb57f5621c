"""Every screen, in both languages, on a desk and on a phone: whole, accessible, silent and not too wide.

The words make little difference to axe: in English it looks at the desk alone.

`--screens` keeps a picture of each in `build/screenshots/<language>-<width>/`; the few that the README and the docs
show are kept in `docs/screenshots/` by the same run. A picture is looked at before a screen is called done.
"""

from io import BytesIO
from pathlib import Path

import pytest
from django.urls import get_resolver
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, tell_story
from tests.browser.screens import NO_SCREENS, SCREENS, Screen

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "screenshots"
SHOWN = ROOT / "docs" / "screenshots"
IN_BOTH = {
    ("wall", 1366): "wall",
    ("report-returned", 390): "report-phone",
    ("report-approve-complete", 390): "approve-phone",
    ("owed", 1366): "owed",
    ("dispatch", 1366): "dispatch",
    ("setting-up", 1366): "setting-up",
    ("admin-meeting", 1366): "meeting-page",
    ("meeting-prepared", 1366): "meeting",
    ("orders", 1366): "orders",
    ("round-collecting", 1366): "round",
    ("results", 1366): "results",
}
"""Pictures of the guides, which are written in both languages."""
SHOWN_SCREENS = {
    ("review", "en", 1366): "review.png",
    ("scorecard", "zh-hans", 1366): "scorecard.png",
    **{(name, "en", width): f"{shown}.png" for (name, width), shown in IN_BOTH.items()},
    **{(name, "zh-hans", width): f"{shown}.zh.png" for (name, width), shown in IN_BOTH.items()},
}
"""Pictures that the README and the docs show: what fits on the screen, in few colours."""
COLOURS = 96


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen(screen: Screen, language: str, enter, look_on, request):
    enter("story", tell_story)
    path = screen.path()
    visitor = look_on(language, screen.user)
    page = visitor.page
    answer = page.goto(visitor.site.url + path)
    assert answer.status == 200
    assert page.url == visitor.site.url + path
    faults = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        if request.config.getoption("--screens", default=False):
            keep_picture(page, screen.name, language, size["width"])
        faults += visitor.faults(axe=size == DESK or language == "zh-hans")
    assert not faults, "\n".join(faults)


def keep_picture(page: Page, name: str, language: str, width: int) -> None:
    """The whole page as a picture, and once more where the documents show it."""
    picture = PICTURES / f"{language}-{width}" / f"{name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    if shown := SHOWN_SCREENS.get((name, language, width)):
        SHOWN.mkdir(parents=True, exist_ok=True)
        whole = Image.open(BytesIO(page.screenshot())).convert("RGB")
        whole.quantize(COLOURS, dither=Image.Dither.NONE).save(SHOWN / shown, optimize=True)


def test_every_address_is_looked_at():
    looked_at = {screen.url for screen in SCREENS if not screen.url.startswith("admin:")}
    assert names_of(get_resolver().url_patterns) == looked_at | set(NO_SCREENS)
    assert not looked_at & set(NO_SCREENS)


def names_of(patterns) -> set[str]:
    """The names of all addresses but those of the admin site."""
    found = set()
    for pattern in patterns:
        if not hasattr(pattern, "url_patterns"):
            found.add(pattern.name)
        elif pattern.namespace != "admin":
            found |= names_of(pattern.url_patterns)
    return found
