"""How the commands find the meeting that they are about."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from teams.models import SpecialAction

from ..models import Meeting


def meeting_called(code: str) -> Meeting:
    """The meeting of the chosen action with this part of the address.

    Raises:
        CommandError: there is none.
    """
    rows = Meeting.objects.filter(action=SpecialAction.objects.chosen()).select_related("action", "chair", "secretary")
    found = rows.with_code(code).first()
    if found is None:
        raise CommandError(
            _("There is no meeting %(code)s. Name it as its address does: promotion-2026-1.") % {"code": code}
        )
    return found
