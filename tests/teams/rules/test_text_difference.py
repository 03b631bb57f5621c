"""What is new in a text: the pieces always join to the texts, and only what differs is marked."""

from hypothesis import given
from hypothesis import strategies as st

from teams.rules.text_difference import difference

TEXTS = st.text(alphabet="完成古城镇村 a1290，。；\n", max_size=60)


def marked(parts):
    return [part.text for part in parts if part.differs]


def joined(parts):
    return "".join(part.text for part in parts)


@given(TEXTS, TEXTS)
def test_the_pieces_are_the_texts_and_equal_texts_have_no_mark(before, after):
    found = difference(before, after)
    assert (joined(found.before), joined(found.after)) == (before, after)
    assert not marked(difference(after, after).after)
    neighbours = [one.differs == other.differs for one, other in zip(found.after, found.after[1:], strict=False)]
    assert not any(neighbours)


def test_numbers_are_compared_whole_and_what_was_added_is_marked():
    found = difference(
        "新完成42个村清查登记，累计66个；实物与账册逐一比对。",
        "新完成8个村清查登记，累计74个；实物与账册逐一比对，古城镇9个村张榜公示。",
    )
    assert marked(found.before) == ["42", "66"]
    assert marked(found.after) == ["8", "74", "，古城镇9个村张榜公示"]


def test_unlike_texts_are_not_marked_and_long_ones_are_compared_by_sentence():
    assert marked(difference("摸清闲置校舍底数。", "古城镇四户签约").after) == []
    long = "完成二标段路面。" * 100
    assert marked(difference(long, long + "新签三户协议。").after) == ["新签三户协议。"]
