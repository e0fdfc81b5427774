"""The employee's door to one's own places: the group, one's turn, what is offered, moved, called off, given back."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from acts import now
from cast import another_person, booked, day_space, follow, ironing, link_for, make_cast, moment, opening_of
from pages import cost, words

from actions import ending, giving_back, ideas, openings, placing, trusting
from actions.moves import Actor
from jobs.remind import remind
from jobs.turns import turns
from models import Employee, Opening, Place, Project

PAOLA = Actor("coordinator", 1)
SIZES = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@pytest.fixture
def cast(app, at):
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def one(place):
    """The address of its request's page, below a person's own."""
    return f"richieste/{place.request.reference}"


def waiting(cast, at, units=1, **more):
    """Gianni waits for the only place there is, which Sara has."""
    opening = opening_of(cast, **{"places": 1, "minimum": 1, **more})
    held = booked(cast, opening, cast.sara, at=at)
    return held, booked(cast, opening, units=units, at=at, may_wait=True)


def offered(cast, at, **more):
    """Sara gave her place back, and it is offered to Gianni."""
    held, place = waiting(cast, at, **more)
    ending.cancel(held.request, by=Actor("employee", cast.sara.id), at=at)
    turns(at)
    return now(place)


# ---------------------------------------------------------------- the group, the list

def test_the_card_waits_for_the_group_and_then_is_confirmed_with_where_and_when(client, cast, gianni, at):
    opening = opening_of(cast)
    place = booked(cast, opening, at=at)
    assert "prenotata, mancano 2" in words(client.get(gianni))
    assert client.get(f"{gianni}{one(place)}/calendario.ics").status_code == 404
    booked(cast, opening, cast.teresa, 2, at=at)
    for page in (client.get(gianni), client.get(f"{gianni}{one(place)}")):      # the job need not have run
        said = words(page)
        assert "confermata" in said and "lunedì 7 dicembre, dalle 8 alle 17" in said and "mancano" not in said
        assert "Sala civica, Romano di Lombardia. Cooperativa Il Melograno." in said
    file = client.get(f"{gianni}{one(place)}/calendario.ics")
    assert "DTSTART:20261207T070000Z" in file.text and "CONFIRMED" in file.text and "We.Kids" not in file.text


def test_on_the_list_the_card_says_which_turn_and_leaving_it_moves_the_next_up(client, cast, gianni, at):
    opening = opening_of(cast, places=1, minimum=1)
    booked(cast, opening, cast.sara, at=at)
    before = booked(cast, opening, cast.teresa, at=at, may_wait=True)
    place = booked(cast, opening, at=at, may_wait=True)
    assert "Il tuo turno è il numero 2" in words(client.get(gianni))
    ending.cancel(before.request, by=Actor("employee", cast.teresa.id), at=at)
    page = client.get(f"{gianni}{one(place)}")
    assert "Il tuo turno è il numero 1" in words(page) and "Aspettiamo te" not in words(client.get(gianni))
    leave = client.get(f"{gianni}{one(place)}/annullamento")
    assert "Uscire dalla lista?" in leave.text and "Non costa nulla" in words(leave)
    client.press(leave, f"{gianni}{one(place)}/annullamento")
    assert now(place).state == "cancelled" and "annullata da te" in words(client.get(gianni))


def test_a_place_that_is_only_offered_is_none_of_the_group(client, cast, gianni, at):
    opening = opening_of(cast, places=3, minimum=3)
    booked(cast, opening, units=2, at=at), booked(cast, opening, cast.sara, 2, at=at, may_wait=True)
    openings.resize(opening, 4, 4, by=PAOLA, at=at)
    turns(at)
    assert now(opening).taken == 4 and "mancano 2" in words(client.get(gianni))


def test_a_group_that_was_complete_stays_so_when_somebody_gives_back(client, cast, gianni, at):
    opening = opening_of(cast)
    booked(cast, opening, at=at)
    last = booked(cast, opening, cast.sara, 2, at=at)
    ending.cancel(last.request, by=Actor("employee", cast.sara.id), at=at)
    said = words(client.get(gianni))
    assert "confermata" in said and "manca" not in said
    teresa = follow(client, link_for("employee", at=at, employee=cast.teresa)).request.path
    assert "4 places free" in words(client.get(teresa))


# ---------------------------------------------------------------- offered

def test_an_offered_place_waits_on_top_with_its_limit_price_and_both_answers(client, cast, gianni, at):
    place = offered(cast, at)
    said = words(client.get(gianni))
    assert said.index("Aspettiamo te") < said.index("c'è un posto per te") < said.index("Chiedi qualcosa")
    assert "È tuo se lo prendi entro mar 1/12 ore 13." in said and "16,00" in said
    assert "Prendo il posto" in said and "Non mi serve più" in said and place.state == "offered"


def test_a_place_is_taken_in_one_tap_and_the_second_tap_finds_it_taken(client, cast, gianni, at):
    place = offered(cast, at)
    home = client.get(gianni)
    for _ in range(2):
        answer = client.press(home, f"{gianni}posti/{place.id}/presa", follow=False)
        assert answer.status_code == 303
    assert now(place).state == "taken" and "confermata" in words(client.get(answer.location))


def test_after_its_limit_an_offer_is_not_taken_and_what_is_true_is_said(client, cast, gianni, at):
    place = offered(cast, at)
    home = client.get(gianni)
    with time_machine.travel(place.offered_until, tick=False):
        answer = client.press(home, f"{gianni}posti/{place.id}/presa")
        assert answer.status_code == 409 and "tempo scaduto" in words(answer)
        assert client.get(f"{gianni}posti/{place.id}/presa").status_code == 409
    assert now(place).state == "offered"


def test_an_offer_that_was_moved_meanwhile_is_looked_at_first(client, cast, gianni, at):
    place = offered(cast, at)
    home = client.get(gianni)
    openings.move_to(place.opening, moment(date(2026, 12, 9), "08:00"), moment(date(2026, 12, 9), "17:00"), "Oratorio", by=PAOLA, at=at)
    answer = client.press(home, f"{gianni}posti/{place.id}/presa")
    assert answer.status_code == 409 and "mercoledì 9 dicembre" in words(answer) and now(place).state == "offered"
    assert client.press(answer, f"{gianni}posti/{place.id}/presa").status_code == 200 and now(place).state == "taken"


def test_who_does_not_need_it_any_more_frees_it_for_the_next(client, cast, gianni, at):
    place = offered(cast, at)
    page = client.get(f"{gianni}{one(place)}/annullamento")
    assert "Lasciare il posto?" in page.text and "va a chi aspetta dopo di te" in words(page)
    client.press(page, f"{gianni}{one(place)}/annullamento")
    assert now(place).state == "cancelled" and now(place.opening).taken == 0
    assert client.press(page, f"{gianni}{one(place)}/annullamento").status_code == 409


def test_after_two_offers_a_free_place_is_there_to_be_taken(client, cast, gianni, at):
    held, place = waiting(cast, at)
    Place.update(offers=2).where(Place.id == place.id).execute()
    assert "Ti abbiamo già offerto un posto due volte" in words(client.get(gianni))
    ending.cancel(held.request, by=Actor("employee", cast.sara.id), at=at)
    home = client.get(gianni)
    assert "c'è un posto libero" in words(home) and "Aspettiamo te" not in words(home)
    late = booked(cast, place.opening, cast.teresa, at=at)
    answer = client.press(home, f"{gianni}posti/{place.id}/presa")
    assert answer.status_code == 409 and "in lista d'attesa" in words(answer)
    ending.cancel(late.request, by=Actor("employee", cast.teresa.id), at=at)
    client.press(home, f"{gianni}posti/{place.id}/presa")
    assert now(place).state == "taken"


def test_what_is_free_is_first_for_who_is_first_in_line(client, cast, gianni, at):
    held, place = waiting(cast, at)
    other = booked(cast, place.opening, another_person(cast, "510", at=at), at=at, may_wait=True)
    Place.update(listed_at=at - timedelta(hours=1)).where(Place.id == other.id).execute()
    ending.cancel(held.request, by=Actor("employee", cast.sara.id), at=at)
    assert "Il tuo turno è il numero 2" in words(client.get(gianni)) and "Prendo il posto" not in client.get(gianni).text


def test_a_price_that_changed_since_it_was_listed_is_shown_and_then_taken(client, cast, gianni, at):
    held, place = waiting(cast, at)
    Place.update(offers=2).where(Place.id == place.id).execute()
    ending.cancel(held.request, by=Actor("employee", cast.sara.id), at=at)
    home = client.get(gianni)
    Project.update(person_year_cents=500).where(Project.id == cast.project.id).execute()
    answer = client.press(home, f"{gianni}posti/{place.id}/presa")
    assert answer.status_code == 409 and "Il prezzo è cambiato" in words(answer) and "27,00" in words(answer)
    client.press(answer, f"{gianni}posti/{place.id}/presa")
    assert (now(place).state, now(place).worker_cents) == ("taken", 2700)


def of_an_idea(cast, at, **more):
    """A place held for Gianni, who had said that he would come."""
    draft = openings.Draft.of(opening_of(cast, on=date(2026, 12, 22), **more))
    idea = ideas.publish(draft, cast.project, cast.paola, at=at)
    ideas.be_interested(idea, cast.gianni, 2, at=at)
    opening = ideas.open_idea(idea, by=PAOLA, at=at)
    return Place.get(Place.opening == opening)


def test_a_place_that_came_of_an_idea_asks_what_was_never_asked_before_it_is_taken(client, cast, gianni, at):
    Employee.update(first_name="").where(Employee.id == cast.gianni.id).execute()
    place = of_an_idea(cast, at)
    home = client.get(gianni)
    assert f"/posti/{place.id}/presa" in home.text and "Prima ti chiediamo ancora una cosa." in words(home)
    page = client.get(f"{gianni}posti/{place.id}/presa")
    assert "2 bambini" in words(page) and "32,00" in words(page)
    missing = client.press(page, f"{gianni}posti/{place.id}/presa", first_name="Gio")
    assert missing.status_code == 422 and 'id="age-error"' in missing.text and 'value="Gio"' in missing.text
    assert now(place).state == "offered"
    client.press(missing, f"{gianni}posti/{place.id}/presa", age="6-10", first_name="Gio")
    assert now(place).state == "taken" and now(place.request).answers == {"eta": "6-10"}
    assert now(cast.gianni).first_name == "Gio"


def test_a_place_of_an_idea_is_handed_in_where_one_chooses(client, cast, gianni, at):
    place = of_an_idea(cast, at, service=ironing(), collection=(placing.FIRM, "Portineria"))
    page = client.get(f"{gianni}posti/{place.id}/presa")
    assert "chi lavora con te può vederlo" in words(page) and "age" not in page.text.split("<form")[1]
    client.press(page, f"{gianni}posti/{place.id}/presa", collection="Portineria")
    assert (now(place).state, now(place).collection) == ("taken", "Portineria")


# ---------------------------------------------------------------- confirmed: reminder, moving, giving back

def test_a_reminder_is_said_yes_to_once_and_not_after_a_move(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1, on=date(2026, 12, 2), closes=at + timedelta(hours=2))
    place = booked(cast, opening, at=at)
    assert "Aspettiamo te" not in words(client.get(gianni))
    with time_machine.travel(moment(date(2026, 12, 1), "18:05"), tick=False):
        remind(moment(date(2026, 12, 1), "18:05"))
        home = client.get(gianni)
        assert "Aspettiamo te" in words(home) and "Ci confermi che va bene?" in words(home)
        old = client.send(f"{gianni}posti/{place.id}/conferma", sequence="7")
        assert old.status_code == 409 and now(place).confirmed_at is None
        for _ in range(2):
            answer = client.press(home, f"{gianni}posti/{place.id}/conferma")
        assert "grazie, a domani" in words(answer) and "Aspettiamo te" not in words(client.get(gianni))


def test_giving_back_says_until_when_it_is_free_and_when_it_is_late(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1, service=day_space(notice_hours=48))
    place = booked(cast, opening, at=at)
    until = giving_back.free_until(opening, cast.project)
    path = f"{gianni}{one(place)}/annullamento"
    assert "è gratis fino a" in words(client.get(path)) and "Disdire è gratis fino a" in words(client.get(f"{gianni}{one(place)}"))
    with time_machine.travel(until + timedelta(minutes=1), tick=False):
        page = client.get(path)
        assert "adesso conta come disdetta tardiva" in words(page)
        client.press(page, path)
    assert now(place).cancelled_late and now(opening).taken == 0


def test_what_was_moved_says_so_and_is_given_back_free_however_late(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1, service=day_space(notice_hours=48))
    place = booked(cast, opening, at=at)
    eve = moment(date(2026, 12, 6), "19:00")
    openings.move_to(opening, moment(date(2026, 12, 7), "09:00"), opening.ends_at, "Oratorio", by=PAOLA, at=eve)
    with time_machine.travel(eve, tick=False):
        for _ in range(2):
            said = words(client.get(gianni))
            assert "È stata spostata" in said and "lunedì 7 dicembre, dalle 9 alle 17" in said and "Oratorio" in said
            turns(eve)
        page = client.get(f"{gianni}{one(place)}/annullamento")
        assert "disdire non costa nulla" in words(page) and "tardiva" not in page.text
        client.press(page, f"{gianni}{one(place)}/annullamento")
    assert not now(place).cancelled_late


def test_what_is_called_off_says_so_before_and_after_the_job_has_run(client, cast, gianni, at):
    opening = opening_of(cast, minimum=1)
    place = booked(cast, opening, at=at)
    page = client.get(f"{gianni}{one(place)}/annullamento")
    openings.cancel(opening, by=PAOLA, at=at)
    assert "non si fa" in words(client.get(gianni)) and "Disdici" not in client.get(gianni).text
    answer = client.press(page, f"{gianni}{one(place)}/annullamento")
    assert answer.status_code == 409 and "non si fa" in words(answer)
    turns(at)
    said = words(client.get(f"{gianni}{one(place)}"))
    assert "annullata dalla cooperativa" in said and "non paghi nulla" in said and "16,00" not in said


def test_a_group_that_was_not_reached_says_so(client, cast, gianni, at):
    place = booked(cast, opening_of(cast), at=at)
    with time_machine.travel(place.opening.closes_at, tick=False):
        turns(place.opening.closes_at)
        said = words(client.get(f"{gianni}{one(place)}"))
    assert "gruppo non raggiunto" in said and "Non c'erano abbastanza prenotazioni" in said


def test_what_has_begun_offers_nothing_more_and_nobody_s_place_came_free(client, cast, gianni, at):
    taken = booked(cast, opening_of(cast, minimum=1), at=at)
    _held, waits = waiting(cast, at)
    with time_machine.travel(taken.starts_at, tick=False):
        said = words(client.get(gianni))
        assert "cominciata" in said and "nessun posto" in said and "/annullamento" not in client.get(gianni).text
        assert client.get(f"{gianni}{one(taken)}/annullamento").status_code == 409
        turns(taken.starts_at)
        assert "non coperta" in words(client.get(f"{gianni}{one(waits)}"))


# ---------------------------------------------------------------- whose it is, what it costs, how it looks

def test_another_person_s_place_is_not_there(client, cast, gianni, at):
    theirs = booked(cast, opening_of(cast, minimum=1), cast.sara, at=at)
    assert client.get(f"{gianni}posti/{theirs.id}/presa").status_code == 404
    for noun in ("presa", "conferma", "voto", "grazie", "contestazione"):
        assert client.send(f"{gianni}posti/{theirs.id}/{noun}", score="5", why="other").status_code == 404
    assert client.get(f"{gianni}{one(theirs)}/calendario.ics").status_code == 404


@pytest.mark.both_engines
def test_many_places_and_openings_cost_no_more_queries_than_one(engine, client, cast, gianni, at):
    def one_of_each(n):
        opening_of(cast, on=date(2027, 1, 11) + timedelta(days=n))
        day = date(2027, 2, 1) + timedelta(days=3 * n)
        waiting(cast, at, on=day), offered(cast, at, on=day + timedelta(days=1))
        return booked(cast, opening_of(cast, on=day + timedelta(days=2)), at=at)

    place = one_of_each(0)
    paths = [gianni, f"{gianni}chiedi/figli", f"{gianni}turni/{Opening.select().order_by(Opening.id).get().id}", f"{gianni}{one(place)}"]
    few = [cost(client, path) for path in paths]
    for n in range(1, 6):
        one_of_each(n)
    assert [cost(client, path) for path in paths] == few
    assert few[0] <= 9      # link, project, requests; visits, proposals, promised calls; places; openings, ideas
    assert few[2] <= 4      # link, project, opening, comune's or closed days


def test_a_page_with_a_place_in_every_state_stays_light(client, cast, gianni, at):
    for n in range(3):
        day = date(2026, 12, 14) + timedelta(days=n)
        offered(cast, at, on=day), waiting(cast, at, on=day + timedelta(days=7)), booked(cast, opening_of(cast, on=day + timedelta(days=14)), at=at)
    brought = re.findall('"(/static/[^"]+)"', client.get(gianni).text)
    wire = [client.get(path, headers={"Accept-Encoding": "gzip"}) for path in (gianni, *brought)]
    assert len(wire) == 3 and sum(len(answer.data) for answer in wire) <= 25 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("width, scheme", SIZES)
def test_everybody_can_book_and_take_a_place_without_script(live, browser, axe, cast, at, width, scheme):
    opening = opening_of(cast, service=ironing(), collection=(placing.FIRM, "Portineria di via Verdi"), minimum=2)
    place = of_an_idea(cast, at)
    for script in (False, True):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script)
        page = context.new_page()
        page.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
        home = page.url
        if script:
            paths = ["", "chiedi/tempo", f"turni/{opening.id}", f"posti/{place.id}/presa", one(place), f"{one(place)}/annullamento"]
            for path in paths:
                page.goto(home + path)
                assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            page.goto(home + f"turni/{opening.id}")
            page.get_by_role("button", name="Vedi il prezzo").click()
            assert axe(page) == [] and page.evaluate("document.activeElement.className") == "errors"
            page.get_by_label("Portineria").check()
            page.get_by_role("button", name="Vedi il prezzo").click()
            page.get_by_role("heading", name="Va bene così?").wait_for()
            assert axe(page) == []
        else:
            page.goto(home + f"turni/{opening.id}")
            page.get_by_label("Nella tua azienda").check()
            page.get_by_role("button", name="Vedi il prezzo").click()
            page.get_by_role("button", name="Prenota").click()
            page.get_by_text("manca").first.wait_for()
            assert "mancano 1" in page.content() or "manca 1" in page.content()
            ending.cancel(Place.get(Place.opening == opening).request, by=Actor("employee", cast.gianni.id), at=at)
        context.close()
