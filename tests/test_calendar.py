"""The calendars: read by a second library, stable where nothing changed, and silent about everybody."""

import logging
import re
from datetime import date, timedelta

import pytest
import time_machine
import vobject
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust, trusted_device

from actions import subscribing, trusting
from actions.moves import Actor, NotAllowed
from models import TABLES, Appointment, Event, Link, Operator, ServiceRequest

HTMX = {"HX-Request": "true"}
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def marta(client, cast, at):
    """Marta's own phone, trusted."""
    trust(client, cast.marta, at=at)
    return client


@pytest.fixture
def gianni(app, cast, at):
    """Gianni's own phone, on his page."""
    browser = app.test_client()
    browser.home = follow(browser, link_for("employee", at=at, employee=cast.gianni)).request.path
    return browser


def visit(cast, at, *, request=None, worker=None, on=FRIDAY, begins="15:00", ends="18:00", **more):
    """A visit that was agreed an hour ago: Marta's to Gianni, unless said otherwise."""
    request = request or asked(cast, at=at)
    ago = at - timedelta(hours=1)
    return Appointment.create(**{**dict(
        request=request, referral=referral_of(request), worker=worker or cast.marta, starts_at=moment(on, begins),
        ends_at=moment(on, ends), price_cents=0, project_cents=0, company_cents=0, worker_cents=0, vat_cents=0,
        planned_at=ago, undo_until=ago + timedelta(minutes=10), changed_at=ago), **more})


def change(row, **columns):
    """Change a visit behind the house's back."""
    Appointment.update(**columns).where(Appointment.id == row.id).execute()


def address(operator, at):
    """The path of an operator's calendar."""
    return f"/calendar/{trusting.token_of(subscribing.subscribe(operator, at=at))}.ics"


def read(browser, path):
    """The events of a calendar, as vobject understands it."""
    answer = browser.get(path)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.text, validate=True)
    assert calendar.method.value == "PUBLISH" and calendar.version.value == "2.0"
    return list(calendar.contents.get("vevent", ()))


def everything():
    """Every row of every table."""
    return {table: list(table.select().order_by(table.id).dicts()) for table in TABLES}


# ---------------------------------------------------------------- what it says

@pytest.mark.both_engines
def test_an_operator_s_calendar_holds_her_own_visits_in_order(engine, client, cast, at):
    later, sooner = visit(cast, at, on=FRIDAY + timedelta(days=7)), visit(cast, at, begins="09:00", ends="11:30")
    visit(cast, at, worker=cast.anna), visit(cast, at, worker=cast.luca)
    undecided = visit(cast, at)
    change(undecided, worker=None)
    events = read(client, address(cast.marta, at))
    assert [event.dtstart.value for event in events] == [sooner.starts_at, later.starts_at]
    first = events[0]
    assert first.summary.value == f"WelfareLynx {sooner.request.reference}"
    assert first.location.value == "Romano di Lombardia"
    assert first.dtend.value == sooner.ends_at and first.dtstart.value.utcoffset() == timedelta(0)
    assert (first.status.value, first.contents["class"][0].value, first.transp.value) == ("CONFIRMED", "PRIVATE", "OPAQUE")


def test_no_calendar_says_who_what_or_whose(client, cast, gianni, at):
    row = visit(cast, at)
    mine, theirs = address(cast.marta, at), f"{gianni.home}richieste/{row.request.reference}/calendario.ics"
    secret = {cast.gianni.first_name, cast.gianni.word, cast.gianni.phone.number, cast.marta.name, cast.melograno.name,
              cast.firm.name, cast.project.name, cast.bs.name, cast.bs.name_en, cast.bs.sms_name, cast.bs.need}
    for browser, path in ((client, mine), (gianni, theirs)):
        text = browser.get(path).text.replace("\r\n ", "").lower()
        assert not [word for word in secret if word.lower() in text]
        assert not re.search(r"attendee|organizer|description|alarm|geo:|url:|http", text)


def test_an_occurrence_keeps_its_id_and_counts_how_often_it_moved(client, cast, at):
    request = asked(cast, at=at)
    one, other = visit(cast, at, request=request), visit(cast, at, request=request, on=FRIDAY + timedelta(days=7))
    path = address(cast.marta, at)
    before = {event.uid.value: event for event in read(client, path)}
    assert len(before) == 2     # two visits of one request are two things
    change(one, starts_at=moment(FRIDAY, "16:00"), ends_at=moment(FRIDAY, "19:00"), sequence=one.sequence + 1, changed_at=at)
    after = {event.uid.value: event for event in read(client, path)}
    assert set(after) == set(before)
    moved, = (uid for uid in after if after[uid].dtstart.value != before[uid].dtstart.value)
    assert moved.startswith(f"{one.id}-") and not moved.startswith(f"{other.id}-")
    assert (before[moved].sequence.value, after[moved].sequence.value) == ("0", "1")
    assert after[moved].dtstamp.value == after[moved].last_modified.value == at > before[moved].dtstamp.value


def test_what_was_cancelled_stays_as_cancelled_for_a_month(client, cast, at):
    row = visit(cast, at)
    change(row, state="cancelled", cancelled_at=at, sequence=1, changed_at=at)
    path = address(cast.marta, at)
    event, = read(client, path)
    assert (event.status.value, event.transp.value, event.sequence.value) == ("CANCELLED", "TRANSPARENT", "1")
    with time_machine.travel(row.starts_at + timedelta(days=30), tick=False):
        assert len(read(client, path)) == 1
    with time_machine.travel(row.starts_at + timedelta(days=30, seconds=1), tick=False):
        assert read(client, path) == []


def test_what_was_done_stays_for_a_month_and_what_is_given_away_goes_at_once(client, cast, at):
    done, given = visit(cast, at, on=date(2026, 11, 5)), visit(cast, at)
    change(done, state="delivered")
    path = address(cast.marta, at)
    assert [event.status.value for event in read(client, path)] == ["CONFIRMED", "CONFIRMED"]
    change(given, worker=cast.anna)
    assert len(read(client, path)) == 1 and len(read(client, address(cast.anna, at))) == 1


def test_a_night_in_which_the_clock_goes_back_lasts_an_hour_longer(client, cast, at):
    visit(cast, at, on=date(2027, 10, 31), begins="01:30", ends="04:00")
    path = address(cast.marta, at)
    event, = read(client, path)
    assert event.dtend.value - event.dtstart.value == timedelta(hours=3, minutes=30)
    text = client.get(path).text
    assert "DTSTART:20271030T233000Z" in text and "DTEND:20271031T030000Z" in text and "TZID" not in text


def test_lines_are_short_and_end_as_the_standard_says(client, cast, at):
    cast.romano.name = "Sant'Omobono Terme, già Valsecca; e tutte le frazioni sopra il torrente Imagna"
    cast.romano.save()
    row = visit(cast, at)
    body = client.get(address(cast.marta, at)).get_data()
    assert b"\r\n" in body and b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    event, = read(client, address(row.worker, at))
    assert event.location.value == cast.romano.name


def test_a_calendar_with_nothing_in_it_is_one_all_the_same(client, cast, at):
    path = address(cast.marta, at)
    assert read(client, path) == []
    assert "BEGIN:VTIMEZONE" in client.get(path).text     # the standard wants at least one component


def test_a_program_is_told_to_come_back_every_hour(client, cast, at):
    visit(cast, at)
    text = client.get(address(cast.marta, at)).text
    for line in ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "X-WR-CALNAME:Welfare Lynx",
                 "NAME:Welfare Lynx"):
        assert f"\r\n{line}\r\n" in text, line


def test_what_a_program_has_already_is_not_sent_again(client, cast, at):
    row, path = visit(cast, at), address(cast.marta, at)
    first = client.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    for headers in (known, {**known, "Accept-Encoding": "gzip"}):
        again = client.get(path, headers=headers)
        assert again.status_code == 304 and again.get_data() == b""
    assert "private" in first.headers["Cache-Control"] and "Set-Cookie" not in first.headers
    change(row, worker=cast.anna)     # gone from hers: no date says so
    assert client.get(path, headers=known).status_code == 200


# ---------------------------------------------------------------- its address

def test_reading_a_calendar_changes_no_row_and_keeps_nothing_young(client, cast, gianni, at):
    row, path = visit(cast, at), address(cast.marta, at)
    before = everything()
    with time_machine.travel(at + timedelta(days=2), tick=False):
        assert len(read(client, path)) == len(read(client, path)) == 1
        client.head(path)
        gianni.get(f"{gianni.home}richieste/{row.request.reference}/calendario.ics")
    assert everything() == before


def test_a_calendar_that_is_only_read_outlives_every_other_link(client, cast, at):
    path = address(cast.marta, at)
    with time_machine.travel(at + timedelta(days=400), tick=False):
        assert read(client, path) == []


@pytest.mark.parametrize("why", ["closed", "left", "unknown", "another link"])
def test_an_address_that_is_no_calendar_any_more_says_so_plainly(client, cast, at, why):
    path = address(cast.marta, at)
    if why == "closed":
        subscribing.unsubscribe(Link.get(Link.purpose == "calendar"), by=Actor("operator", cast.marta.id), at=at)
    elif why == "left":
        Operator.update(left_at=at).where(Operator.id == cast.marta.id).execute()
    elif why == "unknown":
        path = "/calendar/AAAAAAAAAAAAAAAAAAAAAA.ics"
    else:
        path = f"/calendar/{trusting.token_of(link_for('operator', at=at, operator=cast.marta))}.ics"
    answer = client.get(path)
    assert answer.status_code == 404 and answer.mimetype == "text/plain"


def test_the_address_of_a_calendar_opens_no_page(client, cast, at):
    link = subscribing.subscribe(cast.marta, at=at)
    answer = client.get(trusting.path_of(link))
    assert answer.status_code == 404 and "ne manca un pezzo" in answer.text
    assert client.get(f"/collegamento/{link.id}/").status_code == 404
    assert client.send(f"/collegamento/{link.id}/nuovo").status_code == 404


def test_no_log_line_tells_where_a_calendar_is(client, cast, at, caplog):
    path = address(cast.marta, at)
    with caplog.at_level(logging.INFO):
        client.get(path)
    assert "/calendar/-" in caplog.text and path.split("/")[-1].removesuffix(".ics") not in caplog.text


# ---------------------------------------------------------------- on the operator's page

def test_one_press_makes_the_address_and_one_closes_it(marta, app, cast, at):
    visit(cast, at)
    page = marta.get(f"/operatore/{cast.marta.id}/")
    page = marta.press(page, f"/operatore/{cast.marta.id}/calendario")
    url = re.search(r'value="(http://127\.0\.0\.1:8000/calendar/\w{22}\.ics)" readonly', page.text)[1]
    path, program = url.removeprefix("http://127.0.0.1:8000"), app.test_client()
    assert len(read(program, path)) == 1
    link = Link.get(Link.purpose == "calendar")
    page = marta.press(page, f"/operatore/{cast.marta.id}/calendario/{link.id}/chiusura")
    assert url not in page.text and program.get(path).status_code == 404
    page = marta.press(page, f"/operatore/{cast.marta.id}/calendario")
    assert "/calendar/" in page.text and url not in page.text and program.get(path).status_code == 404
    said = Event.select(Event.verb, Event.actor).where(Event.subject == "link").order_by(Event.id).tuples()
    assert list(said) == [(verb, cast.marta.id) for verb in ("subscribe", "unsubscribe", "subscribe")]


def test_over_htmx_only_the_card_is_drawn_again(marta, cast):
    path = f"/operatore/{cast.marta.id}/calendario"
    made = marta.post(path, data={"csrf_token": marta.token()}, headers=HTMX)
    assert made.status_code == 200 and made.text.lstrip().startswith(f'<section class="card" id="calendar-{cast.marta.id}"')
    closed = marta.post(f"{path}/{Link.get(Link.purpose == 'calendar').id}/chiusura",
                        data={"csrf_token": marta.token()}, headers=HTMX)
    assert "Crea l'indirizzo" in closed.text and "/calendar/" not in closed.text


def test_pressing_twice_makes_one_address_and_closes_it_once(marta, cast, at):
    path = f"/operatore/{cast.marta.id}/calendario"
    assert {marta.send(path).status_code for _ in range(2)} == {303}
    link = Link.get(Link.purpose == "calendar")
    assert {marta.send(f"{path}/{link.id}/chiusura").status_code for _ in range(2)} == {303}
    assert [event.verb for event in Event.select().where(Event.subject == "link")] == ["subscribe", "unsubscribe"]


def test_a_page_from_before_closes_its_own_address_and_not_the_next(marta, cast, at):
    path = f"/operatore/{cast.marta.id}/calendario"
    marta.send(path)
    old = Link.get(Link.purpose == "calendar")
    marta.send(f"{path}/{old.id}/chiusura")
    new = address(cast.marta, at)
    marta.send(f"{path}/{old.id}/chiusura")
    assert marta.get(new).status_code == 200


def test_nobody_else_s_device_makes_or_closes_a_calendar(app, cast, at):
    link = subscribing.subscribe(cast.marta, at=at)
    before = everything()
    for person in (cast.outsider, cast.anna):     # another cooperative's, and a colleague's
        browser = app.test_client()
        device = trust(browser, person, at=at)
        assert browser.send(f"/operatore/{cast.marta.id}/calendario").status_code == 403
        assert browser.send(f"/operatore/{cast.marta.id}/calendario/{link.id}/chiusura").status_code == 403
        assert browser.send(f"/operatore/{person.id}/calendario/{link.id}/chiusura").status_code == 404
        assert trusting.token_of(link) not in browser.get(f"/operatore/{person.id}/").text
        device.delete_instance()
    assert everything() == before


def test_who_has_left_gets_no_calendar(cast, at):
    Operator.update(left_at=at).where(Operator.id == cast.marta.id).execute()
    with pytest.raises(NotAllowed):
        subscribing.subscribe(cast.marta, at=at)
    assert not Link.select().where(Link.purpose == "calendar").exists()


# ---------------------------------------------------------------- a person's file

def test_a_person_takes_home_every_visit_of_the_request_she_made(gianni, cast, at):
    request = asked(cast, at=at)
    ServiceRequest.update(state="agreed", agreed_at=at).where(ServiceRequest.id == request.id).execute()
    kept, gone = visit(cast, at, request=request), visit(cast, at, request=request, on=FRIDAY + timedelta(days=7))
    change(gone, state="cancelled", cancelled_at=at, sequence=1)
    visit(cast, at)     # another request's
    path = f"{gianni.home}richieste/{request.reference}/calendario.ics"
    assert f'href="{path}"' in gianni.get(f"{gianni.home}richieste/{request.reference}").text
    assert {event.uid.value.split("-")[0]: event.status.value for event in read(gianni, path)} == {
        str(kept.id): "CONFIRMED", str(gone.id): "CANCELLED"}
    assert gianni.get(path).headers["Content-Disposition"] == (
        f'attachment; filename="welfarelynx-{request.reference}.ics"')


def test_a_file_and_a_calendar_name_one_visit_alike(gianni, client, cast, at):
    row = visit(cast, at)
    hers, = read(client, address(cast.marta, at))
    his, = read(gianni, f"{gianni.home}richieste/{row.request.reference}/calendario.ics")
    assert hers.uid.value == his.uid.value


def test_what_can_still_be_taken_back_is_in_no_file_yet(gianni, cast, at):
    row = visit(cast, at, undo_until=at + timedelta(minutes=10))
    path = f"{gianni.home}richieste/{row.request.reference}/calendario.ics"
    assert gianni.get(path).status_code == 404
    assert path not in gianni.get(f"{gianni.home}richieste/{row.request.reference}").text
    change(row, state="cancelled", cancelled_at=at + timedelta(minutes=5))     # taken back unheard
    with time_machine.travel(at + timedelta(minutes=11), tick=False):
        assert gianni.get(path).status_code == 404


def test_nobody_takes_home_what_somebody_else_asked_for(app, gianni, cast, at):
    row = visit(cast, at, request=asked(cast, at=at, employee=cast.sara))     # on the number he shares with her
    assert gianni.get(f"{gianni.home}richieste/{row.request.reference}/calendario.ics").status_code == 404
    assert app.test_client().get(f"{gianni.home}richieste/{row.request.reference}/calendario.ics").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_use_the_calendar_s_card(page, live, cast, at, axe, width):
    device, (name, value) = trusted_device(cast.marta, at=at)
    page.context.add_cookies([{"name": name, "value": value, "url": live.url}])
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{live.url}/operatore/{cast.marta.id}/")
    page.get_by_role("button", name="Crea l'indirizzo del calendario").click()
    page.get_by_label("Indirizzo del calendario").wait_for()
    assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Chiudi questo indirizzo").click()
    page.get_by_role("button", name="Crea l'indirizzo del calendario").wait_for()
