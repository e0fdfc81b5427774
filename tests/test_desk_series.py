"""Opening at the desk: one, every Tuesday and Friday, the weeks of July, a school bridge, last year's; a preview, then one POST."""

import re
import threading
from datetime import date, timedelta

import pytest
from cast import day_space, ironing, make_cast, moment, opening_of
from pages import Page
from test_desk_door import at_desk, see

from actions import openings
from actions.moves import Actor
from actions.openings import Draft
from models import Coverage, Event, Holiday, Opening, SchoolClosure, Service, db
from rules import hours


@pytest.fixture
def cast(at, app):
    """The usual people; Il Melograno has We.Kids in Romano, La Quercia the ironing round."""
    cast = make_cast(at - timedelta(days=2))
    cast.wk, cast.st = day_space(), ironing()
    Coverage.create(cooperative=cast.melograno, service=cast.wk, municipality=cast.romano)
    Coverage.create(cooperative=cast.quercia, service=cast.st, municipality=cast.romano)
    return cast


@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser."""
    return at_desk(client, cast.paola, at)


def typed(cast, **more):
    """What a coordinator types for We.Kids in Romano."""
    return {"offer": f"{cast.wk.id}:{cast.melograno.id}", "municipality": str(cast.romano.id), "place": "Sala civica",
            "collection": "", "start": "08:00", "end": "17:00", "places": "12", "minimum": "6", "closes_days": "3",
            "closes_hour": "20:00", "days": "one", "day": "2026-12-18", "until": "", "bridge": "", **more}


def preview(browser, fields):
    """The page of dates."""
    return browser.send(f"{browser.base}/turni/nuovi/anteprima", **fields)


def save(browser, page, **more):
    """Press the button below the dates, with the boxes as they are."""
    form = next(form for form in Page(page.text).forms if form["action"].endswith(("/nuovi/", "/copia/", "/nuova/")))
    return browser.post(form["action"], data={**_held(page.text), **more})


def _held(html):
    """What the preview's form holds; of boxes those that are ticked."""
    held = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="hidden"' in tag or " checked" in tag):
            held.setdefault(name[1], []).append(value[1] if value else "")
    return held


def boxes(page):
    """The dates that can be ticked, and whether they are."""
    return {value: bool(ticked) for value, ticked in re.findall(r'name="on" value="([^"]*)"( checked)?', page.text)}


def days():
    """On which local days what is open begins."""
    return [hours.local(row.starts_at).date() for row in Opening.select().order_by(Opening.starts_at)]


# ---------------------------------------------------------------- one by one

def test_one_opening_is_previewed_and_then_saved_as_it_was_typed(paola, cast, at):
    page = preview(paola, typed(cast, collection="Azienda\nEdicola\n\nEdicola"))
    assert page.status_code == 200 and "venerdì 18 dicembre, 8-17" in page.text and not Opening.select().exists()
    assert save(paola, page).status_code == 303
    opening = Opening.get()
    assert (opening.code, opening.service, opening.cooperative, opening.municipality) == (
        "WK-20261218-ROM", cast.wk, cast.melograno, cast.romano)
    assert (opening.starts_at, opening.ends_at, opening.closes_at) == (
        moment(date(2026, 12, 18), "08:00"), moment(date(2026, 12, 18), "17:00"), moment(date(2026, 12, 15), "20:00"))
    assert (opening.places, opening.minimum, opening.collection) == (12, 6, ["azienda", "Edicola"])
    assert Event.get(Event.subject == "opening").actor == cast.paola.id
    assert "Un turno aperto" in see(paola, "/turni/")


def test_pressed_twice_it_opens_once(paola, cast):
    page = preview(paola, typed(cast))
    assert [save(paola, page).status_code for _ in range(2)] == [303, 303]
    assert Opening.select().count() == 1 and "Erano già aperti" in see(paola, "/turni/")


@pytest.mark.both_engines
def test_two_browsers_at_once_open_it_once(engine, app, cast, at):
    draft = Draft(cast.wk, cast.melograno, cast.romano, "Sala civica", moment(date(2026, 12, 18), "08:00"),
                  moment(date(2026, 12, 18), "17:00"), moment(date(2026, 12, 15), "20:00"), 12, 6)
    start = threading.Barrier(4)

    def press():
        with app.app_context():
            start.wait()
            openings.open_missing([draft], by=Actor("coordinator", cast.paola.id), at=at)
            db.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Opening.select().count() == 1


@pytest.mark.parametrize("fields,wrong", [
    ({"offer": "9:9"}, "non c'è più"), ({"municipality": ""}, "Scegli il comune"), ({"place": " "}, "Scrivi il luogo"),
    ({"end": "08:00"}, "dopo l'ora di inizio"), ({"places": "0"}, "da 1 a 500"), ({"minimum": "13"}, "più dei posti"),
    ({"day": "2026-02-30"}, "non esiste"), ({"day": "2026-11-30"}, "già passato"), ({"day": "2028-01-01"}, "troppo lontano"),
    ({"closes_days": "0"}, "prima dell'inizio"), ({"closes_days": "-1"}, "da 0 a 60"), ({"start": "ore 8"}, "15:30"),
    ({"days": "weekly", "until": "2026-12-31"}, "almeno un giorno della settimana"), ({"days": "weeks"}, "Scrivi l'ultimo giorno"),
    ({"days": "weeks", "until": "2026-12-17"}, "prima del giorno in cui si comincia"), ({"days": "bridge"}, "Scegli uno dei ponti"),
    ({"days": "weekly", "weekdays": "1", "until": "2026-12-19"}, "nessuno: scegli altri giorni"),
    ({"days": "weeks", "until": "2027-06-30"}, "al più 60 per volta"), ({"collection": "\n".join("abcdefghijk")}, "Bastano 10 punti"),
    ({"collection": "o" * 81}, "al più 80 caratteri"),
])
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(paola, cast, fields, wrong):
    page = preview(paola, typed(cast, **fields))
    assert page.status_code == 422 and wrong in page.text.replace("&#39;", "'")
    if "place" not in fields:
        assert 'value="Sala civica"' in page.text
    assert paola.send(f"{paola.base}/turni/nuovi/", **typed(cast, **fields)).status_code == 422
    assert not Opening.select().exists()


def test_who_changes_her_mind_finds_everything_as_she_typed_it(paola, cast):
    page = preview(paola, typed(cast, place="Palestra di via Dante"))
    back = save(paola, page, change="1")
    assert back.status_code == 200 and 'value="Palestra di via Dante"' in back.text and not Opening.select().exists()


# ---------------------------------------------------------------- series

def test_every_tuesday_and_friday_until_a_day_without_the_holidays(paola, cast, at):
    Holiday.create(on=date(2026, 12, 18), name="Inventario", cooperative=cast.melograno)
    Holiday.create(on=date(2026, 12, 22), name="Di un'altra", cooperative=cast.quercia)
    opening_of(cast, on=date(2026, 12, 15))
    page = preview(paola, typed(cast, days="weekly", weekdays=["2", "5"], day="2026-12-01", until="2026-12-29"))
    text = page.text.replace("&#39;", "'")
    assert "lasciato fuori: Immacolata Concezione" in text and "lasciato fuori: Inventario" in text
    assert "lasciato fuori: Natale" in text and "c'è già, WK-20261215-ROM: non si apre due volte" in text
    assert text.count("troppo tardi") == 1      # the 1st: bookings would be closed
    assert boxes(page) == {"2026-12-04": True, "2026-12-08": False, "2026-12-11": True, "2026-12-18": False, "2026-12-22": True,
                           "2026-12-25": False, "2026-12-29": True}
    save(paola, page)
    assert days() == [date(2026, 12, day) for day in (4, 11, 15, 22, 29)]


def test_a_date_that_is_unticked_is_not_opened_and_a_closure_that_is_ticked_is(paola, cast, at):
    Holiday.create(on=date(2026, 12, 18), name="Chiusura degli uffici", project=cast.project)
    page = preview(paola, typed(cast, days="weekly", weekdays=["5"], day="2026-12-11", until="2027-01-08"))
    save(paola, page, on=["2026-12-18", "2027-01-08", "2026-12-04", "x"])
    assert days() == [date(2026, 12, 18), date(2027, 1, 8)]


def test_without_any_date_ticked_it_asks_for_one(paola, cast):
    page = preview(paola, typed(cast))
    answer = save(paola, page, on=[])
    assert answer.status_code == 422 and "Scegli almeno una data." in answer.text and boxes(answer) == {"2026-12-18": False}


def test_for_one_day_alone_whoever_says_christmas_means_it(paola, cast):
    page = preview(paola, typed(cast, day="2026-12-25"))
    assert "Natale" in page.text and boxes(page) == {"2026-12-25": True}


def test_the_weeks_of_july_are_one_opening_each_from_monday_to_friday(paola, cast, at):
    wp = Service.create(code="WP", name="We.Play", name_en="We.Play", sms_name="We.Play", need="figli", mode="turno",
                        unit="settimana", price_cents=12000, project_percent=50, vat_percent=5)
    Coverage.create(cooperative=cast.melograno, service=wp, municipality=cast.romano)
    july = typed(cast, offer=f"{wp.id}:{cast.melograno.id}", days="weeks", day="2027-07-05", until="2027-07-30")
    page = preview(paola, july)
    assert "da lunedì 5 luglio a venerdì 9 luglio, 8-17" in page.text
    save(paola, page)
    assert [(hours.local(row.starts_at).date(), hours.local(row.ends_at).date()) for row in Opening.select()] == [
        (date(2027, 7, day), date(2027, 7, day + 4)) for day in (5, 12, 19, 26)]
    refused = preview(paola, {**july, "days": "weekly", "weekdays": "1"})
    assert refused.status_code == 422 and "a settimane" in refused.text


def test_a_week_with_a_holiday_in_it_says_which_day_it_does_without(paola, cast, at):
    wp = Service.create(code="WP", name="We.Play", name_en="We.Play", sms_name="We.Play", need="figli", mode="turno",
                        unit="settimana", price_cents=12000, project_percent=50, vat_percent=5)
    Coverage.create(cooperative=cast.melograno, service=wp, municipality=cast.romano)
    page = preview(paola, typed(cast, offer=f"{wp.id}:{cast.melograno.id}", days="weeks", day="2027-05-31", until="2027-06-04"))
    assert "senza mercoledì 2 giugno (Festa della Repubblica)" in page.text
    monday_off = preview(paola, typed(cast, offer=f"{wp.id}:{cast.melograno.id}", day="2027-03-29"))   # Easter Monday
    assert "da martedì 30 marzo a venerdì 2 aprile" in monday_off.text


def test_the_days_of_a_school_bridge(paola, cast, at):
    for day in (23, 24, 28, 29):
        SchoolClosure.create(on=date(2026, 12, day), name="Vacanze di Natale")
    form = see(paola, "/turni/nuovi/")
    assert "da mercoledì 23 dicembre a martedì 29 dicembre · Vacanze di Natale · 4 giorni" in form
    assert "lunedì 7 dicembre · Immacolata Concezione · 1 giorno" in form
    save(paola, preview(paola, typed(cast, days="bridge", bridge="2026-12-23", day="", until="")))
    assert days() == [date(2026, 12, day) for day in (23, 24, 28, 29)]


def test_the_digest_s_link_leads_to_a_form_that_is_filled_in(paola, cast, at):
    opening_of(cast, on=date(2026, 11, 27), places=9, minimum=4, collection=("azienda",))
    form = see(paola, "/turni/nuovi/?ponte=2026-12-07")
    assert '<option selected value="2026-12-07">' in form
    assert f'<option selected value="{cast.wk.id}:{cast.melograno.id}">' in form and 'value="9"' in form
    for strange in ("ponte=domani", "come=99999999999", "come=-1", "come=x"):
        see(paola, f"/turni/nuovi/?{strange}")


def test_another_like_this_one_begins_with_what_it_has(paola, cast, at):
    opening = opening_of(cast, places=7, minimum=2, begins="09:30", closes=moment(date(2026, 12, 5), "12:00"))
    form = see(paola, f"/turni/nuovi/?come={opening.id}")
    for value in ("7", "2", "09:30", "12:00", "Sala civica"):
        assert f'value="{value}"' in form


# ---------------------------------------------------------------- last year's again

def test_last_year_s_openings_come_again_on_the_same_weekday_and_hour(paola, cast, at):
    july = opening_of(cast, on=date(2026, 7, 7), begins="08:30", places=9, minimum=4)
    winter = opening_of(cast, on=date(2026, 7, 10))
    openings.cancel(opening_of(cast, on=date(2026, 7, 14)), by=Actor("job"), at=date_at(2026, 7, 1))
    page = paola.send(f"{paola.base}/turni/copia/anteprima", service="", day="2027-07-01", until="2027-07-31")
    assert boxes(page) == {str(july.id): True, str(winter.id): True}
    assert "martedì 6 luglio, 8:30-17" in page.text and "9 posti, si fa da 4" in page.text
    assert save(paola, page, on=[str(july.id)]).status_code == 303
    new = Opening.get(Opening.starts_at > at)
    assert (hours.local(new.starts_at).date(), new.places, new.minimum, new.code) == (date(2027, 7, 6), 9, 4, "WK-20270706-ROM")
    assert hours.local(new.starts_at).hour == 8, "July is July, whatever the clocks do"
    again = paola.send(f"{paola.base}/turni/copia/anteprima", service=str(cast.wk.id), day="2027-07-01", until="2027-07-31")
    assert "non si apre due volte" in again.text and boxes(again) == {str(winter.id): True}


def date_at(*day):
    """Morning of a day."""
    return moment(date(*day), "09:00")


@pytest.mark.parametrize("fields,wrong", [
    ({"day": "2027-09-01", "until": "2027-09-30"}, "non c'era nessun turno"), ({"day": "", "until": "2027-09-30"}, "Scegli il giorno"),
    ({"day": "2027-07-31", "until": "2027-07-01"}, "prima del giorno"), ({"day": "2026-01-01", "until": "2027-01-01"}, "già passato"),
    ({"service": "99", "day": "2027-07-01", "until": "2027-07-31"}, "non c'è più"),
])
def test_what_cannot_be_copied_is_said(paola, cast, at, fields, wrong):
    opening_of(cast, on=date(2026, 7, 7))
    page = paola.send(f"{paola.base}/turni/copia/anteprima", **{"service": "", **fields})
    assert page.status_code == 422 and wrong in page.text.replace("&#39;", "'")


def test_of_another_project_nothing_is_offered_nor_copied(app, cast, at):
    Service.update(project=cast.project).where(Service.id == cast.wk.id).execute()
    opening_of(cast, on=date(2026, 7, 7))
    ugo = at_desk(app.test_client(), cast.ugo, at)
    assert "We.Kids" not in see(ugo, "/turni/nuovi/") and "We.Kids" not in see(ugo, "/turni/copia/")
    assert preview(ugo, typed(cast)).status_code == 422
    copied = ugo.send(f"{ugo.base}/turni/copia/anteprima", service="", day="2027-07-01", until="2027-07-31")
    assert copied.status_code == 422 and ugo.send(f"{ugo.base}/turni/nuovi/", **typed(cast), previewed="1", on="2026-12-18").status_code == 422


def test_a_preview_writes_nothing_and_its_address_begins_again(paola, cast):
    before = Event.select().count()
    for path in ("nuovi", "copia"):
        assert paola.get(f"{paola.base}/turni/{path}/anteprima").location == f"{paola.base}/turni/{path}/"
    preview(paola, typed(cast, days="weekly", weekdays=["1", "2"], until="2027-01-31"))
    assert Event.select().count() == before


def test_sixty_dates_cost_no_more_questions_than_one(paola, cast):
    def cost(fields):
        said, execute = [], db.obj.execute_sql
        db.obj.execute_sql = lambda sql, *more, **named: said.append(sql) or execute(sql, *more, **named)
        try:
            assert preview(paola, fields).status_code == 200
        finally:
            db.obj.execute_sql = execute
        return len(said)

    assert cost(typed(cast, days="weeks", until="2027-03-10")) == cost(typed(cast))
