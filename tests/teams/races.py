"""What the tests of tasks share."""

from typing import Any

from tests.racing import Outcome


def one_winner(outcomes: list[Outcome], refusal: type[Exception]) -> tuple[Any, Exception]:
    """The value of the one who won and the refusal of the other; fails unless it went exactly so."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    values = [outcome.value for outcome in outcomes if outcome.error is None]
    assert [type(error) for error in errors] == [refusal], outcomes
    assert str(errors[0].message)
    assert len(values) == 1
    return values[0], errors[0]
