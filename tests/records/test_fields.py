"""Days and moments that people enter."""

import pytest
from django import forms
from django.utils.translation import override

from assessments.forms.round import AmendRoundForm, OpenRoundForm
from governance.records.fields import DayField, MomentOfDayField
from teams.admin.calendar import CalendarDayForm
from teams.forms.period import PeriodDueForm, PeriodsForm
from teams.forms.request import ExtensionForm
from teams.forms.review import ReviewForm
from teams.forms.task import NewTaskForm, StepForm
from teams.forms.team import (
    ActionForm,
    CloseTeamForm,
    LeadForm,
    LeavesForm,
    MemberJoinsForm,
    PartForm,
    StageForm,
    TeamForm,
)


@pytest.mark.parametrize("typed", ["0206-10-01", "0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_year_that_is_a_slip_of_the_keyboard_is_pointed_out(typed):
    with override("en"), pytest.raises(forms.ValidationError) as caught:
        DayField().clean(typed)
    assert caught.value.messages == [f"There is no such day as “{typed}”. Correct the date."]


@pytest.mark.parametrize("typed", ["2000-01-01", "2026-10-27", "2099-12-31"])
def test_days_of_this_century_are_taken(typed):
    assert DayField().clean(typed).isoformat() == typed


def test_a_moment_is_held_to_the_same_years():
    assert MomentOfDayField().clean(["2026-10-27", "18:00"]).hour == 18
    with pytest.raises(forms.ValidationError):
        MomentOfDayField().clean(["9999-12-31", "18:00"])


FORMS = [
    ActionForm,
    AmendRoundForm,
    CalendarDayForm,
    CloseTeamForm,
    ExtensionForm,
    LeadForm,
    LeavesForm,
    MemberJoinsForm,
    NewTaskForm,
    OpenRoundForm,
    PartForm,
    PeriodDueForm,
    PeriodsForm,
    ReviewForm,
    StageForm,
    StepForm,
    TeamForm,
]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_takes_a_day_without_its_limits(form):
    days = [
        field
        for field in form.base_fields.values()
        if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField)
    ]
    assert days
    for field in days:
        with pytest.raises(forms.ValidationError):
            field.run_validators(field.to_python("0206-10-01") if isinstance(field, forms.DateField) else _early())


def _early():
    return MomentOfDayField().compress([DayField().to_python("0206-10-01"), forms.TimeField().to_python("18:00")])
