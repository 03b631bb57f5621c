"""The rule for passwords: forty of them, and what each refusal says."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from governance.people.models import County, Department, User
from governance.people.passwords import FIRST_LENGTH, PasswordRule, first_password, without_words

pytestmark = pytest.mark.django_db

SHORT, LONG, COMMON, CONTEXT, WEAK = (
    f"password_{end}" for end in ("too_short", "too_long", "common", "context", "weak")
)

PASSWORDS = {
    # too short, too long
    "": SHORT,
    "Tr0ub4dor&3": SHORT,
    "垣曲县专项办2026年": SHORT,
    "walnut " * 18 + "end": LONG,
    # a core from the lists of common passwords
    "Admin@123456": COMMON,
    "P@ssw0rd2026!!": COMMON,
    "Passw0rd!Passw0rd": COMMON,
    "iloveyou!2026!": COMMON,
    "qwertyuiop[]\\": COMMON,
    "1qaz@WSX3edc4rfv": COMMON,
    "Qwer!@#$1234": COMMON,
    "!!!Welcome!!!2026": COMMON,
    "$unsh1ne123456": COMMON,
    "123456football": COMMON,
    "admin.admin.admin": COMMON,
    # what everybody in the county knows
    "yuanquxian2026": CONTEXT,
    "Yuanqu@2026!!": CONTEXT,
    "Yuanqu-County-1": CONTEXT,
    "垣曲县垣曲县垣曲县垣曲县": CONTEXT,
    "垣曲县先锋专班2026年1月": CONTEXT,
    "Vanguard-2026!": CONTEXT,
    "V@ngu4rdV@ngu4rd": CONTEXT,
    "xianfengzhuanban1": CONTEXT,
    "woaizhongguo520": CONTEXT,
    "Zhengfu@123456": CONTEXT,
    "zhangsan19900101": CONTEXT,
    # what is known of the person: account, name, phone, mail, department
    "wangmou-wangmou1": CONTEXT,
    "13812345678-mk": CONTEXT,
    "农业农村局农业农村局王某某9": CONTEXT,
    "w4ngmou!w4ngmou!": CONTEXT,
    # repetitions, rows, dates
    "a" * 16: WEAK,
    "a" * 91: WEAK,
    "aA1!" * 23: WEAK,
    "abcdefghijklmn": WEAK,
    "123456789012": WEAK,
    "20261027202610": WEAK,
    "13900001111139": WEAK,
    # good ones: words, a sentence, random signs, Chinese, very long
    "lantern ferry walnut": "",
    "Lantern-ferry-27": "",
    "correct horse battery staple": "",
    "tH3qu1ckbr0wnf0x": "",
    "xK9#mQ2$vL7p": "",
    "春江花月夜里看见三只白鹭": "",
    "the county office opens at nine, the ferry does not": "",
    "orchard bridge " * 8: "",
    "walnut ferry kettle violin " * 3 + "marble sponge": "",
}


@pytest.fixture
def wangmou():
    """Somebody of whom much is known."""
    County.objects.create(name_zh="垣曲县", name_en="Yuanqu County")
    department = Department(name="县农业农村局", short_name="农业农村局", code="a")
    return User(username="wangmou", name="王某某", phone="13812345678", email="w@example.cn", department=department)


def refused(password, user=None):
    """The code of the refusal, empty for a good password; and what it says in English."""
    try:
        with translation.override("en"):
            PasswordRule().validate(password, user)
    except ValidationError as error:
        with translation.override("en"):
            return error.code, error.messages[0]
    return "", ""


def test_there_are_at_least_forty():
    assert len(PASSWORDS) >= 40


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_is_judged(wangmou, password):
    assert refused(password, wangmou)[0] == PASSWORDS[password]


def test_more_than_72_characters_are_estimated_by_the_first_ones():
    """zxcvbn raises beyond them."""
    assert refused("xK9#mQ2$vL7p" + "a" * 91) == ("", "")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("walnut", "has 6 characters and needs at least 12"),
        ("w" * 129, "has 129 characters; the limit is 128"),
        ("Admin@123456", "“admin” is one of the most common passwords"),
        ("yuanquxian2026", "“yuanquxian” is easy to guess"),
        ("a" * 16, "easy to guess"),
    ],
)
def test_a_refusal_says_what_and_what_helps(wangmou, password, said):
    with translation.override("en"):
        sentence = refused(password, wangmou)[1]
    assert said in sentence
    assert any(
        cure in sentence for cure in ("Add a word", "Shorten", "Use three or four unrelated words", "Add two or three")
    )


def test_words_are_cut_out_in_any_case_and_in_leet():
    assert without_words("xVaNGu4rdx-y", ["vanguard"]) == ("xx-y", ["vanguard"])
    assert without_words("1i1y-1i1y", ["lily"]) == ("-", ["lily"])
    assert without_words("nothing", ["vanguard"]) == ("nothing", [])


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("lantern ferry walnut", "password_classes"),
        ("Lantern ferry walnut", ""),
        ("lantern-ferry-27", ""),
        ("春江花月夜里看见三只白鹭", "password_classes"),
    ],
)
def test_assessors_who_insist_get_three_classes(settings, password, code):
    settings.PASSWORD_POLICY = "mlps"
    assert refused(password)[0] == code


def test_a_first_password_is_good_and_legible(settings):
    settings.PASSWORD_POLICY = "mlps"
    for password in {first_password() for _ in range(50)}:
        assert refused(password)[0] == ""
        assert len(password) == FIRST_LENGTH and not set(password) & set("0O1lIio")
