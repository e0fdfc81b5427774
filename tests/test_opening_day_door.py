"""The operator's door, an opening: in the list of its day, who is there, who leads it, its round, its lists, its calendar."""

from datetime import date, timedelta

import pytest
import time_machine
import vobject
from acts import now, said
from cast import another_person, asked, booked, ironing, make_cast, moment, opening_of, referral_of, trust

from actions import answering, delivering, ending, leaving, openings, placing, planning, subscribing, trusting
from actions.moves import Actor, NotAllowed
from jobs.lists import ask_for_marks, evening_lists, morning_lists
from models import Employee, Event, Opening, Place, db
from wording import words_for

HTMX = {"HX-Request": "true"}
MONDAY = date(2026, 12, 7)


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


def home(browser):
    """The operator's page, as text."""
    return browser.get(f"/operatore/{browser.person.id}/").text


def page(browser, opening, more=""):
    """The page of an opening, or one beside it, as text."""
    answer = browser.get(f"/operatore/{browser.person.id}/turno/{opening.id}{more}")
    assert answer.status_code == 200
    return answer.text


def send(browser, opening, path, htmx=False, **fields):
    """Press something on an opening."""
    return browser.post(f"/operatore/{browser.person.id}/turno/{opening.id}/{path}",
                        data={"csrf_token": browser.token(), **fields}, headers=HTMX if htmx else {})


def asked_of_the_database(do):
    """What is asked of the database while something is done, but for the door's own lock."""
    statements, execute = [], db.obj.execute_sql
    db.obj.execute_sql = lambda sql, *a, **k: statements.append(sql) or execute(sql, *a, **k)
    try:
        do()
    finally:
        db.obj.execute_sql = execute
    return [sql for sql in statements if 'FROM "device"' not in sql]


# ---------------------------------------------------------------- the day's list

def test_an_opening_stands_among_the_visits_of_its_day_with_how_many_and_who_leads(marta, cast, opening, at):
    request = asked(cast, at=at, on=MONDAY, begins="15:00", ends="17:00")
    answering.confirm(referral_of(request), cast.marta, cast.anna, at=at)
    words = home(marta)
    for one in ("3 posti presi su 5", "si fa", "Guidi tu: cambia", opening.code):
        assert one in words
    assert words.index("8-17") < words.index("15-17")


def test_a_group_that_is_short_says_how_many_are_missing(marta, cast, at):
    booked(cast, opening_of(cast), at=at)
    assert "mancano 2" in home(marta) and "Da decidere chi guida" in home(marta)


def test_a_cancelled_opening_is_on_no_day(marta, cast, opening, at):
    openings.cancel(opening, by=Actor("coordinator", cast.paola.id), at=at)
    assert opening.code not in home(marta)
    assert "annullato" in page(marta, opening)


@pytest.mark.parametrize("htmx", [True, False])
def test_who_leads_can_be_said_and_changed(marta, cast, opening, at, htmx):
    answer = send(marta, opening, "chi-guida", htmx=htmx, worker=str(cast.anna.id))
    assert answer.status_code == (200 if htmx else 303) and now(opening).worker == cast.anna
    assert "Guida Anna: cambia" in (answer.text if htmx else home(marta))
    send(marta, opening, "chi-guida", htmx=htmx, worker="later")
    assert now(opening).worker is None
    answer = send(marta, opening, "chi-guida", page="turn", worker="me")
    assert answer.location.endswith(f"/turno/{opening.id}") and now(opening).worker == cast.marta


@pytest.mark.parametrize("where", ["", "turn"])
def test_nobody_leads_while_she_is_with_somebody(marta, cast, opening, at, where):
    request = asked(cast, at=at, on=MONDAY, begins="15:00", ends="17:00")
    answering.confirm(referral_of(request), cast.marta, cast.anna, at=at)
    answer = send(marta, opening, "chi-guida", page=where, worker=str(cast.anna.id))
    assert answer.status_code == 422 and "Anna ha già un appuntamento dalle 15 alle 17." in answer.text
    assert now(opening).worker == cast.marta


def test_who_leads_an_opening_is_sent_nowhere_else_meanwhile(marta, cast, opening, at):
    request = asked(cast, at=at, on=MONDAY, begins="15:00", ends="17:00")
    with pytest.raises(planning.Busy):
        answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    answer = marta.send(f"/operatore/{cast.marta.id}/invio/{referral_of(request).id}/conferma", worker="me")
    assert answer.status_code == 422 and "Guidi già un turno dalle 8 alle 17." in answer.text


def test_a_stranger_leads_nothing(marta, cast, opening):
    for worker in (str(cast.luca.id), "", "abc"):
        assert send(marta, opening, "chi-guida", worker=worker).status_code == 422
    assert now(opening).worker == cast.marta


def test_nobody_leads_what_was_cancelled(marta, cast, opening, at):
    openings.cancel(opening, by=Actor("coordinator", cast.paola.id), at=at)
    answer = send(marta, opening, "chi-guida", page="turn", worker=str(cast.anna.id))
    assert answer.status_code == 409 and "annullato" in answer.text


def test_who_leaves_leads_no_more(cast, opening, at):
    leaving.leave(cast.marta, by=Actor("coordinator", cast.paola.id), at=at)
    assert now(opening).worker is None
    with pytest.raises(NotAllowed):
        openings.lead(opening, cast.marta, cast.anna, at=at)


# ---------------------------------------------------------------- who is there

def test_the_presence_list_says_who_comes_how_many_and_whom_to_call(marta, cast, opening):
    words = page(marta, opening)
    for one in ("Gianni", "2 bambini", "Teresa", "1 bambino", "da 3 a 5 anni", 'href="tel:+393330000001"',
                Place.select().first().request.reference, "Firma di chi guida"):
        assert one in words
    assert "Chiudi la giornata" not in words, "it has not begun"


def test_who_only_waits_is_counted_and_not_named(marta, cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    booked(cast, opening, at=at), booked(cast, opening, cast.teresa, at=at, may_wait=True)
    words = page(marta, opening)
    assert "In lista d'attesa: 1." in words and "Teresa" not in words


def test_who_gave_the_place_back_is_on_the_list_no_more(marta, cast, opening, at):
    place = Place.select().order_by(Place.id.desc()).first()
    ending.cancel(place.request, by=Actor("employee", cast.teresa.id), at=at)
    words = page(marta, opening)
    assert "Teresa" not in words and "Gianni" in words and "2 posti presi su 5" in words


def test_who_is_forgotten_leaves_a_line_without_a_name(marta, cast, opening):
    from models import ServiceRequest
    ServiceRequest.update(employee=None, company=None).execute()
    assert page(marta, opening).count("Senza nome") == 2


def test_another_cooperative_finds_no_opening(app, cast, opening, at):
    for outsider in (cast.outsider, cast.luca):
        browser = app.test_client()
        trust(browser, outsider, at=at)
        browser.person = outsider
        assert opening.code not in home(browser)
        for path in ("", "/raccolta"):
            assert browser.get(f"/operatore/{outsider.id}/turno/{opening.id}{path}").status_code == 404
        before = Event.select().count()
        for path in ("svolto", "chi-guida", "chi-ha-lavorato"):
            assert send(browser, opening, path, worker="me").status_code == 404
        assert Event.select().count() == before


def test_an_opening_of_five_hundred_costs_three_queries(marta, cast, at):
    opening = opening_of(cast, places=500, minimum=1)
    place = booked(cast, opening, at=at)
    assert len(asked_of_the_database(lambda: page(marta, opening))) == 3
    _crowd(place, 499)
    assert Place.select().where(Place.opening == opening).count() == 500
    for when in (at, opening.starts_at):
        with time_machine.travel(when, tick=False):
            trust(marta, cast.marta, at=when)
            statements = asked_of_the_database(lambda: page(marta, opening))
        assert len(statements) == 3, "\n".join(statements)


def _crowd(place, number):
    """So many more with a place like this one."""
    from models import ServiceRequest
    request = place.request
    with db.atomic():
        for n in range(number):
            columns = {**request.__data__, "reference": f"X{n:04d}", "ask_key": f"crowd-{n}"}
            columns.pop("id")
            copied = {**place.__data__, "request": ServiceRequest.create(**columns)}
            copied.pop("id")
            Place.create(**copied)


# ---------------------------------------------------------------- the round

def test_the_round_s_list_has_references_and_quantities_by_point_and_nobody_s_name(marta, cast, at):
    opening = opening_of(cast, service=ironing(), collection=(placing.FIRM, "Portineria"), minimum=1, places=12)
    places = [booked(cast, opening, cast.gianni, 3, at=at, answers={}, collection=placing.FIRM),
              booked(cast, opening, cast.teresa, 2, at=at, answers={}, collection=placing.FIRM),
              booked(cast, opening, another_person(cast, "510", at=at), 1, at=at, answers={}, collection="Portineria"),
              booked(cast, opening, cast.sara, 4, at=at, answers={}, collection="")]
    words = page(marta, opening, "/raccolta")
    for one in (*(place.request.reference for place in places), "Officina Serio, Romano di Lombardia", "Maglificio Oglio",
                "Portineria", "Punto da chiedere", "3 cesti", "In tutto 10 cesti"):
        assert one in words
    for secret in (*(person.first_name for person in Employee.select()), "+39333", "tel:+39333", "limone"):
        assert secret not in words
    assert "/raccolta" in page(marta, opening)


def test_where_nothing_is_collected_there_is_no_round(marta, opening):
    assert marta.get(f"/operatore/{marta.person.id}/turno/{opening.id}/raccolta").status_code == 404
    assert "/raccolta" not in page(marta, opening)


# ---------------------------------------------------------------- lists and calendar

def test_who_leads_an_opening_has_it_on_her_list_of_the_day(cast, opening, at):
    saturday = moment(date(2026, 12, 5), "19:30")       # the eve is a Sunday
    evening_lists(saturday)
    [text] = said("day_list", operator=cast.marta)
    assert "8-17 Romano di L" in words_for(text).text
    morning_lists(moment(MONDAY, "07:30"))
    [mail] = [message for message in said("day_list", operator=cast.marta) if message.channel == "mail"]
    assert f"dalle 8 alle 17, Romano di Lombardia ({opening.code})" in words_for(mail).text


def test_a_list_of_an_opening_that_somebody_else_leads_by_now_is_not_sent(cast, opening, at):
    from actions.needs import needless
    evening_lists(moment(date(2026, 12, 5), "19:30"))
    [text] = said("day_list", operator=cast.marta)
    assert needless(text, at) is None
    openings.lead(opening, cast.anna, cast.marta, at=at)
    assert needless(text, at) == "overtaken"


def test_who_led_is_asked_in_the_evening_and_not_once_the_day_is_closed(cast, opening, at):
    evening = moment(MONDAY, "18:00")
    assert ask_for_marks(evening) == 1 and said("mark_delivered")[0].operator == cast.marta
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540}, at=evening)
    assert ask_for_marks(evening) == 0
    from actions.needs import needless
    assert needless(said("mark_delivered")[0], evening) == "overtaken"


def test_her_calendar_holds_the_openings_she_leads_by_code_hour_and_comune(client, cast, opening, at):
    link = subscribing.subscribe(cast.marta, at=at)
    feed = client.get(f"/calendar/{trusting.token_of(link)}.ics").text
    [event] = vobject.readOne(feed, validate=True).vevent_list
    assert (event.summary.value, event.location.value) == (f"WelfareLynx {opening.code}", "Romano di Lombardia")
    assert event.dtstart.value == opening.starts_at and event.status.value == "CONFIRMED"
    assert not [word for word in ("We.Kids", "Sala civica", "Gianni") if word in feed]
    openings.cancel(opening, by=Actor("coordinator", cast.paola.id), at=at)
    [event] = vobject.readOne(client.get(f"/calendar/{trusting.token_of(link)}.ics").text).vevent_list
    assert event.status.value == "CANCELLED" and event.sequence.value == "1"
    assert Opening.get_by_id(opening.id).changed_at == at
