"""The rule for passwords, and random first passwords (docs/rules.md#security)."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from governance.lists.text import Text
from governance.records.refusals import Invalid

from .county_name import county
from .models import User

SHORTEST, LONGEST = 12, 128
SCORE = 3
"""What zxcvbn has to say of the password, from 0 to 4: more than a hundred million guesses."""
ESTIMATED = 72
"""zxcvbn refuses to estimate more characters than this, so the first ones are estimated."""
CLASSES, DAYS = 3, 90
"""What the policy `mlps` adds: classes of characters, and how long a password is valid."""

FIRST_LENGTH = 12
FIRST_DAYS = 14
"""A password that an administrator gave out is void after so many days."""
LEGIBLE = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
"""The letters of a first password, without those that look alike in print."""

_LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "l"}
"""Characters that stand for a letter."""
_ONE = ("i", "l")
"""What the digit 1 stands for."""
_NUMBERS = re.compile(r"1[3-9]\d{9}|(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?")
"""Mobile phone numbers, days and years: zxcvbn takes twelve digits for random ones."""
_PLACES = ("xian", "shi", "qu")
"""Pinyin of county, city, district, as it follows the name of the place."""
_LEAST_LATIN, _LEAST_OTHER = 3, 2
"""The shortest context word: in Latin letters and digits, and in Chinese characters."""


def first_password() -> str:
    """A random first password with letters of each kind: about 68 bits."""
    while True:
        password = "".join(secrets.choice("".join(LEGIBLE)) for _ in range(FIRST_LENGTH))
        if all(set(password) & set(letters) for letters in LEGIBLE):
            return password


def set_password(user: User, password: str, *, at: datetime, own: bool) -> None:
    """Set a password on the row, unsaved: the person's own, or one that is void after 14 days and has to be changed.

    Raises:
        Invalid: the password breaks the rule.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(str(message) for message in error.messages)}) from error
    give_password(user, password, at=at, own=own)


def give_password(user: User, password: str, *, at: datetime, own: bool = False) -> None:
    """`set_password` without the rule, for a random password."""
    user.set_password(password)
    user.password_set_at = at
    user.password_void_at = None if own else at + timedelta(days=FIRST_DAYS)


PASSWORD_FIELDS = ("password", "password_set_at", "password_void_at")
"""What `set_password` and `give_password` change."""


def has_to_change(user: User, at: datetime) -> bool:
    """Whether a person has to choose a new password before anything else.

    So it is after a password that an administrator gave out, and under the policy `mlps` after 90 days.
    """
    if user.password_void_at is not None:
        return True
    if settings.PASSWORD_POLICY != "mlps":
        return False
    return user.password_set_at is None or user.password_set_at + timedelta(days=DAYS) <= at


def is_void(user: User, at: datetime) -> bool:
    """Whether a password that an administrator gave out was not used in time."""
    return user.password_void_at is not None and user.password_void_at <= at


class PasswordRule:
    """12 to 128 characters that nobody guesses, whatever they are.

    What others know (the person's data, the county, the product, the words of data/words.txt) is cut out; the rest has
    to reach zxcvbn's score 3. The core (lower case, leet undone, digits and signs off) is in no list of common
    passwords. The policy `mlps` (Chinese multi-level protection scheme) also asks for three of four classes.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence that says what is wrong and what helps."""
        length = len(password)
        if length < SHORTEST:
            raise ValidationError(
                _("The password has %(length)s characters and needs at least %(least)s. Add a word or two."),
                code="password_too_short",
                params={"length": length, "least": SHORTEST},
            )
        if length > LONGEST:
            raise ValidationError(
                _("The password has %(length)s characters; the limit is %(most)s. Shorten it."),
                code="password_too_long",
                params={"length": length, "most": LONGEST},
            )
        if settings.PASSWORD_POLICY == "mlps" and _classes(password) < CLASSES:
            raise ValidationError(
                _("Use three of these four: lowercase letters, uppercase letters, digits, symbols."),
                code="password_classes",
            )
        if core := common_core(password):
            raise ValidationError(
                _(
                    "“%(core)s” is one of the most common passwords, and adding digits or symbols does not "
                    "help. Use three or four unrelated words."
                ),
                code="password_common",
                params={"core": core},
            )
        rest, found = without_words(password, context_words(user))
        if score(rest) >= SCORE:
            return
        if found:
            raise ValidationError(
                _(
                    "“%(words)s” is easy to guess, and the rest of the password is not enough. Add two or "
                    "three words unrelated to you, your work or the county."
                ),
                code="password_context",
                params={"words": "”、“".join(found)},
            )
        raise ValidationError(
            _(
                "This password is easy to guess: keyboard rows, repetitions, dates and single words are "
                "tried first. Use three or four unrelated words."
            ),
            code="password_weak",
        )

    def get_help_text(self) -> Text:
        if settings.PASSWORD_POLICY == "mlps":
            return _(
                "12 to 128 characters with three of these four: lowercase letters, uppercase letters, "
                "digits, symbols. No names, keyboard rows or common passwords. Valid for 90 days."
            )
        return _(
            "12 to 128 characters, preferably three or four unrelated words. No names of people or places, "
            "keyboard rows or common passwords; uppercase letters and symbols are not required."
        )


def password_help() -> Text:
    """The rule in a sentence or two, for forms."""
    return PasswordRule().get_help_text()


def score(password: str) -> int:
    """What zxcvbn says of a password without its dates and phone numbers, from 0 (guessed at once) to 4."""
    rest = _NUMBERS.sub("", password)
    return int(zxcvbn(rest[:ESTIMATED])["score"]) if rest else 0


def common_core(password: str) -> str:
    """The core of a password if it is in Django's list of common passwords, otherwise empty."""
    known, lower = _common(), password.lower()
    begins = re.sub(r"[\W\d_]+$", "", lower)
    inner = re.sub(r"^[\W\d_]+", "", begins)
    pieces = {re.sub(r"^\d+|\d+$", "", piece) for piece in re.split(r"[\W_]+", lower)} - {""}
    if len(pieces) == 1:  # the same word again and again
        inner = pieces.pop()
    cores = [lower, _letters(lower), *(_letters(plain) for text in (inner, begins, lower) for plain in _plain(text))]
    cores.append(re.sub(r"^(\w{3,}?)\1+$", r"\1", cores[1]))
    return next((core for core in cores if core in known and len(set(core)) > 2), "")


def without_words(password: str, words: Iterable[str]) -> tuple[str, list[str]]:
    """The password without every place of one of `words`, in any case or in leet, and the words that were found."""
    taken: set[int] = set()
    found = []
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        for text in (password.lower(), *_plain(password.lower())):
            starts = [match.start() for match in re.finditer(f"(?={re.escape(word)})", text)]
            places = {place for start in starts for place in range(start, start + len(word))}
            if places - taken:
                found.append(word)
                taken |= places
    rest = "".join(letter for place, letter in enumerate(password) if place not in taken)
    return rest, list(dict.fromkeys(found))


def context_words(user: User | None) -> set[str]:
    """What others know: the words of the data file, the county, and of the person account, name, phone and so on."""
    here = county()
    texts = [here.name_zh, here.name_en, settings.COUNTY_NAME, settings.COUNTY_NAME_ZH]
    if user is not None:
        department = user.department
        texts += [user.username, user.name, user.phone, user.email.partition("@")[0], user.post]
        texts += [department.name, department.short_name] if department else []
    words = {word for text in texts for word in (text.lower(), *re.split(r"[\W_]+", text.lower()))}
    words |= {word.removesuffix(end) for word in words for end in ("县", "市", "区")}
    pinyin = re.findall(r"[a-z]+", f"{here.name_en} {settings.COUNTY_NAME}".lower())
    words |= {f"{word}{end}" for word in pinyin for end in _PLACES}
    return {word for word in words if _is_long_enough(word)} | _known_words()


@cache
def _known_words() -> frozenset[str]:
    """The words of data/words.txt, one on a line."""
    lines = (Path(__file__).parent / "data" / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_long_enough(word: str) -> bool:
    return len(word) >= (_LEAST_LATIN if word.isascii() else _LEAST_OTHER)


def _plain(text: str) -> list[str]:
    """`text` with leet undone, character by character; once for each letter that 1 can stand for."""
    return ["".join(one if letter == "1" else _LEET.get(letter, letter) for letter in text) for one in _ONE]


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def _classes(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit)
    found = {next((number for number, test in enumerate(tests) if test(letter)), len(tests)) for letter in password}
    return len(found)
