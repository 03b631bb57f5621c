"""Pages by key: the right rows in the right order, with few queries, at any size."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import F

from governance.lists import paging
from governance.lists.paging import KeyPaginator, kept_count, kept_counts, may_be_empty, ordered, whole_number

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


@pytest.fixture
def entries():
    """A function that fills the log with so many entries; every third has no object."""
    person = get_user_model().objects.create(username="writer")
    kind = ContentType.objects.get_for_model(ContentType)

    def write(count: int) -> None:
        LogEntry.objects.bulk_create(
            LogEntry(
                user=person,
                content_type=kind,
                object_id=None if number % 3 == 0 else f"{number % 10:02}",
                object_repr=f"entry {number}",
                action_flag=ADDITION,
                change_message="",
            )
            for number in range(count)
        )

    return write


def paginator(names: list[str], per_page: int = 10) -> KeyPaginator:
    rows = LogEntry.objects.select_related("user", "content_type")
    return KeyPaginator(ordered(LogEntry.objects.all(), names), rows, per_page)


@pytest.mark.parametrize("names", [["object_id"], ["-object_id"], ["action_time"], ["-object_repr"], []])
def test_all_pages_together_are_the_list(entries, names):
    entries(47)
    whole = [entry.pk for entry in ordered(LogEntry.objects.all(), names)]
    paged = [row.pk for number in range(1, 6) for row in paginator(names).get_page(number)]
    assert paged == whole


@pytest.mark.parametrize("names", [["object_id"], ["-object_id"]])
def test_empty_values_come_last_in_both_directions(entries, names):
    entries(20)
    values = [entry.object_id for entry in ordered(LogEntry.objects.all(), names)]
    assert values[-7:] == [None] * 7
    assert None not in values[:-7]


@pytest.mark.parametrize(("asked", "given"), [("x", 1), ("0", 1), ("-3", 1), ("", 1), ("1e3", 1), ("２", 1), ("99", 3)])
def test_an_impossible_page_is_the_nearest(entries, asked, given):
    entries(25)
    assert paginator([]).get_page(asked).number == given


def test_a_page_of_an_empty_list_is_empty(entries):
    page = paginator([]).get_page(4)
    assert (list(page), page.paginator.count, page.number) == ([], 0, 1)


@pytest.mark.parametrize("count", [60, 300])
def test_a_page_costs_three_queries_at_any_size(entries, django_assert_num_queries, count):
    entries(count)
    with django_assert_num_queries(3):
        page = paginator(["object_id"]).get_page(5)
        [(row.user.username, row.content_type.model) for row in page]
        assert page.paginator.count == count


def test_a_list_of_one_page_is_not_counted(entries, django_assert_num_queries):
    entries(9)
    with django_assert_num_queries(2):
        page = paginator([]).get_page(1)
        assert page.paginator.count == 9


def test_the_count_is_asked_once_in_half_a_minute(entries, django_assert_num_queries):
    entries(30)
    assert kept_count(LogEntry.objects.all()) == 30
    with django_assert_num_queries(0):
        assert kept_count(LogEntry.objects.order_by("action_time")) == 30


def test_different_filters_are_counted_apart(entries):
    entries(30)
    assert kept_count(LogEntry.objects.filter(object_id="01")) == 2
    assert kept_count(LogEntry.objects.filter(object_id="02")) == 2
    assert kept_count(LogEntry.objects.none()) == 0


def test_a_stale_count_loses_no_row_of_the_first_page(entries):
    entries(12)
    paginator([]).get_page(1)
    LogEntry.objects.filter(object_repr__in=["entry 4", "entry 5", "entry 6"]).delete()
    page = paginator([]).get_page(1)
    assert (len(page), page.paginator.count) == (9, 9)


@pytest.mark.parametrize(
    ("path", "empty"),
    [("action_time", False), ("object_id", True), ("user__pk", False), ("content_type__model", True), ("odd", True)],
)
def test_what_may_be_empty_is_known_from_the_model(path, empty):
    assert may_be_empty(LogEntry.objects.all(), path) is empty


def test_a_page_number_is_a_plain_number():
    assert whole_number("7") == 7
    assert whole_number(None) == 1


def test_an_order_may_be_an_expression(entries):
    entries(5)
    first = ordered(LogEntry.objects.all(), [F("object_id").desc(nulls_last=True), "object_repr"]).first()
    assert first.object_repr == "entry 4"


def test_the_key_runs_as_the_last_term_does():
    rows = ordered(LogEntry.objects.all(), ["action_flag", F("object_id").desc()])
    assert rows.query.order_by[-1] == "-pk"
    assert ordered(LogEntry.objects.all(), ["-action_flag", "object_repr"]).query.order_by[-1] == "pk"


def test_counts_of_a_short_list_are_always_new():
    answers = iter([{"": 1}, {"": 2}])
    rows = LogEntry.objects.all()
    assert [kept_counts(rows, "by", lambda: next(answers)) for _ in range(2)] == [{"": 1}, {"": 2}]


def test_counts_of_a_long_list_are_remembered_for_its_own_filters(monkeypatch):
    monkeypatch.setattr(paging, "COUNTED_ANEW", 0)
    answers = iter([{"": 1}, {"": 2}, {"": 3}])
    rows = LogEntry.objects.all()
    found = [
        kept_counts(each, what, lambda: next(answers))
        for each, what in [(rows, "by"), (rows, "by"), (rows, "else"), (rows.filter(action_flag=1), "by")]
    ]
    assert found == [{"": 1}, {"": 1}, {"": 2}, {"": 3}]


def test_nothing_to_count_is_asked_anyway():
    assert kept_counts(LogEntry.objects.none(), "by", lambda: {"": 0}) == {"": 0}
    assert kept_count(LogEntry.objects.none()) == 0
