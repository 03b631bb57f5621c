"""A plan's year taken through its steps, each by the verb that people call."""

from datetime import datetime, timedelta

from assessments.models import YearResult
from assessments.results import year_result
from assessments.results.plan_year import PlanYear
from assessments.states import YearState
from governance.clock import SHANGHAI

COMPUTED = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
APPROVED = COMPUTED + timedelta(days=1)
NOTICED = COMPUTED + timedelta(days=2)
OVER = datetime(2026, 11, 12, 9, tzinfo=SHANGHAI)


class Year:
    """The year of a plan, a step at a time."""

    def __init__(self, action, code, centre, centre2):
        self.action, self.code, self.centre, self.centre2 = action, code, centre, centre2

    @property
    def last(self) -> YearResult:
        return YearResult.objects.with_state().latest("number")

    def compute(self, **also):
        also = {"by": self.centre, "at": COMPUTED} | also
        return year_result.compute_year(self.action, self.code, 2026, **also)

    def approve(self, **also):
        also = {"document": "垣组发〔2026〕90号", "by": self.centre2, "at": APPROVED} | also
        return year_result.approve_year(self.last, **also)

    def notice(self, **also):
        return year_result.post_year_notice(self.last, **{"by": self.centre, "at": NOTICED} | also)

    def withdraw(self, **also):
        return year_result.withdraw_year(self.last, **{"reason": "更正", "by": self.centre, "at": NOTICED} | also)

    def publish(self, **also):
        also = {"document": "垣考核通报〔2026〕9号", "by": self.centre, "at": OVER} | also
        return year_result.publish_year(self.last, **also)

    def until(self, state: str) -> YearResult:
        """Tell it until its result is in `state`."""
        for name, act in zip(YearState.values, (self.compute, self.approve, self.notice, self.publish), strict=True):
            act()
            if name == state:
                break
        return self.last

    def rank(self, name: str = "") -> list:
        return [(row.total, row.rank, row.grade) for group in self.seen(name).classes for row in group.rows]

    def seen(self, name: str = "", **also) -> PlanYear:
        return PlanYear(self.action, self.code, 2026, getattr(self, name or "centre"), **also)
