"""Notices: one inbox per person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..person import Person
from ..words import NOTICE_SENTENCES, notice_words


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Person) -> Self:
        """A person's own notices."""
        return self.filter(to=user.pk) if user.is_active else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)


def notice_kinds() -> list[tuple[str, Text]]:
    """The kinds of notices; a callable, so that a new sentence needs no migration."""
    return [*NOTICE_SENTENCES.items()]


class Notice(models.Model):
    """A sentence for one person, stored as a kind with its facts and worded in the reader's language.

    `key` names the occasion, so that one occasion gives one notice.
    """

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("to"))
    key = models.CharField(_("occasion"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=notice_kinds)
    facts = models.JSONField(_("facts"), default=dict)
    url = models.CharField(_("address"), max_length=200)
    at = models.DateTimeField(_("at"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notice_once_per_occasion")]
        indexes = [
            models.Index(fields=["to", "-at"], name="notice_inbox"),
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def audit_name(self) -> str:
        """Its kind and number: what it says is for the person that it is addressed to."""
        return f"{self.kind} #{self.pk}"

    @property
    def is_read(self) -> bool:
        """Whether it has been opened."""
        return self.read_at is not None

    @property
    def sentence(self) -> str:
        """The notice in the reader's language."""
        return str(NOTICE_SENTENCES[self.kind]) % notice_words(self.facts)
