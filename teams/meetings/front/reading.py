"""What several home lines of the loop read of a person, once a page."""

from governance.registers.todo import TodoReader

from ..permissions import teams_spoken_for


def spoken_for(reader: TodoReader) -> frozenset[int]:
    """Ids of the teams of which the person is head or deputy now; none without an action."""
    if reader.action is None:
        return frozenset()
    if teams_spoken_for not in reader.shared:
        reader.shared[teams_spoken_for] = teams_spoken_for(reader.user)
    found: frozenset[int] = reader.shared[teams_spoken_for]
    return found
