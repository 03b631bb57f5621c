"""A head or deputy appeals against their team's result in public notice (docs/rules.md#appeals)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.lists.text import Text, long_date
from governance.people.models import User
from governance.people.permissions import require
from governance.people.roles import Role
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, tell, verb
from teams.evidence.attachments import change_of, keep_evidence
from teams.models import SpecialTeam

from ..engine.canonical import Data
from ..models import Appeal, AppealEvidence, AssessmentRound, Indicator, Result, ResultCorrection, YearResult
from ..notices import AssessmentNotice
from ..results.changes import matter_of_result
from ..results.public_notice import CorrectionNotice, PublicNotice, year_notice_of
from ..states import AppealMatter, AppealState
from ..words.plans import title_of


@verb(says=_("filed an appeal"))
def file_appeal(
    round: AssessmentRound,
    team: SpecialTeam,
    *,
    matter: str,
    fact: str,
    wrong: str,
    reason: str,
    wanted: str,
    by: User,
    at: datetime,
    files: Sequence[CheckedFile] = (),
    seen: int | None = None,
    correction: ResultCorrection | None = None,
    year: YearResult | None = None,
) -> Appeal:
    """Appeal against one indicator, a veto or the grade of a team, and tell the centre.

    `fact`: the code of the indicator or veto that is wrong; an appeal against the grade names one too, since marks and
    quotas are not discussed. `wanted`: which value would be right. `seen`: the number of the result that the page
    showed. `correction`: the corrected result in whose public notice it is filed; it concerns only what changed.
    `year`: the result of a year in whose public notice it is filed, about a fact of the round.

    Raises:
        NotAllowed: `by` is not head or deputy of the team.
        WrongState: nothing is in public notice, the notice is over, or the round was scored again since.
        Invalid: something is missing, the team has no such fact, or the matter is not appealed: an appeal about it is
            undecided, or was decided and it has not changed since; in an extension, or by the correction, it has not
            changed.
    """
    round = locked(round, "plan", "action")
    require("file_appeal", by, team)
    notice = PublicNotice(round)
    if correction is not None:
        correction = locked(correction, "corrects", "result")
        correction.round = round
        notice = CorrectionNotice(correction)
    if year is not None:
        locked(round.action)  # under which the year takes its steps
        of_year = year_notice_of(round)
        if of_year is None or of_year.year.pk != year.pk:
            raise WrongState(_("The year has been computed again. Look at the new result first."))
        notice = of_year
    if why_not := filing_closed(notice, at=at):
        raise WrongState(why_not)
    subjects = Subjects(notice, team, at=at)
    if seen is not None and seen != subjects.result.number:
        raise WrongState(_("“%(round)s” has been scored again. Look at the new result first.") % {"round": round})
    said = {"wrong": wrong.strip(), "reason": reason.strip(), "wanted": wanted.strip()}
    faults: dict[str, Text] = {name: _("This field is required.") for name, text in said.items() if not text}
    codes = {one.code: one for one in subjects.facts}
    if matter not in AppealMatter.values:
        faults["matter"] = _("Choose what the appeal concerns.")
    elif fact not in codes or (matter != AppealMatter.GRADE and codes[fact].matter != matter):
        faults["fact"] = _("Choose one of the facts of your team.")
    elif why_not := subjects.why_not(matter, fact):
        faults["fact" if matter != AppealMatter.GRADE else "matter"] = why_not
    if faults:
        raise Invalid(fields=faults)
    indicator = codes[fact].indicator
    appeal = Appeal(
        round=round,
        result_correction=correction,
        year_result=year,
        team=team,
        matter=matter,
        indicator=indicator,
        veto="" if indicator else fact,
        result=subjects.result,
        filed_by=by,
        filed_at=at,
        **said,
    )
    inserted(appeal)
    proofs = keep_evidence(AppealEvidence, appeal, files, by=by, at=at)
    change = {"round": round.pk, "team": team.code, "matter": matter, "fact": fact, "result": subjects.result.number}
    change |= {"correction": correction.number} if correction else {}
    change |= {"year": str(year)} if year else {}
    record("file_appeal", appeal, by=by, at=at, change=change | (change_of(proofs) if proofs else {}))
    tell(
        User.objects.with_role(Role.ASSESSMENT_CENTRE),
        AssessmentNotice.APPEAL_FILED,
        key=f"appeal-{appeal.pk}",
        url=appeal.get_absolute_url(),
        at=at,
        facts={"round": round.title, "team": team.short_name, "fact": fact},
    )
    return appeal


def filing_closed(notice: PublicNotice, *, at: datetime) -> Text:
    """Why nothing can be appealed now; "" where it can."""
    if not notice.is_on:
        return _("An appeal can be filed only during the public notice.")
    end = notice.end
    if end is not None and at > end:
        return _(
            "The public notice ended on %(moment)s, so no appeal can be filed any more. If a fact is wrong, tell the "
            "assessment centre."
        ) % {"moment": long_date(end)}
    return ""


@dataclass(frozen=True)
class Subject:
    """An indicator or a veto of a team that can be said to be wrong; `points` as in the result, "" for a veto."""

    matter: AppealMatter
    code: str
    title: str
    indicator: Indicator | None
    points: str = ""


class Subjects:
    """What a team can appeal against in the result that is in notice. Queries: constant in indicators."""

    def __init__(self, notice: PublicNotice, team: SpecialTeam, *, at: datetime) -> None:
        self.notice = notice
        self.round = notice.round
        self.team = team
        self.at = at
        found = notice.result
        if found is None:
            raise WrongState(_("The round is not scored yet."))
        self.result: Result = found
        self.body: Data = json.loads(found.body)

    @cached_property
    def facts(self) -> list[Subject]:
        """The indicators by which the team was scored, in plan order, and the vetoes that stand against it."""
        return list(self._facts())

    def _facts(self) -> Iterator[Subject]:
        code, rules = self.team.code, self.round.plan.rules
        own = next((one for one in self.body["outcome"]["teams"] if one["team"] == code), None)
        if own is None:
            return
        rows = {row.code: row for row in self.round.plan.indicators.all()}
        for planned in rules.indicators:
            if planned.code in own["explanations"]:
                points = own["points"].get(planned.code) or ""
                yield Subject(AppealMatter.INDICATOR, planned.code, title_of(planned), rows[planned.code], points)
        for veto in rules.vetoes:
            if code in self.body["facts"]["vetoes"].get(veto.code, {}):
                yield Subject(AppealMatter.VETO, veto.code, title_of(veto), None)

    @cached_property
    def earlier(self) -> list[Appeal]:
        """The appeals of the team in the round, with their decisions."""
        appeals = Appeal.objects.filter(round=self.round, team=self.team)
        return list(appeals.select_related("indicator", "decision__result").order_by("filed_at", "pk"))

    @cached_property
    def first_in_notice(self) -> Result | None:
        """The result that was put in notice, once only what changed since is appealed: in an extension."""
        end = self.notice.first_end
        return None if end is None or self.at <= end else self.notice.results[0]

    def why_not(self, matter: str, fact: str) -> Text:
        """Why this matter is not appealed; "" where it is."""
        if self.notice.year is not None and matter == AppealMatter.GRADE:
            return _("In the notice of a year, name the fact of a round that is wrong instead of the grade.")
        same = [one for one in self.earlier if one.matter == matter and matter_key(one) == (matter, _key(matter, fact))]
        if any(one.state == AppealState.OPEN for one in same):
            return _("An appeal about this matter is not decided yet.")
        if same and not self._has_changed(same[-1].decision.result, matter, fact):
            return _("This matter was decided (decision No. %(number)d), so it is not appealed again.") % {
                "number": same[-1].decision.number
            }
        compared = self.notice.compared
        if compared is not None and not self._has_changed(compared, matter, fact):
            return self.notice.unchanged
        first = self.first_in_notice
        if first is not None and not self._has_changed(first, matter, fact):
            return _("The notice was extended: only what an appeal has changed can be appealed now.")
        return ""

    def _has_changed(self, since: Result, matter: str, fact: str) -> bool:
        """Whether the matter is another one now than in an earlier result."""
        if since.pk == self.result.pk:
            return False
        before, after = json.loads(since.body), self.body
        return matter_of_result(before, self.team.code, matter, fact) != matter_of_result(
            after, self.team.code, matter, fact
        )


def matter_key(appeal: Appeal) -> tuple[str, str]:
    """What an appeal is about: its matter, and the fact unless it is the grade."""
    return appeal.matter, _key(appeal.matter, appeal.fact)


def _key(matter: str, fact: str) -> str:
    return "" if matter == AppealMatter.GRADE else fact
