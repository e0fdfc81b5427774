"""The desk's openings: what comes, one of them, its changes; who is told is said before, and what is too late as well."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import now, said
from cast import another_person, booked, day_space, make_cast, moment, opening_of
from test_desk_door import at_desk, press, see

from actions import delivering, openings
from actions.moves import Actor
from jobs.turns import turns
from models import DeskItem, Event, Message, Opening, Place, db


@pytest.fixture
def cast(at, app):
    """The usual people."""
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser."""
    return at_desk(client, cast.paola, at)


def cost(browser, path):
    """How many questions a page asks the database."""
    said, execute = [], db.obj.execute_sql
    db.obj.execute_sql = lambda sql, *more, **named: said.append(sql) or execute(sql, *more, **named)
    try:
        see(browser, path)
    finally:
        db.obj.execute_sql = execute
    return said


# ---------------------------------------------------------------- what comes

def test_those_short_of_their_minimum_come_first_the_soonest_to_close_on_top(paola, cast, at):
    full = opening_of(cast, on=date(2026, 12, 5), minimum=1)
    booked(cast, full, at=at)
    later = opening_of(cast, on=date(2026, 12, 7), closes=moment(date(2026, 12, 6), "20:00"))
    sooner = opening_of(cast, on=date(2026, 12, 14), closes=moment(date(2026, 12, 4), "20:00"))
    booked(cast, sooner, units=2, at=at)
    page = see(paola, "/turni/")
    places = [page.index(row.code) for row in (sooner, later, full)]
    assert places == sorted(places)
    assert "manca 1" in page and "2 di 5 posti" in page and "chiude ven 4/12 ore 20" in page
    assert '<b class="count">2<span class="unseen"> sotto il minimo</span></b>' in page


def test_an_offered_place_fills_an_opening_but_does_not_complete_its_group(paola, cast, at):
    opening = opening_of(cast, places=3, minimum=3)
    booked(cast, opening, units=2, at=at)
    booked(cast, opening, cast.sara, 2, at=at, may_wait=True)
    openings.resize(opening, 4, 4, by=Actor("coordinator", cast.paola.id), at=at)
    turns(at)
    page = see(paola, f"/turni/{opening.id}/")
    assert "mancano 2" in page and "Offerti, in attesa di risposta" in page


def test_what_is_over_or_cancelled_is_folded(paola, cast, at):
    gone, cancelled = opening_of(cast, on=date(2026, 11, 27)), opening_of(cast)
    openings.cancel(cancelled, by=Actor("coordinator", cast.paola.id), at=at)
    page = see(paola, "/turni/")
    fold = page[page.index("<details>"):]
    assert "2 passati o annullati" in fold and gone.code in fold and cancelled.code in fold
    assert "Nessun turno in programma" in page


@pytest.mark.both_engines
def test_the_list_costs_the_same_however_many_there_are(engine, paola, cast, at):
    opening_of(cast)
    opening_of(cast, on=date(2026, 11, 27))
    few = len(cost(paola, "/turni/"))
    for week in range(1, 12):
        booked(cast, opening_of(cast, on=date(2026, 12, 7) + timedelta(weeks=week)), at=at)
    assert len(cost(paola, "/turni/")) == few <= 3 + 4 + 3     # the lock, the lists beside it, three of its own


# ---------------------------------------------------------------- one of them

def test_one_opening_shows_references_and_no_name(paola, cast, at):
    opening = opening_of(cast, collection=("azienda", "Edicola"))
    place = booked(cast, opening, units=2, at=at, collection="Edicola")
    page = see(paola, f"/turni/{opening.id}/")
    assert f'href="{paola.base}/richiesta/{place.request_id}/">{place.request.reference}</a> 2 posti' in page
    assert "Raccolta: azienda, Edicola" in page and "Aperto da Paola" in page
    assert not [secret for secret in ("Gianni", "limone", "333") if secret in page]


@pytest.mark.both_engines
def test_an_opening_with_five_hundred_bookings_costs_three_questions(engine, paola, cast, at):
    opening = opening_of(cast, places=500, minimum=1)
    booked(cast, opening, at=at)
    locked = len(cost(paola, f"/turni/{opening.id}/")) - 3
    copy_place(Place.get(), 499)
    Opening.update(taken=500).where(Opening.id == opening.id).execute()
    asked = cost(paola, f"/turni/{opening.id}/")
    assert len(asked) == locked + 3 and locked <= 2     # the device, the projects
    assert see(paola, f"/turni/{opening.id}/").count("1 posto<") + see(paola, f"/turni/{opening.id}/").count("1 posto ") >= 500


def copy_place(place, times):
    """The same booking of other people, as rows; quicker than asking five hundred times."""
    request = place.request
    for number in range(times):
        row = {**request.__data__, "reference": f"Q{number}", "ask_key": f"copy-{number}"}
        row.pop("id")
        kept = type(request).create(**row)
        Place.create(**{**{name: value for name, value in place.__data__.items() if name != "id"}, "request": kept})


def test_of_people_of_another_project_only_how_many_places(app, cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, units=2, at=at)
    ugo = at_desk(app.test_client(), cast.ugo, at)
    page = see(ugo, f"/turni/{opening.id}/")
    assert "E 2 posti di altri progetti." in page and place.request.reference not in page
    assert "/richiesta/" not in page


def test_another_project_s_own_opening_is_not_there(app, cast, at):
    opening = opening_of(cast, service=day_space(project=cast.project))
    ugo = at_desk(app.test_client(), cast.ugo, at)
    assert opening.code not in see(ugo, "/turni/")
    for path in ("", "apertura", "spostamento", "posti", "annullamento"):
        assert ugo.get(f"{ugo.base}/turni/{opening.id}/{path}").status_code == 404, path
        if path:
            assert press(ugo, f"/turni/{opening.id}/{path}").status_code == 404, path
    assert now(opening).state == "open"


# ---------------------------------------------------------------- its changes

def test_opening_it_all_the_same_says_who_will_hear_of_it_and_is_done_once(paola, cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, at=at)
    assert "Una persona che aspettava il gruppo riceve la conferma." in see(paola, f"/turni/{opening.id}/apertura")
    assert press(paola, f"/turni/{opening.id}/apertura").status_code == 303
    turns(at)
    assert now(place.request).state == "agreed" and len(said("group_reached")) == 1
    again = press(paola, f"/turni/{opening.id}/apertura")
    assert again.status_code == 409 and "ecco com'è ora" in again.text.replace("&#39;", "'")
    assert "Aperto lo stesso da Paola" in see(paola, f"/turni/{opening.id}/")


def test_moving_says_how_many_are_told_and_moves_their_requests(paola, cast, at):
    opening = opening_of(cast, minimum=1)
    place = booked(cast, opening, at=at)
    booked(cast, opening, cast.teresa, at=at)
    page = paola.get(f"{paola.base}/turni/{opening.id}/spostamento")
    assert "2 persone ricevono un messaggio" in page.text
    answer = paola.press(page, f"{paola.base}/turni/{opening.id}/spostamento", follow=False, day="8/12/2026", place=" Oratorio  San Luigi ")
    assert answer.status_code == 303
    moved = now(opening)
    assert (moved.starts_at, moved.place, moved.sequence) == (moment(date(2026, 12, 8), "08:00"), "Oratorio San Luigi", 1)
    turns(at)
    assert now(place.request).starts_at == moved.starts_at and len(said("place_moved")) == 2
    assert "Spostato da lun 7/12 ore 8 a mar 8/12 ore 8, da Paola" in see(paola, f"/turni/{opening.id}/")
    again = paola.press(page, f"{paola.base}/turni/{opening.id}/spostamento", day="2026-12-09")
    assert again.status_code == 409 and now(opening).sequence == 1, "that page had not seen the move"


def test_moved_to_where_its_leader_is_busy_the_history_says_that_it_is_to_be_decided_who_leads(paola, cast, at):
    opening = opening_of(cast)
    openings.lead(opening, cast.marta, cast.anna, at=at)
    busy = opening_of(cast, on=date(2026, 12, 9))
    openings.lead(busy, cast.marta, cast.anna, at=at)
    assert "Chi lo guida è stato scelto da Anna" in see(paola, f"/turni/{opening.id}/")
    page = paola.get(f"{paola.base}/turni/{opening.id}/spostamento")
    paola.press(page, f"{paola.base}/turni/{opening.id}/spostamento", follow=False, day="9/12/2026")
    assert "Da decidere chi guida" in see(paola, f"/turni/{opening.id}/")


@pytest.mark.parametrize("fields,wrong", [
    ({"day": "2026-11-01"}, "Questo giorno è già passato"), ({"day": "2027-01-07"}, "In un altro anno è un turno nuovo"),
    ({"end": "07:00"}, "dopo l'ora di inizio"), ({"place": " "}, "Scrivi il luogo"), ({"start": "25"}, "per esempio 15:30"),
    ({"day": "domani"}, "non esiste"),
])
def test_where_it_cannot_move_is_said_beside_the_field(paola, cast, at, fields, wrong):
    opening = opening_of(cast)
    page = paola.get(f"{paola.base}/turni/{opening.id}/spostamento")
    answer = paola.press(page, f"{paola.base}/turni/{opening.id}/spostamento", **fields)
    assert answer.status_code == 422 and wrong in answer.text.replace("&#39;", "'")
    assert now(opening).sequence == 0


def test_other_places_and_another_minimum_and_never_fewer_than_taken(paola, cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, units=2, at=at)
    page = paola.get(f"{paola.base}/turni/{opening.id}/posti")
    path = f"{paola.base}/turni/{opening.id}/posti"
    assert "una persona riceve la conferma" in page.text
    for fields, wrong in (({"places": "1", "minimum": "1"}, "sono già presi"), ({"places": "3", "minimum": "4"}, "più dei posti"),
                          ({"places": "molti"}, "Scrivi un numero da 1 a 500"), ({"minimum": "0"}, "Scrivi un numero da 1")):
        answer = paola.press(page, path, **fields)
        assert answer.status_code == 422 and wrong in answer.text, fields
    assert paola.press(page, path, follow=False, places="4", minimum="2").status_code == 303
    turns(at)
    assert now(place.request).state == "agreed" and len(said("group_reached")) == 1
    assert "Posti da 5 a 4, minimo da 3 a 2, da Paola" in see(paola, f"/turni/{opening.id}/")
    assert paola.press(page, path, places="9", minimum="1").status_code == 409


def test_cancelling_says_how_many_are_told_and_is_done_once(paola, cast, at):
    opening = opening_of(cast, places=2, minimum=2)
    booked(cast, opening, units=2, at=at)
    waits = booked(cast, opening, cast.teresa, at=at, may_wait=True)
    assert "2 persone con un posto, o in lista" in see(paola, f"/turni/{opening.id}/annullamento")
    assert now(opening).state == "open", "asking is not cancelling"
    assert press(paola, f"/turni/{opening.id}/annullamento").status_code == 303
    turns(at)
    assert now(opening).state == "cancelled" and now(waits.request).state == "closed" and len(said("opening_cancelled")) == 2
    for path in ("annullamento", "spostamento", "posti", "apertura"):
        for answer in (press(paola, f"/turni/{opening.id}/{path}"), paola.get(f"{paola.base}/turni/{opening.id}/{path}")):
            assert answer.status_code == 409 and "Questo turno è già annullato." in answer.text, path


def test_what_has_begun_or_closed_is_not_changed(paola, cast, at):
    begun = opening_of(cast, on=date(2026, 12, 1), begins="08:00", minimum=1)
    answer = press(paola, f"/turni/{begun.id}/annullamento")
    assert answer.status_code == 409 and "già cominciato" in answer.text
    closed = opening_of(cast, minimum=1)
    booked(cast, closed, at=at)
    with time_machine.travel(closed.closes_at, tick=False):
        turns(closed.closes_at)
        browser = at_desk(paola, cast.paola, closed.closes_at)
        assert press(browser, f"/turni/{closed.id}/posti").status_code == 409
        assert "Cambia posti" not in see(browser, f"/turni/{closed.id}/")
        assert press(browser, f"/turni/{closed.id}/annullamento").status_code == 303, "a closed one can still be called off"


# ---------------------------------------------------------------- a place's request at the desk

def test_a_request_for_a_place_says_what_it_waits_for_and_no_cooperative_is_sought(paola, cast, at):
    opening = opening_of(cast, places=2, minimum=2)
    group = booked(cast, opening, at=at)
    page = see(paola, f"/richiesta/{group.request_id}/")
    assert "aspetta il gruppo" in page and opening.code in page and "senza cooperativa" not in page
    assert "Manda a un'altra cooperativa" not in page.replace("&#39;", "'") and "Nessun'altra" not in page.replace("&#39;", "'")
    assert press(paola, f"/richiesta/{group.request_id}/invio", cooperative=cast.quercia.id).status_code == 409
    waits = booked(cast, opening, another_person(cast, "520", at=at), 2, at=at, may_wait=True)
    assert "in lista d'attesa" in see(paola, f"/richiesta/{waits.request_id}/").replace("&#39;", "'")


def test_the_desk_ends_a_request_for_a_place_and_its_units_are_free(paola, cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, units=2, at=at)
    press(paola, f"/richiesta/{place.request_id}/chiusura", outcome="duplicate", reason="chiesta due volte")
    assert (now(place).state, now(opening).taken) == ("cancelled", 0)
    assert "Posto disdetto da Paola" in see(paola, f"/richiesta/{place.request_id}/")


# ---------------------------------------------------------------- a day that nobody closed

@pytest.fixture
def unclosed(cast, at):
    """The day of Friday 27 November, with three people in it, that nobody closed by Monday evening."""
    opening = opening_of(cast, on=date(2026, 11, 27), minimum=1)
    for person, units in ((cast.gianni, 1), (cast.teresa, 2), (cast.sara, 1)):
        booked(cast, opening, person, units, at=opening.closes_at - timedelta(days=1))
    delivering.tell_opening_unmarked(Opening.get_by_id(opening.id), at=opening.mark_by)
    return opening


def test_a_day_nobody_closed_lies_on_the_desk_and_is_closed_there(paola, cast, at, unclosed):
    item = DeskItem.get(DeskItem.kind == "unmarked")
    page = see(paola, f"/da-segnare/{item.id}/")
    assert "venerdì 27 novembre, 8-17" in page and unclosed.code in page and "035 0000001" in page
    assert press(paola, f"/da-segnare/{item.id}/conclusione").status_code == 409
    delivering.miss(Place.get(Place.units == 2), "employee", by=Actor("operator", cast.marta.id), at=at, reason="absent")
    assert press(paola, f"/da-segnare/{item.id}/svolta").status_code == 303
    assert [row.state for row in Place.select().order_by(Place.id)] == ["delivered", "missed", "delivered"]
    assert DeskItem.get_by_id(item.id).done_why == "marked" and now(unclosed).settled_at == at
    assert press(paola, f"/da-segnare/{item.id}/svolta").status_code == 409
    assert "Giornata chiusa da Paola" in see(paola, f"/turni/{unclosed.id}/")


def test_a_day_that_took_place_for_nobody_costs_nobody_anything(paola, cast, at, unclosed):
    item = DeskItem.get(DeskItem.kind == "unmarked")
    assert press(paola, f"/da-segnare/{item.id}/mancata", side="").status_code == 422
    press(paola, f"/da-segnare/{item.id}/mancata", side="operator")
    assert {(row.state, row.missed_by) for row in Place.select()} == {("missed", "operator")}
    assert len(said("missed")) == 3 and DeskItem.get_by_id(item.id).done_why == "marked"


def test_each_project_with_people_in_it_hears_of_a_day_nobody_closed(app, cast, at, unclosed):
    Opening.update(mark_by=at).where(Opening.id == unclosed.id).execute()
    request = Place.get(Place.units == 2).request
    type(request).update(project=cast.elsewhere).where(type(request).id == request.id).execute()
    DeskItem.delete().execute()
    delivering.tell_opening_unmarked(now(unclosed), at=at)
    assert {item.project for item in DeskItem.select()} == {cast.project, cast.elsewhere}
    assert unclosed.code in see(at_desk(app.test_client(), cast.ugo, at), "/da-segnare/")


def test_looking_at_openings_changes_nothing(paola, cast, at):
    opening = opening_of(cast)
    booked(cast, opening, at=at)
    before = [model.select().count() for model in (Event, Message, Place)], now(opening).__data__
    for path in ("", f"{opening.id}/", *(f"{opening.id}/{noun}" for noun in ("apertura", "spostamento", "posti", "annullamento"))):
        see(paola, f"/turni/{path}")
    assert ([model.select().count() for model in (Event, Message, Place)], now(opening).__data__) == before
