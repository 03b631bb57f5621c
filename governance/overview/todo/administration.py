"""Home lines for the administrator (accounts, calendar) and the auditor (the last days' events)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import at_time, day_of
from governance.people.models import CalendarDay, User
from governance.people.roles import Role
from governance.people.sign_ins import locked_accounts
from governance.records.models import AuditEvent
from governance.records.words import verb_word
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.filters.person import working_people

from ..setup import step_of

AUDITED_DAYS = 7
"""How far back an auditor's home looks."""


def setup_line(user: User, now: datetime) -> Iterator[TodoLine]:
    """The first setup step for `user`, until the first report was submitted."""
    step = step_of(user, on=day_of(now))
    if step:
        yield TodoLine(
            "yellow", _("Setting up: %(step)s") % {"step": step.title}, step.how, reverse("setting_up"), _("Continue")
        )


def administrator_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """Locked accounts, people without a department, and the county's days off: three queries."""
    if not reader.user.has_role(Role.ADMINISTRATOR):
        return
    locked = User.objects.filter(is_active=True, username__in=locked_accounts(timezone.now())).count()
    if locked:
        yield TodoLine(
            "yellow",
            ngettext("%(count)d account is locked", "%(count)d accounts are locked", locked) % {"count": locked},
            _("The password was entered wrongly five times. Check with the person, then unlock the account."),
            f"{reverse('people_list')}?state=locked",
            _("Open"),
            count=locked,
        )
    homeless = working_people().filter(department=None).count()
    if homeless:
        yield TodoLine(
            "blue",
            ngettext(
                "%(count)d person with a role or a team has no department",
                "%(count)d people with a role or a team have no department",
                homeless,
            )
            % {"count": homeless},
            _("Items for a department only reach people whose account names that department."),
            f"{reverse('people_list')}?department=-&working=true",
            _("Open"),
            count=homeless,
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
                _("The holidays of %(year)s have not been entered") % {"year": year},
                _("Due dates and lamps are based on working days: enter the holidays and working weekends."),
                f"{reverse('calendar')}?year={year}",
                _("Open"),
            )


def auditor_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """Recent events that need a second look: locked accounts and changed accounts; one query."""
    if not reader.user.has_role(Role.AUDITOR):
        return
    now = reader.now
    since = day_of(now) - timedelta(days=AUDITED_DAYS)
    counts = dict(
        AuditEvent.objects.filter(verb__in=("lock_out", "change_account"), at__gte=at_time(since, 0), at__lte=now)
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
                _("Check who did it and from where."),
                f"{reverse('audit')}?{urlencode({'verb': verb_word(verb), 'since': since.isoformat()})}",
                _("Open"),
                count=count,
            )


TODO_SOURCES.register("administrator", administrator_lines)
TODO_SOURCES.register("auditor", auditor_lines)
