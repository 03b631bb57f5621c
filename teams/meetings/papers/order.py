"""督办单: a form of one page, an answer a row (docs/rules.md#papers)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import day_of

from ..models import OrderAnswer, SupervisionOrder
from ..models.order import Rung
from .fields import Field
from .issuer import Issuer
from .wording import label, long_day, numbered, paragraphs, person

FIELDS = (
    Field("number", _("Document number"), "县专项办督办〔2026〕5号"),
    Field("day", _("Day of issue"), "2026年10月21日"),
    Field("rung", _("How strict it is"), "红单"),
    Field("matter", _("Task, problem or team"), "任务7　认领微心愿2000个"),
    Field("team", _("Full name of the team"), "在职党员参与社区治理专班"),
    Field("lead", _("Lead department"), "县直工委", optional=True),
    Field("joint", _("Joint departments"), "县民政局", optional=True),
    Field("basis", _("Basis with the figures"), "红灯：逾期，实际72%，序时100%。"),
    Field("demands", _("What is demanded, a line each"), "由组长签字答复。", many=True),
    Field("answer_by", _("Answer by"), "2026年10月26日", optional=True),
    Field("contact", _("Contact"), "吴某某"),
    Field("signer", _("Signed by"), "县委专项办主任周某某"),
    Field("acknowledged", _("Who acknowledged it, and when"), "褚某某　2026年10月21日", optional=True),
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
        "demands": paragraphs(order.demand),
        "answer_by": long_day(order.answer_by),
        "contact": order.issued_by.name,
        "signer": person({"post": order.issued_by.post, "name": order.issued_by.name}),
        "acknowledged": f"{who.name}　{_day(order.acknowledged_at)}" if who else "",
        "answers": [_answer(answer) for answer in answers],
        "issuer": issuer.name,
        "issuer_short": issuer.short,
    }


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
