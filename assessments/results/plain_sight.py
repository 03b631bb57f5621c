"""Plain-sight checks: what the approver looks at before a result is approved (docs/rules.md#plain-sight-checks).

Each check is a few queries at any number of rows. Nothing is blocked by what they find.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeGuard

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext

from governance.clock import at_time, day_of
from governance.lists.text import clauses_text, count_text, day_text, names_text, percent_text
from governance.people.models import User
from teams.models import CloseOutEvidence, EntryEvidence, SubmittedEvidence, Task, TaskEvidence, TaskVersion
from teams.states import TaskState

from ..engine import Facts, Plan
from ..engine.arithmetic import Number
from ..engine.document import restore
from ..engine.facts import Value
from ..engine.matching import mismatch
from ..engine.plan import Indicator
from ..engine.result import facts_from_data
from ..engine.validation import plan_of
from ..models import AssessmentRound, ClaimEvidence, Result, RoundTeam, SignedMark
from ..rounds.facts_of_round import standing_facts
from ..states import LIVE_CLAIM_STATES, PlainSightCheck, RoundState
from ..words.methods import number_words
from ..words.plans import title_of

JUMP = 30
"""Points of percent from which on progress has jumped."""
JUMP_WITHIN = timedelta(days=2)
"""How long before the cut-off a jump is looked for."""
MARKS_AT_LEAST = 3
"""Marks of a judge on an indicator from which on it is named that they are all the same."""
ON_TARGET_AT_LEAST = 3
"""Teams whose figure equals its target from which on they are named."""
TIMES = 3
"""Times the value of the last round above which a value is named."""

Key = tuple[str | int, ...]
"""What tells a row of a check apart, with the values that make it conspicuous: another value is another row."""


@dataclass(frozen=True)
class Row:
    """Something conspicuous, as a sentence, with the page where more can be seen."""

    key: Key
    words: str
    url: str = ""


@dataclass(frozen=True)
class Use:
    """One place where a file stands: of a claim or of a task, for a team."""

    place: str
    team: str
    words: str
    url: str
    name: str = ""
    """The file's name, where the centre may open it: of a claim."""

    @property
    def is_of_claim(self) -> bool:
        return self.place.startswith("claim")


class PlainSight:
    """The rows of each check for `user`, of the centre, at a moment."""

    def __init__(self, round: AssessmentRound, user: User, *, at: datetime) -> None:
        self.round, self.user, self.at = round, user, at

    def rows(self, kind: PlainSightCheck) -> list[Row]:
        """The rows of a check, in a fixed order."""
        find: Callable[[PlainSight], Iterable[Row]] = _CHECKS[kind]
        return list(find(self))

    @cached_property
    def facts(self) -> Facts:
        """The facts of the round as they stand."""
        return self._gathered[0]

    @cached_property
    def _gathered(self) -> tuple[Facts, list[RoundTeam]]:
        return standing_facts(self.round, at=self.at)

    @cached_property
    def names(self) -> dict[str, str]:
        """Team code -> short name."""
        return {seat.team.code: seat.team.short_name for seat in self._gathered[1]}

    @property
    def teams(self) -> QuerySet[Any, Any]:
        """The keys of the teams that take part."""
        return self.round.teams.active().order_by().values("team")

    # Files ---------------------------------------------------------------------------------------------------------
    def same_files(self) -> Iterator[Row]:
        """Files of this round that stand under two claims, or with claims, close-outs and reports of two teams."""
        uses: dict[str, dict[str, Use]] = defaultdict(dict)
        for digest, use in self._uses():
            uses[digest].setdefault(use.place, use)
        for digest, by_place in sorted(uses.items()):
            found = sorted(by_place.values(), key=lambda use: use.place)
            of_claims = [use for use in found if use.is_of_claim]
            if len(of_claims) < 2 and len({use.team for use in found}) < 2:
                continue
            name = next((use.name for use in found if use.name), "") or gettext("a picture or file")
            words = gettext("%(file)s stands in several places: %(places)s.")
            places = clauses_text(use.words for use in found)
            url = (of_claims or found)[0].url
            yield Row((digest[:16], *(use.place for use in found)), words % {"file": name, "places": places}, url)

    def _uses(self) -> Iterator[tuple[str, Use]]:
        """Every place of a file that came in with this round, by the file's SHA-256. Four queries."""
        begins, action = at_time(self.round.starts_on, 0), self.round.action_id
        claims = ClaimEvidence.objects.in_force().filter(owner__state__in=LIVE_CLAIM_STATES)
        asked = CloseOutEvidence.objects.in_force()
        of_claims = claims.filter(owner__round=self.round)
        of_close_outs = asked.filter(
            owner__task__team__in=self.teams, owner__asked_at__gte=begins, owner__asked_at__lt=self.round.cut_off_at
        )
        of_reports = SubmittedEvidence.objects.filter(
            entry__submission__report__team__in=self.teams, at__gte=begins, at__lt=self.round.cut_off_at
        )
        fresh = Q()
        for pieces in (of_claims, of_close_outs, of_reports):
            fresh |= Q(file__sha256__in=pieces.order_by().values("file__sha256"))
        of_claim = claims.filter(fresh, owner__team__action=action).order_by("pk")
        wanted = ("file__sha256", "owner", "owner__team__short_name", "owner__matter", "file__name")
        for digest, pk, team, matter, name in of_claim.values_list(*wanted):
            words = gettext("claim “%(matter)s” of %(team)s") % {"matter": matter, "team": team}
            yield digest, Use(f"claim-{pk}", team, words, reverse("claim", args=[pk]), name)
        of_tasks: tuple[tuple[QuerySet, str, str], ...] = (
            (TaskEvidence.objects.in_force(), "owner", "owner__team"),
            (asked, "owner__task", "owner__task__team"),
            (SubmittedEvidence.objects.all(), "entry__task", "entry__submission__report__team"),
        )
        for rows, task, team in of_tasks:
            found = rows.filter(fresh, **{f"{team}__action": action}).order_by().distinct()
            of_task = (f"{task}__{name}" for name in ("pk", "year", "number", "title"))
            for digest, named, *told in found.values_list("file__sha256", f"{team}__short_name", *of_task):
                yield digest, _use_of_task(named, *told)

    def no_evidence(self) -> Iterator[Row]:
        """Tasks closed out on a day of the round, up to the cut-off, of which nothing is proved by any file."""
        pieces: tuple[tuple[QuerySet, str], ...] = (
            (TaskEvidence.objects.in_force(), "owner"),
            (CloseOutEvidence.objects.in_force(), "owner__task"),
            (EntryEvidence.objects.in_force(), "owner__task"),
            (SubmittedEvidence.objects.all(), "entry__task"),
        )
        closed = self._known(self.round.cut_off_at).filter(
            state=TaskState.CLOSED_OUT,
            closed_on__gte=self.round.starts_on,
            closed_on__lte=day_of(self.round.cut_off_at),
        )
        for rows, path in pieces:
            closed = closed.exclude(Exists(rows.filter(**{path: OuterRef("task")})))
        for version in closed:
            words = gettext("%(team)s: task %(task)s, closed out on %(day)s, has no evidence.")
            facts = {"team": version.team.short_name, "task": version.task, "day": day_text(version.closed_on)}
            yield Row((version.task_id,), words % facts, version.task.get_absolute_url())

    def jumps(self) -> Iterator[Row]:
        """Tasks whose progress rose by `JUMP` points or more within `JUMP_WITHIN` before the cut-off."""
        earlier = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=self.round.cut_off_at - JUMP_WITHIN)
        before = Subquery(earlier.order_by("-number").values("percent")[:1])
        known = self._known(self.round.cut_off_at).annotate(before=before)
        for version in known.filter(percent__gte=F("before") + JUMP):
            words = gettext("%(team)s: task %(task)s rose from %(before)s to %(after)s.")
            facts = {
                "team": version.team.short_name,
                "task": version.task,
                "before": percent_text(version.before),
                "after": percent_text(version.percent),
            }
            key = (version.task_id, str(version.before), str(version.percent))
            yield Row(key, words % facts, version.task.get_absolute_url())

    def _known(self, moment: datetime) -> QuerySet[TaskVersion]:
        """The tasks of the teams as recorded before a moment."""
        known = TaskVersion.objects.as_known_before(moment).filter(team__in=self.teams)
        return known.select_related("task", "team").order_by("team__order", "task__year", "task__number")

    # Marks and values ----------------------------------------------------------------------------------------------
    def same_marks(self) -> Iterator[Row]:
        """Seats that gave every team the same mark on an indicator; none before the centre may see marks."""
        given: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
        signed = SignedMark.objects.visible_to(self.user).filter(seat__round=self.round, team__in=self.teams)
        for mark in signed.latest_of_each():
            given[mark.indicator.code, mark.label].append(mark.mark)
        for (code, label), marks in given.items():
            if len(marks) >= MARKS_AT_LEAST and len(set(marks)) == 1:
                words = gettext("%(judge)s gave all %(count)d teams %(mark)s on %(indicator)s.")
                facts = {"judge": label, "count": len(marks), "mark": count_text(marks[0])}
                facts["indicator"] = self._titled(code)
                url = reverse("panel", args=[self.round.pk])
                yield Row((code, label, str(marks[0]), len(marks)), words % facts, url)

    def on_target(self) -> Iterator[Row]:
        """Indicators whose entered figure equals the target, the team's own or the rule's, for several teams."""
        for indicator in self._rules.indicators:
            values = self.facts.values.get(indicator.code)
            if indicator.source != "data" or values is None:
                continue
            own = self.facts.targets.get(indicator.code) or (None,) * len(values)
            fixed = getattr(indicator.rule.parameters, "target", None)
            teams = [
                team.code
                for team, value, target in zip(self.facts.teams, values, own, strict=True)
                if isinstance(value, Decimal) and value == (fixed if target is None else target)
            ]
            if len(teams) >= ON_TARGET_AT_LEAST:
                words = gettext("%(indicator)s equals its target to the last digit for %(teams)s.")
                facts = {
                    "indicator": self._titled(indicator.code),
                    "teams": names_text(self.names[team] for team in teams),
                }
                url = f"{reverse('round_figures', args=[self.round.pk])}?indicator={indicator.code}"
                yield Row((indicator.code, *teams), words % facts, url)

    def tripled(self) -> Iterator[Row]:
        """Values more than `TIMES` times those of the last round of the same plan and kind, read alike."""
        last = self._last_round()
        if last is None:
            return
        plan, facts = last
        earlier = {indicator.code: indicator for indicator in plan.indicators}
        places = {team.code: place for place, team in enumerate(facts.teams)}
        for indicator in self._rules.indicators:
            before = facts.values.get(indicator.code)
            if before is None or mismatch(earlier.get(indicator.code), indicator, facts) is not None:
                continue
            for team, value in zip(self.facts.teams, self.facts.values.get(indicator.code, ()), strict=False):
                was = before[places[team.code]] if team.code in places else None
                if _is_number(value) and _is_number(was) and 0 < TIMES * was < value:
                    yield self._tripled_row(indicator, team.code, value, was)

    def _tripled_row(self, indicator: Indicator, team: str, value: Number, was: Number) -> Row:
        words = gettext("%(team)s: %(indicator)s is %(value)s, %(before)s in the last round.")
        facts = {
            "team": self.names[team],
            "indicator": self._titled(indicator.code),
            "value": number_words(value),
            "before": number_words(was),
        }
        url = f"{reverse('fact_sheet', args=[self.round.pk, team])}#{indicator.code}"
        return Row((indicator.code, team, str(value), str(was)), words % facts, url)

    def _last_round(self) -> tuple[Plan, Facts] | None:
        """Plan and facts of the last result of the round before; None where there is none. One query."""
        results = Result.objects.visible_to(self.user).filter(
            round__action=self.round.action_id,
            round__plan__plan__code=self.round.plan.plan.code,
            round__kind=self.round.kind,
            round__starts_on__lt=self.round.starts_on,
        )
        results = results.exclude(round__state=RoundState.ABANDONED)
        body = results.order_by("-round__starts_on", "-number").values_list("body", flat=True).first()
        if body is None:
            return None
        document = json.loads(body)
        plan = plan_of(restore(document["plan"]))
        return plan, facts_from_data(document["facts"], plan)

    @property
    def _rules(self) -> Plan:
        return self.round.plan.rules

    def _titled(self, code: str) -> str:
        return f"{code} {title_of(self._rules.indicator(code))}"


def _use_of_task(team: str, pk: int, year: int, number: int, title: str) -> Use:
    task = Task(pk=pk, year=year, number=number, title=title)
    words = gettext("task %(task)s of %(team)s") % {"task": task, "team": team}
    return Use(f"task-{pk}-{team}", team, words, task.get_absolute_url())


def _is_number(value: Value | None) -> TypeGuard[Number]:
    return value is not None and not isinstance(value, str)


_CHECKS: dict[PlainSightCheck, Callable[[PlainSight], Iterable[Row]]] = {
    PlainSightCheck.SAME_FILE: PlainSight.same_files,
    PlainSightCheck.NO_EVIDENCE: PlainSight.no_evidence,
    PlainSightCheck.JUMP: PlainSight.jumps,
    PlainSightCheck.SAME_MARKS: PlainSight.same_marks,
    PlainSightCheck.ON_TARGET: PlainSight.on_target,
    PlainSightCheck.TRIPLED: PlainSight.tripled,
}
