"""What was learned from examples: that it was from those that are kept, and what it adds to the lists of phrases."""

import re

import pytest
from learning import reading
from readings import bergamo, meaning, sample

from texting.judging import OF_NO_SERVICE, Opinion, judged
from texting.kinds import KINDS, MODIFIERS
from texting.likeness import Likeness
from texting.weights import kept
from texting.what import What

INTENTS = {"yes", "no", "counter", "cancel", "status", "help", "menu", "human", "link", "thanks", "greeting", "join", "emergency", "unknown"}
CLOSED = ("texts_open.json", "texts_x.json", "texts_y.json", "texts_z.json", "texts_w.json", "texts_v.json",
          "texts_u.json")


@pytest.mark.parametrize("name", ["likeness", "relevance"])
def test_what_is_used_was_learned_from_the_examples_that_are_kept(name):
    assert kept(name).learned_from == reading.digest(), "the examples have changed: make learn"


def test_every_example_has_a_label_that_the_house_understands():
    labels = {label for label, _text in reading.examples()}
    plain = {label: " ".join(word for word in label.split() if word not in MODIFIERS) for label in labels}
    assert all(plain[label] in {*INTENTS, *OF_NO_SERVICE, *KINDS} for label in labels), labels
    assert set(kept("likeness").labels) == labels and kept("relevance").labels == ("wanted",)


def test_no_text_that_is_to_prove_something_stands_among_the_examples():
    learned = {reading.folded(text) for _label, text in reading.in_files()}
    told = (line for file in (reading.HERE / "told").glob("*.txt") for line in file.read_text(encoding="utf-8").splitlines())
    learned |= {reading.folded(reading.MARK.sub(r"\2", line)) for line in told}
    proofs = [one["text"] for name in CLOSED for one in sample(name)]
    assert not [text for text in proofs if reading.folded(text) in learned and len(text.split()) > reading.EVERYBODYS]


def test_every_marked_text_says_of_each_time_and_comune_whether_it_is_wanted():
    for file in sorted((reading.HERE / "told").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert reading.MARK.search(line) and not re.search(r"[{}]", reading.MARK.sub("", line)), line


# ---------------------------------------------------------------- two opinions

def like(*ranked):
    """A likeness with these labels first and nothing else near."""
    return Likeness((*ranked, ("menu", -2.0), ("link", -2.1), ("join", -2.2)))


def opinion(ours, *ranked, modifiers=frozenset()):
    """The intent and the service of the one opinion."""
    return judged(ours, like(*ranked), bergamo().offer, modifiers).meant


def test_what_is_clearly_likest_is_meant_and_where_nothing_is_the_phrases_say():
    nothing = Opinion("unknown", What())
    assert opinion(nothing, ("ironing", 0.9), ("unknown", -0.5)) == ("ask", "ST")
    assert opinion(nothing, ("cancel", 0.4), ("no", -0.4)) == ("cancel", None)
    assert opinion(Opinion("no", What()), ("yes", 0.1), ("no", 0.0)) == ("no", None)


def test_of_two_services_that_are_as_likely_neither_is_guessed():
    meals = Opinion("ask", What("PA", kinds=frozenset({"meals"}), certain=True))
    assert opinion(meals, ("shopping", 0.2), ("meals", 0.0)) == ("ask", None)
    assert judged(meals, like(("shopping", 0.2), ("meals", 0.0)), bergamo().offer, frozenset()).what.likely == ("SP", "PA")
    assert opinion(meals, ("shopping", 1.2), ("meals", 0.0)) == ("ask", "SP")


def test_two_things_that_were_named_are_asked_unless_one_is_plainly_by_the_way():
    two = Opinion("ask", What(None, ("PA", "SP"), certain=True))
    assert opinion(two, ("meals", 0.4), ("shopping", -0.2)) == ("ask", None)
    assert opinion(two, ("meals", 0.9), ("shopping", -0.2)) == ("ask", "PA")


def test_an_emergency_needs_little_and_one_that_a_phrase_names_next_to_nothing():
    calm, alarmed = Opinion("unknown", What()), Opinion("emergency", What())
    assert opinion(calm, ("emergency", -0.2), ("unknown", -0.5))[0] == "emergency"
    assert opinion(calm, ("emergency", -0.2), ("unknown", -0.3))[0] == "unknown"
    assert opinion(calm, ("emergency", -0.6), ("unknown", -0.7))[0] == "unknown"
    assert opinion(alarmed, ("unknown", 0.2), ("emergency", -0.9))[0] == "emergency"
    assert opinion(alarmed, ("unknown", 0.9), ("emergency", -1.4))[0] == "unknown"


def test_what_the_time_says_chooses_among_services_of_a_kind():
    nothing = Opinion("unknown", What())
    assert opinion(nothing, ("childcare", 0.9)) == ("ask", "BS")
    assert opinion(nothing, ("childcare", 0.9), modifiers=frozenset({"urgent"})) == ("ask", "BE")
    assert opinion(nothing, ("homecare", 0.9), modifiers=frozenset({"night"})) == ("ask", "AN")
    assert opinion(nothing, ("homecare night", 0.9), modifiers=frozenset({"day"})) == ("ask", "AD")


# ---------------------------------------------------------------- what nobody foresaw

@pytest.mark.parametrize(("text", "service"), [
    ("sono sommersa dalle divise del ristorante, il ferro mi si è rotto", "ST"),
    ("mia figlia non esce più dalla camera e non so più come prenderla", "PD"),
    ("le maestre fanno sciopero giovedì, i bambini dove li metto?", "WK"),
    ("nessuno mi sa dire cosa ci spetta per mio padre invalido", "CG")])
def test_a_service_is_understood_in_words_that_no_list_has(text, service):
    assert meaning(text)["service"] == service


@pytest.mark.parametrize("text", [
    "mio marito è per terra in bagno e non mi risponde", "ha ingoiato le pastiglie della nonna", "c'è fumo che esce dal quadro elettrico in cucina",
    "non sento più il polso", "she took all her tablets and won't wake up", "ha la bocca storta e non muove il braccio"])
def test_an_emergency_is_one_in_whatever_words(text):
    assert meaning(text)["intent"] == "emergency"


@pytest.mark.parametrize("text", [
    "muoio dalle risate", "che ansia questo film", "dopo la frattura mio papà va aiutato a lavarsi", "la nonna ha avuto un infarto due anni fa, cerchiamo compagnia",
    "svolto", "non trovo la locandina, come faccio", "usa il deambulatore", "la faccio io", "me la vedo io", "ci vado subito", "c'è mio marito", "do",
    "nel 2026", "io faccio subito"])
def test_and_none_where_nobody_is_in_danger(text):
    assert meaning(text)["intent"] != "emergency"


@pytest.mark.parametrize(("text", "meant"), [
    ("Lavoro fino alle 22 a Dalmine, mi serve una tata venerdì dalle 17 alle 21 a Osio Sotto",
     {"date": "2026-12-04", "start": "17:00", "end": "21:00", "place": "Osio Sotto"}),
    ("mio marito torna sabato e io attacco alle 6. Giovedì dalle 15 alle 18 chi sta coi bambini? siamo a Covo",
     {"date": "2026-12-03", "start": "15:00", "end": "18:00", "place": "Covo"}),
    ("mia mamma ha la visita a Treviglio il 18 dicembre alle 10, io esco dall'ufficio alle 18. La prendete a Lurano?",
     {"date": "2026-12-18", "start": "10:00", "place": "Lurano"}),
    ("portate papà a fare il prelievo domani alle 7? Alle 9 poi lo riprende mia sorella", {"date": "2026-12-02", "start": "07:00"}),
    ("mio padre ha la gamba ingessata fino al 2 aprile e la vicina parte giovedì per la Sicilia. Qualcuno che vada al supermercato per lui lun 7 verso le 10?",
     {"date": "2026-12-07", "start": "10:00"}),
    ("la maestra mi ha convocata lunedì alle 8 e mezza. Vorrei un incontro con la pedagogista il 10 dicembre pomeriggio", {"date": "2026-12-10"})])
def test_what_is_told_by_the_way_is_not_wanted(text, meant):
    read = meaning(text)
    assert {key: read.get(key) for key in ("date", "start", "end", "place") if key in read} == meant


def test_what_went_wrong_asks_for_no_time_and_no_place():
    assert meaning("ieri alle 9 a Covo non si è presentato nessuno") == {"intent": "human"}
