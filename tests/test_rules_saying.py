"""Days, hours, money and lengths as people say them."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import saying
from rules.hours import moment
from rules.recurrence import Dates, Weekly
from rules.sms import GSM

FRIDAY = date(2026, 12, 4)


def at(*clock):
    """A moment of that Friday."""
    return moment(FRIDAY, time(*clock))


def test_a_day_is_said_in_full():
    assert saying.day_long(FRIDAY, "it") == "venerdì 4 dicembre"
    assert saying.day_long(FRIDAY, "en") == "Friday 4 December"


def test_a_day_is_said_shortly_with_the_day_first():
    assert saying.day_short(FRIDAY, "it") == "ven 4/12"
    assert saying.day_short(FRIDAY, "en") == "Fri 4/12"


def test_a_week_has_seven_names_in_each_language():
    week = [FRIDAY + timedelta(days=day) for day in range(7)]
    assert [saying.day_short(on, "it")[:3] for on in week] == ["ven", "sab", "dom", "lun", "mar", "mer", "gio"]
    assert [saying.day_short(on, "en")[:3] for on in week] == ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]


@pytest.mark.parametrize("starts, ends, italian, english, short", [
    (at(15), at(18), "dalle 15 alle 18", "from 15:00 to 18:00", "15-18"),
    (at(15, 30), at(18), "dalle 15:30 alle 18", "from 15:30 to 18:00", "15:30-18"),
    (at(8, 15), at(9, 45), "dalle 8:15 alle 9:45", "from 08:15 to 09:45", "8:15-9:45"),
    (at(21), at(7), "dalle 21 alle 7", "from 21:00 to 07:00", "21-7"),
    (at(1), at(13), "dall'1 alle 13", "from 01:00 to 13:00", "1-13"),
    (at(20), at(1, 30), "dalle 20 all'1:30", "from 20:00 to 01:30", "20-1:30"),
    (at(22, 5), at(0), "dalle 22:05 a mezzanotte", "from 22:05 to 00:00", "22:05-0"),
])
def test_hours_are_said_as_people_say_them(starts, ends, italian, english, short):
    assert saying.span(starts, ends, "it") == italian
    assert saying.span(starts, ends, "en") == english
    assert saying.span_short(starts, ends) == short


def test_an_hour_is_the_one_on_the_wall_in_summer_and_in_winter():
    summer, winter = (datetime(2026, month, 1, 13, tzinfo=timezone.utc) for month in (7, 12))
    assert saying.hour(summer, "it") == "15" and saying.hour(winter, "it") == "14"


def test_english_hours_always_have_minutes():
    assert saying.hour(at(15), "en") == "15:00"


def test_a_moment_is_said_shortly():
    assert saying.moment_short(moment(date(2026, 12, 3), time(12)), "it") == "gio 3/12 ore 12"
    assert saying.moment_short(moment(date(2026, 12, 3), time(12)), "en") == "Thu 3/12 at 12:00"
    assert saying.moment_short(moment(date(2026, 12, 3), time(0)), "it") == "mer 2/12 a mezzanotte"
    assert saying.moment_short(moment(date(2026, 12, 3), time(0)), "en") == "Wed 2/12 at midnight"


def test_a_moment_just_before_midnight_utc_is_said_on_the_next_local_day():
    late = datetime(2026, 12, 3, 23, 30, tzinfo=timezone.utc)
    assert saying.moment_short(late, "it") == "ven 4/12 ore 0:30"


@pytest.mark.parametrize("cents, italian, english", [
    (1980, "19,80", "19.80"), (0, "0,00", "0.00"), (5, "0,05", "0.05"), (125000, "1.250,00", "1,250.00"),
    (-1980, "-19,80", "-19.80"),
])
def test_money_has_two_decimals(cents, italian, english):
    assert (saying.euro(cents, "it"), saying.euro(cents, "en")) == (italian, english)


@pytest.mark.parametrize("delta, italian, english", [
    (timedelta(minutes=25), "ancora 25 min", "25 min left"),
    (timedelta(minutes=59, seconds=59), "ancora 59 min", "59 min left"),
    (timedelta(hours=1), "ancora 1 ora", "1 hour left"),
    (timedelta(hours=3, minutes=50), "ancora 3 ore", "3 hours left"),
    (timedelta(hours=47), "ancora 47 ore", "47 hours left"),
    (timedelta(days=2, hours=5), "ancora 2 giorni", "2 days left"),
    (timedelta(seconds=20), "meno di un minuto", "less than a minute left"),
    (timedelta(0), "tempo scaduto", "time is up"),
    (timedelta(minutes=-5), "tempo scaduto", "time is up"),
])
def test_the_time_left_is_rounded_down(delta, italian, english):
    assert (saying.left(delta, "it"), saying.left(delta, "en")) == (italian, english)


@pytest.mark.parametrize("minutes, italian, english", [
    (180, "3 ore", "3 hours"), (60, "1 ora", "1 hour"), (90, "1 ora e mezza", "1 hour 30 minutes"),
    (150, "2 ore e mezza", "2 hours 30 minutes"), (45, "45 minuti", "45 minutes"), (30, "30 minuti", "30 minutes"),
    (75, "1 ora e 15 minuti", "1 hour 15 minutes"), (61, "1 ora e 1 minuto", "1 hour 1 minute"),
    (0, "0 minuti", "0 minutes"),
])
def test_a_length_is_said_in_hours_and_minutes(minutes, italian, english):
    assert (saying.length(minutes, "it"), saying.length(minutes, "en")) == (italian, english)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc)),
       st.sampled_from(["it", "en"]))
def test_nothing_said_costs_the_cheap_alphabet(when, lang):
    later = when + timedelta(hours=3)
    said = [saying.day_long(when.date(), lang), saying.moment_short(when, lang), saying.span(when, later, lang),
            saying.span_short(when, later), saying.euro(when.year, lang), saying.left(later - when, lang)]
    assert all(GSM.issuperset(text) for text in said)


def test_an_unknown_language_is_answered_in_italian():
    assert saying.day_short(FRIDAY, "fr") == "ven 4/12"
    assert saying.length(60, "fr") == "1 ora"


def test_office_hours_are_said_in_the_reader_s_language():
    assert saying.office_hours("lun-ven 9-13, sab 9", "en") == "Mon-Fri 9-13, Sat 9"
    assert saying.office_hours("lun-ven 9-13", "it") == "lun-ven 9-13"
    assert saying.office_hours("Domodossola, martedì", "en") == "Domodossola, martedì"


@pytest.mark.parametrize("weekdays, italian, english", [
    ((2, 4), "ogni martedì e giovedì", "every Tuesday and Thursday"),
    ((5,), "ogni venerdì", "every Friday"),
    ((5, 1, 3), "ogni lunedì, mercoledì e venerdì", "every Monday, Wednesday and Friday"),
    ((1, 2, 3, 4, 5, 6, 7), "ogni giorno", "every day"),
    ((), "ogni settimana", "every week"),
])
def test_the_days_of_every_week_are_said_in_their_order(weekdays, italian, english):
    wish = Weekly(weekdays, times=4)
    assert (saying.weekly(wish, "it"), saying.weekly(wish, "en")) == (italian, english)
    assert GSM.issuperset(italian + english)


def test_single_days_are_said_as_dates():
    dates = Dates(((at(15), at(18)),))
    assert (saying.weekly(dates, "it"), saying.weekly(dates, "en")) == ("in queste date", "on these dates")
