"""Circulars: written by one person, signed by another, who gives the number (docs/rules.md#circulars)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid
from governance.records.verbs import canonical, checked, inserted, locked, record, save_version, tell, verb
from governance.registers.annexes import Annex, annex_named
from teams.guards import check_seen, moment_after
from teams.models import SpecialAction, SpecialTeam
from teams.roster.recipients import people_of
from teams.states import check_move

from ..models import Circular, CircularDraft, CircularLine, SupervisionOrder
from ..models.order import Rung
from ..notices import OrderNotice
from ..numbering import next_number
from ..states import CIRCULAR_MOVES, CircularState, OrderState


@dataclass(frozen=True)
class CircularLineText:
    """A line of a circular as it is written: praised or named, the team, what is said, the order it follows."""

    kind: str
    team: SpecialTeam
    text: str
    order: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the draft keeps it."""
        return {"kind": self.kind, "team": self.team.code, "text": self.text.strip(), "order": self.order}


@verb(says=_("began a circular"))
def draft_circular(
    action: SpecialAction,
    *,
    title: str,
    text: str,
    lines: Sequence[CircularLineText],
    annex: str = "",
    by: User,
    at: datetime,
) -> CircularDraft:
    """Begin a circular; `annex` names the ranking of a published round, "" for none.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: there is no title, a line is not valid, or the annex is no published ranking.
    """
    action = locked(action)
    require("write_circular", by)
    annex_of(action, annex, at=at)
    draft = _begun(action, title=title, text=text, lines=lines, annex=annex, by=by, at=at)
    record("draft_circular", draft, by=by, at=at, change={"title": draft.title})
    return draft


@verb(says=_("edited a circular"))
def edit_circular(
    draft: CircularDraft,
    *,
    title: str,
    text: str,
    lines: Sequence[CircularLineText],
    annex: str = "",
    by: User,
    at: datetime,
    seen: int | None = None,
) -> CircularDraft:
    """Write the draft anew; whoever wrote it last does not sign it.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is signed or withdrawn.
        Stale: somebody else has saved it since version `seen`.
        Invalid: there is no title, a line is not valid, or the annex is no published ranking.
    """
    draft = locked(draft, "action")
    require("write_circular", by, draft)
    check_move(draft, CircularState.SIGNED, CIRCULAR_MOVES)
    if not title.strip():
        raise Invalid(fields={"title": _("Please fill this in.")})
    annex_of(draft.action, annex, at=at)
    lines_kept = _checked_lines(draft.action, lines)
    fields = {"title": title.strip(), "text": text.strip(), "lines": lines_kept, "annex": annex}
    change = save_version(draft, fields, seen=seen)
    if change:
        save_version(draft, {"written_by": by, "written_at": moment_after(draft.written_at, at, draft)})
        record("edit_circular", draft, by=by, at=at, change=change)
    return draft


def collect_lines(action: SpecialAction, lines: Sequence[CircularLineText], *, by: User, at: datetime) -> CircularDraft:
    """Add lines to the draft that is being written, or begin one; the calling verb has locked the action."""
    draft = CircularDraft.objects.filter(action=action, state=CircularState.DRAFT).order_by("pk").first()
    if draft is None:
        title = gettext("Circular on supervision orders")
        return _begun(action, title=title, text="", lines=lines, annex="", by=by, at=at)
    draft = locked(draft)
    there = {line["order"] for line in draft.read_lines()}
    added = [line.as_dict() for line in lines if line.order not in there]
    fields = {"lines": canonical([*draft.read_lines(), *added]), "written_by": by, "written_at": at}
    save_version(draft, fields)
    return draft


@verb(says=_("withdrew the draft of a circular"))
def withdraw_circular(draft: CircularDraft, *, by: User, at: datetime, seen: int | None = None) -> CircularDraft:
    """Give a draft up; nothing is signed, no number is used.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is signed or withdrawn already.
        Stale: it has been edited since version `seen`.
    """
    draft = locked(draft)
    require("write_circular", by, draft)
    check_move(draft, CircularState.WITHDRAWN, CIRCULAR_MOVES)
    change = save_version(draft, {"state": CircularState.WITHDRAWN}, seen=seen)
    record("withdraw_circular", draft, by=by, at=at, change=change)
    return draft


@verb(says=_("signed a circular"))
def sign_circular(
    draft: CircularDraft, *, by: User, at: datetime, seen: int | None = None, number: int | None = None
) -> Circular:
    """Sign a circular that somebody else wrote: it takes the next number, and its text is kept for good.

    `number` is typed where the series began on paper.

    Raises:
        NotAllowed: `by` is neither of the special office nor a leader, or wrote it.
        WrongState: it is signed or withdrawn already.
        Stale: it has been edited since version `seen`.
        Invalid: it says nothing, a line's order is void or named already, the annex is no published ranking, or the
            number is taken.
    """
    action = locked(SpecialAction(pk=draft.action_id))
    draft = locked(draft, "written_by")
    require("sign_circular", by, draft)
    check_move(draft, CircularState.SIGNED, CIRCULAR_MOVES)
    check_seen(draft, seen)
    lines, annex = _lines_to_sign(action, draft), annex_of(action, draft.annex, at=at)
    year = day_of(at).year
    taken = Circular.objects.filter(action=action, year=year)
    number = next_number(taken, typed=number)
    body = canonical(_document(draft, lines, year, number, by, at) | _annex_part(annex))
    circular = Circular(
        draft=draft,
        action=action,
        year=year,
        number=number,
        title=draft.title,
        body=body,
        sha256=sha256(body.encode()).hexdigest(),
        signed_by=by,
        by=draft.written_by,
        at=moment_after(draft.written_at, at, draft),
    )
    inserted(circular)
    for line in lines:
        row = CircularLine(
            circular=circular,
            team=line.team,
            kind=line.kind,
            text=line.text,
            order_id=line.order,
            by=circular.by,
            at=circular.at,
        )
        inserted(row)
    save_version(draft, {"state": CircularState.SIGNED})
    record("sign_circular", circular, by=by, at=at, change={"sha256": circular.sha256})
    for team in {line.team.pk: line.team for line in lines}.values():
        _tell(circular, team, at=at)
    return circular


def _tell(circular: Circular, team: SpecialTeam, *, at: datetime) -> None:
    tell(
        people_of(team),
        OrderNotice.CIRCULAR_SIGNED,
        key=f"circular-{circular.pk}-{team.pk}",
        url=circular.get_absolute_url(),
        at=at,
        facts={"circular": circular.title},
    )


# Drafts --------------------------------------------------------------------------------------------------------------
def _begun(
    action: SpecialAction,
    *,
    title: str,
    text: str,
    lines: Sequence[CircularLineText],
    annex: str,
    by: User,
    at: datetime,
) -> CircularDraft:
    """Write a new draft."""
    if not title.strip():
        raise Invalid(fields={"title": _("Please fill this in.")})
    draft = CircularDraft(
        action=action,
        title=title.strip(),
        text=text.strip(),
        lines=_checked_lines(action, lines),
        annex=annex,
        written_by=by,
        written_at=at,
    )
    checked(draft).save()
    return draft


def _checked_lines(action: SpecialAction, lines: Sequence[CircularLineText]) -> str:
    """The lines as the draft keeps them.

    Raises:
        Invalid: a line says nothing, its team is of another action, or its order is not the team's red order.
    """
    orders = {line.order for line in lines if line.order is not None}
    found = SupervisionOrder.objects.filter(pk__in=orders, action=action, rung=Rung.RED)
    team_of = dict(found.values_list("pk", "team"))
    for line in lines:
        if not line.text.strip():
            raise Invalid(
                fields={"lines": _("Say what the circular says of %(team)s.") % {"team": line.team.short_name}}
            )
        if line.team.action_id != action.pk:
            raise Invalid(fields={"lines": _("Choose a team, task or problem of this special action.")})
        if line.order is not None and (team_of.get(line.order) != line.team.pk or line.kind != "named"):
            raise Invalid(fields={"lines": _("A line names the team of its red order.")})
    if len(orders) < sum(line.order is not None for line in lines):
        raise Invalid(fields={"lines": _("A red order is named once.")})
    return canonical([line.as_dict() for line in lines])


def lines_of(draft: CircularDraft) -> list[CircularLineText]:
    """The lines of a draft, with their teams."""
    written = draft.read_lines()
    rows = SpecialTeam.objects.filter(action=draft.action_id, code__in={line["team"] for line in written})
    teams = {team.code: team for team in rows}
    return [CircularLineText(line["kind"], teams[line["team"]], line["text"], line["order"]) for line in written]


def annex_of(action: SpecialAction, name: str, *, at: datetime) -> Annex | None:
    """The annex with a name as everybody could see it at `at`; None where a circular has none.

    Raises:
        Invalid: the round is not published, or there is no such annex.
    """
    if not name:
        return None
    annex = annex_named(action, name, at=at)
    if annex is None:
        raise Invalid(fields={"annex": _("Only the ranking of a published round can be annexed. Choose one.")})
    return annex


def _annex_part(annex: Annex | None) -> dict[str, Any]:
    """The annex as the document keeps it; a circular without one says nothing of it."""
    return {"annex": asdict(annex)} if annex else {}


def _lines_to_sign(action: SpecialAction, draft: CircularDraft) -> list[CircularLineText]:
    """The lines, checked again at signing."""
    lines = lines_of(draft)
    if not lines and not draft.text and not draft.annex:
        raise Invalid(fields={"lines": _("The circular says nothing yet.")})
    _checked_lines(action, lines)
    keys = [line.order for line in lines if line.order is not None]
    orders = SupervisionOrder.objects.filter(pk__in=keys)
    spoilt = orders.filter(state=OrderState.VOID) | orders.filter(
        pk__in=CircularLine.objects.filter(order__in=keys).values("order")
    )
    order = spoilt.first()
    if order is not None:
        raise Invalid(
            fields={
                "lines": _("%(order)s is void or named in a circular already. Take its line out.") % {"order": order}
            }
        )
    return lines


def _document(
    draft: CircularDraft, lines: Sequence[CircularLineText], year: int, number: int, by: User, at: datetime
) -> dict[str, Any]:
    """What is signed, complete in itself."""
    keys = [line.order for line in lines if line.order is not None]
    orders = SupervisionOrder.objects.in_bulk(keys)
    return {
        "year": year,
        "number": number,
        "title": draft.title,
        "text": draft.text,
        "on": day_of(at),
        "written_by": draft.written_by.name,
        "signed_by": by.name,
        "lines": [
            {
                "kind": line.kind,
                "team": line.team.name,
                "code": line.team.code,
                "text": line.text,
                "order": orders[line.order].code if line.order is not None else None,
            }
            for line in lines
        ],
    }
