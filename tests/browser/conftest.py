"""Real Chromium before a running server: the site, its visitors, and the worlds they look at.

`--screens` keeps a picture of every screen in `build/screenshots/`. Debian's Chromium is used where it is; without one
these tests are skipped (`tests/run.sh` decides whether that is an error).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from governance.people.models import User
from tests.browser.watching import Watch, findings, raw_values, too_wide
from tests.browser.worlds import Worlds

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
DEMO_DAY = date(2026, 10, 27)
PATIENCE = 20_000
"""Milliseconds; a busy machine is no fault of the page."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--screens` keeps pictures."""
    parser.addoption("--screens", action="store_true", help="keep a picture of every screen in build/screenshots")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium, which talks to nobody."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not on this machine.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@dataclass(frozen=True)
class Site:
    """The running server and the worlds that it can show."""

    url: str
    worlds: Worlds


@pytest.fixture(scope="session")
def site(django_test_environment, tmp_path_factory) -> Iterator[Site]:
    """One server for all tests of the session."""
    if connection.vendor != "sqlite":
        pytest.skip("The browser looks at SQLite; the other tests compare both databases.")
    # Playwright runs an event loop in this thread, which makes Django refuse to touch the database here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    server = LiveServer("127.0.0.1")
    yield Site(server.url, Worlds(tmp_path_factory.mktemp("worlds")))
    server.stop()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def enter(site: Site, settings, django_db_blocker) -> Iterator[Callable[[str, Callable[[], object]], None]]:
    """Enter a world by name on the day of the demonstration; a test may move `settings.DEMO_TODAY` on."""
    settings.DEMO_TODAY = DEMO_DAY
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        yield lambda name, tell: stack.enter_context(site.worlds.entered(name, tell))


def tell_story() -> None:
    """The story of the demonstration, whole."""
    from governance.overview.demo.story import Story

    with translation.override("zh-hans"):
        for _ in Story(django_settings.DEMO_PASSWORD).tell():
            pass


@dataclass
class Visitor:
    """A person at a browser of their own: opens pages and has each looked over."""

    site: Site
    context: BrowserContext
    page: Page
    watch: Watch
    scripts: bool = True
    """Without scripts axe cannot run either; the rest is looked over all the same."""

    def open(self, path: str) -> Page:
        """Load a page of the site and look it over."""
        self.page.goto(self.site.url + path)
        self.look()
        return self.page

    def look(self) -> None:
        """The page as it stands has no fault."""
        found = self.faults()
        assert not found, "\n".join(found)

    def faults(self, *, axe: bool = True) -> list[str]:
        """What happened while loading, what axe finds, what has no words or sticks out, with the page and the width.

        Without `axe` all but what axe finds.
        """
        self.page.wait_for_load_state()
        where = f"{self.page.url.removeprefix(self.site.url)} at {self.page.viewport_size['width']} px: "
        heard, self.watch.faults = self.watch.faults, []
        found = findings(self.page) if axe and self.scripts else []
        return [where + fault for fault in [*heard, *found, *raw_values(self.page), *too_wide(self.page)]]

    def signed_in(self, language: str, username: str = "") -> None:
        """The cookies of a language and, where a name is given, of a session; no others."""
        cookies = {django_settings.LANGUAGE_COOKIE_NAME: language}
        if username:
            client = Client()
            client.force_login(User.objects.get(username=username), "governance.people.backends.PeopleBackend")
            cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        self.context.clear_cookies()
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.site.url} for name, value in cookies.items()]
        )


def arrive(site: Site, browser: Browser, size: dict, *, scripts: bool = True) -> Visitor:
    """A visitor with a browser context of their own, who has opened nothing."""
    context = browser.new_context(
        viewport=size,
        java_script_enabled=scripts,
        has_touch=size["width"] < 760,
        is_mobile=False,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(site.url.removeprefix("http://")).over(context)
    return Visitor(site, context, context.new_page(), watch, scripts)


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit(language, size, username="", scripts=True)`: a browser of one's own, signed in where a name is given."""
    contexts: list[BrowserContext] = []

    def begin(language: str, size: dict, username: str = "", *, scripts: bool = True) -> Visitor:
        visitor = arrive(site, browser, size, scripts=scripts)
        contexts.append(visitor.context)
        visitor.signed_in(language, username)
        return visitor

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def onlooker(site: Site, browser: Browser) -> Iterator[Visitor]:
    """A visitor for all tests that open one page and look: beginning a browser context costs more than the look."""
    visitor = arrive(site, browser, DESK)
    yield visitor
    visitor.context.close()


@pytest.fixture
def look_on(onlooker: Visitor) -> Callable[[str, str], Visitor]:
    """`look_on(language, username)`: the onlooker with the cookies of that person and nothing stored."""

    def begin(language: str, username: str) -> Visitor:
        if onlooker.page.url.startswith(onlooker.site.url):
            onlooker.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        onlooker.page.set_viewport_size(DESK)
        onlooker.signed_in(language, username)
        onlooker.watch.faults = []
        return onlooker

    return begin
