"""督办单: a form of one page, an answer a row (docs/rules.md#papers)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from governance.clock import day_of
from governance.lists.text import percent_text, whole
from teams.models import ReportDecision, SubmittedEntry, Task, TaskVersion
from teams.tasks.changes import milestones_in
from teams.tasks.standing import TaskStanding

from ..models import OrderAnswer, ProblemStep, SupervisionOrder
from ..models.order import Rung
from ..states import ProblemState
from .fields import Field
from .issuer import Issuer
from .wording import CHINESE, label, long_day, numbered, paragraphs, person, plain_count, sentence, short_day

LONGEST_REPORT = 60
"""Characters of what a report said that an order repeats: the form stays on one page."""

FIELDS = (
    Field("number", _("Document number"), "县专项办督办〔2026〕5号"),
    Field("day", _("Day of issue"), "2026年10月21日"),
    Field("rung", _("How strict it is"), "红单"),
    Field("matter", _("Task, problem or team"), "任务7　认领微心愿2000个"),
    Field("team", _("Full name of the team"), "在职党员参与社区治理专班"),
    Field("lead", _("Lead department"), "县直工委", optional=True),
    Field("joint", _("Joint departments"), "县民政局", optional=True),
    Field("basis", _("Basis with the figures"), "红灯：逾期，实际72%，序时100%。"),
    Field("standing", _("How it stood on the day of issue"), "截至10月21日，红灯：逾期。", optional=True),
    Field("demands", _("What is demanded, a line each"), "由组长签字答复。", many=True),
    Field("answer_by", _("Answer by"), "2026年10月26日", optional=True),
    Field("contact", _("Contact"), "吴某某"),
    Field("phone", _("Phone of the contact"), "内线8002", optional=True),
    Field("signer", _("Signed by"), "县委专项办主任周某某"),
    Field("acknowledged", _("Who acknowledged it, and when"), "褚某某\n2026年10月21日", optional=True),
    Field(
        "answers",
        _("Answers of the team"),
        rows=(
            Field("text", pgettext_lazy("template field", "Answer"), "剩余村已排出计划。"),
            Field("promised", _("Promised for"), "2026年11月15日", optional=True),
            Field("by", _("Answered by"), "沈某某"),
            Field("on", _("Answered on"), "2026年10月9日"),
            Field("verdict", _("Verdict of the office"), "通过。施工安排已核实。", optional=True),
        ),
    ),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("issuer_short", _("Short name of the issuing organ"), "县委专项办"),
)


def order_values(order: SupervisionOrder, answers: Iterable[OrderAnswer], *, issuer: Issuer) -> dict[str, Any]:
    """An order with its answers and verdicts."""
    task = order.task
    who = order.acknowledged_by
    return {
        "number": f"{issuer.code}{numbered(order.series, order.year, order.number)}",
        "day": _day(order.issued_at),
        "rung": label(Rung, order.rung),
        "matter": f"任务{task.number}　{task.title}" if task else order.subject,
        "team": order.team.name,
        "lead": task.lead_department.name if task and task.lead_department else "",
        "joint": "、".join(each.name for each in task.joint_departments.all()) if task else "",
        "basis": order.basis,
        "standing": standing_at_issue(order),
        "demands": paragraphs(order.demand),
        "answer_by": long_day(order.answer_by),
        "contact": order.contact or order.issued_by.name,
        "phone": order.contact_phone,
        "signer": person({"post": order.issued_by.post, "name": order.issued_by.name}),
        "acknowledged": f"{who.name}\n{_day(order.acknowledged_at)}" if who else "",
        "answers": [_answer(answer) for answer in answers],
        "issuer": issuer.name,
        "issuer_short": issuer.short,
    }


# How it stood -------------------------------------------------------------------------------------------------------
def standing_at_issue(order: SupervisionOrder) -> str:
    """How the task or problem stood as known when the order was issued; "" for a talk about neither.

    A task: lamp, progress and gap, what the latest report said of it, the last order before. Read from what is never
    changed, so that an order says the same whenever its paper is made.
    """
    told = _of_task(order, order.task) if order.task else _of_problem(order) if order.problem_id else []
    return f"截至{short_day(day_of(order.issued_at))}，" + "".join(map(sentence, told)) if told else ""


def _of_task(order: SupervisionOrder, task: Task) -> list[str]:
    version = TaskVersion.objects.as_known_before(order.issued_at).filter(task=task).first()
    if version is None:
        return []
    with override(CHINESE):
        standing = TaskStanding(task, version, day_of(order.issued_at), milestones_in(version))
        told = [f"{standing.reason_word}，{_progress(standing)}"]
        entry = _last_entry(order)
        if entry is not None:
            said = Truncator(" ".join(entry.text.split())).chars(LONGEST_REPORT) or "本期无变化"
            told.append(f"{entry.submission.report.period}报告：{said}")
    before = SupervisionOrder.objects.filter(task=order.task_id, issued_at__lt=order.issued_at)
    last = before.exclude(void_at__lte=order.issued_at).order_by("-issued_at", "-pk").first()
    if last is not None:
        told.append(f"{short_day(day_of(last.issued_at))}已发{label(Rung, last.rung)}")
    return told


def _progress(standing: TaskStanding) -> str:
    """完成1440/2000个（72%），距目标差560个，序时100%，落后28个百分点."""
    row, told = standing.row, percent_text(standing.row.percent)
    if row.target and row.done is not None:
        told = f"完成{plain_count(row.done)}/{plain_count(row.target)}{row.unit}（{told}）"
        if row.done < row.target:
            told += f"，距目标差{plain_count(row.target - row.done)}{row.unit}"
    else:
        told = f"实际{told}"
    if standing.planned is None or standing.gap is None:
        return told
    gap = f"，落后{whole(standing.gap)}个百分点" if standing.gap > 0 else ""
    return f"{told}，序时{percent_text(standing.planned)}{gap}"


def _last_entry(order: SupervisionOrder) -> SubmittedEntry | None:
    """What the latest report said of the task that had been submitted by then, and not been returned."""
    rows = SubmittedEntry.objects.filter(task=order.task_id, submission__at__lte=order.issued_at)
    refused = ReportDecision.objects.filter(undoes=None, accepted=False, at__lte=order.issued_at)
    rows = rows.exclude(Exists(refused.filter(submission=OuterRef("submission"))))
    latest = rows.select_related("submission__report__period").defer("submission__document")
    return latest.order_by("-submission__report__period__starts_on", "-submission__number").first()


def _of_problem(order: SupervisionOrder) -> list[str]:
    steps = ProblemStep.objects.filter(problem=order.problem_id, at__lte=order.issued_at)
    step = steps.order_by("-number").first()
    if step is None:
        return []
    due = f"，应于{short_day(step.due_on)}前整改到位" if step.due_on else ""
    return [f"{label(ProblemState, step.state)}{due}"]


def _answer(answer: OrderAnswer) -> dict[str, str]:
    verdict = getattr(answer, "verdict", None)
    told = f"{'通过' if verdict.accepted else '退回'}。{verdict.text}" if verdict else ""
    return {
        "text": answer.text,
        "promised": long_day(answer.promised_on),
        "by": answer.by.name if answer.by else "",
        "on": _day(answer.at),
        "verdict": told,
    }


def _day(at: Any) -> str:
    return long_day(day_of(at)) if at else ""
