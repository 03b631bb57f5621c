"""The only clock of the domain.

`DEMO_TODAY` replaces the domain's date while the time of day stays real; sessions and lockouts never use this clock.
Rules and verbs do not use it either: views and commands pass the time in.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The current moment of the domain, aware, in Shanghai."""
    real = timezone.now().astimezone(SHANGHAI)
    if settings.DEMO_TODAY is None:
        return real
    return datetime.combine(settings.DEMO_TODAY, real.timetz())


def today() -> date:
    """The current day of the domain in Shanghai."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The day in Shanghai that contains `moment`."""
    return moment.astimezone(SHANGHAI).date()


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment `hour`:`minute` on `day` in Shanghai."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def end_of(day: date) -> datetime:
    """The midnight in Shanghai that ends `day`; whatever was recorded before it was known that evening."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
