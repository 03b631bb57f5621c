"""A team's report as plain text for the chat group, in the active language."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.lists.text import count_text, percent_text, short_date

from ..models import ProgressReport
from .document import KeptMatter, KeptRow, KeptStep
from .submissions_read import KeptSubmission


def report_text(report: ProgressReport, kept: KeptSubmission) -> str:
    """A submission as text: the rows that moved, how many did not, matters, next steps, who submitted it."""
    document = kept.document
    moved = [row for row in document.rows if not row.no_change]
    still = len(document.rows) - len(moved)
    lines = [
        pgettext("chat", "[%(team)s] Progress report for %(period)s")
        % {"team": report.team.short_name, "period": report.period}
    ]
    if moved:
        lines += [pgettext("chat", "What was done:"), *numbered(map(_row, moved))]
    if still:
        words = ngettext("No change this period: %(count)d task.", "No change this period: %(count)d tasks.", still)
        lines.append(words % {"count": still})
    if document.matters:
        lines += [pgettext("chat", "Matters for coordination:"), *numbered(map(_matter, document.matters))]
    if document.steps:
        lines += [pgettext("chat", "Next steps:"), *numbered(map(_step, document.steps))]
    sent = {"name": kept.submission.by, "day": short_date(kept.submission.at)}
    lines.append(pgettext("chat", "Submitted by %(name)s on %(day)s") % sent)
    return "\n".join(lines)


def numbered(lines: Iterable[str]) -> Iterator[str]:
    """The lines with numbers, so that people can refer to them."""
    return (f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _row(row: KeptRow) -> str:
    """A task, its progress, what was done."""
    if row.counts:
        how_far = pgettext("chat", "%(done)s of %(target)s %(unit)s, %(percent)s") % {
            "done": count_text(row.now.done),
            "target": count_text(row.target),
            "unit": row.unit,
            "percent": percent_text(row.now.percent),
        }
    else:
        how_far = percent_text(row.now.percent)
    head = pgettext("chat", "%(title)s (%(how_far)s)") % {"title": row.title, "how_far": how_far}
    said = " ".join(" ".join(text.split()) for text in (row.text, row.reason) if text)
    return pgettext("chat", "%(head)s: %(said)s") % {"head": head, "said": said} if said else head


def _matter(matter: KeptMatter) -> str:
    """What is asked of whom."""
    if not matter.to:
        return matter.text
    return pgettext("chat", "To %(department)s: %(matter)s") % {"department": matter.to, "matter": matter.text}


def _step(step: KeptStep) -> str:
    """What comes next, and by when."""
    if step.due_on is None:
        return step.text
    return _("%(step)s (by %(day)s)") % {"step": step.text, "day": short_date(step.due_on)}
