"""Open sessions: where a person is signed in, from which device, since when."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..roles import Role
from .user import User

_PROGRAMS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "wxwork": "企业微信",
    "Lark/": "飞书",
    "Edg": "Edge",
    "QQBrowser": "QQ Browser",
    "HuaweiBrowser": "Huawei Browser",
    "UCBrowser": "UC Browser",
    "OPR/": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
"""What a browser's own description contains, and what people call it; the first that fits."""


class SignedInQuerySet(models.QuerySet["SignedIn"]):
    def visible_to(self, user: User) -> Self:
        """All for an administrator, otherwise one's own."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(user=user)

    def open_at(self, moment: datetime) -> Self:
        """Sessions that are neither idle for too long nor older than a session may be; `moment` is real time."""
        return self.filter(
            since__gt=moment - timedelta(seconds=settings.SESSION_LONGEST),
            seen_at__gt=moment - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        )


class SignedIn(models.Model):
    """An open session, from signing in until it ends: its row goes with it. Real times, not the domain's."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sessions", verbose_name=_("person"))
    session_key = models.CharField(_("session key"), max_length=40, unique=True)
    device = models.CharField(_("device"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))

    objects = SignedInQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        default_permissions = ()
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user} {self.since:%Y-%m-%d %H:%M}"

    @property
    def device_name(self) -> str:
        """The device as people call it: “Chrome · Windows”; the browser's own description where nothing is known."""
        found = [
            next((name for mark, name in names.items() if mark in self.device), "") for names in (_PROGRAMS, _SYSTEMS)
        ]
        return " · ".join(filter(None, found)) or self.device[:60]
