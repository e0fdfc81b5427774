"""Closed questions are answered in people's own words, and nothing is taken for a yes that is none."""

from datetime import date

import pytest
from acts import proposed, slot
from cast import asked
from texted import Clock, Handset, italian_cast

from models import Conversation, Employee, Phone, Proposal
from texting.dialogue.closed_answers import ages, how_many, independence


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    return italian_cast(at)


@pytest.fixture
def teresa(cast, clock):
    """A person with a number of her own, who writes Italian today."""
    return Handset(cast.teresa.phone.number, clock)


@pytest.mark.parametrize(("text", "many"), [
    ("una", 1), ("uno solo", 1), ("una bambina", 1), ("ne ho due", 2), ("sono due fratelli", 2), ("3", 3), ("tre, di 4 anni", 3), ("only one child", 1),
    ("boh", None), ("due o tre", None), ("quella piccola", None),
    ("vediamo un po'", None), ("a una certa", None)])
def test_how_many_is_understood_in_words(text, many):
    assert how_many(text) == many


@pytest.mark.parametrize(("text", "years"), [("quattro anni e mezzo", [4]), ("uno ha 3 e l'altro 5", [3, 5]), ("7", [7]), ("sei e otto", [6, 8]), ("boh", [])])
def test_ages_are_understood_in_words(text, years):
    assert ages(text) == years


@pytest.mark.parametrize(("text", "how"), [
    ("cammina poco", "helped"), ("usa il deambulatore", "helped"), ("con il bastone", "helped"), ("he can walk with a stick", "helped"), ("allettata", "dependent"),
    ("è in carrozzina", "dependent"), ("non cammina", "dependent"), ("da sola", "alone"), ("boh", None)])
def test_how_somebody_gets_about_is_understood_in_words(text, how):
    assert independence(text) == how


def test_a_wish_is_asked_to_its_end_in_plain_words(teresa):
    assert "quanti bambini" in teresa.says("baby sitter lunedì dalle 15 alle 18 a Romano")
    assert "anni" in teresa.says("una")
    assert "Inviamo?" in teresa.says("quattro anni e mezzo")


def test_a_yes_to_which_day_accepts_nothing_that_was_refused(cast, teresa, at, clock):
    request = asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 14))
    proposal = proposed(cast, request, slot(date(2026, 12, 15), "16:00", "19:00"), cast.marta, at=at)
    clock.later(minutes=1)
    assert "che giorno" in teresa.says("un altro orario")
    assert "che giorno" in teresa.says("va bene")
    assert Proposal.get_by_id(proposal.id).state == "waiting"


def test_another_weekday_of_a_visit_next_week_is_of_that_week(cast, teresa, at, clock):
    request = asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 14))
    proposed(cast, request, slot(date(2026, 12, 15), "16:00", "19:00"), cast.marta, at=at)
    clock.later(minutes=1)
    assert "ven 18/12" in teresa.says("meglio venerdì alle 17")


def test_a_wish_behind_the_code_is_taken_up_when_it_has_let_somebody_in(cast, clock):
    said = Handset("+393355550177", clock).says("LYNX 48291 mi serve una babysitter venerdì dalle 15 alle 18 a Romano")
    assert "numero è attivo" in said and "quanti bambini" in said


@pytest.mark.parametrize("text", ["non scrivetemi più", "basta messaggi per favore", "toglietemi dalla lista", "non voglio più ricevere sms"])
def test_who_wants_no_more_texts_is_told_the_word_that_stops_them(teresa, text):
    assert "solo la parola STOP" in teresa.says(text)
    assert Phone.select().where(Phone.stopped_at.is_null(False)).count() == 0


def test_a_plainly_italian_sentence_brings_italian_back(cast, teresa):
    assert "Which town" in teresa.says("I need a babysitter on Monday from 3pm to 6pm") or Employee.get_by_id(cast.teresa.id).language == "en"
    teresa.says("scusate scrivo in italiano, mi serve una baby sitter lunedì dalle 15 alle 18 a Romano")
    assert Employee.get_by_id(cast.teresa.id).language == "it"


def test_a_question_that_was_missed_twice_can_still_be_answered(teresa):
    teresa.says("baby sitter lunedì dalle 15 alle 18 a Romano")
    teresa.says("mah"), teresa.says("vediamo un po'")
    assert Conversation.get().asking == "number"
    assert "anni" in teresa.says("1")
