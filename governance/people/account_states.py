"""How an account stands: whether the person can sign in, and what keeps them from it."""

from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, CharField, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from .models import User
from .sign_ins import locked_accounts


class AccountState(TextChoices):
    """The state of an account, with the tone that a badge shows it in."""

    LOCKED = "locked", _("Locked")
    VOID = "void", _("First password expired")
    NEVER = "never", _("Never signed in")
    GIVEN = "given", _("First password not changed")
    OPEN = "open", _("Can sign in")
    DISABLED = "disabled", _("Access revoked")
    NAMED = "named", _("Name only")

    @property
    def tone(self) -> str:
        """Red for what keeps somebody out, yellow for what is still to do."""
        tones = {self.LOCKED: "red", self.VOID: "red", self.NEVER: "yellow", self.GIVEN: "yellow", self.OPEN: "green"}
        return tones.get(self, "grey")


def with_state(people: "QuerySet[User]", *, at: datetime, real: datetime) -> "QuerySet[User]":
    """Annotate `state` as of `at`; locks run in real time.

    The first condition that holds decides: whose access was taken away is not said to be locked as well.
    """
    unusable = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    conditions = {
        AccountState.NAMED: Q(is_active=False) & unusable,
        AccountState.DISABLED: Q(is_active=False),
        AccountState.LOCKED: Q(username__in=locked_accounts(real)),
        AccountState.VOID: Q(password_void_at__lte=at),
        AccountState.NEVER: Q(last_login=None),
        AccountState.GIVEN: Q(password_void_at__gt=at),
    }
    cases = [When(condition, then=Value(state.value)) for state, condition in conditions.items()]
    return people.annotate(state=Case(*cases, default=Value(AccountState.OPEN.value), output_field=CharField()))
