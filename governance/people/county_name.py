"""The county's name: a verb to change it, and the reading for every page."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from governance.records.verbs import inserted, locked, record, revised, verb

from .models import County, User
from .permissions import require


@verb(says=_("named the county"), saves=True)
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
    return county


def county() -> County:
    """The name of the county; until it is set, the one from the environment. One query."""
    return County.objects.first() or from_environment()


def from_environment() -> County:
    """The county as the environment names it, unsaved."""
    return County(name_zh=settings.COUNTY_NAME_ZH, name_en=settings.COUNTY_NAME)
