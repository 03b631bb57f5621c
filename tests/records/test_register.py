"""What upper apps register: words of verbs and notices, facts, entries of lists."""

import pytest
from django.utils.translation import override

from governance.records.audit_words import Readable
from governance.records.file_store import save_upload
from governance.records.models import AuditEvent, Notice, SavedUpload, StoredFile
from governance.records.register import Register
from governance.records.verbs import record, tell, verb
from governance.records.words import (
    FACT_WORDS,
    NOTICE_FACTS,
    NOTICE_SENTENCES,
    UPLOAD_KINDS,
    VERB_WORDS,
    verb_word,
    verbs_like,
)


def test_a_name_belongs_to_one_entry():
    register = Register()
    first = register.register("lamp", object())
    assert register.register("lamp", first) is first
    with pytest.raises(ValueError, match="lamp"):
        register.register("lamp", object())
    assert register == {"lamp": first}


def test_a_verb_must_say_what_it_does():
    with pytest.raises(TypeError, match="says"):
        verb()


def test_a_verb_brings_its_words(monkeypatch):
    monkeypatch.delitem(VERB_WORDS, "paint_wall", raising=False)

    @verb(says="painted a wall")
    def paint_wall() -> int:
        return 3

    monkeypatch.setitem(VERB_WORDS, "paint_wall", VERB_WORDS.pop("paint_wall"))
    assert verb_word("paint_wall") == "painted a wall"
    assert verbs_like("a wall") == ["paint_wall"]


@pytest.mark.django_db
def test_no_event_is_recorded_under_a_name_that_no_verb_has(office, at):
    with pytest.raises(LookupError, match="paint_wall"):
        record("paint_wall", None, by=office, at=at)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_no_notice_is_told_without_a_sentence(office, at):
    with pytest.raises(LookupError, match="wall_painted"):
        tell([office], "wall_painted", key="a", url="/", at=at, facts={})
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_an_app_brings_the_sentence_of_a_notice(monkeypatch, office, at):
    monkeypatch.setitem(NOTICE_SENTENCES, "wall_painted", "The wall is %(colour)s.")
    monkeypatch.setitem(NOTICE_FACTS, "colour", str.upper)
    tell([office], "wall_painted", key="a", url="/", at=at, facts={"colour": "blue"})
    notice = Notice.objects.get()
    notice.full_clean()
    assert notice.sentence == "The wall is BLUE."


def test_an_app_brings_the_words_of_a_fact(monkeypatch):
    monkeypatch.setitem(FACT_WORDS, "coats", "coats of paint")
    with override("en"):
        (line,) = Readable().lines(AuditEvent(change='{"coats":2}'))
        assert str(line) == "coats of paint: 2"


@pytest.mark.django_db
def test_no_upload_is_kept_of_a_kind_that_no_app_reads(office, at):
    with pytest.raises(LookupError, match="wallpaper"):
        save_upload(StoredFile(), "wallpaper", {}, by=office, at=at)
    assert dict(SavedUpload._meta.get_field("kind").flatchoices) == UPLOAD_KINDS
