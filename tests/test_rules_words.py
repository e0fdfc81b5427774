"""The words at the door."""

import random
from itertools import combinations

import pytest

from rules.words import WORDS, draw

ANSWERS_AND_COMMANDS = set("""
    si no ok va bene certo forse mai grazie ciao basta stop start annulla disdici menu aiuto info help stato lynx end
    quit cancel yes parola codice link chiama ora oggi domani ieri sera notte pranzo cena uno due tre sei sette
    otto nove lunedi sabato sos
""".split())
SERVICES = set("""
    tata bimbi bimba bimbo figli figlio compiti estate ponte cre oss asa badante mamma papa nonna nonno suocera visita
    ospedale esami dialisi pasto pasti spesa farmaci stiro ferro cesto cesta camicia visite scuola turno posto
    aiuto casa tempo ascolto isee
""".split())
NAMES = set("""
    rosa viola stella gemma perla ambra iris dalia mimosa oliva edera alba luna gioia fiore celeste luce marina olmo
    lino pino dino gino nino tino bruno leone orso tasso lilla giglio palma pietra remo alma asia nora vera nives
""".split())
COMUNI = set("ponte torre isola costa valle calcio covo isso curno mozzo lallio levate crema lecco adda serio".split())


def one_letter_apart(one, other):
    """Whether a slip of one letter makes one word of the other."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1:] == short for i in range(len(long)))


def test_there_are_about_two_hundred_and_each_once():
    assert len(WORDS) == len(set(WORDS)) >= 200


def test_a_word_is_short_plain_and_written_small():
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 6 for word in WORDS)


def test_no_word_means_something_else_to_us():
    assert set(WORDS).isdisjoint(ANSWERS_AND_COMMANDS | SERVICES | NAMES | COMUNI)


def test_no_two_words_are_one_letter_apart():
    assert [pair for pair in combinations(WORDS, 2) if one_letter_apart(*pair)] == []


def test_a_drawn_word_is_never_one_that_is_taken():
    chance, taken = random.Random(1), set()
    for _ in WORDS:
        taken.add(draw(chance, taken))
    assert taken == set(WORDS)
    with pytest.raises(IndexError):
        draw(chance, taken)
