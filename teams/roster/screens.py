"""Verbs to open and revoke screens that show the wall chart, each with a token of its own (docs/rules.md#wall).

A token is 256 random bits and is shown once; only its SHA-256 is stored, from which the token cannot be recovered. For
a device on which nobody types an address, six digits open the screen as well, for a quarter of an hour; they are stored
as an HMAC, as a plain hash of so few digits can be undone.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import inserted, locked, record, save_version, verb

from ..models import SpecialAction, WallScreen

TOKEN_BYTES = 32
DIGITS = 6
CODE_VALID = timedelta(minutes=15)


@dataclass(frozen=True)
class Opened:
    """A new screen with its token and its digits, which are returned this once."""

    screen: WallScreen
    token: str
    code: str


def digest_of(token: str) -> str:
    """SHA-256 of a token, in hexadecimal; screens are found by it."""
    return sha256(token.encode()).hexdigest()


def screen_with_code(code: str, *, at: datetime) -> WallScreen | None:
    """The screen that these digits open at `at`; blanks between them do not count."""
    return WallScreen.objects.with_code(_code_hmac("".join(code.split())), at=at).first()


def _code_hmac(code: str) -> str:
    return salted_hmac("teams.roster.screens", code, algorithm="sha256").hexdigest()


def _new_code() -> str:
    """Digits that no screen was ever opened with, so that none opens two."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not WallScreen.objects.filter(code_hmac=_code_hmac(code)).exists():
            return code


@verb(says=_("added a screen"))
def open_screen(action: SpecialAction, *, place: str, by: User, at: datetime) -> Opened:
    """Open the wall chart of an action on the screen at `place`.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the place is missing or too long.
    """
    require("keep_screens", by)
    token, code = secrets.token_urlsafe(TOKEN_BYTES), _new_code()
    screen = inserted(
        WallScreen(
            action=action,
            place=place.strip(),
            token_sha256=digest_of(token),
            code_hmac=_code_hmac(code),
            code_until=at + CODE_VALID,
            opened_at=at,
            opened_by=by,
        )
    )
    record("open_screen", screen, by=by, at=at)
    return Opened(screen, token, code)


@verb(says=_("revoked a screen"))
def revoke_screen(screen: WallScreen, *, by: User, at: datetime) -> WallScreen:
    """Revoke a screen for good: it says so at its next refresh. A new one can be opened.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it has been revoked already.
    """
    require("keep_screens", by)
    screen = locked(screen)
    if screen.revoked_at is not None:
        raise WrongState(_("This screen has already been revoked."))
    save_version(screen, {"revoked_at": at, "revoked_by": by})
    record("revoke_screen", screen, by=by, at=at)
    return screen
