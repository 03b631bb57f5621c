"""The pages of orders and circulars: what each person finds there and does."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from governance.clock import now
from governance.registers.search import SEARCH_SOURCES
from governance.registers.todo import TodoReader
from teams.debts.debts import debts_of
from teams.debts.reminders import send_reminders
from teams.meetings.follow_up.chapters import chapters_of
from teams.meetings.ladder import Rung
from teams.meetings.models import Circular, CircularDraft, DismissedProposal, OrderEvidence, SupervisionOrder
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.orders.orders import acknowledge_order, void_order
from tests import factories
from tests.budgets import counted
from tests.formats.brought import photo

from .sample_orders import a_problem, day, issued, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(settings, client):
    """It is 27 October, and the pages speak English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with time_machine.travel(moment(27), tick=False):
        yield


@pytest.fixture
def late(team):
    """A task that is red since 11 October."""
    return factories.make_task(team=team, title="认领微心愿", percent=90, due_on=day(10))


@pytest.fixture
def red(late, office):
    """A red order of 12 October, to be answered by the 15th."""
    return issued(late, by=office, at=moment(12), answer_by=day(15))


def key_of(task, rung, since):
    return f"task-{task.pk}-{rung}-{since}"


def ticked(task, rung, since, **fields):
    key = key_of(task, rung, since)
    return {"row": key, f"{key}-basis": "依据", f"{key}-demand": "要求", f"{key}-answer_by": "2026-10-30"} | {
        f"{key}-{name}": value for name, value in fields.items()
    }


class TestDesk:
    def test_the_office_issues_what_it_ticks(self, late, office, sign_in):
        page = sign_in(office).get("/orders/")
        assert key_of(late, "red", "2026-10-11") in page.content.decode()
        answer = sign_in(office).post("/orders/", ticked(late, "red", "2026-10-11"))
        assert answer.status_code == 302
        assert SupervisionOrder.objects.get().basis == "依据"

    def test_the_contact_is_typed_once_for_all_and_offered_again(self, late, office, sign_in):
        typed = {"contact": "吴某某", "contact_phone": "内线8002"}
        assert sign_in(office).post("/orders/", ticked(late, "red", "2026-10-11") | typed).status_code == 302
        order = SupervisionOrder.objects.get()
        assert (order.contact, order.contact_phone) == ("吴某某", "内线8002")
        assert "吴某某 内线8002" in sign_in(office).get(order.get_absolute_url()).content.decode()
        assert sign_in(office).get(reverse("order_new")).context["form"]["contact_phone"].value() == "内线8002"

    def test_a_contact_that_is_too_long_is_shown_beside_its_field(self, late, office, sign_in):
        answer = sign_in(office).post("/orders/", ticked(late, "red", "2026-10-11") | {"contact": "某" * 61})
        assert answer.status_code == 422 and answer.context["contact"].errors.keys() == {"contact"}
        assert not SupervisionOrder.objects.exists()

    def test_a_circular_goes_into_a_draft_and_from_the_proposals(self, red, late, office, sign_in):
        sign_in(office).post("/orders/", ticked(late, "circular", "2026-10-12"))
        assert CircularDraft.objects.get().read_lines()[0]["order"] == red.pk
        page = sign_in(office).get("/orders/")
        assert page.context["proposals"] == []
        assert len(page.context["desk"].quiet) == 1

    def test_what_no_longer_holds_is_said_and_nothing_is_issued(self, late, office, sign_in):
        answer = sign_in(office).post("/orders/", ticked(late, "yellow", "2026-10-11"))
        assert answer.status_code == 409
        assert not SupervisionOrder.objects.exists()

    def test_a_missing_basis_is_shown_beside_its_field(self, late, office, sign_in):
        answer = sign_in(office).post("/orders/", ticked(late, "red", "2026-10-11", basis=""))
        assert answer.status_code == 422

    def test_a_day_that_has_passed_is_refused(self, late, office, sign_in):
        answer = sign_in(office).post("/orders/", ticked(late, "red", "2026-10-11", answer_by="2026-10-01"))
        assert answer.status_code == 422

    def test_leaders_see_the_proposals_and_teams_their_orders(self, red, late, leader, head, other_head, sign_in):
        assert sign_in(leader).get("/orders/").context["reads"]
        own = sign_in(head).get("/orders/")
        assert not own.context["reads"]
        assert len(own.context["open"]) == 1
        assert not sign_in(other_head).get("/orders/").context["open"]

    def test_those_who_act_on_an_order_find_the_button_in_its_row(self, red, head, liaison, member, sign_in):
        def offered(person):
            [(*_row, act)] = sign_in(person).get("/orders/").context["open"]
            return act

        assert [offered(person) for person in (head, liaison, member)] == ["Acknowledge", "Acknowledge", ""]
        acknowledge_order(red, by=liaison, at=now())
        assert [offered(person) for person in (head, liaison, member)] == ["Answer", "", ""]

    def test_promises_stand_apart(self, red, head, office, sign_in):
        answer = answer_order(red, text="在办", by=head, at=now(), promised_on=date(2026, 11, 15))
        judge_order(answer, accepted=True, by=office, at=now())
        page = sign_in(office).get("/orders/")
        assert [(order, days) for order, _steps, days in page.context["promised"]] == [(red, 19)]
        assert "promised for" in page.content.decode()

    def test_who_dismissed_and_why_stands_on_the_desk(self, late, office, sign_in):
        address = reverse("proposal_dismiss", args=["red", "2026-10-11", late.year, late.number])
        assert sign_in(office).get(address).status_code == 200
        assert sign_in(office).post(address, {"reason": "措施得当"}).status_code == 302
        assert DismissedProposal.objects.get().by == office
        assert "措施得当" in sign_in(office).get("/orders/").content.decode()

    def test_a_wrong_rung_or_day_is_not_found(self, late, office, sign_in):
        for rung, since in (("purple", "2026-10-11"), ("red", "2026-10-41")):
            address = reverse("proposal_dismiss", args=[rung, since, late.year, late.number])
            assert sign_in(office).get(address).status_code == 404
            assert sign_in(office).post(address, {"reason": "x"}).status_code == 404

    def test_queries_do_not_grow(self, late, team, office, sign_in):
        browser = sign_in(office)
        browser.get("/orders/")
        with counted() as few:
            browser.get("/orders/")
        for number in range(8):
            task = factories.make_task(team=team, due_on=day(10))
            if number % 2:
                issued(task, by=office, at=moment(26), answer_by=day(29))
        with counted() as many:
            browser.get("/orders/")
        assert len(many) <= len(few) + 4

    def test_without_an_action(self, db, client):
        client.force_login(factories.UserFactory())
        assert client.get("/orders/").status_code == 200


class TestByHand:
    def send(self, browser, **fields):
        return browser.post("/orders/new/", {"basis": "核查", "demand": "整改", "answer_by": "2026-10-30"} | fields)

    def test_on_a_task(self, late, office, sign_in):
        assert sign_in(office).get(f"/orders/new/?task={late.number}").status_code == 200
        assert self.send(sign_in(office), rung="red", task=f"2026-{late.number}").status_code == 302
        assert SupervisionOrder.objects.get().task == late

    def test_the_page_of_an_overdue_problem_leads_to_an_order_on_it(self, team, office, sign_in):
        facts = {"state": "rectifying", "lead": team, "due_on": day(15), "first_due_on": day(15), "cause": "无人回访"}
        problem = a_problem(team, by=office, number=5, **facts)
        link = f"/orders/new/?problem={problem.number}"
        assert link in sign_in(office).get(problem.get_absolute_url()).content.decode()
        assert sign_in(office).get(link).context["form"]["problem"].value() == "5"

    def test_on_a_problem_of_one_team(self, team, office, sign_in):
        problem = a_problem(team, by=office)
        assert self.send(sign_in(office), rung="yellow", problem=str(problem), number=7).status_code == 302
        order = SupervisionOrder.objects.get()
        assert (order.team, order.number) == (team, 7)

    @pytest.mark.parametrize("task", ["x", "999999", "1999-1", "²", "12345678901234567890"])
    def test_on_a_number_that_nothing_has(self, late, office, sign_in, task):
        assert self.send(sign_in(office), rung="red", task=task).status_code == 422

    @pytest.mark.parametrize("rung", ["red", "talk"])
    def test_on_nothing(self, team, office, sign_in, rung):
        assert self.send(sign_in(office), rung=rung).status_code == 422

    def test_a_talk_with_a_team(self, team, office, sign_in):
        assert self.send(sign_in(office), rung="talk", team=team.pk).status_code == 302


class TestOrder:
    def test_acknowledged_answered_and_judged(self, red, head, office, sign_in):
        address = red.get_absolute_url()
        assert sign_in(head).post(f"{address}acknowledge/").status_code == 302
        said = {
            "text": "三标段下周批",
            "promised_on": "2026-11-20",
            "files": factories.SimpleUploadedFile("a.jpg", photo()),
        }
        assert sign_in(head).post(f"{address}answer/", said).status_code == 302
        assert OrderEvidence.objects.count() == 1
        page = sign_in(office).get(address)
        assert page.context["verdict_form"]
        sent = {"verdict": "no", "text": "", "answer": 1}
        assert sign_in(office).post(f"{address}verdict/", sent).status_code == 422
        assert sign_in(office).post(f"{address}verdict/", sent | {"verdict": "yes"}).status_code == 302
        assert "accepted it" in sign_in(head).get(address).content.decode()

    def test_refusals_keep_the_page(self, red, head, sign_in):
        address = red.get_absolute_url()
        answer = sign_in(head).post(f"{address}answer/", {"text": "在办", "promised_on": "2026-01-01"})
        assert answer.status_code == 422
        assert "在办" in answer.content.decode()

    def test_void(self, red, office, sign_in):
        address = f"{red.get_absolute_url()}void/"
        assert sign_in(office).get(address).status_code == 200
        assert sign_in(office).post(address, {"reason": "误发", "version": red.version}).status_code == 302
        assert sign_in(office).get(address).status_code == 409

    def test_who_may_not_read_it_finds_nothing(self, red, other_head, secretary, leader, sign_in):
        assert sign_in(other_head).get(red.get_absolute_url()).status_code == 404
        assert sign_in(secretary).get(red.get_absolute_url()).status_code == 404
        assert sign_in(leader).get(red.get_absolute_url()).status_code == 200

    def test_the_lead_department_reads_it(self, red, sign_in):
        person = factories.UserFactory(department=red.task.lead_department)
        assert sign_in(person).get(red.get_absolute_url()).status_code == 200

    def test_an_answer_of_ones_own_has_no_buttons(self, red, team, sign_in):
        both = factories.UserFactory(roles=["special_office"])
        factories.MemberFactory(team=team, part="head", user=both)
        answer_order(red, text="在办", by=both, at=now())
        page = sign_in(both).get(red.get_absolute_url())
        assert page.context["own_answer"] and not page.context["verdict_form"]

    def test_evidence_is_attached_by_the_team(self, red, head, office, sign_in):
        address = f"{red.get_absolute_url()}evidence/"
        assert sign_in(head).get(address).context["may_attach"]
        assert not sign_in(office).get(address).context["may_attach"]


class TestFollowed:
    """An order that a stricter one follows is owed no more; the stricter one is."""

    @pytest.fixture
    def yellow(self, late, office):
        """A yellow order that was not answered by the 15th."""
        return issued(late, Rung.YELLOW, by=office, at=moment(8), answer_by=day(15))

    @pytest.fixture
    def red(self, yellow, late, office):
        """The red order that climbed from it."""
        order = issued(late, by=office, at=moment(16), answer_by=day(21))
        assert order.climbed_from == yellow
        return order

    def shown(self, browser, team):
        """The orders on the desk, in the chips of the list and on the team's page."""

        def chip(state):
            return list(browser.get(f"/orders/all/?state={state}").context["page"].object_list)

        return {
            "desk": [row[0] for row in browser.get("/orders/").context["open"]],
            "open": chip("open"),
            "overdue": chip("overdue"),
            "team": list(browser.get(team.get_absolute_url()).context["loop"].orders),
        }

    def owed(self, action, office):
        return {(debt.kind.code, debt.row) for debt in debts_of(action, reader=office, now=now()) if debt.team}

    def test_only_the_red_one_is_owed_and_shown_as_open(self, yellow, red, team, head, office, sign_in):
        assert self.owed(team.action, office) == {("order_answer", red)}
        assert set(map(tuple, self.shown(sign_in(office), team).values())) == {(red,)}
        assert [order.number for order in chapters_of(team.action, [team], at=now())[0].orders] == [red.number]
        page = sign_in(head).get(yellow.get_absolute_url())
        assert page.context["answered_elsewhere"] and not page.context["days_over"]
        assert "A stricter order follows this one" in page.content.decode()
        assert sign_in(head).get(red.get_absolute_url()).context["days_over"] == 6

    def test_once_the_red_one_is_accepted_nothing_is_owed(self, yellow, red, team, head, office, sign_in):
        judge_order(answer_order(red, text="已办", by=head, at=now()), accepted=True, by=office, at=now())
        assert self.owed(team.action, office) == set()
        assert set(map(tuple, self.shown(sign_in(office), team).values())) == {()}

    def test_an_answer_that_waits_is_still_judged(self, yellow, red, team, head, office):
        answer = answer_order(yellow, text="在办", by=head, at=now())
        assert self.owed(team.action, office) == {("order_answer", red), ("order_verdict", yellow)}
        judge_order(answer, accepted=False, text="没有时限", by=office, at=now())
        assert self.owed(team.action, office) == {("order_answer", red)}

    def test_a_void_red_one_leaves_it_owed(self, yellow, red, team, office, sign_in):
        void_order(red, reason="误发", by=office, at=now())
        assert self.owed(team.action, office) == {("order_answer", yellow)}
        assert set(map(tuple, self.shown(sign_in(office), team).values())) == {(yellow,)}


class TestList:
    def test_chips_search_and_export(self, red, late, office, sign_in):
        browser = sign_in(office)
        assert len(browser.get("/orders/all/?state=overdue").context["page"].object_list) == 1
        assert len(browser.get("/orders/all/?q=微心愿&rung=red").context["page"].object_list) == 1
        assert not browser.get("/orders/all/?state=accepted").context["page"].object_list
        assert "说明原因" in b"".join(browser.get("/orders/all/?format=csv").streaming_content).decode()

    @pytest.mark.parametrize("address", ["/orders/all/", "/orders/all/?format=csv"])
    def test_an_order_is_called_by_its_whole_number_and_its_rung(self, red, office, sign_in, address):
        answer = sign_in(office).get(address)
        said = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert str(red) in said and "Red order" in said
        assert "functools" not in said


class TestCirculars:
    @pytest.fixture
    def draft(self, red, office):
        line = CircularLineText("named", red.team, "至今没有答复", red.pk)
        return draft_circular(red.action, title="十月督办", text="总体平稳", lines=[line], by=office, at=now())

    def test_written_edited_and_signed(self, red, team, office, leader, sign_in):
        first = {"line-0-kind": "praise", "line-0-team": team.pk, "line-0-text": "带头", "line-1-kind": "named"}
        assert sign_in(office).get("/circulars/new/").status_code == 200
        assert sign_in(office).post("/circulars/new/", {"title": "通报", "text": "", **first}).status_code == 302
        draft = CircularDraft.objects.get()
        edited = first | {"line-1-text": "没有答复", "line-1-order": red.pk, "title": "通报", "version": draft.version}
        assert sign_in(office).get(f"{draft.get_absolute_url()}edit/").status_code == 200
        assert sign_in(office).post(f"{draft.get_absolute_url()}edit/", edited).status_code == 302
        assert sign_in(office).get(f"{draft.get_absolute_url()}sign/").status_code == 403
        draft.refresh_from_db()
        assert sign_in(leader).get(f"{draft.get_absolute_url()}sign/").status_code == 200
        sent = {"version": draft.version}
        assert sign_in(leader).post(f"{draft.get_absolute_url()}sign/", sent).status_code == 302
        page = sign_in(factories.UserFactory()).get(Circular.objects.get().get_absolute_url())
        assert "没有答复" in page.content.decode()

    def test_a_stale_form_is_told(self, draft, office, sign_in):
        sent = {"title": "又一稿", "text": "", "version": draft.version - 1 or 99}
        assert sign_in(office).post(f"{draft.get_absolute_url()}edit/", sent).status_code == 409

    def test_a_line_without_a_team(self, red, office, sign_in):
        sent = {"title": "通报", "line-0-kind": "named", "line-0-text": "没有名字"}
        assert sign_in(office).post("/circulars/new/", sent).status_code == 422

    def test_withdrawn(self, draft, office, sign_in):
        address = f"{draft.get_absolute_url()}withdraw/"
        assert sign_in(office).get(address).status_code == 200
        assert sign_in(office).post(address, {"version": draft.version}).status_code == 302
        assert sign_in(office).get(address).status_code == 409

    def test_drafts_are_for_office_and_leaders(self, draft, head, leader, sign_in):
        assert sign_in(head).get(draft.get_absolute_url()).status_code == 404
        assert not sign_in(head).get("/circulars/").context["drafts"]
        assert sign_in(leader).get("/circulars/").context["drafts"]

    def test_the_list_finds_words(self, draft, leader, head, sign_in):
        sign_circular(draft, by=leader, at=now())
        assert len(sign_in(head).get("/circulars/?q=没有答复").context["circulars"]) == 1
        assert len(sign_in(head).get("/circulars/?q=无此词").context["circulars"]) == 0


class TestSharedPages:
    def lines(self, user, action):
        from teams.meetings.front.order_lines import order_lines

        return [line.title for line in order_lines(TodoReader(user, now(), action))]

    def test_home_says_what_each_has_to_do(self, red, late, head, office, leader, english):
        assert [title.split(" ")[0] for title in self.lines(head, late.action)] == ["Answer"]
        assert self.lines(office, late.action) == ["1 supervision order is due"]
        answer_order(red, text="在办", by=head, at=now())
        assert "1 answer to an order to judge" in self.lines(office, late.action)
        draft_circular(late.action, title="通报", text="x", lines=[], by=office, at=now())
        assert len(self.lines(leader, late.action)) == 1

    def test_search_finds_orders_and_circulars(self, red, head, other_head, office, leader):
        draft = draft_circular(red.action, title="微心愿通报", text="x", lines=[], by=office, at=now())
        sign_circular(draft, by=leader, at=now())
        for user, count in ((head, 1), (other_head, 0)):
            found = SEARCH_SOURCES["orders"].find(["微心愿"], user=user, action=red.action)
            assert found.count == count
        assert SEARCH_SOURCES["circulars"].find(["微心愿"], user=head, action=red.action).count == 1

    def test_debts_by_term(self, red, late, head, office, leader):
        reminder = issued(late, Rung.REMINDER, by=office, at=moment(26))
        draft_circular(late.action, title="通报", text="x", lines=[], by=office, at=moment(20))
        found = {debt.kind.code: debt for debt in debts_of(late.action, reader=office, now=now())}
        assert (found["order_answer"].row, found["order_answer"].due_on) == (red, day(15))
        assert (found["order_acknowledge"].row, found["order_acknowledge"].due_on) == (reminder, day(27))
        assert found["circular_sign"].due_on == day(22)
        answer = answer_order(red, text="在办", by=head, at=now())
        found = {debt.kind.code: debt for debt in debts_of(late.action, reader=office, now=now())}
        assert found["order_verdict"].due_on == day(30)
        judge_order(answer, accepted=False, text="缺时间表", by=office, at=now())
        found = {debt.kind.code: debt for debt in debts_of(late.action, reader=office, now=now())}
        assert (found["order_answer"].row, found["order_answer"].due_on) == (red, day(30))

    def test_reminders_of_answers_due_and_overdue(self, red, late, head, office):
        issued(late, by=office, at=moment(26), answer_by=day(28))
        told = send_reminders(late.action, by=None, at=now()).told
        assert (told["order_due"], told["order_overdue"]) == (1, 1)
