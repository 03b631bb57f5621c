"""Home lines about claims: what the centre has to decide, and the vetoes that a team may answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.clock import day_of
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.models import TeamMember
from teams.permissions import HEADS

from ..models import Claim, ClaimStep
from ..states import ClaimState


def claim_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the centre one line with the number of undecided claims; for heads and deputies one for each veto.

    A veto is listed until the team has answered it or it is decided.
    """
    user = reader.user
    undecided = Claim.objects.visible_to(user).undecided()
    if user.has_role(Role.ASSESSMENT_CENTRE):
        count = undecided.filter(team__action=reader.action).count() if reader.action else 0
        if count:
            yield TodoLine(
                "yellow",
                ngettext("%(count)d claim to decide", "%(count)d claims to decide", count) % {"count": count},
                _("The round cannot move on while one of its claims is undecided."),
                f"{reverse('claim_list')}?state={ClaimState.FILED}",
                _("Open"),
                count=count,
            )
    led = TeamMember.objects.current().filter(user=user, part__in=HEADS).values("team")
    answered = ClaimStep.objects.filter(number__gt=1).values("claim")
    for claim in undecided.filter(team__in=led).exclude(veto="").exclude(pk__in=answered).order_by("entered_at", "pk"):
        yield TodoLine(
            "red",
            _("A veto has been filed against your team: %(matter)s") % {"matter": claim.matter},
            _("Read its basis and say what the centre should know before it decides."),
            claim.get_absolute_url(),
            pgettext("claim", "Answer"),
            day_of(claim.entered_at),
        )


TODO_SOURCES.register("claims", claim_lines)
