"""People, with and without an account that can sign in."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.models import Editable

from ..roles import Role
from .department import Department


def mask_phone(number: str) -> str:
    """A phone number without its middle, still recognisable: 138****1234."""
    if len(number) >= 9:
        return f"{number[:3]}****{number[-4:]}"
    return "****" if number else ""


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """All accounts for an administrator, otherwise only one's own."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(pk=user.pk)

    def with_role(self, *roles: str) -> Self:
        """People who can sign in and hold one of `roles`."""
        return self.filter(is_active=True, groups__name__in=roles).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # the plugin reads Manager's only
    """Creates users; in the domain the verbs of `accounts.py` do this."""

    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """Create a person; without a password they cannot sign in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        """Required by Django's command; being a superuser gives no access here."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Editable):
    """A person: cadre, leader, liaison; some never sign in and are only named."""

    WITHHELD_FROM_AUDIT = frozenset({"email"})

    username = models.CharField(
        _("account"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This account name is taken.")},
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the admin site"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    password_set_at = models.DateTimeField(_("password set on"), null=True, blank=True, editable=False)
    password_void_at = models.DateTimeField(
        _("issued password expires on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "Only for a password that an administrator issued and that must be changed; empty for a "
            "password the person set."
        ),
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta(Editable.Meta):
        ordering = ["username"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="password_void_after_it_was_set",
                condition=Q(password_void_at=None) | Q(password_void_at__gt=F("password_set_at")),
                violation_error_message=_("An issued password expires only after it was set."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name as officials write it."""
        return self.name

    def get_short_name(self) -> str:
        """Chinese names have no short form."""
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the groups this person is in, read once per request."""
        return frozenset(self.groups.values_list("name", flat=True)) if self.is_active else frozenset()

    def has_role(self, *roles: str) -> bool:
        """Whether this person may sign in and holds one of `roles`; being a superuser does not count."""
        return not self.roles.isdisjoint(roles)

    @property
    def phone_masked(self) -> str:
        """The phone number as other people see it: 138****1234."""
        return mask_phone(self.phone)

    @property
    def title(self) -> str:
        """Name with post: 王某（副主任）."""
        return f"{self.name}（{self.post}）" if self.post else self.name
