"""Home lines for the administrator (accounts, calendar) and the auditor (the last days' events)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.people.models import CalendarDay, User
from governance.people.roles import Role
from governance.records.models import AuditEvent
from governance.records.words import verb_word
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.models import TeamMember

from ..setup import step_of

AUDITED_DAYS = 7
"""How far back an auditor's home looks."""


def setup_line(user: User, now: datetime) -> Iterator[TodoLine]:
    """The first setup step for `user`, until the first report was submitted."""
    step = step_of(user, on=day_of(now))
    if step:
        yield TodoLine(
            "yellow", _("First steps: %(step)s") % {"step": step.title}, step.how, reverse("setting_up"), _("Go on")
        )


def administrator_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """People without a department, and the county's days off: two queries."""
    if not reader.user.has_role(Role.ADMINISTRATOR):
        return
    in_teams = TeamMember.objects.current().values("user")
    working = User.objects.filter(Q(groups__isnull=False) | Q(pk__in=in_teams), is_active=True, department=None)
    homeless = working.distinct().count()
    if homeless:
        yield TodoLine(
            "blue",
            ngettext(
                "%(count)d person with a role or a team has no department",
                "%(count)d people with a role or a team have no department",
                homeless,
            )
            % {"count": homeless},
            _("What is asked of a department reaches its people only where the account names it."),
            f"{reverse('admin:people_user_changelist')}?is_active__exact=1&department__isempty=1",
            _("Open"),
        )
    yield from _calendar(reader.now)


def _calendar(now: datetime) -> Iterator[TodoLine]:
    """The days off of this year, and from December on those of the next."""
    today = day_of(now)
    known = set(CalendarDay.objects.filter(on__year__gte=today.year).values_list("on__year", flat=True).distinct())
    wanted = [today.year, *([today.year + 1] if today.month == 12 else [])]
    for year in wanted:
        if year not in known:
            yield TodoLine(
                "blue",
                _("The days off of %(year)s are not entered") % {"year": year},
                _("Due days and lamps count working days: enter the holidays and the weekends that are worked."),
                reverse("admin:people_calendarday_changelist"),
                _("Open"),
            )


def auditor_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """Recent events that need a second look: locked accounts and changed accounts; one query."""
    if not reader.user.has_role(Role.AUDITOR):
        return
    now = reader.now
    since = now - timedelta(days=AUDITED_DAYS)
    counts = dict(
        AuditEvent.objects.filter(verb__in=("lock_out", "change_account"), at__gt=since, at__lte=now)
        .order_by()
        .values_list("verb")
        .annotate(Count("pk"))
    )
    titles = {
        "lock_out": lambda count: ngettext(
            "An account was locked %(count)d time in seven days",
            "Accounts were locked %(count)d times in seven days",
            count,
        ),
        "change_account": lambda count: ngettext(
            "%(count)d account was changed in seven days", "%(count)d accounts were changed in seven days", count
        ),
    }
    for verb, title in titles.items():
        if count := counts.get(verb):
            yield TodoLine(
                "blue",
                title(count) % {"count": count},
                _("Look at who did it and from where."),
                f"{reverse('audit')}?verb={verb_word(verb)}&since={since:%Y-%m-%d}",
                _("Open"),
            )


TODO_SOURCES.register("administrator", administrator_lines)
TODO_SOURCES.register("auditor", auditor_lines)
