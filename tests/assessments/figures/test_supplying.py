"""A department writes, confirms and corrects its figures; the centre names it, opens rows and countersigns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.figures.duties import duties, led_by_supplier, waiting
from assessments.figures.entry import Entry
from assessments.figures.suppliers import answer_correction, countersign_figures, name_supplier, shown_to_sign
from assessments.figures.supply import supplies, to_countersign
from assessments.figures.supplying import Line, ask_correction, save_figures, shown_in
from assessments.models import Figure, FigureCorrection, FigureCountersignature, FigureDraft, FigureSource
from assessments.results.moves import begin_checking
from assessments.results.verification import verify_result
from assessments.rounds import left_out
from assessments.rounds.facts_of_round import gather
from assessments.rounds.rounds import open_round
from assessments.rounds.sources import unnamed_sources
from assessments.states import RoundState
from governance.people.accounts import set_aliases
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.models import CoreFigure, TeamDepartment
from tests.assessments import work
from tests.assessments.conftest import CHECKED, ENTERED, OPENED, PUBLISHED, SCORED
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = ENTERED + timedelta(hours=1)


def rows(story, code="T6"):
    return supplies(story.round, indicator=story.indicator(code))


class TestWhoSupplies:
    def test_a_source_arises_only_where_the_indicator_applies(self, story):
        story.until("preparing")
        named = set(FigureSource.objects.values_list("indicator__code", "team__code"))
        assert named == {("T6", team.code) for team in story.teams} | {("T7", team.code) for team in story.teams[:3]}

    def test_the_department_is_found_by_its_alias_or_by_the_teams_core_figure_else_the_centre_enters(self, story):
        office, farming = DepartmentFactory(name="县委组织部"), DepartmentFactory(name="县农业农村局")
        set_aliases(office, {"special office"})
        story.form_teams()
        for team in story.teams[:2]:
            CoreFigure.objects.create(team=team, name="达标村", unit="个", target=30, department=farming)
        story.adopt()
        story.open = lambda: open_round(
            action=story.action,
            plan=story.plan,
            kind="quarter",
            title="第三季度",
            starts_on=work.FIRST,
            ends_on=work.LAST,
            cut_off_at=work.CUT_OFF,
            classes={team.code: "A" for team in story.teams},
            by=story.centre,
            at=OPENED,
        )
        story.round = story.open()
        named = {(s.indicator.code, s.team_id): s.department for s in FigureSource.objects.all()}
        assert [named["T6", team.pk] for team in story.teams] == [office] * 4
        assert [named["T7", team.pk] for team in story.teams[:3]] == [farming, farming, None]
        assert [source.team for source in unnamed_sources(story.round)] == [story.teams[2]]

    def test_data_is_collected_only_once_each_figure_has_a_supplier(self, story):
        story.until("preparing")
        FigureSource.objects.filter(team=story.teams[0], indicator__code="T7").update(by_centre=False)
        [left] = waiting(story.round, to=RoundState.COLLECTING, at=OPENED)
        assert story.teams[0].short_name in str(left.words)
        with pytest.raises(WrongState, match="who supplies"):
            story.freeze()
        name_supplier(unnamed_sources(story.round)[0], department=None, by=story.centre, at=OPENED)
        assert story.freeze().state == RoundState.COLLECTING

    def test_a_source_has_a_department_or_the_centre_never_both(self, story):
        story.until("preparing")
        with pytest.raises(IntegrityError), transaction.atomic():
            FigureSource.objects.filter(by_centre=True).update(department=DepartmentFactory())

    def test_another_department_is_named_for_all_alike_and_not_where_the_figure_stands(self, bureau, story):
        other = DepartmentFactory()
        bureau.save({story.teams[0].code: Line("complete")})
        story.enter("T6", {story.teams[1].code: Entry("none")})
        first = rows(story)[0].source
        changed = name_supplier(first, department=other, alike=True, by=story.centre, at=LATER, seen=first.version)
        assert [source.team for source in changed] == [story.teams[0], *story.teams[2:]]
        assert not rows(story)[0].written.says  # what the first department wrote counts for it alone
        with pytest.raises(WrongState):
            name_supplier(rows(story)[1].source, department=other, by=story.centre, at=LATER)
        with pytest.raises(Stale):
            name_supplier(rows(story)[0].source, department=None, by=story.centre, at=LATER, seen=first.version)
        with pytest.raises(NotAllowed):
            name_supplier(rows(story)[0].source, department=None, by=bureau.person, at=LATER)

    def test_at_opening_the_console_says_which_departments_lead_the_team_themselves(self, story, client):
        story.until("preparing")
        lead = TeamDepartment.objects.get(team=story.teams[0], part="lead").department
        FigureSource.objects.filter(indicator__code="T6").update(department=lead, by_centre=False)
        [said] = led_by_supplier(story.round)
        assert story.teams[0].short_name in str(said) and story.teams[1].short_name not in str(said)
        client.cookies["vanguard_language"] = "en"
        client.force_login(story.centre)
        assert "comes from the lead department itself" in client.get(story.round.get_absolute_url()).content.decode()


class TestSaving:
    def test_what_is_saved_counts_for_nothing_until_it_is_confirmed(self, bureau, story):
        bureau.save()
        assert not Figure.objects.exists()
        assert not gather(story.round, before=LATER)[0].values.get("T6")
        bureau.confirm()
        assert gather(story.round, before=LATER)[0].values["T6"] == ("complete", "partial", "complete", "none")

    def test_nobody_else_reads_or_writes_it(self, bureau, story, centre, office, superuser):
        bureau.save()
        stranger = UserFactory(department=DepartmentFactory())
        for person in (centre, office, superuser, stranger):
            assert not FigureDraft.objects.visible_to(person).exists()
        assert FigureDraft.objects.visible_to(bureau.colleague).count() == 4
        for person in (centre, stranger, superuser, story.heads[story.teams[0].code]):
            with pytest.raises(NotAllowed):
                bureau.save(by=person)

    def test_a_team_that_the_department_does_not_supply_is_refused(self, bureau, story):
        name_supplier(rows(story)[0].source, department=None, by=story.centre, at=OPENED)
        with pytest.raises(NotAllowed):
            bureau.save({story.teams[0].code: Line("complete")})

    @pytest.mark.parametrize("text", ["excellent", "NaN", "4/6", "１２"])
    def test_what_the_method_cannot_mean_is_refused_beside_the_field(self, bureau, story, text):
        team = story.teams[0].code
        with pytest.raises(Invalid) as refused:
            bureau.save({team: Line(text)})
        assert set(refused.value.fields) == {f"value-{team}"}
        assert not FigureDraft.objects.exists()

    @pytest.mark.parametrize("text", ["-1", "NaN", "Infinity", "很多", "85%"])
    def test_a_number_that_the_ratio_takes_not(self, bureau, story, text):
        bureau.supplies("T7")
        team = story.teams[0].code
        with pytest.raises(Invalid) as refused:
            bureau.save({team: Line(text, "24")}, code="T7")
        assert set(refused.value.fields) == {f"value-{team}"}

    def test_a_doubtful_value_is_asked_and_marked(self, bureau, story):
        bureau.supplies("T7")
        team = story.teams[0].code
        with pytest.raises(Invalid) as asked:
            bureau.save({team: Line("480", "24")}, code="T7")
        assert set(asked.value.fields) == {f"confirm-{team}"}
        bureau.save({team: Line("480", "24", sure_of="480")}, code="T7")
        assert FigureDraft.objects.get().is_sure

    def test_a_line_may_have_its_own_document_and_basis(self, bureau, story):
        first, second, *_ = (team.code for team in story.teams)
        bureau.save({first: Line("complete"), second: Line("none", document="另文", basis="抽查")})
        assert list(FigureDraft.objects.order_by("source__team__order").values_list("document", "basis")) == [
            ("垣统函〔2026〕18号", "三季度核定表"),
            ("另文", "抽查"),
        ]

    def test_two_hands_one_is_told_and_nothing_is_overwritten(self, bureau, story):
        team = story.teams[0].code
        seen = {team: rows(story)[0].seen}
        bureau.save({team: Line("complete")}, seen=seen)
        with pytest.raises(Stale) as told:
            bureau.save({team: Line("none")}, by=bureau.colleague, seen=seen)
        assert [(change.theirs, change.yours) for change in told.value.changes] == [("complete", "none")]
        assert FigureDraft.objects.get().value == "complete"
        assert not bureau.save({team: Line("complete")}, by=bureau.colleague, seen=seen)  # the same is no quarrel

    def test_nothing_changed_writes_nothing(self, bureau):
        bureau.save()
        before = AuditEvent.objects.count()
        assert bureau.save(at=LATER) == []
        assert AuditEvent.objects.count() == before

    def test_outside_collecting_nothing_is_taken(self, bureau, story):
        bureau.save()
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        story.check()
        with pytest.raises(WrongState, match="collected"):
            bureau.save({story.teams[0].code: Line("none")})
        with pytest.raises(WrongState):
            bureau.confirm()


class TestConfirming:
    def test_it_locks_and_names_department_person_and_moment(self, bureau, story):
        bureau.save()
        confirmation = bureau.confirm(by=bureau.colleague)
        assert confirmation.number == 1
        assert confirmation.figures.count() == 4
        assert {(figure.department, figure.by) for figure in Figure.objects.all()} == {
            (bureau.department, bureau.colleague)
        }
        with pytest.raises(Stale):
            bureau.save({story.teams[0].code: Line("none")}, at=LATER)
        with pytest.raises(WrongState):
            bureau.confirm(at=LATER)

    @pytest.mark.parametrize(
        ("line", "common", "lacking"),
        [
            (Line(), {}, "No value yet"),
            (Line("none"), {"document": ""}, "No document"),
            (Line("none"), {"basis": ""}, "No basis"),
        ],
    )
    def test_a_line_that_lacks_something_keeps_it_from_being_confirmed(self, bureau, story, line, common, lacking):
        lines = {team.code: Line("complete", document="1号", basis="表") for team in story.teams}
        last = story.teams[3]
        bureau.save(lines | {last.code: line}, **common)
        with pytest.raises(Invalid, match=lacking) as refused:
            bureau.confirm()
        assert last.short_name in str(refused.value.message)
        assert not Figure.objects.exists()

    def test_a_target_is_needed_where_teams_have_their_own(self, bureau, story):
        bureau.supplies("T7")
        bureau.save({team.code: Line("20") for team in story.teams[:3]}, code="T7")
        with pytest.raises(Invalid, match="target"):
            bureau.confirm("T7")

    def test_a_page_that_is_out_of_date_confirms_nothing(self, bureau, story):
        bureau.save()
        seen = shown_in(rows(story))
        bureau.save({story.teams[0].code: Line("none")}, at=LATER, by=bureau.colleague)
        with pytest.raises(Stale):
            bureau.confirm(seen=seen)
        assert bureau.confirm(seen=shown_in(rows(story)))

    def test_no_figure_is_confirmed_with_its_reason_and_the_plan_says_what_follows(self, bureau, story):
        with pytest.raises(Invalid) as refused:
            bureau.save({story.teams[0].code: Line(no_figure=True)})
        assert set(refused.value.fields) == {f"basis-{story.teams[0].code}"}
        lines = {team.code: Line("complete") for team in story.teams}
        bureau.save(lines | {story.teams[0].code: Line(no_figure=True, basis="当季未开展")})
        bureau.confirm()
        figure = Figure.objects.get(source__team=story.teams[0])
        assert (figure.value, figure.no_figure, figure.basis) == ("", True, "当季未开展")
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        assert not waiting(story.round, to=RoundState.CHECKING, at=CHECKED)
        facts, _seats = gather(story.round, before=SCORED)
        assert facts.values["T6"][0] is None

    def test_the_database_refuses_no_figure_with_a_value_or_without_a_reason(self, bureau, story):
        source = rows(story)[0].source
        for value, basis in (("none", "x"), ("", "")):
            with pytest.raises(IntegrityError), transaction.atomic():
                Figure.objects.bulk_create(
                    [Figure(source=source, number=9, value=value, basis=basis, no_figure=True, at=ENTERED)]
                )

    def test_the_centre_enters_on_behalf_and_that_confirms(self, bureau, story):
        story.enter("T6", {team.code: Entry("complete") for team in story.teams})
        figure = Figure.objects.first()
        assert figure.is_on_behalf and figure.department == bureau.department
        assert AuditEvent.objects.get(verb="enter_figures").behalf == str(bureau.department)
        with pytest.raises(WrongState):
            bureau.confirm(at=LATER)
        facts, _seats = gather(story.round, before=LATER)
        assert facts.provenance["T6"][story.teams[0].code]["on_behalf"] is True


class TestMovingOn:
    def test_a_round_waits_for_every_figure_and_names_all_that_is_left(self, bureau, story):
        bureau.save()
        left = [str(one.words) for one in waiting(story.round, to=RoundState.CHECKING, at=CHECKED)]
        assert len(left) == 2
        assert all("not confirmed" in words for words in left)
        with pytest.raises(WrongState) as refused:
            begin_checking(story.round, by=story.centre, at=CHECKED)
        assert all(words in str(refused.value.message) for words in left)
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        assert story.check().state == RoundState.CHECKING

    def test_duties_are_counted_team_by_team(self, bureau, story):
        bureau.save()
        bureau.confirm()
        assert [(duty.done, duty.of) for duty in duties(story.round)] == [(1, 2), (1, 2), (1, 2), (1, 1)]

    def test_a_result_from_departments_verifies_and_names_the_confirmation(self, bureau, story):
        bureau.save()
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        story.close()
        result = story.score()
        assert '"confirmation":{"at":' in result.body
        assert verify_result(result) == []
        for step in (story.approve, story.notice, story.publish):
            step()
        assert verify_result(result) == []

    def test_a_figure_that_is_younger_than_a_result_is_not_in_it(self, bureau, story):
        bureau.save()
        bureau.confirm()
        story.enter("T6", {story.teams[0].code: Entry("none")}, at=PUBLISHED)
        assert gather(story.round, before=SCORED)[0].values["T6"][0] == "complete"
        assert gather(story.round, before=PUBLISHED)[0].values["T6"][0] == "none"


class TestLeftOut:
    """What the centre has left out for a team, nobody supplies."""

    @pytest.fixture
    def without(self, bureau, story):
        """T6 is left out for the first team, and the bureau has confirmed the others."""
        story.leave_out("T6", 0)
        bureau.save({team.code: Line("complete") for team in story.teams[1:]})
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        return story

    def test_the_department_neither_writes_nor_confirms_it_and_the_round_moves_on(self, without, bureau):
        first = rows(without)[0]
        assert first.is_needless and not first.is_open
        with pytest.raises(Stale):
            bureau.save({without.teams[0].code: Line("complete")}, at=LATER)
        assert [(duty.done, duty.of) for duty in duties(without.round)] == [(2, 2), (2, 2), (2, 2), (1, 1)]
        without.close()
        assert verify_result(without.score()) == []
        assert without.approve()

    def test_a_page_that_was_opened_before_confirms_nothing(self, bureau, story):
        bureau.save()
        seen = shown_in(rows(story))
        story.leave_out("T6", 0)
        with pytest.raises(Stale):
            bureau.confirm(seen=seen)

    def test_once_it_is_taken_in_again_it_is_owed_and_what_waits_leads_to_where_it_is_settled(self, without):
        without.close()
        left_out.take_in(
            without.round, without.indicator("T6"), without.teams[0], reason="已有数据", by=without.centre, at=SCORED
        )
        without.round.refresh_from_db()
        [left] = waiting(without.round, to=RoundState.APPROVED, at=SCORED)
        assert "T6" in str(left.words) and without.teams[0].short_name in str(left.words)
        assert left.url == reverse("round_left_out", args=[without.round.pk])
        with pytest.raises(WrongState, match="T6"):
            without.score()
        for state in (RoundState.PUBLIC_NOTICE, RoundState.PUBLISHED, RoundState.PREPARING):
            assert waiting(without.round, to=state, at=SCORED) == []

    def test_no_figure_for_which_the_plan_waits_is_settled_by_leaving_it_out(self, bureau, story):
        lines = {team.code: Line("complete") for team in story.teams}
        bureau.save(lines | {story.teams[0].code: Line(no_figure=True, basis="当季未开展")})
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        story.close()
        story.score()
        with pytest.raises(WrongState, match="leave it out"):
            story.approve()
        story.leave_out("T6", 0, at=SCORED)
        assert not rows(story)[0].is_needless, "the department's word stands"
        assert verify_result(story.score()) == []
        assert story.approve()


class TestCorrections:
    @pytest.fixture
    def figure(self, bureau, story):
        bureau.save()
        bureau.confirm()
        return Figure.objects.get(source__team=story.teams[0], source__indicator__code="T6")

    def ask(self, bureau, figure, **also):
        also = {"value": "partial", "reason": "漏附任务分工", "by": bureau.person, "at": LATER} | also
        return ask_correction(figure, **also)

    def answer(self, story, correction, **also):
        also = {"opens": True, "by": story.centre, "at": LATER} | also
        return answer_correction(correction, **also)

    def test_one_row_is_opened_again_and_confirmed_as_the_next_number(self, bureau, story, figure):
        self.answer(story, self.ask(bureau, figure))
        assert [row.is_open for row in rows(story)] == [True, False, False, False]
        left = [str(one.words) for one in waiting(story.round, to=RoundState.CHECKING, at=CHECKED)]
        assert [words for words in left if "T6" in words]
        after = LATER + timedelta(hours=1)
        bureau.save({story.teams[0].code: Line("partial")}, at=after)
        assert bureau.confirm(at=after).number == 2
        assert list(figure.source.figures.values_list("number", "value")) == [(1, "complete"), (2, "partial")]

    def test_a_request_keeps_the_round_from_moving_on_until_it_is_answered(self, bureau, story, figure):
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        correction = self.ask(bureau, figure)
        with pytest.raises(WrongState, match="not answered"):
            story.check()
        with pytest.raises(Invalid) as refused:
            self.answer(story, correction, opens=False)
        assert set(refused.value.fields) == {"answer"}
        self.answer(story, correction, opens=False, answer="表内已含分工")
        assert story.check()

    def test_it_is_asked_with_a_reason_once_and_by_the_department_alone(self, bureau, story, figure):
        with pytest.raises(Invalid) as refused:
            self.ask(bureau, figure, reason=" ", value="x")
        assert set(refused.value.fields) == {"reason", "value"}
        with pytest.raises(NotAllowed):
            self.ask(bureau, figure, by=story.centre)
        correction = self.ask(bureau, figure)
        with pytest.raises(Invalid) as twice:
            self.ask(bureau, figure)
        assert "already" in twice.value.words
        with pytest.raises(NotAllowed):
            self.answer(story, correction, by=bureau.person)
        self.answer(story, correction, opens=False, answer="不予更正")
        with pytest.raises(WrongState):
            self.answer(story, correction)
        assert self.ask(bureau, figure)  # with new reasons, it may be asked again

    def test_a_figure_that_changed_meanwhile_is_not_opened(self, bureau, story, figure):
        correction = self.ask(bureau, figure)
        story.enter("T6", {story.teams[0].code: Entry("none")}, at=LATER)
        with pytest.raises(WrongState):
            self.answer(story, correction)
        with pytest.raises(WrongState):
            self.ask(bureau, figure)


class TestOwnLeadDepartment:
    @pytest.fixture
    def led(self, bureau, story):
        """The bureau leads the first two teams and has confirmed T6."""
        for team in story.teams[:2]:
            TeamDepartment.objects.filter(team=team, part="lead").update(department=bureau.department)
        bureau.save()
        bureau.confirm()
        story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
        return story

    def test_its_figures_wait_for_one_countersignature_with_one_reason(self, led, bureau):
        assert [row.source.team for row in to_countersign(rows(led))] == led.teams[:2]
        with pytest.raises(WrongState, match="countersigned"):
            led.check()
        with pytest.raises(Invalid):
            countersign_figures(led.round, reason="", by=led.centre, at=LATER)
        with pytest.raises(NotAllowed):
            countersign_figures(led.round, reason="核对过原始表", by=bureau.person, at=LATER)
        with pytest.raises(Stale):
            countersign_figures(led.round, reason="核对过原始表", by=led.centre, at=LATER, seen="x")
        seen = shown_to_sign(to_countersign(rows(led)))
        assert len(countersign_figures(led.round, reason="核对过原始表", by=led.centre2, at=LATER, seen=seen)) == 2
        with pytest.raises(WrongState):
            countersign_figures(led.round, reason="再签", by=led.centre2, at=LATER)
        led.close()
        result = led.score()
        assert verify_result(result) == []
        assert led.centre2.pk in led.round.scorer_ids()
        with pytest.raises(NotAllowed):
            led.approve()

    def test_a_corrected_figure_is_signed_anew(self, led, bureau):
        countersign_figures(led.round, reason="核对过原始表", by=led.centre, at=LATER)
        figure = rows(led)[0].figure
        correction = ask_correction(figure, value="none", reason="误填", by=bureau.person, at=LATER)
        answer_correction(correction, opens=True, by=led.centre, at=LATER)
        after = LATER + timedelta(hours=1)
        bureau.save({led.teams[0].code: Line("none")}, at=after)
        bureau.confirm(at=after)
        assert [row.source.team for row in to_countersign(rows(led))] == led.teams[:1]

    def test_what_the_centre_enters_on_its_behalf_needs_none(self, led):
        led.enter("T6", {team.code: Entry("none") for team in led.teams[:2]}, at=LATER)
        assert to_countersign(rows(led)) == []
        assert not FigureCountersignature.objects.exists()


def test_a_line_is_compared_without_the_answer_to_what_was_asked(bureau, story):
    """Ticking alone changes nothing: the value that was asked stands already."""
    bureau.supplies("T7")
    line = Line("480", "24", sure_of="480")
    bureau.save({story.teams[0].code: line}, code="T7")
    assert not save_figures(
        story.round,
        story.indicator("T7"),
        {story.teams[0].code: replace(line, sure_of="")},
        document="垣统函〔2026〕18号",
        basis="三季度核定表",
        by=bureau.person,
        at=LATER,
    )


def test_two_requests_about_one_figure_cannot_stand(bureau, story):
    bureau.save()
    bureau.confirm()
    figure = Figure.objects.first()
    also = {"figure": figure, "reason": "误填", "asked_by": bureau.person, "asked_at": LATER}
    FigureCorrection.objects.create(**also)
    with pytest.raises(IntegrityError), transaction.atomic():
        FigureCorrection.objects.create(**also)
