"""`make bench`: what the pages and the engine cost, as ratios measured in one run on a database made for it.

SQLite unless DATABASE_URL names a PostgreSQL server, on which a database of its own is made and dropped. A missed aim
is marked and reported, nothing is loosened; exit 1 where a page's queries grow with the county. With `overview` home
and wall alone.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
os.environ.pop("DEMO_TODAY", None)

import django
from django.conf import settings

SMALL, LARGE = 60, 600
TEAMS, INDICATORS = 1200, 40


def main() -> int:
    """Prepare, measure, print; the number of pages whose queries grow."""
    began = time.perf_counter()
    with TemporaryDirectory(prefix="vanguard-bench-") as folder:
        prepare(Path(folder))
        from tests.bench import report

        if sys.argv[1:] == ["overview"]:
            grew = report.run_overview(fresh_database)
        else:
            grew = report.run(small=SMALL, large=LARGE, teams=TEAMS, indicators=INDICATORS, fresh=fresh_database)
    print(f"\n{time.perf_counter() - began:.0f} seconds")
    return 1 if grew else 0


def prepare(folder: Path) -> None:
    """Settings of production, static files collected into `folder`, the plain pages beside the site."""
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()
    settings.MEDIA_ROOT = folder / "media"
    settings.ROOT_URLCONF = "tests.bench.pages"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "plain"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"]["TEST"] = {"NAME": str(folder / "bench.sqlite3")}
    django.setup()
    from django.core.management import call_command
    from django.utils import translation

    call_command("collectstatic", interactive=False, verbosity=0)
    translation.activate("en")


@contextmanager
def fresh_database() -> Iterator[None]:
    """A migrated database of one's own, dropped afterwards."""
    from django.db import connection

    from tests.remembered import forget_all

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    forget_all()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
