"""The operator's door: first to act wins, one tap confirms, and a strange browser sees no more than the SMS said."""

from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust

from actions import answering, delivering, ending, trusting
from actions.moves import Actor
from models import Appointment, Device, Event, Message, Operator, Referral, ServiceRequest, db

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 12, 1)
FRIDAY = date(2026, 12, 4)


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
def anna(app, cast, at):
    """Anna's own phone, trusted."""
    other = app.test_client()
    trust(other, cast.anna, at=at)
    other.person = cast.anna
    return other


def send(browser, path, htmx=False, **fields):
    """Press something on the page of this browser's operator."""
    return post(browser, f"/operatore/{browser.person.id}/{path}", htmx, **fields)


def post(browser, address, htmx=False, **fields):
    """Press something, with or without JavaScript."""
    fields["csrf_token"] = browser.token()
    return browser.post(address, data=fields, headers=HTMX if htmx else {})


def home(browser):
    """The operator's page, as text."""
    answer = browser.get(f"/operatore/{browser.person.id}/")
    assert answer.status_code == 200
    return answer.text


def visit_of(request):
    """The appointment of a request that stands."""
    return Appointment.get(Appointment.request == request, Appointment.state != "cancelled")


def fully_agreed(cast, *, at, on=TODAY, begins="10:00", ends="12:00", worker=None, asked_at=None, **more):
    """A request that was asked and confirmed long enough ago not to be undone."""
    request = asked(cast, at=asked_at or at - timedelta(days=3), on=on, begins=begins, ends=ends, **more)
    referral = referral_of(request)
    answering.confirm(referral, cast.marta, worker, at=asked_at or at - timedelta(days=3))
    return request


# ---------------------------------------------------------------- the page

def test_the_card_says_what_the_cooperative_needs_to_know(marta, cast, at):
    request = asked(cast, at=at, answers={"eta": "3-5", "numero": "1"})
    page = home(marta)
    assert "1 da rispondere" in page
    for words in ("venerdì 4 dicembre, dalle 15 alle 18", "Romano di Lombardia", "Gianni", "da 3 a 5 anni",
                  request.reference, "ancora 7 ore", "Il Melograno"):
        assert words in page


def test_meals_are_counted_on_the_card_though_nobody_asked_a_question(marta, cast, at):
    asked(cast, at=at, service=cast.pasto, quantity=3, begins="12:00", ends="12:30")
    assert "3 pasti" in home(marta)


def test_the_earliest_limit_stands_first(marta, cast, at):
    late = asked(cast, at=at, service=cast.ad, on=date(2026, 12, 18))
    soon = asked(cast, at=at)
    page = home(marta)
    assert page.index(soon.reference) < page.index(late.reference)


def test_an_empty_page_says_what_will_appear(marta, cast):
    page = home(marta)
    assert "Niente da rispondere" in page
    assert "Nessun appuntamento" in page


def test_who_only_goes_sees_visits_and_no_requests(app, cast, at):
    bruno = app.test_client()
    trust(bruno, cast.bruno, at=at)
    bruno.person = cast.bruno
    request = asked(cast, at=at)
    fully_agreed(cast, at=at, on=TODAY, begins="16:00", ends="18:00", worker=cast.bruno)
    page = home(bruno)
    assert request.reference not in page
    assert "16-18" in page
    assert send(bruno, f"invio/{referral_of(request).id}/presa").status_code == 404


# ---------------------------------------------------------------- confirming

def test_one_tap_confirms_and_names_who_goes(marta, cast, at):
    request = asked(cast, at=at)
    answer = send(marta, f"invio/{referral_of(request).id}/conferma", worker="me")
    assert answer.status_code == 303
    assert answer.location.endswith(f"#referral-{referral_of(request).id}")
    assert visit_of(request).worker == cast.marta
    assert ServiceRequest.get().state == "agreed"
    page = home(marta)
    assert "Annulla la conferma (fino alle 9:10)" in page
    assert "Vai tu." in page


def test_htmx_gets_the_card_alone(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    answer = send(marta, f"invio/{referral.id}/conferma", htmx=True, worker=str(cast.anna.id))
    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<article class="card" id="referral-{referral.id}"')
    assert "Va Anna." in answer.text
    assert answer.headers["HX-Trigger"] == "answered"


def test_it_can_be_confirmed_before_it_is_decided_who_goes(marta, cast, at):
    request = asked(cast, at=at)
    send(marta, f"invio/{referral_of(request).id}/conferma", worker="later")
    assert visit_of(request).worker is None
    assert "Resta da decidere chi va." in home(marta)


def test_a_confirmation_can_be_taken_back_for_ten_minutes_and_no_longer(marta, cast, at):
    request = asked(cast, at=at)
    send(marta, f"invio/{referral_of(request).id}/conferma", worker="me")
    visit = visit_of(request)
    with time_machine.travel(at + timedelta(minutes=10), tick=False):
        late = send(marta, f"appuntamento/{visit.id}/ripensamento")
        assert late.status_code == 409
        assert "Annulla la conferma" not in late.text
    with time_machine.travel(at + timedelta(minutes=9, seconds=59), tick=False):
        assert send(marta, f"appuntamento/{visit.id}/ripensamento").status_code == 303
    assert ServiceRequest.get().state == "taken"
    assert "presa da te" in home(marta)
    assert send(marta, f"appuntamento/{visit.id}/ripensamento").status_code == 409


def test_nobody_is_sent_to_two_places_at_once(marta, cast, at):
    fully_agreed(cast, at=at, on=FRIDAY, begins="14:00", ends="16:00", worker=cast.anna)
    request = asked(cast, at=at)
    for htmx in (True, False):
        answer = send(marta, f"invio/{referral_of(request).id}/conferma", htmx=htmx, worker=str(cast.anna.id))
        assert answer.status_code == 422
        assert "Anna ha già un appuntamento dalle 14 alle 16." in answer.text
    assert ServiceRequest.get_by_id(request.id).state == "open"


def test_a_stranger_cannot_be_sent(marta, cast, at):
    request = asked(cast, at=at)
    for worker in (str(cast.luca.id), "", "abc"):
        assert send(marta, f"invio/{referral_of(request).id}/conferma", worker=worker).status_code == 422
    assert ServiceRequest.get().state == "open"


# ---------------------------------------------------------------- first to act wins

def test_the_first_to_take_it_wins_and_the_other_reads_who_did(marta, anna, cast, at):
    referral = referral_of(asked(cast, at=at))
    assert send(marta, f"invio/{referral.id}/presa").status_code == 303
    for press, fields in (("presa", {}), ("conferma", {"worker": "me"}), ("rifiuto", {"reason": "full"}),
                          ("passaggio", {"colleague": str(cast.marta.id)})):
        answer = send(anna, f"invio/{referral.id}/{press}", htmx=True, **fields)
        assert answer.status_code == 409, press
        assert "L&#39;ha presa Marta." in answer.text, press
    plain = send(anna, f"invio/{referral.id}/conferma", worker="me")
    assert plain.status_code == 409
    assert "L&#39;ha presa Marta." in plain.text
    assert Referral.get().operator == cast.marta
    assert not Appointment.select().exists()


def test_a_colleague_may_answer_in_her_place_when_she_means_to(marta, anna, cast, at):
    request = asked(cast, at=at)
    send(marta, f"invio/{referral_of(request).id}/presa")
    assert "Rispondi al posto di Marta" in home(anna)
    send(anna, f"invio/{referral_of(request).id}/conferma", worker="me", instead_of=str(cast.marta.id))
    assert visit_of(request).worker == cast.anna


def test_the_loser_of_a_confirmation_reads_who_confirmed(marta, anna, cast, at):
    referral = referral_of(asked(cast, at=at))
    send(marta, f"invio/{referral.id}/conferma", worker="me")
    answer = send(anna, f"invio/{referral.id}/conferma", htmx=True, worker="me")
    assert answer.status_code == 409
    assert "L&#39;ha confermata Marta. Va Marta." in answer.text
    assert Appointment.select().count() == 1


def test_a_card_from_before_the_person_cancelled_is_too_late(marta, cast, at):
    request = asked(cast, at=at)
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at)
    answer = send(marta, f"invio/{referral_of(request).id}/conferma", worker="me")
    assert answer.status_code == 409
    assert "La persona ha annullato la richiesta" in answer.text


def test_a_lapsed_card_says_where_the_request_went(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    answering.lapse(referral, at=referral.due_at)
    with time_machine.travel(referral.due_at, tick=False):
        answer = send(marta, f"invio/{referral.id}/presa", htmx=True)
    assert answer.status_code == 409
    assert "passata alla cooperativa successiva" in answer.text


# ---------------------------------------------------------------- declining, handing over

def test_declining_asks_the_next_cooperative_at_once(marta, cast, at):
    request = asked(cast, at=at, answers={"eta": "3-5"})
    answer = send(marta, f"invio/{referral_of(request).id}/rifiuto", htmx=True, reason="far")
    assert answer.status_code == 200
    assert "Gianni" not in answer.text and "da 3 a 5 anni" not in answer.text   # no longer theirs to read
    assert "passata alla cooperativa successiva" in answer.text
    assert referral_of(request).cooperative == cast.quercia
    assert Referral.get(Referral.cooperative == cast.melograno).reason == "far"


def test_declining_wants_a_reason(marta, cast, at):
    request = asked(cast, at=at)
    answer = send(marta, f"invio/{referral_of(request).id}/rifiuto", htmx=True)
    assert answer.status_code == 422
    assert "Scegli un motivo." in answer.text
    assert Referral.select().count() == 1


def test_nobody_left_means_the_project_and_the_card_says_so(marta, cast, at):
    request = asked(cast, at=at, service=cast.ad, on=date(2026, 12, 9))
    answer = send(marta, f"invio/{referral_of(request).id}/rifiuto", htmx=True, reason="full")
    assert "la richiesta è passata al progetto" in answer.text


def test_a_colleague_gets_a_text_of_her_own(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    assert send(marta, f"invio/{referral.id}/passaggio", colleague=str(cast.anna.id)).status_code == 303
    assert "Anna riceve un SMS con la richiesta." in home(marta)
    assert Message.select().where(Message.kind == "referral", Message.operator == cast.anna,
                                  Message.key.contains("from")).exists()


# ---------------------------------------------------------------- the days

def test_the_day_is_in_order_with_word_and_number(marta, cast, at):
    fully_agreed(cast, at=at, begins="16:00", ends="18:00", worker=cast.anna)
    fully_agreed(cast, at=at, begins="10:00", ends="12:00", worker=cast.marta, municipality=cast.covo)
    fully_agreed(cast, at=at, on=TODAY + timedelta(days=1), worker=None)
    page = home(marta)
    assert "Poi: oggi 2 appuntamenti, il primo alle 10." in page
    assert page.index("Oggi") < page.index("10-12") < page.index("16-18") < page.index("Domani")
    for words in ("limone", 'href="tel:+393330000001"', "Va Anna: cambia", "Vai tu: cambia", "Da decidere chi va"):
        assert words in page


def test_one_press_marks_what_was_shown_as_over_and_is_mine(marta, cast, at):
    mine = fully_agreed(cast, at=at, begins="10:00", ends="12:00", worker=cast.marta)
    annas = fully_agreed(cast, at=at, begins="10:00", ends="12:00", worker=cast.anna)
    later = fully_agreed(cast, at=at, begins="16:00", ends="18:00", worker=cast.marta)
    with time_machine.travel(moment(TODAY, "13:00"), tick=False):
        assert "Tutto svolto come previsto" in home(marta)
    with time_machine.travel(moment(TODAY, "19:00"), tick=False):
        answer = send(marta, f"giorno/{TODAY}/svolto", appointment=[str(visit_of(mine).id), str(visit_of(annas).id)])
    assert answer.status_code == 303
    assert [visit_of(r).state for r in (mine, annas, later)] == ["delivered", "planned", "planned"]


@pytest.mark.parametrize("key", ["x", "2026-02-30"])
def test_a_day_that_does_not_exist_is_not_found(marta, cast, key):
    assert send(marta, f"giorno/{key}/svolto").status_code == 404


def test_a_visit_cannot_be_marked_before_it_has_begun(marta, cast, at):
    request = fully_agreed(cast, at=at, worker=cast.marta)
    assert ">Svolto<" not in home(marta)
    answer = send(marta, f"appuntamento/{visit_of(request).id}/svolto", htmx=True)
    assert answer.status_code == 409
    assert "Non è ancora cominciato" in answer.text


def test_what_nobody_marked_stays_in_sight(marta, cast, at):
    request = fully_agreed(cast, at=at, asked_at=at - timedelta(days=10), on=TODAY - timedelta(days=3),
                           worker=cast.marta)
    assert "Da segnare" in home(marta)
    answer = send(marta, f"appuntamento/{visit_of(request).id}/svolto", htmx=True)
    assert answer.status_code == 200
    assert "Tutto segnato" in answer.text
    assert "Da segnare" not in home(marta)


def test_who_goes_can_be_changed_unless_she_is_busy(marta, cast, at):
    request = fully_agreed(cast, at=at, worker=cast.marta)
    fully_agreed(cast, at=at, begins="11:00", ends="13:00", worker=cast.anna)
    path = f"appuntamento/{visit_of(request).id}/chi-va"
    for htmx in (True, False):
        answer = send(marta, path, htmx=htmx, worker=str(cast.anna.id))
        assert answer.status_code == 422
        assert "Anna ha già un appuntamento dalle 11 alle 13." in answer.text
    assert send(marta, path, worker="me").status_code == 303
    assert send(marta, path, worker=str(cast.bruno.id)).status_code == 303
    assert visit_of(request).worker == cast.bruno
    assert "Va Bruno: cambia" in home(marta)


def test_after_a_visit_is_marked_who_went_stays(marta, cast, at):
    request = fully_agreed(cast, at=at, worker=cast.marta)
    with time_machine.travel(moment(TODAY, "13:00"), tick=False):
        delivering.deliver(visit_of(request), cast.marta, at=moment(TODAY, "13:00"))
        answer = send(marta, f"appuntamento/{visit_of(request).id}/chi-va", worker=str(cast.anna.id))
    assert answer.status_code == 409
    assert visit_of(request).worker == cast.marta


# ---------------------------------------------------------------- duty, device, strangers

def test_off_duty_is_one_press(marta, cast):
    assert send(marta, "turno", on_duty="no").status_code == 303
    assert not Operator.get_by_id(cast.marta.id).on_duty
    assert "Non sei di turno" in home(marta)
    send(marta, "turno", on_duty="yes")
    assert Operator.get_by_id(cast.marta.id).on_duty


def test_leaving_closes_the_device_and_forgets_its_links(marta, cast, at):
    link = link_for("operator", at=at, operator=cast.marta)
    follow(marta, link)
    answer = send(marta, "dispositivo/chiusura")
    assert answer.status_code == 303
    assert Device.get().closed_at == at
    assert "Sei fuori da questo dispositivo" in marta.get(answer.location).text
    assert marta.get(f"/operatore/{cast.marta.id}/").status_code == 403


def test_another_cooperative_sees_and_moves_nothing(app, cast, at):
    rosa = app.test_client()
    trust(rosa, cast.outsider, at=at)
    rosa.person = cast.outsider
    waiting = asked(cast, at=at)
    agreed = fully_agreed(cast, at=at, worker=cast.marta)
    page = home(rosa)
    for secret in (waiting.reference, agreed.reference, "Gianni", "limone", "+393330000001", "Marta"):
        assert secret not in page
    referral, visit = referral_of(waiting), visit_of(agreed)
    before = Event.select().count()
    for path in (f"invio/{referral.id}/conferma", f"invio/{referral.id}/presa", f"invio/{referral.id}/rifiuto",
                 f"invio/{referral.id}/passaggio", f"appuntamento/{visit.id}/ripensamento",
                 f"appuntamento/{visit.id}/chi-va", f"appuntamento/{visit.id}/svolto"):
        assert send(rosa, path, worker="me", reason="full").status_code == 404, path
    assert rosa.get(f"/operatore/{cast.marta.id}/").status_code == 403
    assert Event.select().count() == before


def test_the_page_costs_the_same_however_many_rows(app, marta, cast, at):
    def cost():
        asked_of_the_database = []
        execute = db.obj.execute_sql
        db.obj.execute_sql = lambda sql, *a, **k: asked_of_the_database.append(sql) or execute(sql, *a, **k)
        try:
            home(marta)
        finally:
            db.obj.execute_sql = execute
        return asked_of_the_database

    asked(cast, at=at)
    fully_agreed(cast, at=at, worker=cast.anna)
    few = cost()
    for day in range(30):
        asked(cast, at=at, answers={"eta": "3-5", "numero": "2"}, on=FRIDAY + timedelta(days=day))
        fully_agreed(cast, at=at, on=TODAY + timedelta(days=day % 7), begins=f"{8 + day // 7:02d}:00",
                     ends=f"{9 + day // 7:02d}:00", worker=None)
    assert len(cost()) == len(few), "\n".join(cost())
    assert len(few) <= 3 + 6, "\n".join(few)   # requests, what is proposed, appointments, openings, colleagues, the project to call


# ---------------------------------------------------------------- in a real browser

@pytest.fixture
def phone(live, page, cast, at):
    """Marta's phone, a real one, trusted; `phone.home()` opens her page."""
    class Cookies:
        def set_cookie(self, name, value):
            page.context.add_cookies([{"name": name, "value": value, "url": live.url}])

    trust(Cookies(), cast.marta, at=at)
    page.home = lambda: page.goto(f"{live.url}/operatore/{cast.marta.id}/")
    return page


@pytest.mark.browser
def test_with_javascript_one_press_changes_one_card_and_the_count(phone, cast, at):
    fully_agreed(cast, at=at, on=FRIDAY, begins="14:00", ends="16:00", worker=cast.anna)
    referral = referral_of(asked(cast, at=at))
    phone.home()
    phone.evaluate("window.same = true")   # gone, were the page loaded again
    card = phone.locator(f"#referral-{referral.id}")
    card.get_by_text("Va una collega").click()
    card.locator(f"#worker-{referral.id}").select_option("Anna")
    card.get_by_role("button", name="Conferma", exact=True).click()
    card.get_by_text("Anna ha già un appuntamento dalle 14 alle 16.").wait_for()
    card.get_by_role("button", name="Confermo, vado io").click()
    card.get_by_text("Vai tu.").wait_for()
    phone.get_by_role("heading", name="Niente da rispondere").wait_for()
    card.get_by_role("button", name="Annulla la conferma").click()
    card.get_by_text("presa da te").wait_for()
    card.get_by_text("Non possiamo").click()
    card.get_by_role("button", name="È troppo lontano").click()
    card.get_by_text("passata alla cooperativa successiva").wait_for()
    assert phone.evaluate("window.same")
    assert Referral.get_by_id(referral.id).reason == "far"


@pytest.mark.browser
def test_with_javascript_the_loser_reads_who_was_first(phone, cast, at):
    referral = referral_of(asked(cast, at=at))
    phone.home()
    answering.take(referral, cast.anna, at=at)
    phone.get_by_role("button", name="Confermo, vado io").click()
    phone.locator(f"#referral-{referral.id}").get_by_text("L'ha presa Anna.").wait_for()
    assert not Appointment.select().exists()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_use_these_pages(phone, live, cast, at, axe, width):
    fully_agreed(cast, at=at, worker=cast.anna)
    referral = referral_of(asked(cast, at=at))
    answering.take(referral_of(asked(cast, at=at, service=cast.ad, on=date(2026, 12, 9))), cast.anna, at=at)
    phone.set_viewport_size({"width": width, "height": 740})
    phone.home()
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })")
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == width
    phone.context.clear_cookies()
    phone.goto(live.url + trusting.path_of(link_for("referral", at=at, operator=cast.marta, referral=referral)))
    phone.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert axe(phone) == []
    for path in ("/conferma/{}/", "/conferma/{}/codice"):
        phone.goto(live.url + path.format(link_for("referral", at=at, operator=cast.marta, referral=referral).id))
        assert axe(phone) == []
