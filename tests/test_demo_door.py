"""The demonstration's door: a newcomer plays every role, the clock only goes forward, and looking changes nothing."""

import re
from datetime import date, time, timedelta

import pytest
from cast import asked, link_for, make_cast, moment, new_phone, referral_of
from conftest import AT
from flask.testing import FlaskClient
from pages import Page

import jobs
from actions import answering, conversing, demonstrating, joining, loading, outbox
from models import TABLES, DeskItem, Instance, Message, Phone, db
from rules import hours

FRIDAY = date(2026, 12, 4)


@pytest.fixture
def app(build):
    """A demonstration, within its application context."""
    app = build(demo=True)
    with app.app_context():
        yield app


@pytest.fixture
def cast(at, app):
    """The usual people, in a database that is marked as a demonstration."""
    loading.mark_demonstration(at)
    return make_cast(at)


@pytest.fixture
def phones(app, cast):
    """The page's columns as they usually are, as an address's query."""
    return f"a=phone-{cast.gianni.phone_id}&b=phone-{cast.marta.phone_id}&c=coordinator-{cast.paola.id}"


def column(page, slot):
    """The words of one column."""
    found = re.search(rf'<section class="phone" id="column-{slot}".*?</section>', page.text, re.S)[0]
    return Page(found).text


def bubbles(page, phone):
    """What stands on a phone, from top to bottom; what its owner wrote begins with >."""
    talk = re.search(rf'id="talk-\w-phone-{phone.id}">(.*?)</div>', page.text, re.S)[1]
    return [("> " if mine else "") + " ".join(Page(words).text.split())
            for mine, words in re.findall(r'<p class="bubble( mine)?"[^>]*>(.*?)</p>', talk, re.S)]


def move(client, to):
    """Press one of the clock's buttons."""
    page = client.get("/demo")
    return client.press(page, "/demo/orologio", to=to)


def rows():
    """Everything in the database."""
    return {model: sorted(map(repr, model.select().tuples())) for model in TABLES}


def cost(ask):
    """How many questions the database was asked."""
    asked_of_it, execute = [], db.obj.execute_sql
    db.obj.execute_sql = lambda sql, *a, **k: asked_of_it.append(sql) or execute(sql, *a, **k)
    try:
        ask()
    finally:
        db.obj.execute_sql = execute
    return len(asked_of_it)


# ---------------------------------------------------------------- the page

def test_without_demo_there_is_no_such_page(build, at):
    assert build(demo=False).test_client().get("/demo").status_code == 404


def test_an_empty_demonstration_says_how_to_begin(at, client):
    assert "Carica il pilota dimostrativo" in client.get("/demo").text


def test_a_newcomer_is_led_to_the_poster_first(cast, client):
    page = client.get("/demo")
    assert "Gianni + Sara · Officina Serio + Maglificio Oglio" in column(page, "a")
    assert "333 000 0001" in column(page, "a") and 'href="/a/48291"' in page.text
    assert "tocca a Il Melograno" in column(page, "b")
    assert "Paola · posta" in column(page, "c")


def test_a_number_typed_on_a_poster_gets_a_phone_here_whoever_it_is(cast, client):
    joining.invite(cast.firm, "+393330009999", "it", address="127.0.0.1", at=AT)
    assert "333 000 9999" not in client.get("/demo").text
    page = client.press(client.get("/demo"), "/demo/consegna")
    assert '333 000 9999: 1</a>' in page.text
    there = client.get(f"/demo?a=phone-{Phone.get(Phone.number == '+393330009999').id}")
    assert len(bubbles(there, Phone.get(Phone.number == "+393330009999"))) == 1


def test_links_in_a_bubble_lead_into_this_house_by_whatever_name_it_is_reached(cast, client):
    joining.invite(cast.firm, cast.gianni.phone.number, "it", address="127.0.0.1", at=AT)
    jobs.run(AT, ["deliver"])
    path = re.search(r'class="bubble"[^>]*>[^<]*<a href="(/l/\w+)"', client.get("/demo").text)[1]
    assert client.get(path).location.startswith("/benvenuto/")


def test_what_somebody_typed_is_words_and_no_markup(cast, client, phones):
    conversing.receive("demo-1", cast.gianni.phone.number, "<script>alert(1)</script> http://altrove.example/", at=AT)
    page = client.get(f"/demo?{phones}").text
    assert "<script>alert" not in page and "http://altrove.example/" in page


def test_new_messages_out_of_sight_are_counted_until_they_were_shown(cast, client, phones):
    outbox.queue("start_welcome", cast.luca.phone, at=AT, worth=AT + timedelta(hours=1), hours_class="now")
    jobs.run(AT, ["deliver"])
    assert "Luca · La Quercia: 1</a>" in client.get(f"/demo?{phones}").text
    assert "Luca · La Quercia: 1</a>" not in client.get(f"/demo?b=phone-{cast.luca.phone_id}").text
    assert "Luca · La Quercia: 1</a>" not in client.get(f"/demo?{phones}").text


def test_a_column_that_does_not_exist_shows_who_usually_stands_there(cast, client):
    assert "Marta · Il Melograno" in column(client.get("/demo?b=phone-9999&a=no&c=%27"), "b")


def test_one_phone_may_be_in_two_columns(cast, client):
    conversing.receive("demo-1", cast.marta.phone.number, "ciao", at=AT)
    assert client.get(f"/demo?a=phone-{cast.marta.phone_id}&b=phone-{cast.marta.phone_id}").status_code == 200


# ---------------------------------------------------------------- looking changes nothing

def test_looking_at_everything_changes_no_row(cast, client, phones):
    asked(cast, at=AT)
    jobs.run(AT)
    mail = digest(cast)
    before = rows()
    for path in ("/demo", f"/demo?{phones}", "/demo?lang=en", "/demo/orologio", "/demo/consegna"):
        assert client.get(path).status_code in (200, 303), path
        client.get(path, headers={"HX-Request": "true"})
    assert unread(client, f"/demo/posta/{mail.id}").status_code == 200
    assert rows() == before


def test_the_fragment_that_is_asked_for_again_has_one_root_and_is_silent_when_nothing_happened(cast, client, phones):
    piece = client.get(f"/demo?{phones}", headers={"HX-Request": "true"})
    (root, attributes), = Page(piece.text).roots
    assert (root, attributes["id"]) == ("div", "phones")
    again = attributes["hx-get"].replace("&amp;", "&")
    assert client.get(again, headers={"HX-Request": "true"}).status_code == 204
    conversing.receive("demo-1", cast.gianni.phone.number, "ciao", at=AT)
    assert client.get(again, headers={"HX-Request": "true"}).status_code == 200


def test_the_page_costs_the_same_however_many_messages(cast, client, phones):
    client.get(f"/demo?{phones}")
    few = cost(lambda: client.get(f"/demo?{phones}"))
    for n in range(100):
        person, text = (cast.gianni, cast.marta)[n % 2], f"demo-{n}"
        outbox.queue("help", person, at=AT, worth=AT + timedelta(hours=1), hours_class="now", detail=text,
                     link=link_for("employee", at=AT, employee=cast.gianni))
        conversing.receive(text, person.phone.number, "ciao", at=AT)
    jobs.run(AT, ["deliver"])
    page = client.get(f"/demo?{phones}")
    assert page.text.count('class="bubble') == 200
    many = cost(lambda: client.get(f"/demo?{phones}"))
    # three, and one for each: phones, people, operators, coordinators, firms, texts sent, texts typed, mail, what waits
    assert many == few <= 3 + 9


# ---------------------------------------------------------------- a phone

def test_a_text_is_received_and_answered_at_once(cast, client, phones):
    page = client.press(client.get(f"/demo?{phones}"), f"/demo/telefoni/{cast.gianni.phone_id}", body="a che ora?")
    said, answer = bubbles(page, cast.gianni.phone)
    assert said == "> a che ora?" and "035 0000000" in answer


def test_a_phone_can_be_let_ring_and_is_called_back(cast, client, phones):
    page = client.press(client.get(f"/demo?{phones}"), f"/demo/telefoni/{cast.gianni.phone_id}/squillo")
    assert "Uno squillo da" in page.text and DeskItem.get().kind == "call_back"
    assert client.send("/demo/telefoni/9999/squillo").status_code == 404


def test_a_typed_stop_stops_and_start_starts_again(cast, client, phones):
    page = client.press(client.get(f"/demo?{phones}"), f"/demo/telefoni/{cast.gianni.phone_id}", body="Stop.")
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at == AT
    assert "STOP: nessun SMS" in column(page, "a") and "START" in bubbles(page, cast.gianni.phone)[-1]
    asked(cast, at=AT)
    jobs.run(AT)
    assert Message.get(Message.kind == "request_received").why == "stopped"
    client.press(page, f"/demo/telefoni/{cast.gianni.phone_id}", body="START")
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at is None


def test_an_empty_text_is_no_text_and_says_so_beside_its_field(cast, client, phones):
    page = client.press(client.get(f"/demo?{phones}"), f"/demo/telefoni/{cast.marta.phone_id}", body="  ")
    assert page.status_code == 422 and "Scrivi qualcosa." in column(page, "b")
    assert bubbles(page, cast.marta.phone) == []


def test_nobody_types_into_a_phone_that_is_not_there(cast, client):
    assert client.send("/demo/telefoni/9999/messaggi", body="ciao").status_code == 404


# ---------------------------------------------------------------- mail

def digest(cast):
    """A mail in Paola's box, as sent."""
    joining.tell(cast.project, "joining", at=AT)
    jobs.run(AT, ["deliver"])
    return Message.get(Message.coordinator == cast.paola, Message.channel == "mail")


def test_a_mail_is_shown_as_it_was_sent_in_a_frame_that_can_do_nothing(cast, client, phones):
    mail = digest(cast)
    assert f'src="/demo/posta/{mail.id}"' in client.get(f"/demo?{phones}").text
    letter = unread(client, f"/demo/posta/{mail.id}")
    assert '<base target="_blank">' in letter.text and 'href="/l/' in letter.text
    policy = letter.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy and "script-src" not in policy and "default-src 'none'" in policy


def test_a_mail_without_html_is_shown_too(cast, client):
    outbox.queue("day_list", cast.marta, at=AT, worth=AT + timedelta(hours=1), hours_class="now", channel="mail",
                 says={"on": "2026-12-04"}, link=link_for("operator", at=AT, operator=cast.marta))
    answering.confirm(referral_of(asked(cast, at=AT)), cast.marta, cast.marta, at=AT)
    jobs.run(AT, ["deliver"])
    letter = unread(client, f"/demo/posta/{Message.get(Message.kind == 'day_list').id}")
    assert letter.status_code == 200 and 'href="/l/' in letter.text


def unread(client, path):
    """A mail, which obeys other rules than our own pages."""
    with client.application.app_context():
        return FlaskClient.open(client, path)


def test_a_text_message_is_no_mail(cast, client):
    asked(cast, at=AT)
    jobs.run(AT)
    assert client.get(f"/demo/posta/{Message.get(Message.channel == 'sms').id}").status_code == 404


# ---------------------------------------------------------------- the clock

def test_the_clock_stops_at_the_hour_of_every_daily_job():
    assert {line.daily for line in jobs.TIMETABLE if line.daily} <= set(demonstrating.DAILY)


def test_the_clock_goes_where_the_button_says(app, cast, client):
    for to, there in (("hour", moment(date(2026, 12, 1), "10:00")), ("evening", moment(date(2026, 12, 1), "18:00")),
                      ("tomorrow", moment(date(2026, 12, 2), "07:30")), ("monday", moment(date(2026, 12, 7), "07:30"))):
        assert move(client, to).status_code == 200
        assert app.now() == there, to


def test_the_clock_says_what_time_it_is_here(cast, client):
    assert "martedì 1 dicembre, 09:00" in client.get("/demo").text
    assert "martedì 1 dicembre, 18:00" in move(client, "evening").text
    assert "questa sera" not in client.get("/demo").text


def test_pressing_twice_moves_once(app, cast, client):
    page = client.get("/demo")
    client.press(page, "/demo/orologio", to="hour")
    client.press(page, "/demo/orologio", to="hour")
    assert app.now() == AT + timedelta(hours=1)


@pytest.mark.parametrize("to", ["yesterday", "", "2020-01-01"])
def test_the_clock_goes_nowhere_else(cast, client, app, to):
    assert client.send("/demo/orologio", to=to, seen="0").status_code == 422
    assert app.now() == AT


def test_a_button_of_an_old_page_moves_nothing(cast, client, app):
    move(client, "evening")
    for to in ("evening", "waiting"):
        assert client.send("/demo/orologio", to=to, seen=str(9 * 3600)).status_code == 303
    assert app.now() == AT + timedelta(hours=9)


def test_on_the_way_everything_comes_in_its_order_and_at_its_time(cast, client, app):
    request = asked(cast, at=AT, begins="14:00", ends="17:00")
    jobs.run(AT)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=AT)
    for _ in range(4):
        move(client, "tomorrow")
    sent = [(m.kind, hours.local(m.sent_at)) for m in Message.select().where(
        Message.phone == cast.gianni.phone_id, Message.sent_at.is_null(False)).order_by(Message.sent_at)]
    assert [(kind, at.date(), at.time()) for kind, at in sent[1:]] == [
        ("confirmed", date(2026, 12, 1), time(9, 10)),
        ("reminder_day", date(2026, 12, 3), time(18)),
        ("reminder_hours", FRIDAY, time(12))]
    assert Message.get(Message.kind == "mark_delivered").sent_at == moment(FRIDAY, "18:00")


def test_an_unanswered_request_is_reminded_and_passed_on_at_its_limits(cast, client):
    request = asked(cast, at=AT)
    first = referral_of(request)
    move(client, "tomorrow")
    move(client, "tomorrow")
    reminder = Message.get(Message.kind == "referral_reminder", Message.operator == cast.marta)
    assert timedelta(0) <= reminder.sent_at - first.remind_at < timedelta(minutes=1)
    second = referral_of(request)
    assert second.cooperative == cast.quercia and timedelta(0) <= second.put_at - first.due_at < timedelta(minutes=1)


def test_what_waits_says_until_when_and_the_clock_can_go_there(cast, client, app):
    answering.confirm(referral_of(asked(cast, at=AT)), cast.marta, cast.marta, at=AT)
    jobs.run(AT)
    page = client.get("/demo")
    assert "1 messaggio aspetta" in page.text and "mar 1/12 ore 9:10" in page.text
    page = move(client, "waiting")
    assert app.now() == AT + timedelta(minutes=10) and "aspetta:" not in page.text
    assert Message.get(Message.kind == "confirmed").sent_at == AT + timedelta(minutes=10)


def test_a_crowded_weekend_does_not_stop_for_everything(cast, app):
    for n in range(200):
        at = AT + timedelta(hours=3, minutes=7 * n, seconds=11)
        outbox.queue("help", new_phone(f"{n + 500}"), at=AT, due=at, worth=at + timedelta(hours=1), hours_class="now")
    stops = demonstrating.move_forward(moment(FRIDAY, "18:00"), now=app.now, run=lambda at: {})
    assert stops == sorted(set(stops)) and stops[-1] == moment(FRIDAY, "18:00") and len(stops) < 120
    assert Instance.get().clock_offset_s == (stops[-1] - AT).total_seconds()
