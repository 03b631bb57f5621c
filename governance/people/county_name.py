"""The county's name: a verb to change it, and the cached reading for every page."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.records.verbs import inserted, locked, record, revised, verb

from .models import County, User
from .permissions import require

CACHE_KEY = "county"
CACHE_SECONDS = 60
"""For this long another worker may still show the old name."""


@verb(says=_("named the county"))
def name_county(*, name_zh: str, name_en: str = "", by: User, at: datetime, seen: int | None = None) -> County:
    """Name the county; `seen` is the version the form was opened on, 0 when there was none.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the name is empty, or somebody named the county a moment ago.
        Stale: the name has changed since version `seen`.
    """
    require("name_county", by)
    fields = {"name_zh": name_zh, "name_en": name_en}
    county = County.objects.first()
    if county is None:
        county = inserted(County(**fields))
        change: dict[str, Any] = {**fields}
    else:
        county = locked(county)
        change = revised(county, fields, seen=seen)
    if change:
        record("name_county", county, by=by, at=at, change=change)
        transaction.on_commit(lambda: cache.delete(CACHE_KEY))
    return county


def county() -> County:
    """The name of the county; until it is set, the one from the environment. One query per minute and process."""
    return cache.get_or_set(CACHE_KEY, _county, CACHE_SECONDS) or _county()


def _county() -> County:
    return County.objects.first() or County(name_zh=settings.COUNTY_NAME_ZH, name_en=settings.COUNTY_NAME)
