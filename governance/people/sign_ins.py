"""Verbs about signing in: what succeeded and failed, locked accounts, open sessions.

Sessions and locks run in real time, which the demonstration does not move: `real` beside the domain's `at`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from governance.records.refusals import Invalid, NotAllowed
from governance.records.verbs import record, verb
from governance.records.words import FACT_WORDS

from .models import SignedIn, User
from .permissions import require
from .roles import Role

KNOWN_LETTERS = 2
"""How much of an account name that does not exist is kept: people type their password there."""

for _name, _words in {"accounts": _("accounts"), "device": _("device")}.items():
    FACT_WORDS.register(_name, _words)


@verb(says=_("signed in"), read_by=Role.ADMINISTRATOR, saves=True)
def sign_in(
    user: User, *, at: datetime, session_key: str, device: str, address: str | None, real: datetime
) -> SignedIn:
    """Record that a person signed in, and keep the session in the list of their own; forget those that are over."""
    mine = SignedIn.objects.filter(user=user)
    _end(mine.exclude(pk__in=mine.open_at(real)))
    session = SignedIn.objects.create(
        user=user, session_key=session_key, device=device[:300], address=address, since=real, seen_at=real
    )
    record("sign_in", user, by=user, at=at, change={"device": session.device_name})
    return session


@verb(says=_("failed to sign in: wrong account or password"), read_by=Role.ADMINISTRATOR)
def fail_sign_in(account: str, *, at: datetime) -> None:
    """Record a failed sign-in; the event names no person."""
    record("fail_sign_in", None, by=None, at=at, change={"account": _as_kept(account)})


@verb(says=_("failed to sign in: the issued password has expired"), read_by=Role.ADMINISTRATOR)
def refuse_void_password(account: str, *, at: datetime) -> None:
    """Record that a password that an administrator gave out was right, but used too late."""
    record("refuse_void_password", None, by=None, at=at, change={"account": _as_kept(account)})


@verb(says=_("entered a wrong current password"), read_by=Role.ADMINISTRATOR)
def fail_old_password(user: User, *, at: datetime) -> None:
    """Record that somebody who is signed in as `user` did not know the password that a change asks for."""
    record("fail_old_password", user, by=user, at=at)


@verb(says=_("account locked after wrong passwords"), read_by=Role.ADMINISTRATOR)
def lock_out(account: str, *, at: datetime) -> None:
    """Record that an account was locked for one network address; the event names no person."""
    record("lock_out", None, by=None, at=at, change={"account": _as_kept(account)})


@verb(says=_("signed out"), read_by=Role.ADMINISTRATOR)
def sign_out(user: User, *, at: datetime, session_key: str | None = None) -> None:
    """Record that a person signed out; the session is no longer in their list."""
    _end(SignedIn.objects.filter(user=user, session_key=session_key or ""))
    record("sign_out", user, by=user, at=at)


@verb(says=_("ended a session"), read_by=Role.ADMINISTRATOR)
def end_session(session: SignedIn, *, by: User, at: datetime) -> None:
    """End one of one's own sessions: its browser is signed out at once.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if session.user_id != by.pk:
        raise NotAllowed
    _end(SignedIn.objects.filter(pk=session.pk))
    record("end_session", by, by=by, at=at, change={"device": session.device_name})


@verb(says=_("ended all sessions of a person"), read_by=Role.ADMINISTRATOR)
def end_sessions(user: User, *, by: User, at: datetime, but: str | None = None) -> int:
    """End a person's sessions, except the one with the key `but`, and return how many: one's own, or anybody's.

    Raises:
        NotAllowed: `by` is neither the person nor an administrator.
    """
    if user != by:
        require("keep_accounts", by)
    count = close_sessions([user.pk], but=but)
    record("end_sessions", user, by=by, at=at, change={"count": count})
    return count


@verb(says=_("ended all sessions of several people"), read_by=Role.ADMINISTRATOR)
def end_sessions_of(people: Collection[User], *, by: User, at: datetime) -> int:
    """End all sessions of several people and return how many.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: one of them is `by`, who would be signed out.
    """
    require("keep_accounts", by)
    if by in people:
        raise Invalid(_("You would sign yourself out: end your other sessions on your account page."))
    count = close_sessions([user.pk for user in people])
    record("end_sessions_of", None, by=by, at=at, change={"accounts": named(people), "count": count})
    return count


@verb(says=_("unlocked accounts"), read_by=Role.ADMINISTRATOR)
def unlock_accounts(people: Collection[User], *, by: User, at: datetime) -> None:
    """Lift the locks of accounts, at every address; nothing is counted against them any more.

    Raises:
        NotAllowed: `by` is no administrator.
    """
    require("keep_accounts", by)
    forget_failures(people)
    record("unlock_accounts", None, by=by, at=at, change={"accounts": named(people)})


def close_sessions(people: Iterable[int], *, but: str | None = None) -> int:
    """End every session of people, by key, except the one with the key `but`; for verbs that end them as well."""
    return _end(SignedIn.objects.filter(user__in=list(people)).exclude(session_key=but or ""))


def forget_failures(people: Iterable[User]) -> None:
    """Forget the wrong passwords of accounts, and with them their locks; for verbs."""
    AccessAttempt.objects.filter(username__in=[user.username for user in people]).delete()


def keep_session(signed_in: int, *, session_key: str | None, real: datetime) -> None:
    """Note that a session was used; after a new password it has another key. Writes no event: it is no act."""
    SignedIn.objects.filter(pk=signed_in).update(session_key=session_key, seen_at=real)


def locked_accounts(real: datetime) -> "QuerySet[AccessAttempt, dict[str, Any]]":
    """The names of accounts that are locked at an address, for a query; some of them may not exist."""
    since = real - timedelta(hours=settings.AXES_COOLOFF_TIME)
    pairs = AccessAttempt.objects.filter(attempt_time__gt=since).order_by().values("username", "ip_address")
    locked = pairs.annotate(failures=Sum("failures_since_start")).filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return locked.values("username")


def named(people: Iterable[User]) -> str:
    """The accounts of people in a line, for an event."""
    return "、".join(sorted(user.username for user in people))


def _as_kept(account: str) -> str:
    """An account name for an event; of one that does not exist the first letters."""
    known = User.objects.filter(username=account).exists()
    return account if known else f"{account[:KNOWN_LETTERS]}***"


def _end(sessions: "QuerySet[SignedIn]") -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)
