"""A public office calls who wants it to: nothing without consent, no more than was agreed to, and gone when forgotten."""

import re
from datetime import timedelta

import pytest
from cast import asked, follow, link_for, make_cast, public_service, trust

import jobs
import models
import wording
from actions import asking, ending, forgetting, signposting, trusting
from actions.moves import Actor, NotAllowed
from carriers import Refused, local
from jobs import forget
from models import DeskItem, Employee, Event, Message, Rate, Service, ServiceRequest

DAY = timedelta(days=1)
FILLED = {"when": "mattina", "place": "016183", "consent": "y"}


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def office(cast):
    return public_service()


@pytest.fixture
def gianni(client, cast, office, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def pressed(client, gianni, *, times=1, **changes):
    """The form filled in and sent; the last answer."""
    page = client.get(f"{gianni}chiedi/ascolto/SA/ufficio")
    fields = {name: value for name, value in {**FILLED, **changes}.items() if value is not None}
    for _ in range(times):
        answer = client.press(page, f"{gianni}chiedi/ascolto/SA/ufficio", follow=False, **fields)
    return answer


def signposted(cast, office, at, **how):
    """Gianni agrees that the office calls."""
    return signposting.signpost(how.pop("employee", cast.gianni), office, cast.romano, at=at,
                                **{"when": "pomeriggio", "ask_key": "one", **how})


def rows(*besides):
    """Every row there is, but those of some tables."""
    return {model: list(model.select().tuples()) for model in models.TABLES if model not in besides}


def now(row):
    return type(row).get_by_id(row.id)


def letter():
    """The mail to the office."""
    return Message.get(Message.kind == "signpost_office")


# ---------------------------------------------------------------- from the card to the office

def test_a_person_is_led_from_the_service_to_the_office_s_call(client, cast, gianni, at):
    card = client.get(f"{gianni}chiedi/ascolto")
    assert "Sportello, lun-ven 9-12" in card.text and 'href="tel:0350000077"' in card.text
    assert f'href="{gianni}chiedi/ascolto/SA/ufficio"' in card.text
    answer = pressed(client, gianni)
    request = ServiceRequest.get()
    assert answer.status_code == 303 and answer.location == f"{gianni}richieste/{request.reference}"
    assert (request.state, request.outcome, request.consented_at, request.closed_at) == ("closed", "signposted", at, at)
    assert (request.employee, request.municipality, request.call_when) == (cast.gianni, cast.romano, "mattina")
    assert (request.price_cents, request.worker_cents, request.project) == (0, 0, cast.project)
    jobs.run(at, ["deliver"])
    assert (letter().state, letter().address) == ("sent", "sportello@example.org")


def test_the_request_s_page_says_who_calls_and_what_if_nobody_does(client, gianni):
    page = client.get(pressed(client, gianni).location)
    assert "perché ti chiami, la mattina: Sportello, lun-ven 9-12" in page.text
    assert "entro due giorni lavorativi" in page.text and 'href="tel:0350000077"' in page.text
    assert "dalle 9 alle 9" not in page.text and "non ancora" not in page.text and "/annullamento" not in page.text
    assert "Servizio sociale di base" in client.get(gianni).text


def test_an_office_without_a_number_leaves_the_project_s(client, cast, gianni):
    Service.update(office_phone="").where(Service.code == "SA").execute()
    page = client.get(pressed(client, gianni).location)
    card = page.text.split("<article")[1].split("</article>")[0]
    assert 'href="tel:0350000000"' in card and "lun-ven 9-13" in card


def test_the_page_says_what_the_office_learns_and_asks_for_a_tick_of_one_s_own(client, gianni):
    page = client.get(f"{gianni}chiedi/ascolto/SA/ufficio")
    assert "come ti chiami: Gianni" in page.text and "La tua azienda non viene a saperlo" in page.text
    assert not re.search(r'<input[^>]*name="consent"[^>]*\bchecked', page.text)
    assert "Puoi ripensarci quando vuoi" in page.text and "first_name" not in page.text


def test_who_has_no_name_yet_gives_one_here(client, cast, gianni):
    Employee.update(first_name="").where(Employee.id == cast.gianni.id).execute()
    refused = pressed(client, gianni)
    assert refused.status_code == 422 and 'id="first_name-error"' in refused.text and not ServiceRequest.select().exists()
    assert pressed(client, gianni, first_name="Gigi").status_code == 303
    assert "Nome: Gigi\n" in wording.words_for(letter()).text


# ---------------------------------------------------------------- consent

def test_without_consent_nothing_is_written_and_the_box_says_why(client, gianni):
    client.get(f"{gianni}chiedi/ascolto/SA/ufficio")
    before = rows(models.Link)
    answer = pressed(client, gianni, consent=None)
    assert answer.status_code == 422 and 'id="consent-error"' in answer.text
    assert "Senza il tuo sì non scriviamo" in answer.text
    assert re.search(r'value="mattina"[^>]*checked|checked[^>]*value="mattina"', answer.text), "what was chosen stays"
    assert rows(models.Link) == before


@pytest.mark.parametrize("field, value", [("when", ""), ("when", "notte"), ("place", ""), ("place", "999999")])
def test_what_lacks_is_said_beside_its_field(client, gianni, field, value):
    answer = pressed(client, gianni, **{field: value})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text and not ServiceRequest.select().exists()


def test_what_the_person_agreed_to_leaves_its_trace(cast, office, at):
    request = signposted(cast, office, at)
    events = Event.select().where(Event.subject == "service_request", Event.subject_id == request.id)
    assert [(event.verb, event.role, event.actor, event.after) for event in events.order_by(Event.id)] == [
        ("ask", "employee", cast.gianni.id, "open"), ("close", "employee", cast.gianni.id, "closed")]


# ---------------------------------------------------------------- what is said, and to whom

def test_the_office_learns_name_number_and_hour_and_nothing_else(cast, office, at):
    signposted(cast, office, at)
    words = wording.words_for(letter())
    assert "Nome: Gianni\nTelefono: 333 000 0001\nQuando chiamare: il pomeriggio\n" in words.text
    assert "martedì 1 dicembre" in words.text and "035 0000000" in words.text
    assert "Gianni" not in words.subject and "333" not in words.subject
    for untold in ("Officina Serio", "Romano", "limone", "/l/"):
        assert untold not in words.text
    assert words.html is None


def test_name_and_number_lie_nowhere_before_the_mail_is_worded(cast, office, at):
    signposted(cast, office, at)
    assert letter().says == {} and letter().body is None and letter().link is None and letter().employee is None
    assert letter().phone is None and "employee" not in letter().key


def test_the_person_s_text_tells_a_call_agreed_to_from_one_by_the_desk(cast, office, at):
    ending.close(asked(cast, at=at), "signposted", "", by=Actor("coordinator", cast.paola.id), at=at)
    by_desk = wording.words_for(Message.get(Message.kind == "signposted")).text
    signposted(cast, office, at)
    agreed = wording.words_for(Message.select().where(Message.kind == "signposted").order_by(Message.id.desc()).get()).text
    assert "può aiutarti un ufficio pubblico" in by_desk and "abbiamo chiesto all'ufficio di chiamarti" in agreed
    assert "sociale" not in agreed and "Sportello" not in agreed


def test_the_firm_s_page_is_the_same_after_it(client, cast, gianni, at):
    firm = link_for("company", at=at, company=cast.firm)
    before = follow(client, firm).text
    pressed(client, gianni)
    jobs.run(at, ["deliver"])
    assert follow(client, firm).text == before
    assert not Message.select().where(Message.company.is_null(False)).exists()


def test_no_cooperative_is_asked_anything(cast, office, at):
    signposted(cast, office, at)
    jobs.run(at + DAY)
    assert {row.kind for row in Message.select().where(Message.coordinator.is_null())} == {"signposted", "signpost_office"}
    assert not models.Referral.select().exists() and not DeskItem.select().exists()


# ---------------------------------------------------------------- twice, too often, not theirs

@pytest.mark.both_engines
def test_pressing_twice_asks_the_office_once(engine, client, gianni):
    assert pressed(client, gianni, times=3).status_code == 303
    assert ServiceRequest.select().count() == 1 and Message.select().count() == 2
    assert Rate.select(Rate.count).order_by(Rate.id.desc()).get().count == 1, "a second press is no second try"


def test_the_same_form_of_another_person_is_another_request(cast, office, at):
    assert signposted(cast, office, at, ask_key="a:1").id != signposted(cast, office, at, employee=cast.sara, ask_key="b:1").id


def test_a_reference_that_is_taken_is_drawn_again(cast, office, at, monkeypatch):
    draws = iter(["A7K2", "A7K2", "B3M9"])
    monkeypatch.setattr(signposting.references, "draw", lambda *_: next(draws))
    assert [signposted(cast, office, at, ask_key=key).reference for key in "ab"] == ["A7K2", "B3M9"]
    assert Message.select().where(Message.kind == "signpost_office").count() == 2


def test_the_sixth_call_of_a_day_is_refused_in_words(client, cast, gianni, at):
    for _ in range(signposting.A_DAY):
        assert pressed(client, gianni).status_code == 303
    answer = pressed(client, gianni)
    assert answer.status_code == 429 and "riprova domani" in answer.text and 'id="consent-error"' in answer.text
    assert ServiceRequest.select().count() == 5


@pytest.mark.parametrize("change", [{"office_email": ""}, {"mode": "appuntamento"}, {"need": "tempo"}])
def test_only_a_public_service_with_an_address_is_asked_to_call(client, gianni, change):
    Service.update(**change).where(Service.code == "SA").execute()
    assert client.get(f"{gianni}chiedi/ascolto/SA/ufficio").status_code == 404
    assert client.send(f"{gianni}chiedi/ascolto/SA/ufficio", **FILLED).status_code == 404
    assert "/ufficio" not in client.get(f"{gianni}chiedi/ascolto").text and not ServiceRequest.select().exists()


def test_another_project_s_office_is_not_found(client, cast, gianni):
    Service.update(project=cast.elsewhere).where(Service.code == "SA").execute()
    assert client.get(f"{gianni}chiedi/ascolto/SA/ufficio").status_code == 404


def test_who_waits_for_approval_asks_no_office(client, cast, gianni):
    Employee.update(approved_at=None).where(Employee.id == cast.gianni.id).execute()
    assert client.get(f"{gianni}chiedi/ascolto/SA/ufficio").status_code == 403
    assert client.send(f"{gianni}chiedi/ascolto/SA/ufficio", **FILLED).status_code == 403


def test_a_stranger_reaches_neither_the_form_nor_the_request(app, client, cast, gianni, at):
    place = pressed(client, gianni).location
    browser = app.test_client()
    follow(browser, link_for("employee", at=at, employee=cast.sara))
    assert browser.get(f"{gianni}chiedi/ascolto/SA/ufficio").status_code == 404
    assert browser.send(f"{gianni}chiedi/ascolto/SA/ufficio", **FILLED).status_code == 404
    sara = follow(browser, link_for("employee", at=at, employee=cast.sara)).request.path
    assert browser.get(place.replace(gianni, sara)).status_code == 404


# ---------------------------------------------------------------- a mail that does not arrive

def test_a_refused_mail_lies_on_the_desk_with_what_one_needs_to_call(client, cast, office, at, monkeypatch):
    request = signposted(cast, office, at)
    monkeypatch.setattr(local.Carrier, "send", lambda self, parcel: _refuse())
    jobs.run(at, ["deliver"])
    assert (letter().state, letter().why) == ("failed", "550")
    item = DeskItem.get(DeskItem.kind == "failed")
    assert (item.request, item.message, item.employee, item.project) == (request, letter(), None, cast.project)
    trust(client, cast.paola, at=at)
    page = client.get(f"/banco/{cast.paola.id}/non-arrivati/{item.id}/")
    assert "Mail all&#39;ufficio: non arrivato" in page.text and 'href="tel:0350000077"' in page.text
    assert "chiama il pomeriggio" in page.text and "Gianni" in page.text and "9-9" not in page.text


def _refuse():
    raise Refused("550", "nessuno")


def test_a_mail_that_could_not_go_in_two_days_lies_on_the_desk(cast, office, at):
    signposted(cast, office, at)
    jobs.run(letter().expires_at, ["deliver"])
    assert letter().state == "expired" and DeskItem.get(DeskItem.kind == "failed").message == letter()


# ---------------------------------------------------------------- forgetting

def test_erasing_a_person_stops_the_mail_that_still_waits(cast, office, at):
    signposted(cast, office, at)
    forgetting.erase(cast.gianni, by=Actor("command"), at=at)
    letters = Message.select().where(Message.kind == "signpost_office")
    assert [(one.state, one.why, one.address) for one in letters] == [("dropped", "erased", None)]
    assert jobs.run(at, ["deliver"]) == {"deliver": 0}


def test_erasing_a_person_empties_the_mail_that_went(cast, office, at):
    request = signposted(cast, office, at)
    jobs.run(at, ["deliver"])
    assert "Gianni" in letter().body
    forgetting.erase(cast.gianni, by=Actor("command"), at=at)
    assert (letter().body, letter().subject, letter().body_hash, letter().address) == (None, None, None, None)
    assert letter().key.startswith("forgotten|") and now(request).employee is None


def test_nobody_is_erased_while_the_office_s_mail_is_on_its_way(cast, office, at):
    signposted(cast, office, at)
    Message.update(state="sending").where(Message.kind == "signpost_office").execute()
    with pytest.raises(NotAllowed):
        forgetting.erase(cast.gianni, by=Actor("command"), at=at)


def test_a_mail_of_somebody_who_left_meanwhile_is_not_sent(cast, office, at):
    signposted(cast, office, at)
    Employee.update(left_at=at).where(Employee.id == cast.gianni.id).execute()
    jobs.run(at, ["deliver"])
    assert (letter().state, letter().why) == ("dropped", "overtaken")


def test_who_was_erased_at_that_moment_asks_no_office(cast, office, at):
    forgetting.erase(cast.gianni, by=Actor("command"), at=at)
    with pytest.raises(asking.NotApproved):
        signposted(cast, office, at)        # with the row as it was read before
    assert not ServiceRequest.select().exists() and not Message.select().where(Message.kind == "signpost_office").exists()


def test_after_ninety_days_the_office_s_mail_says_nothing_of_whom(cast, office, at):
    request = signposted(cast, office, at)
    jobs.run(at, ["deliver"])
    forget.forget(at + 90 * DAY)
    assert now(request).employee is None and now(request).outcome == "signposted"
    assert letter().key.startswith("forgotten|") and letter().body is None
    assert now(request).call_when == "pomeriggio" and now(request).consented_at == at


# ---------------------------------------------------------------- a real browser

@pytest.mark.browser
def test_everybody_can_agree_to_be_called(live, page, axe, cast, office, at):
    page.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
    page.goto(f"{page.url}chiedi/ascolto")
    assert axe(page) == []
    page.get_by_role("link", name="Fatti richiamare dall'ufficio").click()
    assert axe(page) == []
    page.get_by_role("radio", name="Il pomeriggio").check()
    page.get_by_label("In che comune serve?").select_option("Covo")
    page.get_by_role("button", name="Chiedi all'ufficio di chiamarmi").click()
    assert axe(page) == [] and page.get_by_role("alert").is_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Chiedi all'ufficio di chiamarmi").click()
    assert page.get_by_text("Abbiamo scritto a questo ufficio perché ti chiami, il pomeriggio").is_visible()
    assert axe(page) == [] and ServiceRequest.get().municipality == cast.covo
