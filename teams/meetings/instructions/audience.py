"""For which teams a decision or a line is, fixed when it is adopted (docs/rules.md#audience)."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, day_text, names_text
from governance.records.refusals import Invalid
from teams.models import SpecialAction, SpecialTeam

from ..models import Audience


def teams_addressed(
    action: SpecialAction, audience: str, named: Iterable[SpecialTeam], *, on: date
) -> list[SpecialTeam]:
    """The teams of `audience` on the day `on`, in document order; teams that begin later are not reached.

    Raises:
        Invalid: nobody is addressed, or a named team did not exist on that day.
    """
    existing = list(SpecialTeam.objects.existing_on(on).filter(action=action).order_by("order"))
    if audience == Audience.ALL:
        found = existing
    elif audience == Audience.NEW:
        found = [team for team in existing if team.is_new(on, action.new_team_days)]
    else:
        wanted = list(named)
        if faults := named_faults(action, wanted, on=on):
            raise Invalid(fields=faults)
        found = [team for team in existing if team in wanted]
    if not found:
        raise Invalid(fields={"audience": _("On %(day)s there is no such team.") % {"day": day_text(on)}})
    return found


def named_faults(action: SpecialAction, named: Iterable[SpecialTeam], *, on: date) -> dict[str, Text]:
    """What is wrong with the named teams: none at all, of another action, or not existing on the day."""
    teams = list(named)
    if not teams:
        return {"named": _("Name the special teams, or choose all or the new ones.")}
    strange = [team.short_name for team in teams if team.action_id != action.pk or not team.existed_on(on)]
    if strange:
        words = {"teams": names_text(strange), "day": day_text(on)}
        return {"named": _("%(teams)s did not exist on %(day)s. Leave them out.") % words}
    return {}
