"""The operator's door, how it went: one tap where all went as planned, each exception in words, the first to say it wins."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import now, said, spent
from cast import asked, booked, make_cast, moment, opening_of, referral_of, trust

from actions import answering, contesting, delivering, openings, rating
from actions.moves import Actor, NotAllowed
from models import Event, Place, Staffing

HTMX = {"HX-Request": "true"}
TODAY, MONDAY = date(2026, 12, 1), date(2026, 12, 7)
EVENING = moment(TODAY, "19:00")
AFTER = moment(MONDAY, "17:10")


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def marta(client, cast, at):
    """Marta's own phone, trusted."""
    trust(client, cast.marta, at=at)
    client.person = cast.marta
    return client


@pytest.fixture
def opening(cast, at):
    """We.Kids on Monday: Gianni with two children, Teresa with one; Marta leads it."""
    opening = opening_of(cast)
    booked(cast, opening, units=2, at=at), booked(cast, opening, cast.teresa, at=at)
    openings.lead(opening, cast.marta, cast.marta, at=at)
    return now(opening)


def visit_of(cast, at, worker="marta", begins="15:00", ends="18:00", **more):
    """A visit of today that was agreed three days ago."""
    before = at - timedelta(days=3)
    request = asked(cast, at=before, on=TODAY, begins=begins, ends=ends, **more)
    [visit] = answering.confirm(referral_of(request), cast.marta, worker and getattr(cast, worker), at=before)
    return visit


def send(browser, path, htmx=False, at=EVENING, **fields):
    """Press something on the page of this browser's operator at a moment, the evening of today unless said otherwise."""
    with time_machine.travel(at, tick=False):
        return browser.post(f"/operatore/{browser.person.id}/{path}", data={"csrf_token": browser.token(), **fields},
                            headers=HTMX if htmx else {})


def page(browser, path="", at=EVENING):
    """A page of this browser's operator at a moment, as text."""
    with time_machine.travel(at, tick=False):
        answer = browser.get(f"/operatore/{browser.person.id}/{path}")
    assert answer.status_code == 200
    return answer.text


def day(opening, cast, **exceptions):
    """What the form of an opening's day sends: as planned, Marta from beginning to end, but for what is said."""
    places = {f"p{place.id}": "" for place in Place.select().where(Place.opening == opening)}
    return {**places, f"h{cast.marta.id}": "9", f"m{cast.marta.id}": "0", **exceptions}


def staff(opening):
    """Who worked there, and how long."""
    return {row.operator.name: row.minutes for row in Staffing.select().where(Staffing.opening == opening)}


# ---------------------------------------------------------------- one visit

@pytest.mark.parametrize("hours, minutes, cents, words", [
    ("2", "30", 5500, "2 ore e mezza invece di 3 ore: costa meno"),
    ("4", "", 6600, "4 ore invece di 3 ore: il prezzo resta lo stesso"),
    ("", "45", 1650, "45 minuti invece di 3 ore: costa meno")])
def test_less_time_costs_less_and_more_does_not_cost_more(marta, cast, at, hours, minutes, cents, words):
    visit = visit_of(cast, at)
    answer = send(marta, f"appuntamento/{visit.id}/andata", how="some", hours=hours, minutes=minutes)
    assert answer.status_code == 303
    assert (now(visit).state, now(visit).price_cents, now(visit).units_delivered) == (
        "delivered", cents, int(hours or 0) * 60 + int(minutes or 0))
    assert words in page(marta)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("hours, minutes, words", [
    ("0", "0", "Zero non va"), ("", "", "Zero non va"), ("tre", "", "con le cifre"), ("²", "0", "con le cifre"),
    ("2", "75", "I minuti vanno da 0 a 59"), ("-1", "0", "I minuti vanno da 0 a 59"), ("25", "0", "Al massimo 24 ore")])
def test_a_length_that_is_none_is_said_beside_the_field_and_nothing_is_marked(marta, cast, at, htmx, hours, minutes, words):
    visit = visit_of(cast, at)
    answer = send(marta, f"appuntamento/{visit.id}/andata", htmx=htmx, how="some", hours=hours, minutes=minutes)
    assert answer.status_code == 422 and words in answer.text and f'id="hours-w{visit.id}-error"' in answer.text
    assert f'value="{hours}"' in answer.text and now(visit).state == "planned"


@pytest.mark.parametrize("how, side, words", [
    ("absent", "employee", "non c&#39;era"), ("refused", "employee", "non ci ha fatto entrare"),
    ("nobody_came", "operator", "nessuno di noi c&#39;era")])
def test_what_did_not_take_place_says_why_and_costs_nothing(marta, cast, at, how, side, words):
    visit = visit_of(cast, at)
    send(marta, f"appuntamento/{visit.id}/andata", how=how)
    assert (now(visit).state, now(visit).missed_by, now(visit).reason) == ("missed", side, how)
    assert spent(cast.gianni) == {2026: 0} and words in page(marta)


def test_of_three_meals_two_may_have_come_and_not_four(marta, cast, at):
    visit = visit_of(cast, at, service=cast.pasto, quantity=3, begins="12:00", ends="12:30")
    for units, words in (("4", "Al massimo 3"), ("0", "Zero non va"), ("due", "con le cifre")):
        answer = send(marta, f"appuntamento/{visit.id}/andata", htmx=True, how="some", units=units)
        assert answer.status_code == 422 and words in answer.text
    send(marta, f"appuntamento/{visit.id}/andata", how="some", units="2")
    assert (now(visit).units_delivered, now(visit).price_cents) == (2, 1800)
    assert "2 pasti invece di 3 pasti: costa meno" in page(marta)


def test_one_of_the_reasons_must_be_chosen(marta, cast, at):
    visit = visit_of(cast, at)
    for how in ("", "holiday"):
        answer = send(marta, f"appuntamento/{visit.id}/andata", htmx=True, how=how)
        assert answer.status_code == 422 and "Scegli com&#39;è andata." in answer.text


def test_before_it_has_begun_nobody_says_how_it_went(marta, cast, at):
    visit = visit_of(cast, at)
    early = visit.starts_at - timedelta(seconds=1)
    assert "Non come previsto" not in page(marta, at=early)
    answer = send(marta, f"appuntamento/{visit.id}/andata", at=early, how="absent")
    assert answer.status_code == 409 and "Non è ancora cominciato" in answer.text
    assert "Non come previsto" in page(marta, at=visit.starts_at)


def test_a_colleague_was_first_and_what_is_true_is_said(marta, cast, at):
    visit = visit_of(cast, at)
    delivering.mark(visit, "absent", cast.anna, at=EVENING)
    for path, fields in (("svolto", {}), ("andata", {"how": "refused"})):
        answer = send(marta, f"appuntamento/{visit.id}/{path}", **fields)
        assert answer.status_code == 409 and "È già segnata come non svolta." in answer.text
    assert now(visit).reason == "absent"


def test_who_went_is_said_before_it_is_marked_because_hours_are_somebodys(marta, cast, at):
    visit = visit_of(cast, at, worker=None)
    answer = send(marta, f"appuntamento/{visit.id}/svolto")
    assert answer.status_code == 422 and "Prima scegli chi è andato" in answer.text and now(visit).state == "planned"
    send(marta, f"appuntamento/{visit.id}/chi-va", worker="me")
    send(marta, f"appuntamento/{visit.id}/svolto")
    assert (now(visit).state, now(visit).worker) == ("delivered", cast.marta)


# ---------------------------------------------------------------- the day of an opening

def test_one_press_closes_the_day_with_visits_and_the_openings_that_are_hers(marta, cast, at):
    opening = opening_of(cast, on=TODAY, begins="10:00", ends="12:00", closes=at + timedelta(minutes=30), minimum=1)
    place = booked(cast, opening, at=at)
    annas = opening_of(cast, on=TODAY, begins="10:00", ends="12:00", closes=at + timedelta(minutes=30), minimum=1)
    booked(cast, annas, at=at)
    openings.lead(opening, cast.marta, cast.marta, at=at), openings.lead(annas, cast.anna, cast.anna, at=at)
    visit = visit_of(cast, at)
    assert "Tutto svolto come previsto" in page(marta)
    send(marta, f"giorno/{TODAY}/svolto", appointment=str(visit.id), opening=[str(opening.id), str(annas.id)])
    assert (now(visit).state, now(place).state) == ("delivered", "delivered")
    assert staff(opening) == {"Marta": 120} and now(annas).settled_at is None and not staff(annas)


def test_a_day_closed_as_planned_marks_everybody_and_writes_who_worked(marta, cast, opening):
    assert "Chiudi la giornata" in page(marta, f"turno/{opening.id}", at=AFTER)
    answer = send(marta, f"turno/{opening.id}/svolto", at=AFTER, **day(opening, cast))
    assert answer.status_code == 303 and answer.location.endswith(f"/turno/{opening.id}")
    assert {place.state for place in Place.select()} == {"delivered"} and staff(opening) == {"Marta": 540}
    words = page(marta, f"turno/{opening.id}", at=AFTER)
    assert "Chiudi la giornata" not in words and "9 ore" in words and "Correggi le ore" in words


def test_each_exception_is_said_of_the_one_it_was(marta, cast, opening):
    first, second = Place.select().order_by(Place.id)
    send(marta, f"turno/{opening.id}/svolto", at=AFTER, **day(
        opening, cast, **{f"p{first.id}": "1", f"p{second.id}": "absent", f"h{cast.bruno.id}": "4", f"m{cast.bruno.id}": "30"}))
    assert (now(first).state, now(first).units_delivered, now(first).price_cents) == ("delivered", 1, 3200)
    assert (now(second).state, now(second).missed_by) == ("missed", "employee")
    assert staff(opening) == {"Marta": 540, "Bruno": 270}
    words = page(marta, f"turno/{opening.id}", at=AFTER)
    assert "1 bambino invece di 2 bambini: costa meno" in words and "non c&#39;era" in words


@pytest.mark.parametrize("units, words", [("0", "Zero non va"), ("3", "Al massimo 2"), ("-1", "Zero non va"),
                                          ("due", "Scegli com&#39;è andata"), ("²", "Scegli com&#39;è andata")])
def test_what_no_list_offers_is_said_beside_the_field_and_nothing_is_marked(marta, cast, opening, units, words):
    place = Place.select().order_by(Place.id).first()
    answer = send(marta, f"turno/{opening.id}/svolto", at=AFTER, **day(opening, cast, **{f"p{place.id}": units}))
    assert answer.status_code == 422 and words in answer.text and f'id="p{place.id}-error"' in answer.text
    assert now(place).state == "taken" and now(opening).settled_at is None


@pytest.mark.parametrize("hours, minutes, words", [
    ("nove", "0", "con le cifre"), ("9", "60", "I minuti vanno da 0 a 59"), ("24", "1", "Al massimo 24 ore"),
    ("", "", "Scrivi chi ha lavorato"), ("0", "0", "Scrivi chi ha lavorato")])
def test_hours_that_are_none_are_said_and_nothing_is_marked(marta, cast, opening, hours, minutes, words):
    answer = send(marta, f"turno/{opening.id}/svolto", at=AFTER,
                  **day(opening, cast, **{f"h{cast.marta.id}": hours, f"m{cast.marta.id}": minutes}))
    assert answer.status_code == 422 and words in answer.text
    assert now(opening).settled_at is None and not staff(opening)


def test_where_nobody_of_us_came_nobody_has_worked(marta, cast, opening):
    places = {f"p{place.id}": "nobody_came" for place in Place.select()}
    send(marta, f"turno/{opening.id}/svolto", at=AFTER,
         **day(opening, cast, **places, **{f"h{cast.marta.id}": "", f"m{cast.marta.id}": ""}))
    assert {place.missed_by for place in Place.select()} == {"operator"} and not staff(opening)


@pytest.fixture
def week(cast, opening, at):
    """The same, from Monday the 14th to Friday the 18th, from eight to five."""
    openings.move_to(opening, moment(date(2026, 12, 14), "08:00"), moment(date(2026, 12, 18), "17:00"), opening.place,
                     by=Actor("coordinator", cast.paola.id), at=at)
    return now(opening)


def test_a_week_that_is_going_on_stands_under_today_and_is_not_yet_to_be_marked(marta, cast, week):
    wednesday = moment(date(2026, 12, 16), "09:00")
    words = page(marta, at=wednesday)
    assert week.code in words and 'id="day-2026-12-16"' in words and "Da segnare" not in words
    assert send(marta, f"turno/{week.id}/chi-guida", htmx=True, at=wednesday, worker=str(cast.anna.id)).status_code == 200
    assert "Da segnare" in page(marta, at=moment(date(2026, 12, 18), "17:10"))


def test_of_a_week_in_one_press_its_days_are_worked_and_not_its_nights(marta, cast, week):
    send(marta, "giorno/unmarked/svolto", at=moment(date(2026, 12, 21), "09:00"), opening=str(week.id))
    assert staff(week) == {"Marta": 45 * 60}


def test_more_than_a_day_can_be_worked_in_a_week_and_not_more_than_the_week_has(marta, cast, week):
    after = moment(date(2026, 12, 18), "17:10")
    assert 'value="45"' in page(marta, f"turno/{week.id}", at=after)
    answer = send(marta, f"turno/{week.id}/svolto", at=after, **day(week, cast, **{f"h{cast.marta.id}": "121"}))
    assert answer.status_code == 422 and "Al massimo 120 ore" in answer.text
    send(marta, f"turno/{week.id}/svolto", at=after, **day(week, cast, **{f"h{cast.marta.id}": "40"}))
    assert staff(week) == {"Marta": 40 * 60}


def test_a_day_that_has_not_begun_cannot_be_closed(marta, cast, opening):
    answer = send(marta, f"turno/{opening.id}/svolto", at=opening.starts_at - timedelta(seconds=1), **day(opening, cast))
    assert answer.status_code == 409 and "Non è ancora cominciato" in answer.text
    with pytest.raises(NotAllowed):
        delivering.close_day(opening, cast.marta, {}, {}, at=opening.starts_at - timedelta(seconds=1))


def test_a_colleague_who_closed_the_day_first_is_named_and_what_she_said_stays(marta, cast, opening):
    delivering.close_day(opening, cast.anna, {}, {cast.anna.id: 500}, at=AFTER)
    answer = send(marta, f"turno/{opening.id}/svolto", at=AFTER, **day(opening, cast))
    assert answer.status_code == 409 and "L&#39;ha già chiusa Anna." in answer.text
    assert staff(opening) == {"Anna": 500}
    with pytest.raises(NotAllowed):
        delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=AFTER)


def test_a_day_whose_closing_broke_off_can_be_closed_after_a_while(cast, opening):
    delivering._close_day(opening, cast.anna, {cast.anna.id: 500}, AFTER)       # and then the machine stopped
    with pytest.raises(NotAllowed):
        delivering.close_day(opening, cast.marta, {}, {}, at=AFTER + timedelta(minutes=1))
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=AFTER + delivering.CLOSING)
    assert {place.state for place in Place.select()} == {"delivered"} and staff(opening) == {"Marta": 540}


def test_who_worked_can_be_said_again_for_a_month(marta, cast, opening):
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=AFTER)
    hours = {f"h{cast.marta.id}": "", f"m{cast.marta.id}": "", f"h{cast.anna.id}": "8", f"m{cast.anna.id}": "15"}
    assert send(marta, f"turno/{opening.id}/chi-ha-lavorato", at=AFTER, **hours).status_code == 303
    assert staff(opening) == {"Anna": 495}
    event = Event.get(Event.verb == "say_staff")
    assert (event.before, event.after) == (f"{cast.marta.id}:540", f"{cast.anna.id}:495")
    late = opening.ends_at + delivering.STAFF_SAID
    trust(marta, cast.marta, at=late)
    answer = send(marta, f"turno/{opening.id}/chi-ha-lavorato", at=late, **{**hours, f"h{cast.anna.id}": "1"})
    assert answer.status_code == 409 and "È passato più di un mese" in answer.text and staff(opening) == {"Anna": 495}


# ---------------------------------------------------------------- afterwards

def test_what_is_contested_is_shown_and_then_what_was_decided_in_its_words(marta, cast, at):
    visit = visit_of(cast, at)
    delivering.deliver(visit, cast.marta, at=EVENING)
    person, later = Actor("employee", cast.gianni.id), EVENING + timedelta(days=1)
    contesting.contest(now(visit), "less", by=person, at=EVENING, words="due ore soltanto")
    words = page(marta, at=later)
    assert "La persona ha detto che è andata diversamente." in words and "due ore soltanto" not in words
    contesting.resolve(now(visit), "delivered", "Abbiamo sentito tutti: due ore.", by=Actor("coordinator", cast.paola.id),
                       at=later, units=120)
    words = page(marta, at=later)
    assert "risulta svolta" in words and "Abbiamo sentito tutti: due ore." in words
    assert "2 ore invece di 3 ore: costa meno" in words


def test_a_contested_place_is_shown_on_its_opening(marta, cast, opening):
    place = Place.select().order_by(Place.id).first()
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=AFTER)
    contesting.contest(now(place), "nobody_came", by=Actor("employee", cast.gianni.id), at=AFTER)
    assert "contestato" in page(marta, at=AFTER + timedelta(days=1))
    assert "La persona ha detto" in page(marta, f"turno/{opening.id}", at=AFTER)
    contesting.resolve(now(place), "stands", "Gianni c'era: lo dice il registro.", by=Actor("coordinator", 1), at=AFTER)
    words = page(marta, f"turno/{opening.id}", at=AFTER)
    assert "resta com&#39;era segnata" in words and "lo dice il registro" in words


def test_thanks_reach_who_went_without_a_name(app, marta, cast, opening, at):
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=AFTER)
    rating.thank(now(Place.select().first()), by=Actor("employee", cast.gianni.id), at=AFTER)
    later = AFTER + timedelta(days=2)
    assert "Una famiglia ha scritto grazie." in page(marta, at=later)
    assert "Gianni" not in page(marta, at=later)
    assert "Una famiglia ha scritto grazie." in page(marta, f"turno/{opening.id}", at=later)
    anna = app.test_client()
    trust(anna, cast.anna, at=at)
    anna.person = cast.anna
    assert "grazie" not in page(anna, at=later)
    assert said("thanks")[0].operator == cast.marta
