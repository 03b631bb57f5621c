"""Records who downloads evidence (docs/rules.md#audit-trail); viewing it is not recorded."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import StoredFile
from governance.records.verbs import record, verb

from ..models import SpecialTeam


@verb(says=_("downloaded evidence"))
def download_evidence(piece: Model, file: StoredFile, *, by: User, at: datetime) -> None:
    """Record that a person takes the file of `piece` away; whether they may see it is asked before, by `visible_to`."""
    record("download_evidence", piece, by=by, at=at, change={"files": [file.sha256]})


@verb(says=_("downloaded the evidence of a team"))
def download_team_evidence(
    team: SpecialTeam, *, count: int, narrowed: Mapping[str, object], by: User, at: datetime
) -> None:
    """Record that the office downloads a team's evidence: the number of files and the filters.

    Raises:
        NotAllowed: `by` is not of the special office.
    """
    require("take_evidence_away", by, team)
    said = {name: str(value) for name, value in narrowed.items() if value}
    record("download_team_evidence", team, by=by, at=at, change={"count": count} | said)
