"""Matters for coordination: passed on by the office, answered by name and date, once."""

from datetime import date

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.models import HelpRequest
from teams.reports.matters import LONGEST_ANSWER, answer_matter, assign_matter
from teams.reports.written import Matter
from tests.racing import race
from tests.teams.sample_reports import DECIDED, EVERYBODY, drafted, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DUE = date(2026, 10, 30)


def pass_on(matter, owner, office, at=DECIDED, **fields):
    return assign_matter(matter, owner=owner, by=office, at=at, **({"due_on": DUE} | fields))


def reply(matter, person, at=DECIDED, **fields):
    return answer_matter(matter, by=person, at=at, **({"answer": "手续已办结。"} | fields))


# Passing on ----------------------------------------------------------------------------------------------------------


def test_the_office_passes_a_matter_on_to_a_person_with_a_day(matter, office, clerk):
    pass_on(matter, clerk, office)
    matter.refresh_from_db()
    assert (matter.owner, matter.due_on, matter.passed_on_at) == (clerk, DUE, DECIDED)


def test_passing_on_is_one_event_and_tells_the_person_and_the_team(matter, office, clerk, head, liaison, member):
    pass_on(matter, clerk, office)
    assert AuditEvent.objects.filter(verb="assign_matter").count() == 1
    asked = Notice.objects.get(kind="matter_asked")
    assert (asked.to, asked.due_on, asked.url) == (clerk, DUE, matter.get_absolute_url())
    assert "林地手续" in asked.sentence
    told = Notice.objects.filter(kind="matter_passed_on")
    assert {notice.to for notice in told} == {head, liaison}
    assert "赵某" in told[0].sentence


def test_a_matter_is_passed_on_again_to_somebody_else(matter, office, clerk, forester):
    pass_on(matter, clerk, office)
    pass_on(matter, forester, office, at=moment(23))
    matter.refresh_from_db()
    assert (matter.owner, matter.passed_on_at) == (forester, moment(23))
    assert {notice.to for notice in Notice.objects.filter(kind="matter_asked")} == {clerk, forester}


def test_another_day_alone_does_not_begin_the_waiting_again(matter, office, clerk):
    pass_on(matter, clerk, office)
    pass_on(matter, clerk, office, at=moment(23), due_on=date(2026, 11, 2))
    matter.refresh_from_db()
    assert (matter.due_on, matter.passed_on_at) == (date(2026, 11, 2), DECIDED)


def test_passing_on_as_it_is_writes_nothing(matter, office, clerk):
    pass_on(matter, clerk, office)
    version = HelpRequest.objects.get().version
    pass_on(matter, clerk, office)
    assert HelpRequest.objects.get().version == version
    assert AuditEvent.objects.filter(verb="assign_matter").count() == 1


def test_the_day_to_answer_by_is_still_to_come(matter, office, clerk):
    with pytest.raises(Invalid) as refusal:
        pass_on(matter, clerk, office, due_on=date(2026, 10, 21))
    assert set(refusal.value.fields) == {"due_on"}
    assert pass_on(matter, clerk, office, due_on=DECIDED.date())


def test_a_matter_of_a_draft_is_not_passed_on(team, period, road, head, office, clerk):
    drafted(team, period, road, by=head, matters=[Matter("林地手续")])
    with pytest.raises(WrongState, match="still in a draft"):
        pass_on(HelpRequest.objects.get(), clerk, office)


def test_an_answered_matter_is_not_passed_on(matter, office, clerk, forester):
    reply(matter, forester)
    with pytest.raises(WrongState, match="answered on 2026-10-22"):
        pass_on(matter, clerk, office)


def test_who_opened_an_older_version_is_told(matter, office, office2, clerk, forester):
    version = matter.version
    pass_on(matter, clerk, office, seen=version)
    with pytest.raises(Stale):
        pass_on(matter, forester, office2, seen=version)
    matter.refresh_from_db()
    assert matter.owner == clerk


# Answering -----------------------------------------------------------------------------------------------------------


def test_the_owner_answers_by_name_and_date(matter, office, clerk):
    pass_on(matter, clerk, office)
    reply(matter, clerk, at=moment(24), answer=" 手续已办结。 ")
    matter.refresh_from_db()
    assert (matter.answer, matter.answered_by, matter.answered_at, matter.behalf) == (
        "手续已办结。",
        clerk,
        moment(24),
        "",
    )


def test_anybody_of_the_department_asked_answers(matter, forester):
    reply(matter, forester)
    matter.refresh_from_db()
    assert matter.answered_by == forester


def test_answering_is_one_event_and_tells_the_team_and_the_office(matter, forester, head, liaison, member, office):
    reply(matter, forester)
    assert AuditEvent.objects.filter(verb="answer_matter").count() == 1
    told = Notice.objects.filter(kind="matter_answered")
    assert {notice.to for notice in told} == {head, liaison, office}
    assert told[0].url == matter.get_absolute_url()


def test_the_office_enters_an_answer_and_says_whose(matter, office):
    reply(matter, office, behalf=" 县林业局李某，10月22日来函 ")
    matter.refresh_from_db()
    assert (matter.answered_by, matter.behalf) == (office, "县林业局李某，10月22日来函")
    assert AuditEvent.objects.get(verb="answer_matter").behalf == "县林业局李某，10月22日来函"
    assert "县林业局李某" in Notice.objects.filter(kind="matter_answered")[0].sentence


def test_the_office_does_not_answer_in_its_own_name_what_others_are_asked(matter, office):
    with pytest.raises(Invalid) as refusal:
        reply(matter, office)
    assert set(refusal.value.fields) == {"behalf"}


def test_a_person_of_the_office_who_is_asked_answers_as_everybody(matter, office, office2):
    pass_on(matter, office2, office)
    reply(matter, office2, behalf="别人")
    matter.refresh_from_db()
    assert (matter.answered_by, matter.behalf) == (office2, "")


@pytest.mark.parametrize("answer", ["", "  ", "长" * (LONGEST_ANSWER + 1)])
def test_an_answer_has_words_but_not_too_many(matter, forester, answer):
    with pytest.raises(Invalid) as refusal:
        reply(matter, forester, answer=answer)
    assert set(refusal.value.fields) == {"answer"}


def test_a_matter_is_answered_once(matter, forester, office):
    reply(matter, forester)
    with pytest.raises(WrongState):
        reply(matter, office, behalf="李某")


def test_a_matter_of_a_draft_is_not_answered(team, period, road, head, forestry, forester):
    drafted(team, period, road, by=head, matters=[Matter("林地手续", forestry)])
    with pytest.raises(WrongState):
        reply(HelpRequest.objects.get(), forester)


# Who -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_office_passes_on_and_only_it_answers_unasked(matter, clerk, who, request):
    person = request.getfixturevalue(who)
    if who == "office":
        return
    with pytest.raises(NotAllowed):
        pass_on(matter, clerk, person)
    with pytest.raises(NotAllowed):
        reply(matter, person, behalf="李某")


def test_who_may_no_longer_sign_in_does_not_answer(matter, forester):
    forester.is_active = False
    with pytest.raises(NotAllowed):
        reply(matter, forester)


def test_the_owner_and_the_department_asked_see_what_was_sent_and_nothing_else(
    matter, team, next_period, road, head, forestry, forester, office, clerk
):
    drafted(team, next_period, road, by=head, at=moment(31), matters=[Matter("还没报", forestry), Matter("别人的")])
    pass_on(matter, clerk, office)
    for person in (forester, clerk):
        assert list(HelpRequest.objects.visible_to(person)) == [matter]


def test_who_has_no_department_sees_no_matter_that_asks_nobody(matter, clerk):
    HelpRequest.objects.update(to=None)
    assert not HelpRequest.objects.visible_to(clerk).exists()


# How long it waits ---------------------------------------------------------------------------------------------------


def test_days_are_counted_until_the_answer(matter, office, clerk):
    assert matter.days_waited(date(2026, 10, 30)) == 9
    pass_on(matter, clerk, office)
    matter.refresh_from_db()
    assert (matter.days_over(date(2026, 10, 30)), matter.days_over(date(2026, 11, 2))) == (0, 3)
    reply(matter, clerk, at=moment(24))
    matter.refresh_from_db()
    assert (matter.days_waited(date(2026, 11, 30)), matter.days_over(date(2026, 11, 30))) == (3, 0)


# Two at once ---------------------------------------------------------------------------------------------------------


def load(verb, *args, **fields):
    """Open the page of the matter; what it returns sends the form with the version that was seen."""

    def open_page():
        matter = HelpRequest.objects.get()
        return lambda: verb(matter, *args, seen=matter.version, **fields)

    return open_page


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one(matter, forester, office):
    before = AuditEvent.objects.count()
    outcomes = race(
        load(reply, forester, answer="同意"),
        load(reply, office, answer="不同意", behalf="县林业局电话"),
    )
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is WrongState
    matter.refresh_from_db()
    assert matter.answer == ("同意" if outcomes[0].error is None else "不同意")
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_passing_on_while_it_is_answered_loses_nothing(matter, forester, office, clerk):
    before = AuditEvent.objects.count()
    outcomes = race(load(pass_on, clerk, office), load(reply, forester))
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) in (Stale, WrongState)
    matter.refresh_from_db()
    assert (matter.owner is None) == (outcomes[0].error is not None)
    assert (matter.answered_at is None) == (outcomes[1].error is not None)
    assert AuditEvent.objects.count() == before + 1
