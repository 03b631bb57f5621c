"""What the records ask of a person; the accounts themselves are kept in `people`, above."""

from typing import Protocol


class Person(Protocol):
    """Somebody with an account, who can act and be told of something."""

    @property
    def pk(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def is_active(self) -> bool: ...

    def has_role(self, *roles: str) -> bool: ...
