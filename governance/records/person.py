"""What this app requires of a person; `people`, which imports it, has the accounts."""

from typing import Protocol


class Person(Protocol):
    """Somebody with an account, who can act and receive notices."""

    @property
    def pk(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def is_active(self) -> bool: ...

    def has_role(self, *roles: str) -> bool: ...
