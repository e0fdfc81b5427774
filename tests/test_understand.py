"""What a text is for: answers, commands, calls for help, and the words that must never be taken for them."""

import pytest
from readings import meaning


def intent(text):
    """What a text is for."""
    return meaning(text)["intent"]


STOPS = ["STOP", "S T O P", "s.t.o.p.", "Stop.", " stop ", "STOPALL", "unsubscribe", "Cancel", "END", "quit!", "revoke", "optout", "BASTA", "cancellami"]


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_word_alone_stops(text):
    assert meaning(text) == {"intent": "stop"}


@pytest.mark.parametrize("text", ["stop by at 5", "basta così grazie", "fine settimana", "annulla", "non stop", "end of the month is fine", "ho detto basta alla badante",
                                  "cancel my appointment", "stop alle 5", "quit smoking", "no", "basta che sia sabato"])
def test_within_anything_longer_it_stops_nothing(text):
    assert intent(text) != "stop"


@pytest.mark.parametrize("text", ["START", "unstop", "Riattiva"])
def test_a_start_word_alone_starts(text):
    assert intent(text) == "start"


@pytest.mark.parametrize("text", ["LYNX 48291", "lynx48291", "Linx 482 91", "48291", "codice 48291", "ciao, LYNX 48291 grazie", "LYNX: 48291."])
def test_a_join_code_is_known_however_it_is_typed(text):
    assert meaning(text) == {"intent": "join", "code": "48291"}


def test_a_code_with_three_of_a_digit_is_a_code_within_a_sentence_too():
    assert meaning("vorrei iscrivermi, il mio codice azienda è 48885 e sono Rosa")["code"] == "48885"


def test_a_join_code_with_a_wrong_check_digit_is_a_join_code_and_wrong():
    from readings import NOW, bergamo

    from texting.understand import understand
    wrong, right = (understand(text, bergamo(), NOW) for text in ("LYNX 48292", "LYNX 48291"))
    assert (wrong.intent, wrong.code, wrong.code_is_right, right.code_is_right) == ("join", "48292", False, True)


@pytest.mark.parametrize(("text", "meant"), [
    ("ok a7k2", {"intent": "yes", "reference": "A7K2"}), ("NO A7K2", {"intent": "no", "reference": "A7K2"}),
    ("A7K2M3", {"intent": "status", "reference": "A7K2M3"}),
    ("annulla A 7 K 2", {"intent": "cancel", "reference": "A7K2"}), ("a7k2?", {"intent": "status", "reference": "A7K2"})])
def test_a_reference_goes_with_what_is_said_of_it(text, meant):
    assert meaning(text) == meant


@pytest.mark.parametrize("text", [
    "mia madre è caduta non si alza", "mio papà non respira", "chiamate un'ambulanza", "sta sanguinando",
    "è svenuta la nonna", "voglio farla finita", "mi picchia",
    "c'è puzza di gas", "sto malissimo", "aiuto, infarto", "mia nonna è caduta", "my dad passed out", "call 112"])
def test_an_emergency_is_one_at_once(text):
    assert intent(text) == "emergency"


@pytest.mark.parametrize("text", [
    "caduta massi", "emergenza baby sitter", "mamma è caduta il mese scorso, serve assistenza",
    "dopo l'ictus papà ha bisogno di fisioterapia", "non è urgente", "trasporto in ambulanza per una visita",
    "esami del sangue per papà", "mio figlio sta male, serve la tata domani", "è caduta la linea",
    "visita al pronto soccorso", "cerco qualcuno, ho paura che la nonna cada"])
def test_a_false_alarm_is_none(text):
    assert intent(text) != "emergency"


@pytest.mark.parametrize(("text", "meant"), [
    ("👍", "yes"), ("🙏🙏", "thanks"), ("😀", "unknown"), ("", "unknown"), ("   ", "unknown"), ("???", "help"), ("sì!!", "yes"),
    ("Siiii", "yes"), ("No grazie", "no"),
    ("ciao", "greeting"), ("grazie mille", "thanks"), ("menù", "menu"), ("che servizi avete?", "menu"), ("aiuto", "help"),
    ("come funziona?", "help"),
    ("mi chiamate?", "human"), ("vorrei parlare con qualcuno", "human"), ("ho perso il link", "link"),
    ("a che punto siamo?", "status"), ("non mi serve più", "cancel"), ("la 2", "rating_or_choice")])
def test_a_short_message_is_what_it_is(text, meant):
    assert intent(text) == meant


@pytest.mark.parametrize(("text", "meant"), [
    ("si può fare alle 17?", {"intent": "counter", "start": "17:00", "only_time": True}),
    ("alle 17", {"intent": "counter", "start": "17:00", "only_time": True}),
    ("lunedì alle 16", {"intent": "counter", "date": "2026-12-07", "start": "16:00"}),
    ("ok venerdì", {"intent": "yes", "date": "2026-12-04"}), ("lunedì va bene", {"intent": "yes", "date": "2026-12-07"}),
    ("oggi", {"intent": "counter", "date": "2026-12-01"}),
    ("sì ma alle 15", {"intent": "counter", "start": "15:00", "only_time": True}),
    ("spostiamo a giovedì", {"intent": "counter", "date": "2026-12-03"})])
def test_another_time_is_told_from_a_yes(text, meant):
    assert meaning(text) == meant


@pytest.mark.parametrize(("text", "english"), [
    ("hello", True), ("I need help with my mother", True), ("yes please", True), ("ok", False), ("babysitter", False),
    ("STOP", False), ("link", False), ("no", False)])
def test_english_is_told_from_italian_and_in_doubt_it_is_italian(text, english):
    assert (meaning(text).get("language") == "en") == english


def test_not_having_understood_each_other_or_being_late_is_no_refusal_and_a_person_answers():
    for text in ("non ci siamo capiti", "non ci siamo intesi", "siamo in ritardo di 10 minuti"):
        assert meaning(text)["intent"] == "human", text
