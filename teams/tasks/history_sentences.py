"""The sentence for each change of a task, in the reader's language."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.lists.text import count_text, long_date, names_text, percent_text
from governance.records.values import shown
from governance.records.words import verb_word

from ..models import TaskVersion
from ..states import TaskState
from .changes import LAMP_COLUMNS, SHARED_FIELDS


@dataclass(frozen=True)
class VersionStep:
    """A version and the one before it, with the joint departments known at the time."""

    former: TaskVersion | None
    version: TaskVersion
    joint_before: str
    """Canonical JSON, as versions store it; "" where none is known."""

    @property
    def who(self) -> str:
        """Who made the change, or the system where no person is recorded."""
        return str(self.version.by) if self.version.by_id else _("The system")


def sentence_of(step: VersionStep) -> str:
    """The change as a sentence."""
    write = SENTENCES.get(step.version.cause)
    return write(step) if write else _changed(step, verb_word(step.version.cause))


def _assigned(step: VersionStep) -> str:
    version = step.version
    words = {"who": step.who, "team": version.team.name, "due": long_date(version.due_on)}
    if version.ongoing:
        return _("%(who)s assigned the task to %(team)s as an ongoing task.") % words
    return _("%(who)s assigned the task to %(team)s, due on %(due)s.") % words


def _imported(step: VersionStep) -> str:
    if step.former is not None:
        return _changed(step, _("updated it from a ledger"))
    words = {"who": step.who, "team": step.version.team.name}
    return _("%(who)s imported the task for %(team)s from a ledger.") % words


def _edited(step: VersionStep) -> str:
    return _changed(step, _("edited the task"))


def _changed(step: VersionStep, did: str) -> str:
    """Who did what, and each thing that differs."""
    words = {"who": step.who, "did": did, "changes": _(", ").join(differences(step))}
    if not words["changes"]:
        return _("%(who)s %(did)s.") % words
    return _("%(who)s %(did)s: %(changes)s.") % words


def _acknowledged(step: VersionStep) -> str:
    return _("%(who)s acknowledged the task for the team.") % {"who": step.who}


def _cancelled(step: VersionStep) -> str:
    return _("%(who)s cancelled the task.") % {"who": step.who}


def _suspended(step: VersionStep) -> str:
    return _("%(who)s suspended the task; time does not count.") % {"who": step.who}


def _resumed(step: VersionStep) -> str:
    words = {"who": step.who, "due": long_date(step.version.due_on)}
    if step.former is not None and step.former.due_on != step.version.due_on:
        return _("%(who)s resumed the task, now due on %(due)s.") % words
    return _("%(who)s resumed the task.") % words


def _extended(step: VersionStep) -> str:
    words = {"who": step.who, "due": long_date(step.version.due_on)}
    if step.former is not None:
        words["was"] = long_date(step.former.due_on)
        return _("%(who)s granted an extension from %(was)s to %(due)s.") % words
    return _("%(who)s granted an extension to %(due)s.") % words


def _asked_to_close(step: VersionStep) -> str:
    return _("%(who)s requested close-out; from this day on time does not count.") % {"who": step.who}


def _closing_decided(step: VersionStep) -> str:
    if step.version.state == TaskState.CLOSED_OUT:
        return _("%(who)s checked the result and closed out the task.") % {"who": step.who}
    return _("%(who)s checked the result and sent the close-out back.") % {"who": step.who}


def _progressed(step: VersionStep) -> str:
    return _("%(who)s accepted a report: %(progress)s.") % {"who": step.who, "progress": progress(step)}


def _undone(step: VersionStep) -> str:
    return _("%(who)s undid the acceptance of a report: %(progress)s.") % {"who": step.who, "progress": progress(step)}


def progress(step: VersionStep) -> str:
    """The progress before and after: "40% → 55%", "7 → 9 of 12 个"."""
    now, was = step.version, step.former
    if now.target is not None:
        words = {"done": count_text(now.done), "target": count_text(now.target), "unit": now.unit}
        said = _("%(done)s of %(target)s %(unit)s") % words
        return f"{count_text(was.done)} → {said}" if was and was.done is not None and was.done != now.done else said
    said = percent_text(now.percent)
    return f"{percent_text(was.percent)} → {said}" if was and was.percent != now.percent else said


def _laid_down(step: VersionStep) -> str:
    before = _milestones(step.former)
    new = [each for each in _milestones(step.version) if each not in before]
    words = {"who": step.who, "count": len(new), "named": names_text(map(_dated, new))}
    return (
        ngettext(
            "%(who)s set %(count)d milestone: %(named)s.",
            "%(who)s set %(count)d milestones: %(named)s.",
            len(new),
        )
        % words
    )


def _completed(step: VersionStep) -> str:
    before = _milestones(step.former)
    done = next((each for each in _milestones(step.version) if each["done"] and each not in before), None)
    if done is None:
        return _("%(who)s marked a milestone as done.") % {"who": step.who}
    words = {"who": step.who, "title": done["title"], "day": done["done"], "due": done["due"]}
    if done["done"] > done["due"]:
        return _("%(who)s marked “%(title)s” as done on %(day)s, after its date, %(due)s.") % words
    return _("%(who)s marked “%(title)s” as done on %(day)s.") % words


def _replaced(step: VersionStep) -> str:
    before, after = _milestones(step.former), _milestones(step.version)
    old = next((each for each in before if each not in after), None)
    new = next((each for each in after if each not in before), None)
    if old is None or new is None:
        return _("%(who)s replaced a milestone.") % {"who": step.who}
    return _("%(who)s replaced the milestone %(old)s with %(new)s.") % {
        "who": step.who,
        "old": _dated(old),
        "new": _dated(new),
    }


def _shared(step: VersionStep) -> str:
    version = step.version
    words = {"who": step.who, "target": count_text(version.target), "unit": version.unit}
    return _("%(who)s divided the target among townships: %(target)s %(unit)s in all.") % words


def _counted(step: VersionStep) -> str:
    return _("%(who)s entered the counts of the townships.") % {"who": step.who}


def _rule_changed(step: VersionStep) -> str:
    return _("%(who)s set a new lamp rule; the lamp was recalculated.") % {"who": step.who}


def _calendar_changed(step: VersionStep) -> str:
    return _("The calendar of working days changed; the lamp was recalculated.")


SENTENCES: Mapping[str, Callable[[VersionStep], str]] = {
    "assign_task": _assigned,
    "import_ledger": _imported,
    "edit_task": _edited,
    "acknowledge_task": _acknowledged,
    "cancel_task": _cancelled,
    "suspend_task": _suspended,
    "resume_task": _resumed,
    "decide_extension": _extended,
    "ask_close_out": _asked_to_close,
    "decide_close_out": _closing_decided,
    "accept_report": _progressed,
    "undo_acceptance": _undone,
    "add_milestones": _laid_down,
    "complete_milestone": _completed,
    "replace_milestone": _replaced,
    "share_out": _shared,
    "count_shares": _counted,
    "set_lamp_rule": _rule_changed,
    "keep_calendar": _calendar_changed,
}
"""By the cause of a version; the causes of other verbs use the texts of the audit log."""


# What differs --------------------------------------------------------------------------------------------------------
def differences(step: VersionStep) -> list[str]:
    """The differences from the version before, as text; none for a first version."""
    if step.former is None:
        return []
    pairs = [(field, _written(field, step.former), _written(field, step.version)) for field in TOLD]
    said = [_difference(_label(field), was, now) for field, was, now in pairs if was != now]
    if step.version.joint and step.version.joint != (step.joint_before or "[]"):
        joint = [_names(step.joint_before), _names(step.version.joint)]
        said.append(_difference(_("Joint departments"), *joint))
    return said


def _difference(label: str, was: str, now: str) -> str:
    words = {"label": label, "was": was, "now": now}
    if not was:
        return _("%(label)s set to “%(now)s”") % words
    if not now:
        return _("%(label)s “%(was)s” removed") % words
    return _("%(label)s changed from “%(was)s” to “%(now)s”") % words


def _label(field: "Field[Any, Any]") -> str:
    return str(LABELS.get(field.name) or capfirst(field.verbose_name))


def _names(document: str) -> str:
    return names_text(json.loads(document or "[]"))


def _milestones(version: TaskVersion | None) -> Sequence[dict[str, str]]:
    return json.loads(version.milestones) if version is not None else []


def _dated(milestone: Mapping[str, str]) -> str:
    return _("“%(title)s” (%(day)s)") % {"title": milestone["title"], "day": milestone["due"]}


NOT_TOLD = {"unit", "ongoing", "original_due_on", "progressed_on", "asked_on", "closed_on", *LAMP_COLUMNS}
"""Fields that follow from another one, or have a sentence of their own."""

LABELS = {"title": gettext_lazy("Task"), "done": gettext_lazy("Done"), "percent": gettext_lazy("Percent")}
"""Labels for differences where the field's own label does not fit."""

WRITTEN: Mapping[str, Callable[[TaskVersion], str]] = {
    "due_on": lambda version: version.due_on.isoformat() if version.due_on is not None else _("ongoing"),
    "target": lambda version: _quantity(version.target, version),
    "done": lambda version: _quantity(version.done, version),
    "percent": lambda version: f"{count_text(version.percent)}%",
}
"""How a field is written where its plain value does not fit."""

TOLD = [field for field in SHARED_FIELDS if field.name not in NOT_TOLD]
"""The fields whose differences are shown."""


def _written(field: "Field[Any, Any]", version: TaskVersion) -> str:
    write = WRITTEN.get(field.name)
    return write(version) if write else str(shown(getattr(version, field.name), field))


def _quantity(value: Decimal | None, version: TaskVersion) -> str:
    return "" if value is None else f"{count_text(value)} {version.unit}".strip()
