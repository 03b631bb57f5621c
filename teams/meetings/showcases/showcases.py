"""Creating and editing showcases, who copies them, and what became of a learned practice (docs/rules.md#showcases)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import Township, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, revised, save_version, tell, verb
from teams.guards import open_team
from teams.models import SpecialTeam, Task
from teams.roster.recipients import people_of

from ..models import Showcase, ShowcaseCopy
from ..notices import ShowcaseNotice

REVIEW_DAYS = 60
"""Days from the start of a learned practice to its review."""

EDITABLE = ("title", "text", "source", "task", "started_on", "review_on")


@verb(says=_("created a showcase"))
def create_showcase(
    team: SpecialTeam,
    *,
    kind: str,
    title: str,
    year: int,
    by: User,
    at: datetime,
    text: str = "",
    source: str = "",
    task: Task | None = None,
    started_on: date | None = None,
) -> Showcase:
    """Create a showcase of a team. A learned practice says from where, since when, and is reviewed after 60 days.

    Raises:
        NotAllowed: `by` neither drafts for the team nor is of the special office.
        WrongState: the team is closed.
        Invalid: the team has it already, something is missing, or the task is another team's.
    """
    require("keep_showcase", by, team)
    team = open_team(team)
    showcase = Showcase(
        team=team,
        kind=kind,
        title=title.strip(),
        year=year,
        text=text.strip(),
        source=source.strip(),
        task=task,
        started_on=started_on,
        review_on=_review_on(kind, started_on),
    )
    if faults := _faults(showcase, at):
        raise Invalid(fields=faults)
    inserted(showcase)
    record("create_showcase", showcase, by=by, at=at, change={"team": team.name, "kind": kind, "year": year})
    return showcase


@verb(says=_("edited a showcase"), saves=True)
def edit_showcase(showcase: Showcase, *, by: User, at: datetime, seen: int | None = None, **fields: Any) -> Showcase:
    """Change the words of a showcase (`fields`, names of `EDITABLE`); its title only until a step is confirmed.

    Raises:
        NotAllowed: `by` neither drafts for its team nor is of the special office.
        WrongState: the title is to change after a step was confirmed.
        Stale: it has changed since version `seen`.
        Invalid: as for creating.
    """
    require("keep_showcase", by, showcase)
    showcase = locked(showcase, "team")
    if unknown := fields.keys() - set(EDITABLE):
        raise TypeError(f"No field of a showcase that can be edited: {sorted(unknown)}")
    if fields.get("title", showcase.title) != showcase.title and showcase.steps.confirmed().exists():
        raise WrongState(
            _("A step has been confirmed under this title, so it stays. The description can still be changed.")
        )
    started_on = fields.get("started_on", showcase.started_on)
    if started_on != showcase.started_on and fields.get("review_on", showcase.review_on) == showcase.review_on:
        fields["review_on"] = _review_on(showcase.kind, started_on)
    candidate = Showcase(team=showcase.team, kind=showcase.kind, year=showcase.year)
    for name in EDITABLE:
        setattr(candidate, name, fields.get(name, getattr(showcase, name)))
    if faults := _faults(candidate, at):
        raise Invalid(fields=faults)
    change = revised(showcase, fields, seen=seen)
    if change:
        record("edit_showcase", showcase, by=by, at=at, change=change)
    return showcase


@verb(says=_("judged a learned practice"))
def judge_practice(showcase: Showcase, *, verdict: str, by: User, at: datetime, seen: int | None = None) -> Showcase:
    """Say what became of a learned practice: used, changed, or laid aside; a later verdict replaces it.

    Raises:
        NotAllowed: `by` neither drafts for its team nor is of the special office.
        WrongState: it is no learned practice.
        Stale: it has changed since version `seen`.
        Invalid: there is no such verdict.
    """
    require("keep_showcase", by, showcase)
    showcase = locked(showcase, "team")
    if showcase.kind != Showcase.Kind.LEARNED:
        raise WrongState(_("Only a learned practice is judged. Other showcases climb by their steps."))
    if verdict not in Showcase.Verdict.values:
        raise Invalid(fields={"verdict": _("Say what became of it.")})
    change = save_version(showcase, {"verdict": verdict}, seen=seen)
    if change:
        record("judge_practice", showcase, by=by, at=at, change=change)
    return showcase


@verb(says=_("recorded a copy of a showcase"))
def copy_showcase(
    showcase: Showcase,
    *,
    by: User,
    at: datetime,
    team: SpecialTeam | None = None,
    township: Township | None = None,
    place: str = "",
    copied_on: date | None = None,
) -> ShowcaseCopy:
    """Record who has taken a showcase over: a team, a township, or a place elsewhere, each once.

    Raises:
        NotAllowed: `by` neither drafts for its team nor is of the special office.
        WrongState: it is a learned practice, itself a copy.
        Invalid: none or several are named, one has it already or is its own team, or the day is in the future.
    """
    require("keep_showcase", by, showcase)
    showcase = locked(showcase, "team")
    if showcase.kind == Showcase.Kind.LEARNED:
        raise WrongState(_("A learned practice is a copy itself. Write it up as a model experience first."))
    on, place = copied_on or day_of(at), place.strip()
    if faults := _copy_faults(showcase, team, township, place, on, today=day_of(at)):
        raise Invalid(fields=faults)
    copy = inserted(
        ShowcaseCopy(showcase=showcase, team=team, township=township, place=place, copied_on=on, by=by, at=at)
    )
    name = team.short_name if team else str(township or place)
    record("copy_showcase", showcase, by=by, at=at, change={"copied_by": name, "copied_on": on})
    tell(
        people_of(showcase.team).exclude(pk=by.pk),
        ShowcaseNotice.COPIED,
        key=f"showcase-{showcase.pk}-copy-{copy.pk}",
        url=showcase.get_absolute_url(),
        at=at,
        facts={"who": name, "showcase": showcase.title},
    )
    return copy


def _review_on(kind: str, started_on: date | None) -> date | None:
    if kind != Showcase.Kind.LEARNED or started_on is None:
        return None
    return started_on + timedelta(days=REVIEW_DAYS)


def _faults(showcase: Showcase, at: datetime) -> dict[str, Text]:
    """What no constraint says clearly about a new or edited showcase."""
    faults: dict[str, Text] = {}
    if showcase.task is not None and showcase.task.team_id != showcase.team.pk:
        faults["task"] = _("This task belongs to another team. Choose one of the team's own tasks.")
    if showcase.started_on is not None and showcase.started_on > day_of(at):
        faults["started_on"] = _("This day is in the future. Enter the day on which it began.")
    if showcase.kind != Showcase.Kind.LEARNED:
        if showcase.source:
            faults["source"] = _("Only a learned practice comes from elsewhere. Leave this empty.")
        return faults
    if not showcase.source:
        faults["source"] = _("Say from whom the practice was learned.")
    if showcase.started_on is None:
        faults["started_on"] = _("Enter the day from which the practice is tried; it is reviewed 60 days later.")
    elif showcase.review_on is not None and showcase.review_on < showcase.started_on:
        faults["review_on"] = _("The review cannot be before the start.")
    return faults


def _copy_faults(
    showcase: Showcase, team: SpecialTeam | None, township: Township | None, place: str, on: date, *, today: date
) -> dict[str, Text]:
    if sum(each not in (None, "") for each in (team, township, place)) != 1:
        return {"place": _("Name a team, a township or a place elsewhere: exactly one of them.")}
    if on > today:
        return {"copied_on": _("This day is in the future. Enter the day since which it is used there.")}
    if team is not None and (team.pk == showcase.team_id or team.action_id != showcase.team.action_id):
        return {"team": _("Choose another team of the same special action.")}
    same = Q(team=team, township=township, place=place)
    if showcase.copies.filter(same).exists():
        return {"place": _("This has been recorded already.")}
    return {}
