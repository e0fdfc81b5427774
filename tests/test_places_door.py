"""The employee's door to openings: what comes, booking in three screens, the group, the list, and what is too late."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from acts import now
from cast import another_person, booked, day_space, follow, ironing, link_for, make_cast, moment, opening_of
from pages import words

from actions import ending, openings, placing
from actions.moves import Actor
from models import Employee, Opening, Place, Project, Service, ServiceRequest

PAOLA = Actor("coordinator", 1)
DOORS = "Portineria di via Verdi"


@pytest.fixture
def cast(app, at):
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def asked_for(client, gianni, opening, follow=False, **fields):
    """The page of an opening, filled in: what is read back."""
    page = client.get(f"{gianni}turni/{opening.id}")
    return client.press(page, f"{gianni}turni/{opening.id}", follow=follow, **{"number": "1", "age": "3-5", **fields})


def sent(client, gianni, opening, page):
    """What was read back, sent."""
    return client.press(page, f"{gianni}turni/{opening.id}/posti", follow=False)


def ironing_round(cast, points=(placing.FIRM, DOORS), **more):
    """Baskets handed in at the firm, or at a point nearby."""
    return opening_of(cast, service=ironing(), collection=points, **{"places": 12, "minimum": 1, **more})


# ---------------------------------------------------------------- what comes

def test_the_page_says_of_each_opening_how_it_stands(client, cast, gianni, at):
    group, sure, full = (opening_of(cast, on=date(2026, 12, day), minimum=minimum, places=5)
                         for day, minimum in ((7, 3), (8, 1), (9, 1)))
    booked(cast, group, cast.sara, at=at), booked(cast, sure, cast.sara, 2, at=at), booked(cast, full, cast.sara, 5, at=at)
    for path in (gianni, f"{gianni}chiedi/figli"):
        said = words(client.get(path))
        assert re.search("lun 7/12, 8.17 mancano 2 .*mar 8/12, 8.17 3 posti liberi .*mer 9/12, 8.17 pieno: lista d'attesa", said)
    booked(cast, group, cast.teresa, at=at)
    assert "manca 1" in words(client.get(gianni))


def test_what_is_closed_cancelled_or_already_hers_is_not_among_what_comes(client, cast, gianni, at):
    closed, cancelled, hers, other = (opening_of(cast, on=date(2026, 12, day), minimum=1) for day in (5, 8, 9, 10))
    openings.cancel(cancelled, by=PAOLA, at=at)
    booked(cast, hers, at=at)
    with time_machine.travel(closed.closes_at, tick=False):
        said = words(client.get(gianni)).split("Prossimi turni")[1]
    assert "gio 10/12" in said and not re.search("5/12|8/12|9/12", said.split("Idee")[0]) and other


def test_an_opening_of_another_project_is_not_there(client, cast, gianni):
    theirs = opening_of(cast)
    Service.update(project=cast.elsewhere).where(Service.id == theirs.service_id).execute()
    assert "Prossimi turni" not in client.get(gianni).text
    assert client.get(f"{gianni}turni/{theirs.id}").status_code == 404
    assert client.send(f"{gianni}turni/{theirs.id}/posti", number="1", age="3-5").status_code == 404


def test_of_many_dates_the_first_are_shown_and_the_others_folded(client, cast, gianni):
    for day in range(7, 19):
        opening_of(cast, on=date(2026, 12, day))
    page = client.get(f"{gianni}chiedi/figli")
    first, more = page.text.split("<details>")
    assert first.count("/turni/") == 6 and more.count("/turni/") == 6


def test_the_page_of_an_opening_says_what_where_and_by_when_one_knows(client, cast, gianni, at):
    opening = opening_of(cast)
    said = words(client.get(f"{gianni}turni/{opening.id}"))
    assert "lunedì 7 dicembre, dalle 8 alle 17" in said and "Sala civica, Romano di Lombardia. Cooperativa Il Melograno." in said
    assert "Si fa se si arriva a 3, contando tutte le aziende insieme: mancano 3. Lo sai entro gio 3/12 ore 20." in said
    openings.confirm(opening, by=PAOLA, at=at)
    assert "Si fa di sicuro" in words(client.get(f"{gianni}turni/{opening.id}"))


def test_nothing_on_it_tells_who_booked(client, cast, gianni, at):
    opening, colleague = opening_of(cast), another_person(cast, "510", at=at)
    before = client.get(f"{gianni}turni/{opening.id}").text
    place = booked(cast, opening, colleague, at=at)
    page = client.get(f"{gianni}turni/{opening.id}").text
    assert not any(trace in page for trace in (colleague.first_name, place.request.reference, cast.firm.name))
    ending.cancel(place.request, by=Actor("employee", colleague.id), at=at)
    booked(cast, opening, cast.teresa, at=at)           # of another firm: the page is the same
    key = re.compile(r'value="[0-9a-f]{32}"|value="[^"]*\.[^"]*"')
    assert key.sub("", client.get(f"{gianni}turni/{opening.id}").text) == key.sub("", page) != key.sub("", before)


# ---------------------------------------------------------------- booking

def test_three_screens_from_an_opening_to_a_booked_place(client, cast, gianni, at):
    opening = opening_of(cast)
    page = asked_for(client, gianni, opening, number="2")
    said = words(page)
    assert page.status_code == 200 and "2 bambini · da 3 a 5 anni" in said
    assert "64,00" in said and "Tu, dopo, alla cooperativa 32,00" in said and "qui non si paga mai" in said
    assert "Con te ne manca ancora 1 per fare il gruppo. Se si fa, lo sai entro gio 3/12 ore 20" in said
    answer = sent(client, gianni, opening, page)
    place = Place.get()
    assert answer.status_code == 303 and answer.location.endswith(place.request.reference)
    assert (place.state, place.units, place.request.answers, place.worker_cents) == ("taken", 2, {"eta": "3-5"}, 3200)
    said = words(client.get(answer.location))
    assert "prenotata, manca 1" in said and "contando tutte le aziende insieme: manca 1. Lo sai entro gio 3/12 ore 20" in said


def test_who_completes_the_group_is_told_so_before_and_after(client, cast, gianni, at):
    opening = opening_of(cast)
    booked(cast, opening, cast.sara, 2, at=at)
    page = asked_for(client, gianni, opening)
    assert "Con te il gruppo è al completo" in words(page)
    said = words(client.get(sent(client, gianni, opening, page).location))
    assert "confermata" in said and "Sala civica, Romano di Lombardia. Cooperativa Il Melograno." in said


def test_a_double_click_books_once(client, cast, gianni):
    opening = opening_of(cast)
    page = asked_for(client, gianni, opening)
    first, second = (sent(client, gianni, opening, page) for _ in range(2))
    assert first.location == second.location and now(opening).taken == 1
    with time_machine.travel(opening.closes_at, tick=False):     # and much later: it is sent already
        assert sent(client, gianni, opening, page).location == first.location


def test_something_is_changed_and_all_that_was_typed_is_still_there(client, cast, gianni):
    opening = opening_of(cast)
    page = asked_for(client, gianni, opening, number="2", age="6-10")
    again = client.post(f"{gianni}turni/{opening.id}", data={"change": "1", **fields_of(page)})
    assert again.status_code == 200 and 'value="2"' in again.text and re.search('checked[^>]*value="6-10"', again.text)


def fields_of(page):
    """The hidden fields of the first form of a page."""
    form = page.text.split("<form", 1)[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_a_name_is_asked_once(client, cast, gianni):
    Employee.update(first_name="").where(Employee.id == cast.gianni.id).execute()
    opening = opening_of(cast)
    assert asked_for(client, gianni, opening, first_name=" ").status_code == 422
    sent(client, gianni, opening, asked_for(client, gianni, opening, first_name="Gio"))
    assert Employee.get_by_id(cast.gianni.id).first_name == "Gio"
    assert "first_name" not in client.get(f"{gianni}turni/{opening_of(cast, on=date(2026, 12, 9)).id}").text


def test_the_ceiling_and_late_giving_back_are_said_before_sending(client, cast, gianni):
    Project.update(person_year_cents=500).where(Project.id == cast.project.id).execute()
    said = words(asked_for(client, gianni, opening_of(cast)))
    assert "La tua disponibilità di quest'anno non basta" in said and "può pagare 5,00 €" in said
    assert "Disdire è gratis fino a lun 7/12 ore 8; dopo conta come disdetta tardiva." in said


def test_who_waits_to_be_let_in_books_nothing(client, cast, gianni, at):
    opening = opening_of(cast)
    page = asked_for(client, gianni, opening)
    Employee.update(approved_at=None).where(Employee.id == cast.gianni.id).execute()
    assert client.get(f"{gianni}turni/{opening.id}").status_code == 403
    assert sent(client, gianni, opening, page).status_code == 403 and "Prossimi turni" not in client.get(gianni).text


# ---------------------------------------------------------------- where things are handed in

def test_what_is_collected_at_the_firm_says_so_before_sending_with_another_point(client, cast, gianni):
    opening = ironing_round(cast)
    page = client.get(f"{gianni}turni/{opening.id}")
    assert "Nella tua azienda: chi lavora con te può vederlo" in words(page) and DOORS in page.text
    said = words(asked_for(client, gianni, opening, number="3", collection=placing.FIRM))
    assert "Si consegna e si ritira qui: nella tua azienda. Chi lavora con te può vederlo." in said and "altro punto" in said
    read = asked_for(client, gianni, opening, number="3", collection=DOORS)
    assert "vederlo" not in words(read) and f"qui: {DOORS}." in words(read)
    sent(client, gianni, opening, read)
    assert Place.get().collection == DOORS and "3 cesti" in words(client.get(gianni))


def test_the_only_point_needs_no_choosing_unless_it_is_the_firm(client, cast, gianni):
    near, firm = ironing_round(cast, points=(DOORS,)), ironing_round(cast, points=(placing.FIRM,), on=date(2026, 12, 9))
    sent(client, gianni, near, asked_for(client, gianni, near))
    assert Place.get().collection == DOORS
    assert asked_for(client, gianni, firm).status_code == 422
    assert asked_for(client, gianni, firm, collection=placing.FIRM).status_code == 200


# ---------------------------------------------------------------- what cannot be

@pytest.mark.parametrize("field, typed, said", [
    ("number", "0", "da 1 a 5"), ("number", "-2", "da 1 a 5"), ("number", "tre", "da 1 a 5"), ("number", "", "da 1 a 5"),
    ("number", "6", "al massimo 5: di più non ce ne sono"), ("number", "9" * 30, "al massimo 5"), ("age", "", "Scegli un'età"),
    ("age", "99", "scegline un'altra")])
def test_what_is_wrong_is_said_beside_its_field_and_all_that_was_typed_stays(client, cast, gianni, field, typed, said):
    opening = opening_of(cast)
    page = asked_for(client, gianni, opening, **{"number": "2", field: typed})
    assert page.status_code == 422 and f'id="{field}-error"' in page.text and re.search(said, words(page))
    assert f'value="{typed if field == "number" else 2}"' in page.text
    assert client.send(f"{gianni}turni/{opening.id}/posti", **{"number": "2", "age": "3-5", field: typed}).status_code == 422
    assert not ServiceRequest.select().exists()


@pytest.mark.parametrize("typed", ["", "altrove"])
def test_a_point_that_is_none_is_said(client, cast, gianni, typed):
    page = asked_for(client, gianni, ironing_round(cast), number="4", collection=typed)
    assert page.status_code == 422 and 'id="collection-error"' in page.text and 'value="4"' in page.text


def test_an_opening_cancelled_or_closed_while_its_page_was_open_says_what_is_true(client, cast, gianni, at):
    opening = opening_of(cast)
    read = asked_for(client, gianni, opening)
    with time_machine.travel(opening.closes_at, tick=False):
        for answer in (sent(client, gianni, opening, read), client.send(f"{gianni}turni/{opening.id}", **fields_of(read))):
            assert answer.status_code == 409 and "Si poteva prenotare fino a gio 3/12 ore 20" in words(answer)
    openings.cancel(opening, by=PAOLA, at=at)
    answer = sent(client, gianni, opening, read)
    assert answer.status_code == 409 and "Questo turno non si fa" in words(answer) and "Vedi il prezzo" not in answer.text
    assert client.get(f"{gianni}turni/{opening.id}").status_code == 200 and not ServiceRequest.select().exists()


def test_an_opening_moved_while_its_page_was_open_is_not_booked_unseen(client, cast, gianni, at):
    opening = opening_of(cast)
    page, read = client.get(f"{gianni}turni/{opening.id}"), asked_for(client, gianni, opening, number="2")
    openings.move_to(opening, moment(date(2026, 12, 9), "08:00"), moment(date(2026, 12, 9), "17:00"), "Oratorio", by=PAOLA, at=at)
    early = client.press(page, f"{gianni}turni/{opening.id}", number="2", age="3-5")
    late = sent(client, gianni, opening, read)
    for answer in (early, late):
        assert answer.status_code == 409 and "è stato spostato" in words(answer) and 'value="2"' in answer.text
        assert "mercoledì 9 dicembre, dalle 8 alle 17" in words(answer) and "Oratorio" in answer.text
    assert not ServiceRequest.select().exists()
    again = client.press(late, f"{gianni}turni/{opening.id}", number="2", age="3-5")
    assert again.status_code == 200 and sent(client, gianni, opening, again).status_code == 303


def test_when_the_last_places_go_while_one_reads_the_list_is_offered(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1)
    read = asked_for(client, gianni, opening, number="2")
    booked(cast, opening, cast.sara, 4, at=at)
    answer = sent(client, gianni, opening, read)
    said = words(answer)
    assert answer.status_code == 409 and "Proprio ora i posti sono finiti" in said and "È rimasto un posto solo." in said
    assert "il tuo turno è il numero 1" in said and not ServiceRequest.select().where(ServiceRequest.employee == cast.gianni).exists()
    assert sent(client, gianni, opening, answer).status_code == 303
    assert Place.get(Place.units == 2).state == "listed" and "in lista d'attesa" in words(client.get(gianni))


def test_a_full_opening_offers_its_list_with_the_turn_one_would_have(client, cast, gianni, at):
    opening = opening_of(cast, places=2, minimum=1)
    booked(cast, opening, cast.sara, 2, at=at), booked(cast, opening, cast.teresa, at=at, may_wait=True)
    assert "il tuo turno sarebbe il numero 2" in words(client.get(f"{gianni}turni/{opening.id}"))
    read = asked_for(client, gianni, opening)
    assert "il tuo turno è il numero 2" in words(read) and "Mettimi in lista" in read.text and "Prenota<" not in read.text
    said = words(client.get(sent(client, gianni, opening, read).location))
    assert "Il tuo turno è il numero 2" in said and "non paghi nulla finché non prendi un posto" in said


def test_what_is_free_for_who_waits_already_is_not_shown_as_free(client, cast, gianni, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, cast.sara, at=at)
    booked(cast, opening, cast.teresa, at=at, may_wait=True)
    ending.cancel(holds.request, by=Actor("employee", cast.sara.id), at=at)     # the job has not run yet
    assert now(opening).taken == 0 and "pieno: lista d'attesa" in words(client.get(gianni))


def test_fewer_places_than_one_asks_for_is_said(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1)
    read = asked_for(client, gianni, opening, number="4")
    openings.resize(opening, 2, 1, by=PAOLA, at=at)
    answer = sent(client, gianni, opening, read)
    assert answer.status_code == 422 and "al massimo 2" in words(answer) and not ServiceRequest.select().exists()


def test_asking_twice_leads_to_the_request_there_is(client, cast, gianni, at):
    opening = opening_of(cast)
    read = asked_for(client, gianni, opening)
    place = booked(cast, opening, at=at)
    for answer in (sent(client, gianni, opening, read), asked_for_again(client, gianni, opening)):
        assert answer.status_code == 409 and f"/richieste/{place.request.reference}" in answer.text
    page = client.get(f"{gianni}turni/{opening.id}")
    assert "Qui hai già una richiesta" in words(page) and "Vedi il prezzo" not in page.text
    assert "hai già chiesto" in words(client.get(f"{gianni}chiedi/figli")) and Place.select().count() == 1


def asked_for_again(client, gianni, opening):
    """An old page, sent once more."""
    return client.send(f"{gianni}turni/{opening.id}", number="1", age="3-5", sequence="0")


@pytest.mark.parametrize("shown", ["²", "9" * 50, "-1", "", "1"])
def test_another_price_than_was_shown_is_read_back_again(client, cast, gianni, shown):
    opening = opening_of(cast)
    read = asked_for(client, gianni, opening)
    answer = client.press(read, f"{gianni}turni/{opening.id}/posti", shown=shown, follow=False)
    assert answer.status_code == 409 and "Il prezzo è cambiato" in words(answer) and "16,00" in words(answer)
    assert not ServiceRequest.select().exists() and sent(client, gianni, opening, answer).status_code == 303


@pytest.mark.parametrize("sequence", ["²", "9" * 50, "-1", "", "7"])
def test_a_page_of_nobody_s_books_nothing(client, cast, gianni, sequence):
    opening = opening_of(cast)
    read = asked_for(client, gianni, opening)
    answer = client.press(read, f"{gianni}turni/{opening.id}/posti", sequence=sequence, follow=False)
    assert answer.status_code == 409 and not Place.select().exists() and Opening.get().taken == 0


def test_the_door_speaks_english_to_who_reads_it(client, cast, gianni, at):
    opening = opening_of(cast)
    booked(cast, opening, cast.sara, at=at)
    assert "2 more needed" in words(client.get(f"{gianni}?lang=en")) and day_space().name_en in client.get(f"{gianni}turni/{opening.id}").text
    assert "With you the group still needs 1." in words(asked_for(client, gianni, opening))
