"""What `--database-only` takes for a test of the database."""

from tests.selection import uses_database


def test_which_tests_use_the_database(request):
    assert not uses_database(request.node)


def test_a_fixture_far_away_uses_the_database(request, office):
    assert uses_database(request.node)
