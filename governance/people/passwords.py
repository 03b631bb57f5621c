"""The rule for passwords, and random first passwords (docs/rules.md#security)."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

LENGTH, PASSPHRASE_LENGTH, CLASSES = 10, 16, 3

FIRST_LENGTH = 12
LEGIBLE = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
"""The letters of a first password, without those that look alike in print."""


def first_password() -> str:
    """A random first password with letters of each kind: about 68 bits."""
    while True:
        password = "".join(secrets.choice("".join(LEGIBLE)) for _ in range(FIRST_LENGTH))
        if all(set(password) & set(letters) for letters in LEGIBLE):
            return password


class StrengthValidator:
    """Ten characters with three of four classes (lower, upper, digit, other), or a passphrase of sixteen."""

    def validate(self, password: str, user=None) -> None:
        """Raise ValidationError unless `password` is strong enough."""
        if len(password) >= PASSPHRASE_LENGTH:
            return
        if len(password) < LENGTH or _classes(password) < CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_weak")

    def get_help_text(self) -> Text:
        return _(
            "Use 10 characters or more with three of: small letter, capital letter, digit, other sign; "
            "or a passphrase of 16 characters."
        )


def _classes(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit)
    found = {next((number for number, test in enumerate(tests) if test(letter)), len(tests)) for letter in password}
    return len(found)
