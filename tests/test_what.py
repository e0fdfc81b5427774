"""What: the service, the menu when in doubt, and what nobody offers; also with another pilot's codes."""

import pytest
from readings import NOW, bergamo, meaning, services

from texting.catalogue import Known, catalogue
from texting.understand import understand


def read(text, known=None):
    """What a text asks for."""
    return understand(text, known or bergamo(), NOW).what


@pytest.mark.parametrize(("text", "code"), [
    ("bebi sitter domani", "BS"), ("chi mi tiene i bimbi sabato?", "BS"), ("baby sitter oggi", "BE"),
    ("bimbo con la febbre, chi sta con lui domani?", "BE"),
    ("badamte per la nonna", "AD"), ("qualcuno che stia con la nonna di notte", "AN"), ("badante la notte", "AN"),
    ("asistenza a mio papà", "AD"),
    ("portare papà dal dottore", "AC"), ("fisioterapia nonno", "AC"), ("pranzo per la nonna", "PA"),
    ("spesa per mamma", "SP"), ("stirare", "ST"), ("camicie", "ST"),
    ("compiti", "DS"), ("scuola chiusa", "WK"), ("wekids", "WK"), ("centro estivo", "WP"),
    ("indennità di accompagnamento", "CG"), ("psicologo", "PD"),
    ("un colloquio con la pedagogista", "PD"), ("assistente sociale", "SA"), ("isee", "SA"), ("I need a nanny", "BS"),
    ("carer for my mum", "AD")])
def test_a_service_is_known_by_its_name_its_keywords_and_what_people_call_it(text, code):
    assert read(text).service == code


@pytest.mark.parametrize(("text", "likely"), [
    ("vorrei un colloquio", ("CG", "PD")), ("baby sitter e compiti", ("BS", "DS")),
    ("spesa e pasti per papà", ("PA", "SP")), ("accompagnare mio figlio a scuola", ("BS", "AC"))])
def test_in_doubt_the_likely_ones_are_offered_and_none_is_guessed(text, likely):
    found = read(text)
    assert found.service is None and set(likely) <= set(found.likely) and len(found.likely) <= 4


def test_whom_it_is_for_alone_offers_what_there_is_for_them():
    assert set(read("i miei bambini").likely) == {"WK", "WP", "BS", "BE"} and read("i miei bambini").service is None
    assert "AD" in read("mia nonna").likely and read("mia nonna").service is None


@pytest.mark.parametrize("text", ["colf", "donna delle pulizie", "dog sitter", "un idraulico", "buoni pasto", "buono spesa", "infermiere per le punture a mamma", "asilo nido"])
def test_what_nobody_offers_is_said_to_be_so(text):
    found = read(text)
    assert found.service is None and found.unmet and meaning(text) == {"intent": "ask", "service": None}


@pytest.mark.parametrize("text", ["dopo pranzo", "all'ora di cena", "buonanotte", "spese condominiali", "pasta al forno", "la vista sul lago"])
def test_words_that_only_look_like_a_service_are_none(text):
    assert read(text).service is None


def test_another_pilot_is_understood_by_its_own_names_and_keywords():
    theirs = (Known("X1", "Tata a casa", "Nanny", "tata", "figli", ("tata",)), Known("X2", "Aiuto domestico per anziani", "Help", "aiuto", "anziani", ("badante",)),
              Known("X3", "Orto condiviso", "Shared garden", "orto", "tempo", ("orto", "zappa")))
    known = catalogue(theirs, ())
    assert [read(text, known).service for text in ("baby sitter domani", "oss per papà", "vorrei la zappa")] == ["X1", "X2", "X3"]
    assert read("centro estivo", known).unmet


def test_without_the_urgent_or_the_nights_service_the_plain_one_is_meant():
    plain = catalogue(tuple(one for one in services() if one.code not in ("BE", "AN")), ())
    assert read("baby sitter urgente", plain).service == "BS" and read("badante di notte", plain).service == "AD"


def test_an_empty_catalogue_offers_nothing_and_fails_at_nothing():
    empty = catalogue((), ())
    assert read("baby sitter a Dalmine", empty) and understand("baby sitter", empty, NOW).as_json() == {"intent": "ask", "service": None}


@pytest.mark.parametrize(("text", "meant"), [
    ("sono infermiera, mi serve la tata sabato", "BS"), ("lavoro in ospedale, cerco qualcuno per i bimbi", "BS"),
    ("la scuola è chiusa lunedì, mi serve una babysitter", "BS"), ("la scuola è chiusa, posso lasciarlo a wekids?", "WK"),
    ("assistenza per mamma dalle 20 alle 8 di sabato", "AN"), ("qualcuno che porti da mangiare a mio padre", "PA"),
    ("x isee a chi mi rivolgo?", "SA")])
def test_what_is_told_by_the_way_is_not_asked_for_and_a_name_outweighs_what_is_akin(text, meant):
    assert meaning(text)["service"] == meant


@pytest.mark.parametrize("text", [
    "spesa e pranzo per mia zia", "chi pensa ai bambini e alla casa e alla spesa?", "papà torna dall'ospedale, che si fa?",
    "accompagnamento per mia mamma come si fa ad averlo?", "chi può portare mio figlio a calcio?", "babysitter o wekids?",
    "qualcuno per mia figlia disabile di 22 anni", "aiuto in casa", "pagare la badante",
    "passaggio domenica per andare al battesimo di mia nipote"])
def test_what_may_be_several_things_is_asked(text):
    assert meaning(text)["service"] is None
