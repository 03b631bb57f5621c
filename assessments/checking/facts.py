"""A team's frozen facts in a round, without any points: measures with their rows, figures, claims, vetoes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count

from governance.people.models import User
from governance.people.roles import Role
from teams.models import SpecialTeam
from teams.models.team import reads_papers_of, team_ids_of

from ..engine import Facts
from ..engine.canonical import Data
from ..engine.plan import Indicator as PlannedIndicator
from ..engine.plan import Plan
from ..measures import MEASURES
from ..measures.corrections import frozen, keys_of, sums
from ..models import AssessmentRound, ClaimStep, FactQuestion, Figure, Indicator, Result, RoundTeam
from ..rounds.facts_of_round import gather
from ..rounds.freezing import concerns
from ..states import CORRECTABLE, ENDED, SHOWN, QuestionState, RoundState, RowOutcome
from ..words.papers import Paper, name_in, papers_of, value_words
from ..words.plans import title_of
from ..words.rows import Behind, RowLine, behind, row_lines

SEEN_FROM = (
    *(RoundState.CHECKING, RoundState.SCORING, RoundState.APPROVED),
    *SHOWN,
)
"""The states of a round in which a team sees its facts."""

_SOURCES = ("measure", "data", "events")
"""The sources whose facts a team checks; what judges and voters say is no fact of the work."""


@dataclass(frozen=True)
class Fact:
    """One fact of a team, as text.

    Attributes:
        code, title: of the indicator, or of the veto that stands against the team.
        indicator: its row; None for a veto.
        value, target: what is frozen; "" where there is none.
        earlier: the value before it was corrected, "" where it was not.
        number: of the value, 0 where there is none; a correction gets the next one; of claims how many steps they took.
        behind: the measured value with its rows; `measured`: the same as stored.
        papers: what a figure, claim or veto rests on.
        left_out: the document by which the indicator is not scored for the team.
        questions: what the team asked about it, the last one first.
    """

    code: str
    title: str
    indicator: Indicator | None
    source: str
    value: str = ""
    target: str = ""
    earlier: str = ""
    number: int = 0
    behind: Behind | None = None
    measured: Data | None = None
    papers: tuple[Paper, ...] = ()
    left_out: str = ""
    questions: tuple[FactQuestion, ...] = ()

    @property
    def counted(self) -> int:
        """How many rows count."""
        return len(self.behind.hits) + len(self.behind.misses) if self.behind else 0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.counted + len(self.behind.left_out) if self.behind else 0

    @property
    def corrections(self) -> list[Data]:
        """The decisions by which rows of a measured value were corrected, as stored."""
        found = self.measured.get("decisions", []) if self.measured else []
        return [one for one in found if one["outcome"] != RowOutcome.DECLINED]

    @property
    def decisions(self) -> list[Data]:
        """Why rows of a measured value were corrected, or not corrected as in another round; each with who and when."""
        found = self.measured.get("decisions", []) if self.measured else []
        return [
            one
            | {
                "by": name_in(one["by"]),
                "at": datetime.fromisoformat(one["at"]),
                "elsewhere": one["offered"]["round"]["name"] if "offered" in one else "",
                "is_declined": one["outcome"] == RowOutcome.DECLINED,
            }
            for one in found
        ]

    @property
    def row_choices(self) -> list[tuple[str, RowLine]]:
        """The rows behind a measured value: what tells each apart, and its text."""
        if self.measured is None:
            return []
        rows = self.measured["rows"]
        return list(zip(keys_of(rows), row_lines(rows), strict=True))

    @property
    def open_question(self) -> FactQuestion | None:
        """The question that waits for an answer."""
        return next((one for one in self.questions if one.state == QuestionState.OPEN), None)


def sees_facts(user: User, round: AssessmentRound) -> bool:
    """Whether the round's facts are open to other people than the centre now; whose is asked by `seats_seen_by`."""
    return round.state in SEEN_FROM or user.has_role(Role.ASSESSMENT_CENTRE)


def read_at(round: AssessmentRound, *, at: datetime) -> datetime:
    """The moment of which the facts of a round are read: of a published one when the result that counts was scored.

    What is corrected since shows with the corrected result. One query once the round is published.
    """
    if round.state not in CORRECTABLE:
        return at
    scored = Result.objects.published().filter(round=round).values_list("at", flat=True).first()
    return scored or at


def own_seats(user: User) -> list[tuple[RoundTeam, bool]]:
    """The person's own teams in rounds that go on, each with whether its facts can be seen: two queries."""
    seats = RoundTeam.objects.active().filter(team__in=team_ids_of(user)).exclude(round__state__in=ENDED)
    found = seats.select_related("team", "round").order_by("-round__starts_on", "team__order")
    return [(seat, seat.round.state in SEEN_FROM) for seat in found]


def sheet_of(seat: RoundTeam, user: User, *, at: datetime) -> list[Fact]:
    """The facts of a team in a round, in the order of the plan. Queries: those of `gather` and five more."""
    round, team = seat.round, seat.team
    facts, _ = gather(round, before=at)
    rows = {row.code: row for row in round.plan.indicators.all()}
    asked: dict[str, list[FactQuestion]] = {}
    questions = FactQuestion.objects.filter(round=round, team=team).select_related(
        "indicator", "asked_by", "answered_by", "round", "team"
    )
    for question in questions.order_by("-pk"):
        asked.setdefault(question.fact, []).append(question)
    before, steps = _figures_before(round, team), _steps_of_claims(round, team, at)
    reads_papers = reads_papers_of(user, team.pk)
    return [
        replace(
            fact,
            number=steps.get(fact.code, 0) if fact.source in ("events", "veto") else fact.number,
            questions=tuple(asked.get(fact.code, ())),
        )
        for fact in _facts(round.plan.rules, round, facts, team, rows, before, asked, reads_papers=reads_papers)
    ]


def _facts(
    plan: Plan,
    round: AssessmentRound,
    facts: Facts,
    team: SpecialTeam,
    rows: Mapping[str, Indicator],
    before: Mapping[tuple[str, int], str],
    asked: Collection[str],
    *,
    reads_papers: bool,
) -> Iterator[Fact]:
    """The facts, and a veto asked about that was withdrawn since."""
    for planned in plan.indicators:
        if planned.source not in _SOURCES or not concerns(planned, round):
            continue
        source: Any = facts.provenance.get(planned.code, {}).get(team.code)
        decided: Any = facts.left_out.get(planned.code, {}).get(team.code, {})
        fact = Fact(
            planned.code,
            title_of(planned),
            rows[planned.code],
            planned.source,
            left_out=decided.get("document", ""),
        )
        if source is not None:
            fact = _with_source(fact, planned, facts, source, before, reads_papers=reads_papers, team=team)
        yield fact
    for veto in plan.vetoes:
        basis: Any = facts.vetoes.get(veto.code, {}).get(team.code)
        if basis is not None or veto.code in asked:
            papers = tuple(papers_of(basis or []))
            yield Fact(veto.code, title_of(veto), None, "veto", papers=papers)


def _with_source(
    fact: Fact,
    planned: PlannedIndicator,
    facts: Facts,
    source: Data | list[Data],
    before: Mapping[tuple[str, int], str],
    *,
    reads_papers: bool,
    team: SpecialTeam,
) -> Fact:
    if isinstance(source, list):
        return replace(fact, papers=tuple(papers_of(source)))
    if "measure" in source:
        found = behind(source, team_code=team.code, reads_papers=reads_papers)
        return replace(
            fact,
            value=found.value,
            number=source["number"],
            behind=found,
            measured=source,
            earlier=frozen_words(source, team.code),
        )
    place = [one.code for one in facts.teams].index(team.code)
    target = facts.targets[planned.code][place] if planned.code in facts.targets else None
    method = planned.rule.parameters.name
    asked = [text for (code, number), text in before.items() if code == planned.code and number < source["figure"]]
    return replace(
        fact,
        value=value_words(source["value"] or None, method),
        target=value_words(None if target is None else str(target)),
        number=source["figure"],
        papers=tuple(papers_of(source)),
        earlier=value_words(asked[-1] or None, method) if asked else "",
    )


def frozen_words(source: Data, team_code: str) -> str:
    """A measured value as it was frozen, before its rows were corrected; "" where none was."""
    if all(one["outcome"] == RowOutcome.DECLINED for one in source.get("decisions", ())):
        return ""
    measure, rows = MEASURES[source["measure"]], frozen(source["rows"])
    numerator, denominator = sums(measure, rows)
    was = source | {"rows": rows, "numerator": numerator, "denominator": denominator}
    return behind(was, team_code=team_code, reads_papers=False).value


def _steps_of_claims(round: AssessmentRound, team: SpecialTeam, at: datetime) -> dict[str, int]:
    """How many steps a team's claims in a round have taken by then, by the code of their indicator or veto."""
    steps = ClaimStep.objects.filter(claim__round=round, claim__team=team, at__lte=at).order_by()
    counted = steps.values_list("claim__indicator__code", "claim__veto").annotate(Count("pk"))
    return {code or veto: count for code, veto, count in counted}


def _figures_before(round: AssessmentRound, team: SpecialTeam) -> dict[tuple[str, int], str]:
    """The figures of a team that were corrected on a question, as they stood when it was asked."""
    corrected = FactQuestion.objects.filter(
        round=round, team=team, state=QuestionState.CORRECTED, indicator__source="data"
    )
    numbers = {(code, number) for code, number in corrected.values_list("indicator__code", "number")}
    figures: Iterable[tuple[str, int, str]] = Figure.objects.filter(source__round=round, source__team=team).values_list(
        "source__indicator__code", "number", "value"
    )
    return {(code, number): value for code, number, value in figures if (code, number) in numbers}
