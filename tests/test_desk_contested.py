"""What was contested, and low scores, at the desk: what was marked, what the person says, and the decision for both sides."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import agreed, now, reserved, said, spent
from cast import booked, make_cast, moment, opening_of
from test_desk_door import at_desk, press, see

from actions import contesting, delivering, rating
from actions.moves import Actor
from models import Allowance, Appointment, DeskItem, Event, Opening, Place, ServiceRequest

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def cast(at, app):
    """The usual people, long here."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser."""
    return at_desk(client, cast.paola, at)


@pytest.fixture
def visit(cast, at):
    """Friday's visit of three hours, marked as done by Marta; Gianni says it was less."""
    with time_machine.travel(at - timedelta(days=7), tick=False):
        _request, [visit] = agreed(cast, at - timedelta(days=7), on=FRIDAY)
    delivering.deliver(visit, cast.marta, at=moment(FRIDAY, "18:30"))
    return contested(now(visit), "less", cast.gianni, at, "È andata via alle 17")


@pytest.fixture
def place(cast, at):
    """Two places in Friday's We.Kids, marked as absent; Teresa says that they were there."""
    opening = opening_of(cast, on=FRIDAY, minimum=1)
    place = booked(cast, opening, cast.teresa, 2, at=opening.closes_at - timedelta(days=2))
    Opening.update(worker=cast.bruno).where(Opening.id == opening.id).execute()
    delivering.miss(place, "employee", by=Actor("operator", cast.marta.id), at=moment(FRIDAY, "18:00"), reason="absent")
    return contested(now(place), "was_there", cast.teresa, at, "")


def contested(visit, why, person, at, words):
    """A person says that it was otherwise."""
    contesting.contest(visit, why, by=Actor("employee", person.id), at=at, words=words)
    return now(visit)


def item(kind="contested"):
    """What lies on the desk."""
    return DeskItem.get(DeskItem.kind == kind)


def decide(browser, decision, words="Abbiamo sentito le due parti.", **more):
    """Send the form."""
    return press(browser, f"/contestate/{item().id}/decisione", decision=decision, to_both=words, **{"units": "120", **more})


# ---------------------------------------------------------------- what one sees

def test_the_desk_reads_what_was_marked_what_the_person_says_and_who_went(paola, cast, visit):
    page = see(paola, f"/contestate/{item().id}/").replace("&#39;", "'")
    for words in ("<h1>1 da vedere oggi</h1>", "svolta, 3 ore", "è stato meno di quanto è segnato", "È andata via alle 17",
                  "Chi è andato: Marta", "La persona dice che è andata diversamente"):
        assert words in page, words
    assert "/conclusione" not in page
    assert press(paola, f"/contestate/{item().id}/conclusione").status_code == 409


def test_of_a_place_it_is_said_in_places_and_who_led_it(paola, cast, place):
    page = see(paola, f"/contestate/{item().id}/").replace("&#39;", "'")
    for words in ("non svolta: la persona non c'era", "Prenotata: 2 posti", "c'ero, e risulta di no", "Chi è andato: Bruno"):
        assert words in page, words
    assert "Chiudi con un motivo" not in page, "there is nothing to give back any more"


# ---------------------------------------------------------------- what one decides

def test_it_stays_as_it_is_and_both_sides_hear_it(paola, cast, at, visit):
    assert decide(paola, "stands", "Il foglio firmato dice 18.").status_code == 303
    assert (now(visit).resolved_as, now(visit).units_delivered, item().done_why) == ("stands", 180, "resolved")
    [to_person], [to_operator] = said("resolved"), said("resolved_visit")
    assert (to_person.employee, to_operator.operator) == (cast.gianni, cast.marta)
    assert to_person.says["words"] == to_operator.says["words"] == "Il foglio firmato dice 18."
    assert "Deciso da Paola: resta com'è" in see(paola, f"/richiesta/{visit.request_id}/").replace("&#39;", "'")


def test_two_hours_of_three_cost_two_thirds(paola, cast, visit):
    before = spent(cast.gianni)[2026]
    assert decide(paola, "delivered", units="120").status_code == 303
    assert now(visit).units_delivered == 120 and spent(cast.gianni)[2026] == before * 2 // 3


def test_what_nobody_came_to_costs_nobody_anything(paola, cast, visit):
    assert decide(paola, "missed_operator").status_code == 303
    assert (now(visit).state, now(visit).missed_by) == ("missed", "operator")
    assert spent(cast.gianni) == {2026: 0} and reserved(cast.gianni) == {2026: 0}


def test_an_absence_becomes_a_delivery_of_as_many_as_came(paola, cast, place):
    assert decide(paola, "delivered", units="1").status_code == 303
    assert (now(place).state, now(place).units_delivered) == ("delivered", 1)
    assert spent(cast.teresa)[2026] == now(place).project_cents > 0


@pytest.mark.parametrize("decision,words,units,wrong", [
    ("", "Sentite le parti.", "60", "Scegli che cosa decidi"), ("stands", " ", "60", "Scrivi due parole"),
    ("stands", "o" * 161, "60", "Bastano 160 caratteri"), ("delivered", "Sentite le parti.", "6000", "non c'è più"),
    ("delivered", "Sentite le parti.", "", "non c'è più"),
])
def test_what_is_missing_is_said_and_what_was_typed_stays(paola, cast, visit, decision, words, units, wrong):
    answer = decide(paola, decision, words, units=units)
    assert answer.status_code == 422 and wrong in answer.text.replace("&#39;", "'")
    assert words.strip() in answer.text and now(visit).resolved_at is None


def test_money_that_went_to_others_meanwhile_is_said_in_words(paola, cast, at, place):
    Allowance.update(limit_cents=0, spent_cents=cast.project.person_year_cents).where(Allowance.employee == cast.teresa).execute()
    answer = decide(paola, "delivered", units="2")
    assert answer.status_code == 422 and "non basta per pagarla" in answer.text
    assert now(place).resolved_at is None and not said("resolved")


def test_decided_by_a_colleague_first_it_is_too_late(paola, cast, visit):
    decide(paola, "stands")
    answer = press(paola, f"/contestate/{item().id}/decisione", decision="missed_operator", to_both="Altro.", units="60")
    assert answer.status_code == 409 and now(visit).resolved_as == "stands" and len(said("resolved")) == 1
    assert press(paola, f"/contestate/{item().id}/decisione").status_code == 409, "nor does an empty form ask for words"


def test_only_what_was_contested_is_decided_and_only_at_its_own_desk(app, paola, cast, at, visit):
    rating_item = low(cast, at)
    assert press(paola, f"/voti-bassi/{rating_item.id}/decisione", decision="stands", to_both="x", units="1").status_code == 404
    ugo = at_desk(app.test_client(), cast.ugo, at)
    assert decide(ugo, "stands").status_code == 404 and ugo.get(f"{ugo.base}/contestate/{item().id}/").status_code == 404
    assert now(visit).resolved_at is None


def test_what_was_settled_with_a_person_s_forgetting_can_be_ticked_off(paola, cast, at, visit):
    Appointment.update(settled_at=at).where(Appointment.id == visit.id).execute()
    assert decide(paola, "stands").status_code == 409
    assert "Decidi e avvisa" not in see(paola, f"/contestate/{item().id}/")
    assert press(paola, f"/contestate/{item().id}/conclusione").status_code == 303


# ---------------------------------------------------------------- low scores

def low(cast, at):
    """Gianni gives Friday's day space a 2."""
    opening = opening_of(cast, on=FRIDAY, minimum=1)
    place = booked(cast, opening, at=opening.closes_at - timedelta(days=2))
    delivering.deliver(place, cast.marta, at=moment(FRIDAY, "18:00"))
    rating.rate(Place.get_by_id(place.id), 2, by=Actor("employee", cast.gianni.id), at=at)
    return item("low_score")


def test_a_low_score_is_called_about_noted_and_done(paola, cast, at):
    thing = low(cast, at)
    page = see(paola, f"/voti-bassi/{thing.id}/")
    assert "Voto 2 su 5" in page and 'href="tel:+393330000001"' in page and "svolta, 1 posto" in page
    press(paola, f"/voti-bassi/{thing.id}/nota", words="Troppo rumore, ne parlo con la cooperativa")
    assert press(paola, f"/voti-bassi/{thing.id}/conclusione").status_code == 303
    assert DeskItem.get_by_id(thing.id).done_at
    page = see(paola, f"/richiesta/{thing.request_id}/").replace("&#39;", "'")
    assert "La persona ha detto com'è andata" in page and "Troppo rumore" in page
    assert "2 su 5" not in see(paola, "/voti-bassi/")


def test_a_thank_you_stands_in_the_history_without_a_name(paola, cast, at):
    thing = low(cast, at)
    rating.thank(Place.get(), by=Actor("employee", cast.gianni.id), at=at)
    assert "La persona ha scritto grazie" in see(paola, f"/richiesta/{thing.request_id}/")


def test_every_event_of_a_place_is_said_or_left_out_on_purpose(paola, cast, at, place):
    decide(paola, "delivered", units="2")
    page = see(paola, f"/richiesta/{place.request_id}/").replace("&#39;", "'")
    for words in ("Posto preso", "Il turno si fa", "Confermata", "Posto non svolto", "Deciso da Paola: svolta"):
        assert words in page, words
    assert ServiceRequest.get().state == "agreed" and Event.select().where(Event.verb == "resolve").count() == 1
