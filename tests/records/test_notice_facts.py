"""What a notice says, in the language of whoever reads it."""

import re
from datetime import timedelta

import pytest
from django.utils.translation import override

from assessments.notices import AssessmentNotice
from governance.records.models import Notice
from governance.records.verbs import tell
from governance.records.words import NOTICE_SENTENCES, notice_words
from teams.meetings.notices import KINDS
from teams.notices import TeamNotice


@pytest.mark.parametrize(
    ("language", "period", "day"),
    [("zh-hans", "10月中旬", "2026年10月23日"), ("en", "2026-10, days 11–20", "23 October 2026")],
)
def test_a_period_and_a_day_are_read_in_the_readers_language(language, period, day):
    notice = Notice(kind=TeamNotice.REPORT_RETURNED, facts={"period": "2026-10-11 – 2026-10-20", "by": "2026-10-23"})
    with override(language):
        assert period in notice.sentence
        assert day in notice.sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("period", "the third quarter"), ("by", "soon"), ("task", "17 2026年10月底前完成"), ("count", 3)],
)
def test_what_is_neither_stays_as_it_is(name, value):
    assert notice_words({name: value}) == {name: str(value)}


def test_every_kind_is_a_sentence_that_its_facts_fill():
    of_the_loop = {kind for kinds in KINDS for kind in kinds.values}
    assert {*TeamNotice.values, *AssessmentNotice.values} | of_the_loop == set(NOTICE_SENTENCES)
    for kind, words in NOTICE_SENTENCES.items():
        with override("en"):
            sentence = str(words)
        named = re.findall(r"%\((\w+)\)s", sentence)
        assert named, kind
        assert "%" not in sentence % dict.fromkeys(named, "…")


@pytest.mark.django_db
def test_the_inbox_stands_by_day_as_long_as_it_goes_by_time(client, office, at):
    for days in (0, 0, 1):
        tell(
            [office],
            TeamNotice.TASK_CANCELLED,
            key=f"{days}-{Notice.objects.count()}",
            url="/",
            at=at - timedelta(days),
            facts={"task": "7"},
        )
    client.force_login(office)
    page = client.get("/inbox/").content.decode()
    assert re.findall(r'rowgroup"[^>]*>([^<]+)<', page) == ["2026年10月27日 星期二", "2026年10月26日 星期一"]
    assert "rowgroup" not in client.get("/inbox/?sort=due_on").content.decode()
