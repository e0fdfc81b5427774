"""The employee's door after a delivery, of visits and of places: what was marked, contested, decided, answered, thanked."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from acts import now, said
from cast import asked, booked, day_space, follow, ironing, link_for, make_cast, moment, opening_of, referral_of
from pages import cost, words

from actions import answering, contesting, delivering, openings, rating, trusting
from actions.moves import Actor
from jobs.turns import turns
from models import Appointment, DeskItem, Employee, Message
from rules.recurrence import Weekly

PAOLA = Actor("coordinator", 1)
DAY = timedelta(days=1)
SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def cast(app, at):
    return make_cast(at - 60 * DAY)


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def visit_done(cast, at, employee=None, **how):
    """Marta came yesterday from 15 to 18, and marked it this morning; or as `how` says."""
    request = asked(cast, at=at - 20 * DAY, on=at.date() - DAY, employee=employee)
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at - 20 * DAY)
    return marked(visit, cast, at, **how)


def place_done(cast, at, units=2, service=None, on=None, **how):
    """Gianni's two places of yesterday's opening, which Marta led."""
    opening = opening_of(cast, service=service or day_space(), on=on or at.date() - DAY, minimum=1)
    place = booked(cast, opening, units=units, at=at - 20 * DAY)
    openings.lead(opening, cast.marta, cast.marta, at=at - 20 * DAY)
    turns(at - 20 * DAY)
    return marked(place, cast, at, **how)


def marked(visit, cast, at, done=None, missed=None, reason=None):
    if missed:
        delivering.miss(visit, missed, by=Actor("operator", cast.marta.id), at=at, reason=reason)
    else:
        delivering.deliver(visit, cast.marta, at=at, units=done)
    return now(visit)


BOTH = pytest.mark.parametrize("done, kind", [(visit_done, "visite"), (place_done, "posti")])


def page_of(client, gianni, visit, **query):
    return client.get(f"{gianni}richieste/{visit.request.reference}", query_string=query)


# ---------------------------------------------------------------- what was marked

@pytest.mark.parametrize("done, how, sentence", [
    (visit_done, {}, "È segnata come svolta: 3 ore."), (visit_done, {"done": 120}, "2 ore, invece di 3 ore."),
    (visit_done, {"missed": "employee", "reason": "absent"}, "risulta che in casa non c'era nessuno"),
    (visit_done, {"missed": "employee", "reason": "refused"}, "non si è potuto entrare"),
    (visit_done, {"missed": "operator"}, "per la cooperativa: non paghi nulla"),
    (place_done, {}, "È segnata come svolta: 2 bambini."), (place_done, {"done": 1}, "1 bambino, invece di 2 bambini."),
    (place_done, {"missed": "employee", "reason": "absent"}, "risulta che non c'eri"),
    (place_done, {"missed": "operator", "reason": "nobody_came"}, "per la cooperativa")])
def test_what_was_marked_is_said_with_the_time_left_to_object(client, cast, gianni, at, done, how, sentence):
    visit = done(cast, at, **how)
    for page in (client.get(gianni), page_of(client, gianni, visit)):
        assert re.search(sentence, words(page)) and "puoi dirlo fino a mar 8/12 ore 9" in words(page)


def test_baskets_are_counted_as_baskets(client, cast, gianni, at):
    place = place_done(cast, at, units=3, service=ironing(), done=2)
    said_now = words(page_of(client, gianni, place))
    assert "2 cesti, invece di 3 cesti." in said_now and "Tu, dopo, alla cooperativa 18,00" in said_now


# ---------------------------------------------------------------- it was otherwise

@BOTH
def test_what_is_not_right_is_said_once_and_only_the_desk_reads_the_words(client, cast, gianni, at, done, kind):
    visit = done(cast, at)
    page = client.get(f"{gianni}{kind}/{visit.id}/contestazione")
    assert "Niente notizie sulla salute" in words(page) and "Lo legge solo chi coordina" in words(page)
    for _ in range(2):
        answer = client.press(page, f"{gianni}{kind}/{visit.id}/contestazione", why="less", words=" sono andati via prima ")
        assert answer.status_code == 200 and "Hai detto che non torna: «È stato meno di così»." in words(answer)
    assert "andati via prima" not in answer.text and "Non è andata così" not in answer.text
    item = DeskItem.get(DeskItem.kind == "contested")
    assert item.said == "sono andati via prima" and now(visit).contested_why == "less"
    other = client.press(page, f"{gianni}{kind}/{visit.id}/contestazione", why="other")
    assert other.status_code == 409 and DeskItem.select().where(DeskItem.kind == "contested").count() == 1


@BOTH
@pytest.mark.parametrize("field, typed", [("why", {"why": ""}), ("why", {"why": "was_there"}), ("why", {"why": "x"}),
                                          ("words", {"words": "a" * 501})])
def test_an_objection_that_says_nothing_is_asked_for_again(client, cast, gianni, at, done, kind, field, typed):
    visit = done(cast, at)
    answer = client.send(f"{gianni}{kind}/{visit.id}/contestazione", **{"why": "less", "words": "parole mie", **typed})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert typed.get("words", "parole mie") in answer.text and not now(visit).contested_at


@BOTH
def test_after_the_week_it_stands(client, cast, gianni, at, done, kind):
    visit = done(cast, at)
    page = client.get(f"{gianni}{kind}/{visit.id}/contestazione")
    with time_machine.travel(contesting.until(visit) + timedelta(minutes=1), tick=False):
        assert "Non è andata così" not in client.get(gianni).text
        answer = client.press(page, f"{gianni}{kind}/{visit.id}/contestazione", why="less")
        assert answer.status_code == 409 and client.get(f"{gianni}{kind}/{visit.id}/contestazione").status_code == 409
    assert not now(visit).contested_at


@BOTH
@pytest.mark.parametrize("as_, sentence", [("stands", "resta com'era segnata"), ("delivered", "ora risulta svolta"),
                                           ("missed_operator", "ora risulta non svolta")])
def test_what_the_desk_decided_is_on_the_page_in_its_words(client, cast, gianni, at, done, kind, as_, sentence):
    visit = done(cast, at, missed="employee", reason="absent")
    contesting.contest(visit, "was_there", by=Actor("employee", cast.gianni.id), at=at, words="segreto")
    assert "ti risponde" in words(page_of(client, gianni, visit))
    contesting.resolve(now(visit), as_, "Abbiamo guardato\nil foglio <firme>.", by=PAOLA, at=at)
    page = page_of(client, gianni, visit)
    assert sentence in words(page) and "Abbiamo guardato\nil foglio &lt;firme&gt;." in page.text and "segreto" not in page.text
    assert sentence in words(client.get(gianni)) and "ti risponde" not in words(page)
    Message.update(says={}).execute()           # a month later its words are gone
    assert sentence in words(page_of(client, gianni, visit))


# ---------------------------------------------------------------- how it was

@BOTH
def test_one_tap_answers_the_question_and_another_does_not_change_it(client, cast, gianni, at, done, kind):
    visit = done(cast, at)
    home = client.get(gianni)
    assert "Com'è andata, da 1 a 5?" in words(home) and "5 molto bene" in words(home)
    for _ in range(2):
        answer = client.press(home, f"{gianni}{kind}/{visit.id}/voto", score="5")
        assert answer.status_code == 200 and "Hai risposto 5, molto bene." in words(answer)
    assert client.press(home, f"{gianni}{kind}/{visit.id}/voto", score="1").status_code == 409
    assert now(visit).score == 5 and not DeskItem.select().where(DeskItem.kind == "low_score").exists()
    assert "/voto" not in answer.text and client.get(f"{gianni}{kind}/{visit.id}/voto").status_code == 303


@pytest.mark.parametrize("score", ["0", "6", "", "²", "-1", "9" * 40])
def test_a_score_that_is_none_is_no_answer(client, cast, gianni, at, score):
    visit = visit_done(cast, at)
    assert client.send(f"{gianni}visite/{visit.id}/voto", score=score).status_code == 400 and now(visit).score is None


@BOTH
def test_a_low_score_reaches_the_coordinator(client, cast, gianni, at, done, kind):
    visit = done(cast, at)
    client.send(f"{gianni}{kind}/{visit.id}/voto", score="2")
    assert DeskItem.get(DeskItem.kind == "low_score").employee == cast.gianni


@BOTH
def test_what_did_not_take_place_is_not_asked_about(client, cast, gianni, at, done, kind):
    visit = done(cast, at, missed="operator")
    page = page_of(client, gianni, visit)
    assert "/voto" not in page.text and "/grazie" not in page.text and "Due domande" not in page.text
    assert client.send(f"{gianni}{kind}/{visit.id}/voto", score="5").status_code == 409
    assert client.send(f"{gianni}{kind}/{visit.id}/grazie").status_code == 409


@BOTH
def test_a_thank_you_goes_once_and_without_a_name(client, cast, gianni, at, done, kind):
    visit = done(cast, at)
    page = page_of(client, gianni, visit)
    for _ in range(2):
        answer = client.press(page, f"{gianni}{kind}/{visit.id}/grazie")
        assert answer.status_code == 200 and "Il tuo grazie è partito, senza il tuo nome." in words(answer)
    assert [message.operator_id for message in said("thanks")] == [cast.marta.id]


# ---------------------------------------------------------------- a series

def test_of_a_series_the_card_asks_about_the_last_one_and_the_page_about_each(client, cast, gianni, at):
    request = asked(cast, at=at - 20 * DAY, on=date(2026, 11, 26), weekly=Weekly((4,), times=4))
    visits = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at - 20 * DAY)
    visit = marked(visits[0], cast, at - DAY)
    home = client.get(gianni)
    assert "confermata" in words(home) and home.text.count("/voto") == 1 and "giovedì 26 novembre" in words(home)
    assert page_of(client, gianni, visit).text.count(f"/visite/{visit.id}/voto") == 1
    client.press(home, f"{gianni}visite/{visit.id}/voto", score="4")
    assert "/voto" not in client.get(gianni).text
    assert "Hai risposto 4, bene" in words(page_of(client, gianni, visit))
    with time_machine.travel(moment(date(2026, 12, 3), "20:00"), tick=False):
        second = marked(visits[1], cast, moment(date(2026, 12, 3), "19:00"))
        page = page_of(client, gianni, visit)
        assert page.text.count(f"/visite/{second.id}/voto") == 1 and f"/visite/{visit.id}/contestazione" in page.text


# ---------------------------------------------------------------- about oneself

def test_two_questions_about_oneself_come_after_the_first_delivery_with_their_reason(client, cast, gianni, at):
    request = asked(cast, at=at)
    assert "Due domande" not in client.get(f"{gianni}richieste/{request.reference}").text
    visit = visit_done(cast, at)
    assert "servono ai conti di chi finanzia, senza nomi" in words(page_of(client, gianni, visit))
    page = client.get(f"{gianni}su-di-te/{visit.request.reference}")
    assert "Contiamo senza nomi, e la tua azienda non lo vede." in words(page)
    answer = client.press(page, f"{gianni}su-di-te/{visit.request.reference}", age_band="30-44")
    assert answer.status_code == 200 and "Due domande" not in answer.text
    person = now(cast.gianni)
    assert (person.gender, person.age_band, person.asked_about_at) == (None, "30-44", at)


def test_who_would_rather_not_say_is_not_asked_again_whatever_was_ticked(client, cast, gianni, at):
    visit = place_done(cast, at)
    page = client.get(f"{gianni}su-di-te/{visit.request.reference}")
    client.press(page, f"{gianni}su-di-te/{visit.request.reference}", gender="f", rather_not="1")
    person = now(cast.gianni)
    assert (person.gender, person.age_band, person.asked_about_at) == (None, None, at)
    assert "Due domande" not in page_of(client, gianni, visit).text


@pytest.mark.parametrize("typed", [{}, {"gender": "z"}, {"age_band": "8"}, {"gender": "f", "age_band": "8"}])
def test_nothing_chosen_and_what_is_no_choice_is_asked_again(client, cast, gianni, at, typed):
    visit = visit_done(cast, at)
    answer = client.send(f"{gianni}su-di-te/{visit.request.reference}", **typed)
    assert answer.status_code == 422 and "error" in answer.text
    assert Employee.get_by_id(cast.gianni.id).asked_about_at is None


# ---------------------------------------------------------------- whose it is, what it costs, how it looks

def test_another_person_s_delivery_is_not_there(client, cast, gianni, at):
    theirs = visit_done(cast, at, employee=cast.sara)
    for noun in ("voto", "grazie", "contestazione"):
        assert client.send(f"{gianni}visite/{theirs.id}/{noun}", score="5", why="less").status_code == 404
        assert client.get(f"{gianni}visite/{theirs.id}/{noun}").status_code == 404
    assert client.send(f"{gianni}su-di-te/{theirs.request.reference}", rather_not="1").status_code == 404
    assert not now(theirs).score and not now(theirs).contested_at and not now(theirs).thanked_at


@pytest.mark.both_engines
def test_many_deliveries_cost_no_more_queries_than_one(engine, client, cast, gianni, at):
    request = asked(cast, at=at - 40 * DAY, on=at.date() - 20 * DAY, weekly=Weekly((1, 2, 3, 4, 5, 6, 7), times=9))
    visits = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at - 40 * DAY)
    place_done(cast, at)

    def contested(visit):
        contesting.contest(marked(visit, cast, at), "less", by=Actor("employee", cast.gianni.id), at=at)
        contesting.resolve(now(visit), "stands", "resta", by=PAOLA, at=at)

    contested(visits[0])
    paths = [gianni, f"{gianni}richieste/{request.reference}"]
    few = [cost(client, path) for path in paths]
    for n, visit in enumerate(visits[1:6]):
        contested(visit)
        place_done(cast, at, on=at.date() - (n + 2) * DAY)
    assert [cost(client, path) for path in paths] == few and few[0] <= 9


def test_the_door_says_it_in_english_too(client, cast, gianni, at):
    visit = visit_done(cast, at, done=120)
    english = words(page_of(client, gianni, visit, lang="en"))
    assert "It is marked as done: 2 hours, instead of 3 hours." in english and "4 well" in english


@pytest.mark.browser
@pytest.mark.parametrize("width, scheme", SIZES)
def test_everybody_can_say_how_it_was_without_script(live, browser, axe, cast, at, width, scheme):
    visit, place = visit_done(cast, at), place_done(cast, at)
    rating.rate(place, 1, by=Actor("employee", cast.gianni.id), at=at)
    for script in (True, False):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script)
        page = context.new_page()
        page.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
        home = page.url
        if script:
            for path in ("", f"richieste/{visit.request.reference}", f"richieste/{place.request.reference}",
                         f"posti/{place.id}/contestazione", f"su-di-te/{visit.request.reference}"):
                page.goto(home + path)
                assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        else:
            heights = [box.bounding_box()["height"] for box in page.locator(".scores button").all()]
            assert len(heights) == 5 and min(heights) >= 44
            page.get_by_role("button", name="4 bene").click()
            page.get_by_text("Hai risposto 4, bene").first.wait_for()
            assert Appointment.get_by_id(visit.id).score == 4
        context.close()
