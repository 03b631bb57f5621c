"""The decision letter (复核意见书) of a decided appeal: the same for every reader, in Chinese."""

from django.utils.translation import override

from governance.clock import at_time, day_of
from teams.meetings.papers.making import MadePaper
from teams.meetings.papers.wording import CHINESE

from ..models import Appeal, AppealDecision
from ..results.changes import TeamChange, result_changes
from ..results.papers import ChangedTeam, DecisionLetter, decision_letter
from ..results.public_notice import notice_of
from ..results.score_table import points_words
from ..states import AppealMatter, AppealState
from ..words.plans import title_of
from .decisions import result_before


def letter_of(appeal: Appeal) -> MadePaper:
    """The letter of a decided appeal. Raises AppealDecision.DoesNotExist where it is not decided."""
    with override(CHINESE):
        return decision_letter(_letter(appeal, appeal.decision))


def letter_number(decision: AppealDecision) -> int:
    """The place of a decision among those of its calendar year, from 1. One query."""
    first = at_time(day_of(decision.at).replace(month=1, day=1), 0)
    return AppealDecision.objects.filter(at__gte=first, pk__lte=decision.pk).count()


def _letter(appeal: Appeal, decision: AppealDecision) -> DecisionLetter:
    decision.round = round = appeal.round
    changes: list[TeamChange] = []
    if decision.outcome == AppealState.ALLOWED and decision.leads_to_id is None:
        decision.result.round = round
        changes = result_changes(result_before(decision), decision.result, detailed={appeal.team.code})
    return DecisionLetter(
        number=letter_number(decision),
        team=appeal.team.name,
        round=round.title,
        matter=_matter(appeal),
        filed_on=day_of(appeal.filed_at),
        asked=f"{appeal.wrong}。{appeal.reason}".replace("。。", "。"),
        found=decision.reasons,
        basis=f"《{title_of(round.plan.rules)}》{round.plan.rules.basis}",
        opinion=_opinion(appeal, decision, changes),
        decided_at=decision.at,
        changes=[
            ChangedTeam(
                one.name,
                points_words(one.total_before),
                points_words(one.total_after),
                str(one.rank_before or ""),
                str(one.rank_after or ""),
                one.grade_before,
                one.grade_after,
            )
            for one in changes
        ],
        until=notice_of(appeal, known=decision.at).end_by(decision.at) if decision.changes_places else None,
    )


def _matter(appeal: Appeal) -> str:
    """The fact by code and title, behind the grade where that was appealed."""
    rules = appeal.round.plan.rules
    [fact] = (one for one in (*rules.indicators, *rules.vetoes) if one.code == appeal.fact)
    named = f"{fact.code}{title_of(fact)}" if appeal.indicator else title_of(fact)
    return f"等次（{named}）" if appeal.matter == AppealMatter.GRADE else named


def _opinion(appeal: Appeal, decision: AppealDecision, changes: list[TeamChange]) -> str:
    """Whether it was allowed, and what its indicator gives from now on."""
    if decision.outcome != AppealState.ALLOWED:
        return f"申诉不成立，维持“{_matter(appeal)}”的原认定。"
    if decision.leads_to_id is not None:
        return f"申诉成立。“{_matter(appeal)}”按更正程序更正，该周期考核结果更正后重新核算年度考核结果。"
    points = (point for one in changes if one.code == appeal.team.code for point in one.points)
    own = next((point for point in points if point.code == appeal.fact), None)
    if own is None:
        return "申诉成立，有关认定已经更正，考核结果据此重新核算。"
    before, after = points_words(own.before), points_words(own.after)
    return f"申诉成立。“{_matter(appeal)}”由{before}分调整为{after}分，考核结果据此重新核算。"
