"""Every page about judges: who opens it, what it says, what it refuses; and where no mark is seen."""

import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessments.models import DraftMark, PanelClosure, Seat, SignedMark
from assessments.panel.moderation import cases
from assessments.panel.panel import Panel
from governance.records.models import AuditEvent
from tests.assessments.panel.conftest import DECIDED, MARKED, SIX
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

CENTRE, JUDGE = {"centre"}, {"judge"}
PAGES = {
    "panel": CENTRE,
    "seat_new": CENTRE,
    "seat_replace": CENTRE,
    "marks_aside": CENTRE,
    "panel_close": CENTRE,
    "moderation": CENTRE,
    "sheet": JUDGE,
    "sheet_sign": JUDGE,
    "step_aside": JUDGE,
}
"""Page -> who opens it while the teams are marked; a voided seat's judge and the other judges open none."""


@pytest.fixture
def seat(marking) -> Seat:
    """A seat of whose marks four are typed, beside another that is signed."""
    other, seat = marking.seat(), marking.seat()
    marking.mark(other, *SIX[0])
    marking.sign(other)
    marking.mark(seat, "81.3", "72.3", "93.3", "64.3")
    return seat


def address(name, seat, team=None):
    code = team.code if team else "-"
    args = {
        "panel": [seat.round_id],
        "seat_new": [seat.round_id],
        "panel_close": [seat.round_id],
        "seat_replace": [seat.round_id, seat.pk],
        "marks_aside": [seat.round_id, seat.pk, code],
        "moderation": [seat.round_id, "T6", code],
        "sheet": [seat.pk],
        "sheet_sign": [seat.pk],
        "step_aside": [seat.pk, code],
    }
    return reverse(name, args=args[name])


def test_each_page_opens_for_whom_it_should_and_nobody_else(
    client, marking, seat, leader, auditor, administrator, superuser
):
    people = {
        "centre": marking.centre,
        "judge": seat.person,
        "other judge": Seat.objects.first().person,
        "office": marking.office,
        "leader": leader,
        "auditor": auditor,
        "administrator": administrator,
        "superuser": superuser,
        "head": marking.heads[marking.teams[0].code],
    }
    found = {name: set() for name in PAGES}
    for who, person in people.items():
        client.force_login(person)
        for name in PAGES:
            status = client.get(address(name, seat, marking.teams[0])).status_code
            assert status in (200, 403, 404), (name, who)
            if status == 200:
                found[name].add(who)
    assert found == PAGES | {"moderation": set()}


def test_moderation_opens_where_marks_lie_far_apart(client, marking):
    made = marking.judge(["10", *SIX[0][1:]], ["90", *SIX[0][1:]])
    url = address("moderation", made[0], marking.teams[0])
    client.force_login(marking.centre)
    with override("en"):
        assert client.get(url).status_code == 200
        assert client.get(address("moderation", made[0], marking.teams[1])).status_code == 404
        refused = client.post(url, {"decision": "stands", "note": "", "seen": 0})
        assert refused.status_code == 422
        stale = client.post(url, {"decision": "stands", "note": "理由", "seen": 1})
        assert stale.status_code == 409
        assert client.post(url, {"decision": "again", "note": "差距过大", "seen": 0}).status_code == 302
        page = client.get(url).content.decode()
        assert "10.0" not in page
        assert client.post(url, {"decision": "again", "note": "差距过大", "seen": 1}).status_code == 422
        assert client.post(url, {"decision": "stands", "note": "维持", "seen": 1}).status_code == 302
    assert cases(Panel(marking.round, at=DECIDED))[0].is_settled


def test_no_mark_is_in_any_page_of_others_or_in_the_log_before_all_have_signed(client, marking, seat, auditor):
    story = marking
    marks = [str(value) for value in SignedMark.objects.values_list("mark", flat=True)]
    marks += [str(value) for value in DraftMark.objects.values_list("value", flat=True)]
    assert len(marks) >= 8
    story.office.groups.add(*auditor.groups.all())
    addresses = [
        *(reverse(name, args=[story.round.pk]) for name in ("round", "panel", "seat_new", "panel_close")),
        address("seat_replace", seat, story.teams[0]),
        *(reverse(name) for name in ("assessment", "audit", "home")),
        *(f"{reverse('search')}?q={mark}" for mark in ("81.3", "评委")),
    ]
    for person in (story.centre, story.office, story.heads[story.teams[0].code]):
        client.force_login(person)
        for url in addresses:
            page = client.get(url).content.decode().replace("q=81.3", "").replace("81.3”", "").replace('"81.3"', "")
            assert not [mark for mark in ("81.3", "72.3", "93.3", "64.3") if f">{mark}<" in page], url
    events = AuditEvent.objects.filter(verb__in=["save_marks", "sign_sheet"])
    assert events.count() == 4 - 1
    assert not [mark for mark in marks for event in events if mark in event.change]


def test_the_other_judge_sees_no_mark_but_the_own(client, marking, seat):
    client.force_login(seat.person)
    page = client.get(address("sheet", seat)).content.decode()
    assert "81.3" in page
    assert not [mark for mark in SIX[0] if f">{mark}.0<" in page]


def test_marks_are_saved_as_typed_and_what_is_none_is_told(client, marking, seat):
    client.force_login(seat.person)
    url, key = address("sheet", seat), marking.owed(seat)[0].key
    asked = {"autosave": 1, f"{key}-mark": "95.5", f"{key}-seen": 1}
    answer = client.post(url, asked).json()
    assert answer["parts"][key] | {"said": ""} == {"said": "", "seen": 2, "clash": False, "wrong": False}
    assert not answer["parts"][key]["said"].strip()
    assert answer["saved"].endswith("已存")
    clash = client.post(url, asked | {f"{key}-mark": "60"}).json()["parts"][key]
    assert clash["clash"] and "95.5" in clash["said"]
    wrong = client.post(url, {"autosave": 1, f"{key}-mark": "101", f"{key}-seen": 2}).json()["parts"][key]
    assert wrong["wrong"] and "超出0至 100 的范围" in wrong["said"]
    for seen in ("x", "-1", "9" * 30):
        assert client.post(url, asked | {f"{key}-mark": "60", f"{key}-seen": seen}).json()["parts"][key]["clash"]
    stranger = client.post(url, {"autosave": 1, "0-0-mark": "5"}).json()
    assert "评分表已有变化" in stranger["refused"]
    assert str(DraftMark.objects.get(seat=seat, team=marking.teams[0]).value) == "95.5"


def test_without_scripts_the_form_is_saved_whole_and_faults_are_beside_the_field(client, marking, seat):
    client.force_login(seat.person)
    url, owed = address("sheet", seat), marking.owed(seat)
    sent = {f"{one.key}-mark": "70" for one in owed} | {f"{one.key}-seen": 1 for one in owed}
    refused = client.post(url, sent | {f"{owed[1].key}-mark": "优"})
    assert refused.status_code == 422
    assert f'id="{owed[1].key}_error"' in refused.content.decode()
    assert DraftMark.objects.get(seat=seat, team=owed[0].team).value == 70
    key = owed[1].key
    mine = {f"{key}-mark": "66", f"{key}-seen": 0, "mine": f"{key} 1"}
    assert client.post(url, mine).status_code == 302
    assert DraftMark.objects.get(seat=seat, team=owed[1].team).value == 66
    theirs = {f"{key}-mark": "5", f"{key}-seen": 0, "take": key}
    assert client.post(url, theirs).status_code == 302
    assert DraftMark.objects.get(seat=seat, team=owed[1].team).value == 66
    assert client.post(url, {"sign": 1}).url == address("sheet_sign", seat)


def test_signing_shows_every_mark_and_refuses_an_older_page(client, marking, seat):
    client.force_login(seat.person)
    url = address("sheet_sign", seat)
    page = client.get(url).content.decode()
    assert [mark for mark in ("81.3", "72.3", "93.3", "64.3") if mark in page] == ["81.3", "72.3", "93.3", "64.3"]
    assert client.post(url, {"version": 3}).status_code == 409
    assert client.post(url, {"version": 4}).status_code == 302
    assert SignedMark.objects.filter(seat=seat).count() == 4
    assert client.get(url).status_code == 409
    assert client.post(url, {"version": 4}).status_code == 409


def test_an_incomplete_sheet_is_not_signed_and_says_what_is_missing(client, marking, seat):
    marking.mark(seat, "")
    client.force_login(seat.person)
    refused = client.post(address("sheet_sign", seat), {"version": 5})
    assert refused.status_code == 422
    assert marking.teams[0].short_name in refused.content.decode()


def test_the_centre_names_replaces_and_closes(client, marking, seat):
    client.force_login(marking.centre)
    person = UserFactory()
    url = address("seat_new", seat)
    assert client.post(url, {"label": "评委3", "person": "nobody", "indicators": "T6"}).status_code == 422
    sent = {"label": "评委3", "person": person.username, "indicators": "T6", "teams": [marking.teams[0].code]}
    assert client.post(url, sent).status_code == 302
    made = Seat.objects.get(label="评委3")
    assert json.loads(made.teams) == [marking.teams[0].pk]
    replace = address("seat_replace", made, None)
    assert client.post(replace, {"reason": ""}).status_code == 422
    heir = {"reason": "生病", "person": UserFactory().username, "label": "评委4"}
    assert client.post(replace, heir).status_code == 302
    assert client.get(replace).status_code == 404
    assert Seat.objects.get(label="评委4").team_keys == made.team_keys
    close = address("panel_close", seat)
    assert client.post(close, {"reason": ""}).status_code == 422
    assert client.post(close, {"reason": "公务在外"}).status_code == 302
    assert PanelClosure.objects.get().reason == "公务在外"
    assert "80.0" in client.get(address("panel", seat)).content.decode()


def test_a_judge_steps_aside_on_a_page(client, marking, seat):
    client.force_login(seat.person)
    url = address("step_aside", seat, marking.teams[0])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "亲属"}).status_code == 302
    assert client.get(url).status_code == 404
    page = client.get(address("sheet", seat)).content.decode()
    assert "亲属" in page


def test_the_marks_of_a_tied_judge_are_set_aside_on_a_page(client, marking):
    made = marking.judge(*SIX)
    client.force_login(marking.centre)
    url = address("marks_aside", made[0], marking.teams[0])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "成员"}).status_code == 302
    assert client.post(url, {"reason": "成员"}).status_code == 409


def test_pages_of_a_round_without_judges_are_not_there(client, centre, seat, marking):
    plan = marking.round.plan
    assert Panel(marking.round, at=MARKED).planned.keys() == {"T6"}
    client.force_login(centre)
    assert client.get(reverse("panel", args=[marking.round.pk + 1])).status_code == 404
    assert plan.rules.indicator("T6").source == "panel"
