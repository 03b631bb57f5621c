"""What the verbs of a panel ask before they write: the stage of the round, and that no mark can be seen yet."""

from django.utils.translation import gettext_lazy as _

from governance.records.refusals import WrongState

from ..models import AssessmentRound, Seat
from ..states import RoundState

MARKED_IN = RoundState.SCORING
"""The stage in which sheets are open."""

SEATED_IN = (RoundState.PREPARING, RoundState.COLLECTING, RoundState.CHECKING, MARKED_IN)
"""The stages in which judges get their seats."""


def check_marking(round: AssessmentRound) -> None:
    """Raise WrongState unless sheets are open."""
    if round.state != MARKED_IN:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Sheets are open only at the stage “%(open)s”.")
            % {"round": round, "state": round.get_state_display(), "open": MARKED_IN.label}
        )


def is_blind(round: AssessmentRound) -> bool:
    """Whether the centre sees no mark yet: a sheet is unsigned and the panel open, or nobody has a seat. Two queries
    at most."""
    if hasattr(round, "panel_closure"):
        return False
    return round.seats.unsigned().exists() or not round.seats.standing().exists()


def check_blind(round: AssessmentRound) -> None:
    """Raise WrongState once the centre can see marks: from then on nobody chooses who marks."""
    if not is_blind(round):
        raise WrongState(
            _("All sheets of “%(round)s” are signed or the panel is closed, so its seats stay as they are.")
            % {"round": round}
        )


def check_not_closed(round: AssessmentRound) -> None:
    """Raise WrongState once the panel is closed."""
    if hasattr(round, "panel_closure"):
        raise WrongState(_("The panel of “%(round)s” is closed.") % {"round": round})


def check_stands(seat: Seat) -> None:
    """Raise WrongState for a seat that was voided."""
    if not Seat.objects.standing().filter(pk=seat.pk).exists():
        raise WrongState(_("The seat “%(seat)s” was voided; its marks do not count.") % {"seat": seat})
