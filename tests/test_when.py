"""When: days, hours and repetitions out of Italian and English, as of Tuesday 1 December 2026, ten o'clock."""

import pytest
from readings import time_in

SAID = [
    # days
    ("oggi", {"on": "2026-12-01"}), ("dopodomani", {"on": "2026-12-03"}), ("dopo domani", {"on": "2026-12-03"}),
    ("venerdi", {"on": "2026-12-04"}), ("mercoledi'", {"on": "2026-12-02"}), ("merc", {"on": "2026-12-02"}),
    ("dom matt", {"on": "2026-12-06", "part": "mattina"}),
    ("il 15", {"on": "2026-12-15"}), ("15/12", {"on": "2026-12-15"}), ("15-12-2026", {"on": "2026-12-15"}),
    ("il 15.12", {"on": "2026-12-15"}),
    ("il 15-12", {"on": "2026-12-15"}), ("15 dic", {"on": "2026-12-15"}), ("primo gennaio", {"on": "2027-01-01"}),
    ("1° febbraio", {"on": "2027-02-01"}),
    ("venerdì 4", {"on": "2026-12-04"}), ("ven 4/12", {"on": "2026-12-04"}), ("December 15", {"on": "2026-12-15"}),
    ("the 15th", {"on": "2026-12-15"}),
    ("tra due settimane", {"on": "2026-12-15"}), ("fra 10 giorni", {"on": "2026-12-11"}),
    ("oggi a otto", {"on": "2026-12-08"}),
    ("il primo venerdì di luglio", {"on": "2027-07-02"}), ("venerdì della settimana prossima", {"on": "2026-12-11"}),
    ("natale", {"on": "2026-12-25"}), ("santo stefano", {"on": "2026-12-26"}), ("epifania", {"on": "2027-01-06"}),
    ("pasquetta", {"on": "2027-03-29"}),
    ("ponte dell'immacolata", {"on": "2026-12-07"}),
    ("la notte tra sabato e domenica", {"on": "2026-12-05", "part": "notte"}),
    # weeks and ranges
    ("settimana prossima", {"on": "2026-12-07", "until": "2026-12-13"}),
    ("nel weekend", {"on": "2026-12-05", "until": "2026-12-06"}),
    ("prima settimana di luglio", {"on": "2027-07-05", "until": "2027-07-11"}),
    ("le prime due settimane di luglio", {"on": "2027-07-05", "until": "2027-07-18"}),
    ("dal 7 all'11 dicembre", {"on": "2026-12-07", "until": "2026-12-11"}),
    ("7 e 8 dicembre", {"on": "2026-12-07", "until": "2026-12-08"}),
    ("sabato e domenica", {"on": "2026-12-05", "until": "2026-12-06"}),
    ("a luglio", {"on": "2027-07-01", "until": "2027-07-31"}),
    ("dal 9 dicembre", {"on": "2026-12-09"}), ("entro venerdì", {"until": "2026-12-04"}),
    ("dal 5 luglio per due settimane", {"on": "2027-07-05", "until": "2027-07-18"}),
    ("la prossima settimana dal lunedì al mercoledì", {"on": "2026-12-07", "until": "2026-12-09"}),
    # every week
    ("tutti i martedì fino a Natale", {"on": "2026-12-08", "weekly": True, "weekdays": (2,), "until": "2026-12-25"}),
    ("ogni lunedì e mercoledì", {"on": "2026-12-02", "weekly": True, "weekdays": (1, 3)}),
    ("il martedì e il giovedì", {"on": "2026-12-03", "weekly": True, "weekdays": (2, 4)}),
    ("dal lunedì al venerdì", {"on": "2026-12-02", "weekly": True, "weekdays": (1, 2, 3, 4, 5)}),
    ("tutte le mattine", {"on": "2026-12-02", "weekly": True, "weekdays": (1, 2, 3, 4, 5, 6, 7), "part": "mattina"}),
    ("tutte le mattine la prossima settimana", {"on": "2026-12-07", "until": "2026-12-13", "part": "mattina"}),
    ("da gennaio tutti i lunedì", {"on": "2027-01-04", "weekly": True, "weekdays": (1,)}),
    ("ogni lunedì da dopo l'epifania", {"on": "2027-01-11", "weekly": True, "weekdays": (1,)}),
    ("ogni mercoledì fino a fine maggio", {"on": "2026-12-02", "until": "2027-05-31", "weekly": True, "weekdays": (3,)}),
    ("domani, anzi venerdì", {"on": "2026-12-04"}),
    ("lunedì (il sabato ha calcio)", {"on": "2026-12-07"}),
    ("ultima settimana di luglio", {"on": "2027-07-26", "until": "2027-08-01"}),
    ("la seconda e terza settimana di luglio", {"on": "2027-07-12", "until": "2027-07-25"}),
    ("mercoledì 2 7 e 30", {"on": "2026-12-02", "start": "07:30"}),
    ("8am-12:30", {"start": "08:00", "end": "12:30"}),
    ("20.30 → 23.30", {"start": "20:30", "end": "23:30"}),
    ("ogni lunedì da gennaio a giugno", {"on": "2027-01-04", "until": "2027-06-30", "weekly": True, "weekdays": (1,)}),
    ("ha vomitato stanotte, domani resta a casa", {"on": "2026-12-02"}),
    ("santa lucia", {"on": "2026-12-13"}),
    ("ogni settimana", {"weekly": True}),
    ("ogni martedì dal 12 gennaio", {"weekly": True, "weekdays": (2,), "on": "2027-01-12"}),
    # hours
    ("alle 3", {"start": "15:00"}), ("alle 3 di notte", {"start": "03:00"}), ("h 16", {"start": "16:00"}),
    ("h16-18", {"start": "16:00", "end": "18:00"}),
    ("ore 8.30", {"start": "08:30"}), ("alle 8 e mezza", {"start": "08:30"}), ("un quarto alle 5", {"start": "16:45"}),
    ("le 5 meno dieci", {"start": "16:50"}),
    ("dalle tre alle cinque e mezza", {"start": "15:00", "end": "17:30"}),
    ("dalle 8 alle 2", {"start": "08:00", "end": "14:00"}),
    ("dalle 6 alle 13", {"start": "06:00", "end": "13:00"}), ("dalle 22 alle 7", {"start": "22:00", "end": "07:00"}),
    ("dalle 11 alle 3", {"start": "11:00", "end": "15:00"}),
    ("per 3 ore dalle 14", {"start": "14:00", "end": "17:00"}),
    ("dalle 14 per due ore e mezza", {"start": "14:00", "end": "16:30"}),
    ("dopo le 17", {"start": "17:00"}), ("prima delle 10", {"end": "10:00"}), ("entro mezzogiorno", {"end": "12:00"}),
    ("all'una e mezza", {"start": "13:30"}),
    ("8 di sera", {"start": "20:00"}),
    ("sabato sera dalle 7 alle 11", {"on": "2026-12-05", "start": "19:00", "end": "23:00"}),
    ("from 3 to 6pm", {"start": "15:00", "end": "18:00"}), ("half past three", {"start": "15:30"}),
    ("between 9 and 11", {"start": "09:00", "end": "11:00"}),
    ("domani 15.30", {"on": "2026-12-02", "start": "15:30"}), ("lunedì 14 ore 9,30", {"on": "2026-12-14", "start": "09:30"}),
    ("tra tre ore", {"on": "2026-12-01", "start": "13:00"}), ("stasera", {"on": "2026-12-01", "part": "sera"}),
    ("dopo cena", {"part": "sera"}),
]


@pytest.mark.parametrize(("text", "meant"), SAID, ids=[text for text, _ in SAID])
def test_a_time_is_what_a_speaker_means_by_it(text, meant):
    assert time_in(text) == meant


@pytest.mark.parametrize("text", [
    "31/11", "30 febbraio", "alle 25:00", "ore 27", "venerdì 5 dicembre", "ieri", "lunedì scorso", "buona serata",
    "buonanotte", "3 anni", "via Roma 15",
    "classe terza", "fine mese", "vacanze di natale", "ho 2 figli", "al secondo piano", "333 1234567", "costa 8,50 euro",
    "dopo il 15", "ogni due settimane"])
def test_what_is_no_day_and_no_hour_is_left_out(text):
    assert time_in(text) == {}


@pytest.mark.parametrize("text", ["lunedì dalle 8 alle 10 e dalle 14 alle 16", "giovedì 8-10 oppure 16-18"])
def test_of_two_windows_it_is_asked_and_the_first_is_not_guessed(text):
    assert "start" not in time_in(text)


@pytest.mark.parametrize(("text", "choices"), [("venerdì prossimo", 2), ("il prossimo weekend", 2), ("sabato o domenica", 2)])
def test_of_two_days_it_may_be_neither_is_guessed(text, choices):
    from datetime import datetime

    from texting import when
    from texting.tokens import tokens
    read = when.read(tokens(text), datetime(2026, 12, 1, 10))
    assert read.on is None and len(read.choices) == choices and read.unclear


@pytest.mark.parametrize(("text", "meant"), [
    ("venerdì non posso, meglio lunedì", {"on": "2026-12-07"}), ("non posso venerdì, sabato sì", {"on": "2026-12-05"}),
    ("lunedì no, martedì sì", {"on": "2026-12-08"}),
    ("invece di martedì facciamo mercoledì", {"on": "2026-12-02"}), ("non alle 15, alle 16", {"start": "16:00"}),
    ("venerdì lavoro, sabato va bene", {"on": "2026-12-05"}),
    ("torno alle 18, dalle 14 serve qualcuno", {"start": "14:00"}),
    ("non posso lasciarla sola venerdì", {"on": "2026-12-04"})])
def test_what_is_refused_or_told_by_the_way_is_not_asked_for(text, meant):
    assert time_in(text) == meant


@pytest.mark.parametrize(("now", "text", "meant"), [
    ("2026-12-01T10:00", "oggi alle 8", {"on": "2026-12-01", "start": "20:00"}),
    ("2026-12-01T10:00", "oggi dalle 8 alle 9", {"on": "2026-12-01"}),
    ("2026-12-01T18:00", "oggi alle 15", {"on": "2026-12-01"}), ("2026-12-05T09:00", "sabato", {"on": "2026-12-12"}),
    ("2026-12-31T09:00", "domani", {"on": "2027-01-01"}),
    ("2027-03-27T09:00", "domani alle 2 e mezza di notte", {"on": "2027-03-28", "start": "02:30"}),
    ("2026-12-06T09:00", "nel weekend", {"on": "2026-12-06", "until": "2026-12-06"})])
def test_the_moment_of_writing_counts(now, text, meant):
    assert time_in(text, now) == meant
