"""The team answers an order, the office judges the answer, never the same person (docs/rules.md#order-answers)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, record, save_version, verb
from teams.evidence.attachments import change_of, keep_evidence
from teams.guards import moment_after
from teams.roster.recipients import office_people
from teams.states import check_move

from ..models import OrderAnswer, OrderEvidence, OrderVerdict, Rung, SupervisionOrder
from ..notices import OrderNotice
from ..states import ORDER_MOVES, OrderState
from .orders import tell_of_order, tell_team


@verb(says=_("answered a supervision order"))
def answer_order(
    order: SupervisionOrder,
    *,
    text: str,
    by: User,
    at: datetime,
    promised_on: date | None = None,
    files: Sequence[CheckedFile] = (),
) -> OrderAnswer:
    """Answer an order; an answer also acknowledges it, and may come after its day.

    Raises:
        NotAllowed: `by` is not head or deputy of the team.
        WrongState: it is a reminder, an answer waits for the office or was accepted, or the order is void.
        Invalid: the answer is empty, the promised day has passed, or a file is given twice.
    """
    order = locked(order, "team", "task", "problem")
    require("answer_order", by, order)
    if order.rung == Rung.REMINDER:
        raise WrongState(_("A reminder is only acknowledged, not answered."))
    check_move(order, OrderState.ANSWERED, ORDER_MOVES)
    if not text.strip():
        raise Invalid(fields={"text": _("Say what holds it up, what is being done, and by when.")})
    if promised_on is not None and promised_on < day_of(at):
        raise Invalid(fields={"promised_on": _("The promised day cannot be in the past.")})
    last = order.answers.order_by("-number").first()
    verdict = OrderVerdict.objects.filter(answer=last).first() if last is not None else None
    moment = moment_after(verdict.at if verdict else order.acknowledged_at or order.issued_at, at, order)
    number = 1 if last is None else last.number + 1
    answer = OrderAnswer(order=order, number=number, text=text.strip(), promised_on=promised_on, by=by, at=moment)
    inserted(answer)
    proofs = keep_evidence(OrderEvidence, order, files, by=by, at=at)
    fields: dict[str, object] = {"state": OrderState.ANSWERED}
    if order.acknowledged_at is None:
        fields |= {"acknowledged_at": moment, "acknowledged_by": by}
    change = save_version(order, fields) | {"text": WITHHELD} | (change_of(proofs) if proofs else {})
    record("answer_order", order, by=by, at=at, change=change)
    tell_of_order(office_people(), order, OrderNotice.ORDER_ANSWERED, occasion=f"answer-{number}", at=at)
    return answer


@verb(says=_("judged the answer to a supervision order"))
def judge_order(answer: OrderAnswer, *, accepted: bool, by: User, at: datetime, text: str = "") -> OrderVerdict:
    """Accept an answer, or send it back with what is missing.

    Raises:
        NotAllowed: `by` is not of the special office, or sent the answer.
        WrongState: it was judged already, or the order is void.
        Stale: the team has answered again since.
        Invalid: it is sent back without saying what is missing.
    """
    order = locked(SupervisionOrder(pk=answer.order_id), "team", "task", "problem")
    require("judge_order", by, answer)
    check_move(order, OrderState.ACCEPTED if accepted else OrderState.SENT_BACK, ORDER_MOVES)
    if order.answers.filter(number__gt=answer.number).exists():
        raise Stale(version=order.version)
    if not accepted and not text.strip():
        raise Invalid(fields={"text": _("State what is missing.")})
    verdict = OrderVerdict(
        answer=answer,
        answered_by=answer.by,
        accepted=accepted,
        text=text.strip(),
        by=by,
        at=moment_after(answer.at, at, order),
    )
    inserted(verdict)
    state = OrderState.ACCEPTED if accepted else OrderState.SENT_BACK
    change = save_version(order, {"state": state}) | {"text": WITHHELD}
    record("judge_order", order, by=by, at=at, change=change)
    kind = OrderNotice.ORDER_ACCEPTED if accepted else OrderNotice.ORDER_SENT_BACK
    tell_team(order, kind, occasion=f"verdict-{answer.number}", at=at)
    return verdict
