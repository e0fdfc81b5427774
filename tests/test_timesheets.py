"""The timesheet: who went, when, for how long; right across the clock's changes, silent about who was visited, safe in a spreadsheet."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from acts import now
from cast import asked, booked, make_cast, moment, opening_of, referral_of, trust

from actions import answering, contesting, delivering, leaving
from actions.moves import Actor
from models import Appointment, Municipality, Operator
from reports import timesheets
from rules.cells import neutral

pytestmark = pytest.mark.both_engines
NOVEMBER, JANUARY = date(2026, 11, 1), date(2027, 1, 4)
LATER = moment(JANUARY, "09:00")


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=60))


@pytest.fixture
def marta(client, cast):
    """Marta's own phone, trusted, in January."""
    trust(client, cast.marta, at=LATER)
    client.person = cast.marta
    return client


def visited(cast, on, begins="15:00", ends="18:00", worker="marta", units=None, **more):
    """A visit on a day, agreed a week before and marked the evening after."""
    before = moment(on - timedelta(days=7), "09:00")
    request = asked(cast, at=before, on=on, begins=begins, ends=ends, **more)
    [visit] = answering.confirm(referral_of(request), cast.marta, worker and getattr(cast, worker), at=before)
    delivering.deliver(visit, cast.marta, at=moment(on + timedelta(days=1), "20:00"), units=units)
    return now(visit)


def page(browser, path):
    """A page of hours in January."""
    with time_machine.travel(LATER, tick=False):
        return browser.get(f"/operatore/{browser.person.id}/ore/{path}")


def lines(cast, on, who="marta"):
    """What a person's sheet of a month says: day, reference, minutes."""
    sheet = timesheets.sheet_of(getattr(cast, who), on)
    return [(line.on.isoformat(), line.reference, line.minutes) for line in sheet.lines]


# ---------------------------------------------------------------- what counts

def test_of_an_hourly_visit_the_minutes_that_were_delivered_count_and_of_another_its_length(cast):
    hourly = visited(cast, date(2026, 11, 10), units=150)
    meal = visited(cast, date(2026, 11, 11), begins="12:00", ends="12:30", service=cast.pasto, quantity=3, units=2)
    assert lines(cast, NOVEMBER) == [("2026-11-10", hourly.request.reference, 150), ("2026-11-11", meal.request.reference, 30)]


def test_an_opening_counts_for_each_who_worked_there_with_its_code(cast):
    opening = opening_of(cast, on=date(2026, 11, 20), minimum=1)
    booked(cast, opening, at=opening.closes_at - timedelta(days=1))
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540, cast.bruno.id: 120}, at=opening.ends_at)
    assert lines(cast, NOVEMBER) == [("2026-11-20", opening.code, 540)]
    assert lines(cast, NOVEMBER, "bruno") == [("2026-11-20", opening.code, 120)]
    assert lines(cast, NOVEMBER, "anna") == [] and lines(cast, date(2026, 12, 1)) == []


def test_what_was_missed_or_decided_otherwise_does_not_count(cast):
    visit = visited(cast, date(2026, 11, 10))
    when = visit.marked_at + timedelta(hours=1)
    contesting.contest(visit, "nobody_came", by=Actor("employee", cast.gianni.id), at=when)
    assert len(lines(cast, NOVEMBER)) == 1
    contesting.resolve(now(visit), "missed_operator", "Nessuno è andato.", by=Actor("coordinator", 1), at=when)
    assert lines(cast, NOVEMBER) == []


def test_who_left_keeps_the_hours_she_worked(cast):
    visited(cast, date(2026, 11, 10), worker="bruno")
    leaving.leave(cast.bruno, by=Actor("coordinator", cast.paola.id), at=LATER)
    assert [sheet.operator.name for sheet in timesheets.sheets(cast.melograno, NOVEMBER)] == ["Bruno"]


def test_hours_that_are_nobodys_stand_apart(cast):
    visited(cast, date(2026, 11, 10), worker=None)
    visited(cast, date(2026, 11, 11), worker="anna")
    assert [sheet.operator and sheet.operator.name for sheet in timesheets.sheets(cast.melograno, NOVEMBER)] == ["Anna", None]


def test_another_cooperative_s_hours_are_not_in_it(cast):
    visited(cast, date(2026, 11, 10))
    assert timesheets.sheets(cast.quercia, NOVEMBER) == []


# ---------------------------------------------------------------- the clock

def test_a_month_ends_at_midnight_by_the_clock_on_the_wall(cast):
    visited(cast, date(2026, 11, 30), begins="22:00", ends="23:30"), visited(cast, date(2026, 12, 1), begins="00:30", ends="02:30")
    assert [line[0] for line in lines(cast, NOVEMBER)] == ["2026-11-30"]
    assert [line[0] for line in lines(cast, date(2026, 12, 31))] == ["2026-12-01"]
    begins, ends = timesheets.month_of(date(2026, 12, 15))
    assert (begins, ends) == (moment(date(2026, 12, 1), "00:00"), moment(date(2027, 1, 1), "00:00"))


@pytest.mark.parametrize("on, hours", [(date(2026, 3, 28), 9), (date(2026, 10, 24), 11)])
def test_a_night_in_which_the_clock_changes_is_as_long_as_it_was(cast, on, hours):
    visit = visited(cast, date(2026, 11, 10), begins="12:00", ends="12:30", service=cast.pasto)
    Appointment.update(starts_at=moment(on, "21:00"), ends_at=moment(on + timedelta(days=1), "07:00")).where(
        Appointment.id == visit.id).execute()
    [line] = timesheets.sheet_of(cast.marta, on).lines
    assert line.minutes == hours * 60 and line.on == on


# ---------------------------------------------------------------- the pages

def test_the_page_says_when_where_how_long_and_nobody_s_name(marta, cast):
    visit = visited(cast, date(2026, 11, 10), units=150)
    words = page(marta, "2026-11").text
    for one in ("Foglio ore di novembre 2026", "mar 10/11", "15-18", visit.request.reference, "BS", "Romano di Lombardia",
                "2:30", "Firma di Marta", "Firma per la cooperativa"):
        assert one in words
    for secret in ("Gianni", "limone", "+39333", "Officina Serio"):
        assert secret not in words


def test_the_whole_cooperative_s_hours_are_for_who_answers(app, marta, cast):
    visited(cast, date(2026, 11, 10)), visited(cast, date(2026, 11, 11), worker="bruno")
    words = page(marta, "2026-11/cooperativa").text
    assert words.index("Firma di Bruno") < words.index("Firma di Marta") and "6:00" in words
    assert "Firma di Bruno" not in page(marta, "2026-11").text
    bruno = app.test_client()
    trust(bruno, cast.bruno, at=LATER)
    bruno.person = cast.bruno
    assert "Firma di Bruno" in page(bruno, "2026-11").text
    for path in ("2026-11/cooperativa", "2026-11/cooperativa.csv"):
        assert page(bruno, path).status_code == 404


def test_a_month_is_chosen_and_one_that_is_none_or_not_yet_is_not_found(marta):
    assert page(marta, "").location.endswith("/ore/2027-01")
    assert page(marta, "?mese=2026-11&di=tutti").location.endswith("/ore/2026-11/cooperativa")
    assert "Nessuna ora in questo mese" in page(marta, "2026-11").text
    assert "gennaio 2026" in page(marta, "2026-11").text and "gennaio 2027" in page(marta, "2026-11").text
    for odd in ("2027-02", "2026-13", "2026-1", "x", "0001-01", "?mese=x", "?mese=9999-12"):
        assert page(marta, odd).status_code == 404, odd


# ---------------------------------------------------------------- for a spreadsheet

def test_the_file_holds_what_the_page_says(marta, cast):
    visit = visited(cast, date(2026, 11, 10), units=150)
    answer = page(marta, "2026-11/ore.csv")
    assert answer.mimetype == "text/csv" and 'filename="ore-2026-11.csv"' in answer.headers["Content-Disposition"]
    [heads, row] = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert heads == list(timesheets.HEADINGS)
    assert row == ["Marta", "2026-11-10", "15:00", "18:00", visit.request.reference, "BS", "Romano di Lombardia", "150", "2,50"]


def test_export_neutralises_formulas(marta, cast):
    visited(cast, date(2026, 11, 10))
    Operator.update(name='=HYPERLINK("http://example.org";"Marta")').where(Operator.id == cast.marta.id).execute()
    Municipality.update(name="@SUM(A1)").where(Municipality.id == cast.romano.id).execute()
    for path in ("2026-11/ore.csv", "2026-11/cooperativa.csv"):
        rows = list(csv.reader(io.StringIO(page(marta, path).text.removeprefix("\ufeff")), delimiter=";"))
        assert rows[1][0] == '\'=HYPERLINK("http://example.org";"Marta")' and rows[1][6] == "'@SUM(A1)"
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for cell in ("=1", "+1", "-1", "@a", "\tx", "\rx"):
        assert neutral(cell) == f"'{cell}"
    assert (neutral("Covo"), neutral(3), neutral("")) == ("Covo", "3", "")
