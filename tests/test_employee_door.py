"""The employee's door: joining by "Sono io", asking in three screens, cancelling, being called, not being somebody else."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, moment, referral_of
from pages import cost

from actions import answering, ending, joining, trusting
from models import Company, DeskItem, Employee, Link, Message, Phone, ServiceRequest

FORM = {"place": "016183", "day": "2026-12-04", "start": "15:00", "length": "180", "number": "1", "age": "3-5"}


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def post(client, page, url, **fields):
    return client.post(url, data={"csrf_token": token(page), **fields})


def hidden(page):
    """The fields of the page's first form, as a browser would send them."""
    form = page.text.split("<form", 1)[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def filled(client, gianni, code="BS", need="figli", **changes):
    page = client.get(f"{gianni}chiedi/{need}/{code}")
    key = re.search(r'name="ask_key"[^>]*value="([^"]+)"', page.text)[1]
    return post(client, page, f"{gianni}chiedi/{need}/{code}", ask_key=key, **{**FORM, **changes})


# ---------------------------------------------------------------- joining

def invited(cast, at, number="+393330000555", company=None):
    joining.invite(company or cast.firm, number, "it", address="127.0.0.1", at=at)
    return Link.select().where(Link.purpose == "join").order_by(Link.id.desc()).first()


def test_sono_io_lets_a_person_in_and_the_same_link_becomes_their_page(client, cast, at):
    link = invited(cast, at)
    page = follow(client, link)
    assert "Sono io" in page.text and not Employee.select().join(Phone).where(Phone.number == "+393330000555").exists()
    answer = post(client, page, f"/benvenuto/{link.id}/adesione")
    assert answer.status_code == 303
    person = Employee.select().join(Phone).where(Phone.number == "+393330000555").get()
    assert person.joined_at == at and person.notice_version == joining.NOTICE_VERSION and person.notice_at == at
    assert person.word in follow(client, Link.get_by_id(link.id)).text


def test_pressing_sono_io_twice_makes_one_person(client, cast, at):
    link = invited(cast, at)
    page = follow(client, link)
    for _ in range(2):
        post(client, page, f"/benvenuto/{link.id}/adesione")
    assert Employee.select().join(Phone).where(Phone.number == "+393330000555").count() == 1


def test_joining_beyond_the_declared_number_waits_at_the_desk(client, cast, at):
    Company.update(joins=4).where(Company.id == cast.firm.id).execute()
    link = invited(cast, at)
    post(client, follow(client, link), f"/benvenuto/{link.id}/adesione")
    person = Employee.select().join(Phone).where(Phone.number == "+393330000555").get()
    assert person.approved_at is None
    assert DeskItem.get(DeskItem.kind == "joining").employee == person
    assert client.get(f"/io/{link.id}/chiedi/figli/BS").status_code == 403
    joining.approve(person, by=joining.Actor("coordinator", 1), at=at)
    assert client.get(f"/io/{link.id}/chiedi/figli/BS").status_code == 200


def test_two_people_on_one_number_never_see_each_other(client, cast, at):
    asked(cast, at=at, employee=cast.sara, service=cast.ad)
    hers = ServiceRequest.get()
    link = invited(cast, at, number=cast.gianni.phone.number)
    page = follow(client, link)
    assert "limone" in page.text and "lana" in page.text
    assert "Gianni" not in page.text and "Sara" not in page.text
    post(client, page, f"/benvenuto/{link.id}/adesione", person=cast.gianni.id)
    home = client.get(f"/io/{link.id}/")
    assert "Ciao Gianni" in home.text and hers.reference not in home.text
    assert client.get(f"/io/{link.id}/richieste/{hers.reference}").status_code == 404


def test_a_third_person_on_the_number_gets_a_word_of_her_own(client, cast, at):
    link = invited(cast, at, number=cast.gianni.phone.number)
    post(client, follow(client, link), f"/benvenuto/{link.id}/adesione")
    words = [person.word for person in cast.gianni.phone.employees]
    assert len(words) == 3 and len(set(words)) == 3


def test_nobody_continues_as_a_person_of_another_number(client, cast, at):
    link = invited(cast, at)
    answer = post(client, follow(client, link), f"/benvenuto/{link.id}/adesione", person=cast.gianni.id)
    assert answer.status_code == 409
    assert Link.get_by_id(link.id).employee is None


def test_the_eleventh_invitation_of_a_number_is_refused(cast, at):
    for _ in range(10):
        joining.invite(cast.firm, "+393330000555", "it", address="127.0.0.1", at=at)
    with pytest.raises(trusting.TooMany):
        joining.invite(cast.firm, "+393330000555", "it", address="127.0.0.1", at=at)
    joining.invite(cast.firm, "+393330000555", "it", address="127.0.0.1", at=at + timedelta(days=1))


@pytest.mark.parametrize("person", ["99999999999999999999", "²", "-1", "0", "abc", "9" * 5000])
def test_going_on_as_nobody_of_this_number_lets_nobody_in(client, cast, at, person):
    link = invited(cast, at, cast.gianni.phone.number)
    page = follow(client, link)
    answer = post(client, page, f"/benvenuto/{link.id}/adesione", person=person)
    assert answer.status_code == 409
    assert Employee.select().count() == 3 and not Link.get_by_id(link.id).used_at


# ---------------------------------------------------------------- asking

def test_three_screens_from_need_to_sent_request(client, cast, gianni):
    page = filled(client, gianni)
    assert page.status_code == 200 and "66,00" in page.text and "33,00" in page.text
    answer = post(client, page, f"{gianni}richieste", **{k: v for k, v in hidden(page).items() if k != "csrf_token"})
    request = ServiceRequest.get()
    assert answer.status_code == 303 and answer.location.endswith(request.reference)
    assert request.worker_cents == 3300 and request.answers == {"eta": "3-5", "numero": 1}
    sent = client.get(answer.location)
    assert "in attesa della cooperativa" in sent.text and "Una persona" in sent.text


def test_pressing_send_twice_asks_once(client, cast, gianni):
    page = filled(client, gianni)
    fields = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    places = {post(client, page, f"{gianni}richieste", **fields).location for _ in range(2)}
    assert len(places) == 1 and ServiceRequest.select().count() == 1


def test_a_price_that_changed_is_shown_again_and_nothing_is_sent(client, cast, gianni):
    page = filled(client, gianni)
    cast.bs.__class__.update(price_cents=2400).where(cast.bs.__class__.id == cast.bs.id).execute()
    fields = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    answer = post(client, page, f"{gianni}richieste", **fields)
    assert answer.status_code == 409 and "72,00" in answer.text
    assert not ServiceRequest.select().exists()


@pytest.mark.parametrize("field, value, words", [
    ("day", "2026-11-30", "già passato"),
    ("day", "29/2/2027", "non esiste"),
    ("day", "", "Scegli il giorno"),
    ("day", "2029-01-01", "troppo lontano"),
    ("start", "25:00", "Scrivi un"),
    ("start", "", "ora di inizio"),
    ("place", "", "Scegli il comune"),
    ("place", "999999", "Not a valid choice|Scegli"),
    ("length", "30", "Not a valid choice|Scegli"),
    ("number", "0", "da 1 a 10"),
    ("number", "tre", "da 1 a 10"),
    ("age", "99", "Not a valid choice|Scegli"),
    ("answer_by", "2026-12-24", "dopo il giorno"),
])
def test_what_is_wrong_is_said_beside_its_field_and_all_that_was_typed_stays(client, cast, gianni, field, value, words):
    page = filled(client, gianni, **{field: value})
    assert page.status_code == 422
    assert re.search(words, page.text)
    assert f'id="{field}-error"' in page.text
    if field != "day":
        assert 'value="2026-12-04"' in page.text
    assert not ServiceRequest.select().exists()


def test_the_hour_skipped_in_march_is_said(client, cast, gianni):
    page = filled(client, gianni, day="2027-03-28", start="02:30")
    assert page.status_code == 422 and "cambia l&#39;ora" in page.text


def test_inside_the_notice_is_no_error(client, cast, gianni):
    page = filled(client, gianni, day="2026-12-02")
    assert page.status_code == 200 and "Preavviso breve, non garantito" in page.text


def test_a_comune_nobody_covers_is_said_and_the_desk_is_told(client, cast, gianni):
    page = filled(client, gianni, place=cast.isso.istat)
    assert "Isso" in page.text and "Prova con un altro comune" in page.text
    item = DeskItem.get(DeskItem.kind == "not_covered")
    assert item.employee == cast.gianni and item.municipality == cast.isso


def test_changing_something_gives_the_form_back_as_it_was(client, cast, gianni):
    page = filled(client, gianni, answer_by="2026-12-03")
    fields = {k: v for k, v in hidden(page).items() if k not in ("csrf_token", "need", "code")}
    again = post(client, page, f"{gianni}chiedi/figli/BS", change="1", **fields)
    assert again.status_code == 200
    assert 'value="2026-12-04"' in again.text and 'value="2026-12-03"' in again.text


# ---------------------------------------------------------------- cancelling, calling, not me

@pytest.mark.parametrize("start", ["24:00", "15:3\u0660", "\u0663", "15:30:00", "-1"])
def test_an_hour_that_is_none_is_said_beside_its_field(client, cast, gianni, start):
    answer = filled(client, gianni, start=start)
    assert answer.status_code == 422
    assert "Scrivi un'ora" in answer.text.replace("&#39;", "'") and f'value="{start}"' in answer.text


@pytest.mark.parametrize("shown", ["²", "9" * 5000, "-1", "abc", ""])
def test_a_price_nobody_showed_is_read_back_again_and_nothing_is_sent(client, cast, gianni, shown):
    page = filled(client, gianni)
    answer = client.post(f"{gianni}richieste", data={**hidden(page), "need": "figli", "code": "BS", **FORM, "shown": shown})
    assert answer.status_code == 409 and not ServiceRequest.select().exists()


@pytest.mark.parametrize("name, kept", [
    ("   ", ""), ("\u200b", ""), ("\u202e", ""), ("Anna\x1b\u202e  Lu", "Anna Lu"), ("<b>Anna", "<b>Anna"),
    ("👩\u200d👧", "👩\u200d👧")])
def test_a_nickname_is_what_can_be_seen_of_it(client, cast, gianni, name, kept):
    Employee.update(first_name="").where(Employee.id == cast.gianni.id).execute()
    page = filled(client, gianni, first_name=name)
    assert page.status_code == (200 if kept else 422)
    if kept:
        client.post(f"{gianni}richieste", data={**hidden(page), "need": "figli", "code": "BS", **FORM, "first_name": name})
    assert Employee.get_by_id(cast.gianni.id).first_name == kept


def test_cancelling_tells_what_it_means_and_ends_it(client, cast, gianni, at):
    request = asked(cast, at=at)
    page = client.get(f"{gianni}richieste/{request.reference}/annullamento")
    assert "non costa nulla" in page.text
    answer = post(client, page, f"{gianni}richieste/{request.reference}/annullamento")
    assert answer.status_code == 303
    request = ServiceRequest.get_by_id(request.id)
    assert (request.state, request.outcome) == ("closed", "cancelled_by_employee")
    again = post(client, page, f"{gianni}richieste/{request.reference}/annullamento")
    assert again.status_code == 409 and "annullata da te" in again.text


def test_chiamami_reaches_the_desk_once(client, cast, gianni):
    page = client.get(f"{gianni}chiamami")
    for _ in range(2):
        answer = post(client, page, f"{gianni}chiamami", when="dopo17", language="en")
    assert answer.status_code == 303
    item = DeskItem.get(DeskItem.kind == "call_back")
    assert item.when_words == "dopo17" and item.language == "en"
    post(client, page, f"{gianni}chiamami", when="mattina", language="it")
    item = DeskItem.get(DeskItem.kind == "call_back")       # still one, with what was said last
    assert item.when_words == "mattina" and item.language == "it"
    assert post(client, page, f"{gianni}chiamami", when="", language="it").status_code == 422


def test_a_wrong_number_closes_every_link_and_stops_our_texts(client, cast, gianni, at):
    page = client.get(f"{gianni}non-sono-io")
    post(client, page, f"{gianni}non-sono-io/numero")
    assert client.get(gianni).status_code == 404
    assert Phone.get_by_id(cast.gianni.phone_id).unreachable_why == "wrong_person"
    assert DeskItem.get(DeskItem.kind == "wrong_person").employee == cast.gianni
    assert follow(client, Link.get(Link.employee == cast.gianni)).request.path.startswith("/collegamento/")


def test_leaving_forgets_the_page_in_this_browser_only(client, cast, gianni, app, at):
    page = client.get(f"{gianni}non-sono-io")
    post(client, page, f"{gianni}non-sono-io/uscita")
    assert client.get(gianni).status_code == 404
    assert follow(app.test_client(), link_for("employee", at=at, employee=cast.gianni)).status_code == 200


def test_a_stranger_finds_nothing_at_gianni_s_address(app, cast, gianni):
    assert app.test_client().get(gianni).status_code == 404


def test_the_language_is_kept_by_a_post_and_not_by_a_get(client, cast, gianni):
    page = client.get(f"{gianni}?lang=en")
    assert "Hello Gianni" in page.text or "Hi Gianni" in page.text or "Ciao Gianni" in page.text
    assert Employee.get_by_id(cast.gianni.id).language == "it"
    post(client, client.get(f"{gianni}chiamami"), f"{gianni}chiamami", when="sms", language="en")
    assert Employee.get_by_id(cast.gianni.id).language == "en"


def test_the_message_about_a_request_is_queued_with_it(client, cast, gianni, at):
    asked(cast, at=at)
    assert {row.kind for row in Message.select()} == {"referral", "request_received"}


# ---------------------------------------------------------------- what a page costs

@pytest.mark.both_engines
def test_thirty_requests_cost_no_more_queries_than_one(engine, client, cast, gianni, at):
    request = asked(cast, at=at)
    paths = [gianni, f"{gianni}chiedi/figli", f"{gianni}chiedi/figli/BS", f"{gianni}richieste/{request.reference}"]
    few = [cost(client, path) for path in paths]
    for day in range(5, 35):
        asked(cast, at=at, on=at.date() + timedelta(days=day))
    assert [cost(client, path) for path in paths] == few
    assert few[0] <= 3 + 5      # link, project, requests; visits, proposals, promised calls; openings, ideas


def test_whoever_counts_tries_does_not_learn_that_a_colleague_came(cast, at):
    for n in range(10):
        joining.invite(cast.firm, "+393330000555", "it", address=f"10.0.{n}.1", at=at)
    before = Message.select().count()
    joining.invite(cast.firm, "+393330000555", "it", address="10.9.9.9", at=at)     # no refusal, and nothing sent
    assert Message.select().count() == before


def test_one_person_s_english_is_not_the_other_s_on_a_shared_phone(client, cast, gianni, at):
    sara = follow(client, link_for("employee", at=at, employee=cast.sara)).request.path
    assert "Call me" in client.get(f"{sara}?lang=en").text
    assert "Chiamatemi" in client.get(gianni).text
    assert "Call me" in client.get(sara).text


def test_nobody_sends_more_than_thirty_requests_a_day(client, cast, gianni, at):
    for _ in range(30):
        trusting.spend(f"ask:{cast.gianni.id}", 30, trusting.DAY, at=at)
    page = filled(client, gianni)
    fields = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    assert post(client, page, f"{gianni}richieste", **fields).status_code == 429
    assert not ServiceRequest.select().exists()


# ---------------------------------------------------------------- what the pages say

def test_after_stop_the_page_says_that_we_do_not_write(client, cast, gianni, at):
    assert "STOP" not in client.get(gianni).text
    Phone.update(stopped_at=at).where(Phone.id == cast.gianni.phone_id).execute()
    assert "Hai scritto STOP" in client.get(gianni).text


def test_what_nobody_can_be_told_in_time_is_said_before_sending(client, cast, at):
    with time_machine.travel(moment(date(2026, 12, 6), "21:00"), tick=False):       # nobody is texted before 8
        path = follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path
        page = filled(client, path, day="2026-12-07", start="08:30")
        assert "meglio se chiami" in page.text
        fields = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
        sent = client.get(post(client, page, f"{path}richieste", **fields).location)
        assert "rischia di arrivare tardi" in sent.text and "È partita" not in sent.text


def test_a_cancelled_request_shows_no_price_and_the_steps_it_reached(client, cast, gianni, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    ending.cancel(ServiceRequest.get_by_id(request.id), by=joining.Actor("employee", cast.gianni.id), at=at)
    page = client.get(f"{gianni}richieste/{request.reference}")
    assert "33,00" not in page.text and page.text.count('class="done"') == 3


def test_a_night_ends_the_next_day(client, cast, gianni):
    page = filled(client, gianni, start="22:30")
    assert "dalle 22:30 all&#39;1:30 del giorno dopo" in page.text


def test_a_visit_that_has_begun_cannot_be_called_off_and_offers_nothing_of_the_kind(client, cast, gianni, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    with time_machine.travel(request.starts_at, tick=False):
        home = client.get(gianni)
        assert "cominciata" in home.text and "/annullamento" not in home.text
