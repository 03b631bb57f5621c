"""Periods by the names people call them."""

from datetime import date

import pytest
from django.utils import translation

from teams.rules.lamps import Lamp, LampReason
from teams.words import REASON_WORDS, SHORT_WORDS, lamp_name, period_name


def test_every_lamp_has_a_word_of_its_own():
    assert all(lamp_name(lamp.value) for lamp in Lamp)
    assert len({lamp_name(lamp) for lamp in Lamp}) == len(Lamp)


def test_every_reason_has_its_words():
    assert set(REASON_WORDS) == set(SHORT_WORDS) == set(LampReason)


@pytest.mark.parametrize(
    ("starts", "ends", "english", "chinese"),
    [
        (date(2026, 10, 1), date(2026, 10, 10), "2026-10, days 1–10", "10月上旬"),
        (date(2026, 10, 11), date(2026, 10, 20), "2026-10, days 11–20", "10月中旬"),
        (date(2026, 2, 21), date(2026, 2, 28), "2026-02, from day 21", "2月下旬"),
        (date(2026, 2, 1), date(2026, 2, 28), "2026-02", "2月"),
        (date(2026, 9, 21), date(2026, 9, 27), "2026-09-21 – 2026-09-27", "2026-09-21 – 2026-09-27"),
    ],
)
def test_a_period_is_called_by_its_name(starts, ends, english, chinese):
    with translation.override("en"):
        assert period_name(starts, ends) == english
    with translation.override("zh-hans"):
        assert period_name(starts, ends) == chinese
