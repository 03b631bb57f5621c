"""What `--database-only` takes for a test of the database."""

import pytest

from tests.selection import group, uses_database


def test_which_tests_use_the_database(request):
    assert not uses_database(request.node)


def test_a_fixture_far_away_uses_the_database(request, office):
    assert uses_database(request.node)


def test_a_worker_takes_the_tests_of_a_file(request):
    assert group(request.node, workers=2) == __file__


@pytest.mark.parametrize("workers", [1, 2])
def test_one_of_two_workers_takes_all_tests_of_the_story(request, story_stage, workers):
    assert group(request.node, workers) == "story"
    assert group(request.node, workers=4) == __file__


@pytest.mark.django_db(transaction=True)
def test_a_test_that_flushes_goes_apart(request):
    assert group(request.node, workers=2) == f"{__file__} flushes"
