"""The places of teams' fields among their peers, entered by the office month by month (docs/rules.md#places)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid
from governance.records.verbs import inserted, locked, record, verb
from teams.models import SpecialTeam

from ..models import FieldPlace


@verb(says=_("entered the place of a field"))
def enter_field_place(
    team: SpecialTeam, *, month: date, field: str, place: int, out_of: int, document: str, by: User, at: datetime
) -> FieldPlace:
    """Enter the place that a document from above gives to a team's field in a month; entered again, it is corrected.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the month has not begun, the place is out of range, the field or the document is not named, or
            exactly this has been entered.
    """
    require("enter_field_place", by)
    team = locked(team)
    month = month.replace(day=1)
    if month > day_of(at):
        raise Invalid(fields={"month": _("This month has not begun.")})
    field, document = field.strip(), document.strip()
    same = FieldPlace.objects.in_force().filter(team=team, month=month, field=field)
    if same.filter(place=place, out_of=out_of, document=document).exists():
        raise Invalid(fields={"place": _("This has been entered already.")})
    row = inserted(
        FieldPlace(team=team, month=month, field=field, place=place, out_of=out_of, document=document, by=by, at=at)
    )
    change = {"field": field, "month": month, "place": f"{place}/{out_of}", "document": document}
    record("enter_field_place", row, by=by, at=at, change=change)
    return row
