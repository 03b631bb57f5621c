"""The history of a task in sentences: who did what and why, requests and reports, and changes of the lamp over time.

It is composed from the versions, which everybody may read, and for people who may read the team's reports also from
requests, reports and evidence (docs/rules.md#visibility).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.clock import day_of
from governance.lists.text import long_date, names_text
from governance.people.models import User

from ..evidence.gallery import Exhibit, evidence_of_task
from ..models import CloseOut, Extension, SubmittedEntry, Task, TaskVersion
from ..rules.lamps import Lamp, LampReason, reason_on
from ..words import REASON_WORDS
from .history_sentences import VersionStep, progress, sentence_of


class Kind(TextChoices):
    """What a sentence is about."""

    TASK = "task", gettext_lazy("The task itself")
    REQUESTS = "requests", gettext_lazy("Extensions and close-outs")
    PROGRESS = "progress", gettext_lazy("Progress and reports")
    MILESTONES = "milestones", gettext_lazy("Milestones and townships")
    EVIDENCE = "evidence", gettext_lazy("Evidence")
    LAMP = "lamp", gettext_lazy("Lamp changes")


KINDS: Mapping[str, Kind] = {
    "decide_extension": Kind.REQUESTS,
    "ask_close_out": Kind.REQUESTS,
    "decide_close_out": Kind.REQUESTS,
    "accept_report": Kind.PROGRESS,
    "undo_acceptance": Kind.PROGRESS,
    "add_milestones": Kind.MILESTONES,
    "complete_milestone": Kind.MILESTONES,
    "replace_milestone": Kind.MILESTONES,
    "share_out": Kind.MILESTONES,
    "count_shares": Kind.MILESTONES,
    "set_lamp_rule": Kind.LAMP,
    "keep_calendar": Kind.LAMP,
}
"""The kind of a version by its cause; any other is about the task itself."""

CONFIDED = frozenset({"decide_extension", "decide_close_out", "accept_report", "undo_acceptance"})
"""Causes whose reasons only members of the team, the office and leaders may read (docs/rules.md#visibility)."""


@dataclass(frozen=True)
class Told:
    """One sentence of the history.

    Attributes:
        at: the moment; a change of the lamp over time has a day and no moment.
        quoted: what somebody wrote, word for word.
        link: the full text, as an address and the text of the link.
        why: the lamp from then on, where it changed.
    """

    on: date
    kind: Kind
    sentence: str
    at: datetime | None = None
    quoted: str = ""
    link: tuple[str, str] | None = None
    why: LampReason | None = None

    @property
    def word(self) -> str:
        """The lamp with its reason."""
        return str(REASON_WORDS[self.why]) if self.why else ""


_PEOPLE = ("asked_by", "decided_by")
_OF_REPORT = ("submission__report__team", "submission__report__period")


@dataclass(frozen=True)
class Papers:
    """What the team's readers know besides the versions; empty for anybody else."""

    extensions: Sequence[Extension] = ()
    close_outs: Sequence[CloseOut] = ()
    entries: Sequence[SubmittedEntry] = ()
    """The rows of accepted reports, with their decisions."""
    evidence: Sequence[Exhibit] = ()
    confided: bool = False

    @classmethod
    def of(cls, task: Task, user: User) -> "Papers":
        """What `user`, who may read the team's reports, may know of the task."""
        entries = SubmittedEntry.objects.visible_to(user).accepted().filter(task=task)
        return cls(
            extensions=list(Extension.objects.visible_to(user).filter(task=task).select_related(*_PEOPLE)),
            close_outs=list(CloseOut.objects.visible_to(user).filter(task=task).select_related(*_PEOPLE)),
            entries=list(entries.exclude(text="").select_related(*_OF_REPORT)),
            evidence=evidence_of_task(task, user),
            confided=True,
        )

    def entry_of(self, version: TaskVersion) -> SubmittedEntry | None:
        """The report row whose acceptance made `version`."""
        return next((each for each in self.entries if each.decided_at == version.at), None)

    def close_out_of(self, version: TaskVersion) -> CloseOut | None:
        """The close-out whose request made `version`."""
        return next((each for each in self.close_outs if each.asked_at == version.at), None)

    def extension_of(self, version: TaskVersion) -> Extension | None:
        """The extension whose granting made `version`."""
        return next((each for each in self.extensions if each.decided_at == version.at), None)


def story(versions: Sequence[TaskVersion], *, until: date, papers: Papers) -> list[Told]:
    """The task's history from its beginning to `until`, in chronological order.

    Args:
        versions: in order of number, joined with team, stage, lead department and person.
        papers: what the reader may know besides them.
    """
    told = [*_told_versions(versions, until, papers), *_told_papers(versions, papers)]
    return sorted(told, key=lambda each: (each.on, each.at.timestamp() if each.at else 0))


def by_day(told: Sequence[Told]) -> list[tuple[date, list[Told]]]:
    """The history by day, last day first; within a day in chronological order."""
    days = [(day, list(group)) for day, group in groupby(told, key=lambda each: each.on)]
    return days[::-1]


def why_on(version: TaskVersion, day: date) -> LampReason:
    """The reason for the lamp of a version on `day`."""
    has_plan_line = version.due_on is not None or version.milestones != "[]"
    return reason_on(version.state, version.lamp_dates, day, due=version.due_on, has_plan_line=has_plan_line)


# Versions ------------------------------------------------------------------------------------------------------------
def _told_versions(versions: Sequence[TaskVersion], until: date, papers: Papers) -> Iterator[Told]:
    """A sentence for each version, and the days on which the lamp changed before the next one."""
    former: TaskVersion | None = None
    joint = ""
    for place, version in enumerate(versions):
        yield _told(VersionStep(former, version, joint), papers)
        following = versions[place + 1] if place + 1 < len(versions) else None
        yield from _turns(version, day_of(following.at) - timedelta(days=1) if following else until)
        former, joint = version, version.joint or joint


def _told(step: VersionStep, papers: Papers) -> Told:
    version = step.version
    day = day_of(version.at)
    before = why_on(step.former, day) if step.former else None
    why = why_on(version, day)
    sentence, quoted, link = _in_words(step, papers)
    return Told(
        on=day,
        at=version.at,
        kind=KINDS.get(version.cause, Kind.TASK),
        sentence=sentence,
        quoted=quoted,
        link=link,
        why=why if why != before else None,
    )


def _in_words(step: VersionStep, papers: Papers) -> tuple[str, str, tuple[str, str] | None]:
    """The sentence, what is quoted with it, and its link."""
    version = step.version
    sentence = sentence_of(step)
    entry = papers.entry_of(version) if version.cause == "accept_report" else None
    if entry is not None:
        report = entry.submission.report
        words = {"who": step.who, "period": report.period, "progress": progress(step)}
        said = _("%(who)s accepted the report for %(period)s: %(progress)s.") % words
        return said, entry.text, (report.get_absolute_url(), _("see the report"))
    close_out = papers.close_out_of(version) if version.cause == "ask_close_out" else None
    if close_out is not None:
        return sentence, close_out.statement, None
    extension = papers.extension_of(version) if version.cause == "decide_extension" else None
    if extension is not None:
        words = {
            "who": step.who,
            "asker": extension.asked_by,
            "day": long_date(day_of(extension.asked_at)),
            "due": long_date(extension.new_due_on),
        }
        said = _("%(who)s granted the extension to %(due)s requested by %(asker)s on %(day)s.") % words
        return said, extension.answer, None
    return sentence, version.reason if papers.confided or version.cause not in CONFIDED else "", None


def _turns(version: TaskVersion, last: date) -> Iterator[Told]:
    """The days after the version's own, up to `last`, on which its lamp changed because time had passed."""
    if not version.is_open:
        return
    first = day_of(version.at)
    lamp: Lamp = version.lamp_on(first)
    days = {day for day in (version.blue_from, version.yellow_from, version.red_from) if day and first < day <= last}
    for day in sorted(days):
        if version.lamp_on(day) != lamp:
            lamp = version.lamp_on(day)
            said = _("The lamp changed with time.")
            yield Told(on=day, kind=Kind.LAMP, sentence=said, why=why_on(version, day))


# The team's papers ---------------------------------------------------------------------------------------------------
def _told_papers(versions: Sequence[TaskVersion], papers: Papers) -> Iterator[Told]:
    """Requests, refusals, reports and evidence that made no version."""
    moments = {version.at for version in versions}
    for extension in papers.extensions:
        yield from _told_extension(extension)
    for entry in papers.entries:
        if entry.decided_at not in moments:
            yield _told_entry(entry)
    yield from _told_evidence(papers.evidence)


def _told_extension(extension: Extension) -> Iterator[Told]:
    words = {
        "who": extension.asked_by,
        "was": long_date(extension.old_due_on),
        "due": long_date(extension.new_due_on),
    }
    yield Told(
        on=day_of(extension.asked_at),
        at=extension.asked_at,
        kind=Kind.REQUESTS,
        sentence=_("%(who)s requested an extension from %(was)s to %(due)s.") % words,
        quoted=extension.reason,
    )
    if extension.granted is False and extension.decided_at is not None:
        yield Told(
            on=day_of(extension.decided_at),
            at=extension.decided_at,
            kind=Kind.REQUESTS,
            sentence=_("%(who)s refused the extension to %(due)s.") % {**words, "who": extension.decided_by},
            quoted=extension.answer,
        )


def _told_entry(entry: SubmittedEntry) -> Told:
    report = entry.submission.report
    return Told(
        on=day_of(entry.decided_at),
        at=entry.decided_at,
        kind=Kind.PROGRESS,
        sentence=_("The report for %(period)s was accepted. Progress did not change; it said:")
        % {"period": report.period},
        quoted=entry.text,
        link=(report.get_absolute_url(), _("see the report")),
    )


def _told_evidence(evidence: Sequence[Exhibit]) -> Iterator[Told]:
    """One sentence for all that one person attached at one moment."""
    arrived = sorted(evidence, key=lambda each: (each.file.at, each.file.by_id or 0))
    for (at, _who), group in groupby(arrived, key=lambda each: (each.file.at, each.file.by_id)):
        shown = list(group)
        words = {"who": shown[0].file.by, "count": len(shown), "names": names_text(each.title for each in shown)}
        yield Told(
            on=day_of(at),
            at=at,
            kind=Kind.EVIDENCE,
            sentence=ngettext(
                "%(who)s attached %(count)d piece of evidence: %(names)s.",
                "%(who)s attached %(count)d pieces of evidence: %(names)s.",
                len(shown),
            )
            % words,
            link=(shown[0].url, _("view")),
        )
