"""Which days a weekly wish means, by the clock on the wall."""

import json
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from rules import hours
from rules.hours import moment, national_holidays
from rules.recurrence import (
    A_YEAR,
    MOST,
    Dates,
    Series,
    Weekly,
    begun_at,
    days_between,
    is_off,
    moved,
    series,
    weekday,
    weekly_of,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]  # Sundays; the third is Easter
MARCH, OCTOBER = CHANGES[:2]
LUNCH = time(12, 30)

days = st.dates(date(2026, 1, 1), date(2027, 12, 31)) | st.builds(
    lambda sunday, before: sunday - timedelta(days=before), st.sampled_from(CHANGES), st.integers(0, 15))
clocks = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60))) | st.sampled_from(
    [time(0), time(1, 30), time(2), time(2, 30), time(2, 59), time(3), time(22)])
lengths = st.integers(1, 23 * 60).map(lambda minutes: minutes * MINUTE)  # a night and a day, never into the next day's visit
weekdays = st.sets(st.integers(1, 7), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
closures = st.frozensets(st.dates(date(2026, 1, 1), date(2029, 1, 31)), max_size=30) | st.just(frozenset(
    {date(2026, 8, 26), date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 4), date(2027, 3, 30)}))
patient = settings(deadline=None)  # the first question of a year loads the holidays


@st.composite
def wishes(draw):
    """(starts_at, ends_at, weekly) as a form says them: a local day and hour, and so many minutes."""
    on = draw(days)
    try:
        starts_at = moment(on, draw(clocks))
    except hours.NoSuchHour:
        reject()
    until = draw(st.none() | st.integers(0, 420).map(lambda ahead: on + timedelta(days=ahead)))
    return starts_at, starts_at + draw(lengths), Weekly(draw(weekdays), until, draw(st.none() | st.integers(1, 70)))


def at(text):
    """A local hour such as `2026-12-04 15:30` as a moment."""
    wall = datetime.fromisoformat(text)
    return moment(wall.date(), wall.time())


def visits_of(starts, ends, weekly, closed=()):
    """The visits as `2026-12-04 15:30 17:00`, as people read them."""
    return [said(visit) for visit in series(at(starts), at(ends), weekly, closed).visits]


def said(visit):
    """One visit as people read it."""
    begins, ends = map(hours.local, visit)
    return f"{begins:%Y-%m-%d %H:%M} {ends:%H:%M}"


def shown(when):
    """What the clock on the wall shows."""
    return hours.local(when).replace(tzinfo=None)


def touch_a_change(*moments):
    """Whether one of these moments lies on a day of 23 or 25 hours."""
    days = (hours.day(hours.local(when).date()) for when in moments)
    return any(ends - begins != hours.ONE_DAY for begins, ends in days)


def first_days(made):
    """The local day on which each visit starts."""
    return [hours.local(begins).date() for begins, _ in made.visits]


def day_by_day(on, weekly, closed):
    """The days kept and left out the slow way, as an independent witness."""
    kept, left_out, last = [], [], on + A_YEAR
    while on <= last and (weekly.until is None or on <= weekly.until) and len(kept) < min(weekly.times or MOST, MOST):
        if on.isoweekday() in weekly.weekdays:
            (left_out if on in closed or on in national_holidays(on.year) else kept).append(on)
        on += hours.ONE_DAY
    return kept, left_out


# ---------------------------------------------------------------- which days

def test_a_single_visit_is_never_left_out_even_at_christmas():
    start, end = at("2026-12-25 12:00"), at("2026-12-25 13:00")
    assert series(start, end, None, {date(2026, 12, 25)}) == Series([(start, end)], [])


@pytest.mark.parametrize("start, weekly, expected", [
    ("2026-11-03", Weekly((2,), times=3), ["2026-11-03", "2026-11-10", "2026-11-17"]),
    ("2026-11-03", Weekly((1, 4), times=3), ["2026-11-05", "2026-11-09", "2026-11-12"]),   # not that Tuesday
    ("2026-11-03", Weekly((4, 2, 2), times=3), ["2026-11-03", "2026-11-05", "2026-11-10"]),  # each once
    ("2026-11-03", Weekly((2,), until=date(2026, 11, 17)), ["2026-11-03", "2026-11-10", "2026-11-17"]),
    ("2026-11-03", Weekly((2,), until=date(2026, 11, 16)), ["2026-11-03", "2026-11-10"]),
    ("2026-11-03", Weekly((2,), until=date(2026, 11, 11), times=9), ["2026-11-03", "2026-11-10"]),
    ("2026-11-03", Weekly((2,), until=date(2027, 11, 3), times=1), ["2026-11-03"]),
    ("2026-11-03", Weekly((2,), until=date(2026, 11, 2)), []),
    ("2026-11-03", Weekly((), times=2), ["2026-11-03", "2026-11-10"]),                      # no day said: that of the first
    ("2026-12-27", Weekly((7,), times=2), ["2026-12-27", "2027-01-03"]),                    # over the year, on Sundays
])
def test_visits_fall_on_the_days_of_the_wish(start, weekly, expected):
    made = series(at(f"{start} 15:00"), at(f"{start} 17:00"), weekly)
    assert ([on.isoformat() for on in first_days(made)], made.skipped) == (expected, [])


def test_four_times_are_four_though_a_holiday_and_a_closure_lie_between():
    made = series(at("2026-12-01 15:00"), at("2026-12-01 17:00"), Weekly((2, 4), times=4), {date(2026, 12, 10)})
    assert first_days(made) == [date(2026, 12, on) for on in (1, 3, 15, 17)]
    assert made.skipped == [date(2026, 12, 8), date(2026, 12, 10)]


def test_a_holiday_after_the_last_visit_is_not_said_to_be_skipped():
    assert series(at("2026-12-01 15:00"), at("2026-12-01 17:00"), Weekly((2,), times=1)).skipped == []


def test_without_an_end_a_series_is_sixty_visits_or_a_year():
    often, seldom = (series(at("2026-11-02 15:00"), at("2026-11-02 16:00"), Weekly(on)) for on in ((1, 2, 3, 4, 5), (1,)))
    assert len(often.visits) == 60
    assert first_days(seldom)[-1] == date(2027, 10, 25)  # the next would be 1 November, a holiday
    assert len(seldom.visits) + len(seldom.skipped) == 53


@given(wishes(), closures)
@patient
def test_counting_day_by_day_says_the_same(wish, closed):
    starts_at, ends_at, weekly = wish
    made = series(starts_at, ends_at, weekly, closed)
    assert (first_days(made), made.skipped) == day_by_day(hours.local(starts_at).date(), weekly, closed)


@given(wishes(), closures)
@patient
def test_nobody_comes_on_a_holiday_or_a_closed_day_and_each_is_said(wish, closed):
    starts_at, ends_at, weekly = wish
    made = series(starts_at, ends_at, weekly, closed)
    for on in first_days(made):
        assert on.isoweekday() in weekly.weekdays and on not in closed | national_holidays(on.year)
    for on in made.skipped:
        assert on.isoweekday() in weekly.weekdays and on in closed | national_holidays(on.year)


@given(wishes(), closures)
@patient
def test_so_many_times_are_so_many_unless_something_ends_it_before(wish, closed):
    starts_at, ends_at, weekly = wish
    made, on = series(starts_at, ends_at, weekly, closed), hours.local(starts_at).date()
    wanted = min(weekly.times or MOST, MOST)
    assert len(made.visits) <= wanted
    if len(made.visits) < wanted:  # then not one day was forgotten
        last = min(weekly.until or date.max, on + A_YEAR)
        possible = sum((on + timedelta(days=n)).isoweekday() in weekly.weekdays for n in range((last - on).days + 1))
        assert len(made.visits) + len(made.skipped) == possible


@given(wishes(), closures)
@patient
def test_the_last_day_is_included_and_none_is_after_it(wish, closed):
    starts_at, ends_at, weekly = wish
    for on in first_days(series(starts_at, ends_at, weekly, closed)):
        assert on <= (weekly.until or on) and on <= hours.local(starts_at).date() + A_YEAR
    until = hours.local(starts_at).date() + timedelta(days=140)
    made = series(starts_at, ends_at, Weekly((until.isoweekday(),), until), closed)
    assert until in [*first_days(made), *made.skipped]


# ---------------------------------------------------------------- at which hour

@given(wishes(), closures)
@patient
def test_visits_are_in_order_and_never_overlap(wish, closed):
    visits = series(*wish, closed).visits
    assert all(begins < ends for begins, ends in visits)
    assert all(before[1] <= after[0] for before, after in pairwise(visits))
    assert all(when.tzinfo is timezone.utc for visit in visits for when in visit)


@given(wishes(), closures)
@patient
def test_the_clock_on_the_wall_shows_the_same_hours_at_every_visit(wish, closed):
    starts_at, ends_at, weekly = wish
    length = shown(ends_at) - shown(starts_at)
    for begins, ends in series(starts_at, ends_at, weekly, closed).visits:
        if not touch_a_change(begins):
            assert shown(begins).time() == shown(starts_at).time()
        if length > timedelta(0) and not touch_a_change(begins, ends):
            assert shown(ends) - shown(begins) == length


@pytest.mark.parametrize("sunday, lasted", [
    (date(2026, 3, 29), [8, 7, 8]), (date(2026, 10, 25), [8, 9, 8]),
    (date(2027, 3, 28), [8, 7, 8]), (date(2027, 10, 31), [8, 9, 8]),
])
def test_a_night_over_the_change_of_the_clock_begins_and_ends_at_its_hours(sunday, lasted):
    start = moment(sunday - timedelta(days=8), time(22))
    made = series(start, start + 8 * HOUR, Weekly((6,), times=3))
    assert [(f"{hours.local(begins):%H:%M}", f"{hours.local(ends):%H:%M}") for begins, ends in made.visits] == [
        ("22:00", "06:00")] * 3
    assert [(ends - begins) / HOUR for begins, ends in made.visits] == lasted


@pytest.mark.parametrize("sunday", CHANGES)
def test_lunch_stays_lunch_before_and_after_the_clock_changes(sunday):
    start = moment(sunday - timedelta(days=3), LUNCH)
    made = series(start, start + HOUR, Weekly((1, 2, 3, 4, 5), times=8))
    assert {(hours.local(begins).time(), ends - begins) for begins, ends in made.visits} == {(LUNCH, HOUR)}
    assert len({hours.local(begins).utcoffset() for begins, _ in made.visits}) == 2


@pytest.mark.parametrize("start, end, in_march", [
    ("02:30", "04:30", "03:30 05:30"),
    ("02:30", "03:15", "03:30 04:15"),   # it never ends before it begins
    ("02:00", "02:30", "03:00 03:30"),
    ("01:45", "02:15", "01:45 03:15"),   # half an hour, by any clock
    ("01:00", "04:00", "01:00 04:00"),
    ("03:00", "04:00", "03:00 04:00"),
])
def test_an_hour_that_march_skips_is_an_hour_later(start, end, in_march):
    said = visits_of(f"2026-03-22 {start}", f"2026-03-22 {end}", Weekly((7,), times=3), {date(2026, 4, 5)})
    assert said == [f"2026-03-22 {start} {end}", f"2026-03-29 {in_march}", f"2026-04-12 {start} {end}"]


def test_the_hour_that_october_doubles_is_the_first_and_no_visit_ends_before_it_begins():
    start = moment(OCTOBER, time(2, 30))
    made = series(start, start + 45 * MINUTE, Weekly((7,), times=2))  # the clock shows 02:30 to 02:15
    assert [said(visit) for visit in made.visits] == ["2026-10-25 02:30 03:15", "2026-11-08 02:30 03:15"]


def test_a_night_before_a_holiday_is_kept_and_the_night_of_it_is_not():
    assert visits_of("2026-12-07 22:00", "2026-12-08 06:00", Weekly((1, 2, 3), times=2)) == [
        "2026-12-07 22:00 06:00", "2026-12-09 22:00 06:00"]


# ---------------------------------------------------------------- kept, moved, following

@given(wishes())
@patient
def test_a_wish_survives_its_column(wish):
    assert weekly_of(json.loads(json.dumps(wish[2].kept()))) == wish[2]


def test_no_wish_for_every_week_is_one_visit():
    assert weekly_of(None) is weekly_of({}) is None


@pytest.mark.parametrize("visit, days, to, expected", [
    (("2026-12-01 15:00", "2026-12-01 17:00"), 0, "2026-12-01 16:00", "2026-12-01 16:00 18:00"),
    (("2026-12-01 15:00", "2026-12-01 17:00"), 2, "2026-12-24 08:30", "2026-12-03 08:30 10:30"),   # only the hour is taken
    (("2026-12-03 15:00", "2026-12-03 17:00"), -2, "2026-12-01 15:00", "2026-12-01 15:00 17:00"),
    (("2026-12-01 22:00", "2026-12-02 06:00"), 1, "2026-12-01 21:00", "2026-12-02 21:00 05:00"),
    (("2026-03-27 22:00", "2026-03-28 06:00"), 1, "2026-03-27 22:00", "2026-03-28 22:00 06:00"),   # an hour less of night
    (("2026-03-28 02:30", "2026-03-28 03:15"), 1, "2026-03-28 02:30", "2026-03-29 03:30 04:15"),   # the hour skipped
    (("2026-10-24 12:30", "2026-10-24 13:30"), 2, "2026-10-24 12:30", "2026-10-26 12:30 13:30"),
])
def test_a_moved_visit_is_on_another_day_at_another_hour_and_as_long(visit, days, to, expected):
    assert said(moved(*map(at, visit), days, at(to))) == expected


@given(wishes(), st.integers(-30, 30), clocks)
@example((at("2026-03-28 12:00"), at("2026-03-28 12:45"), None), 1, time(2, 30))
@example((moment(OCTOBER, time(2, 30)), moment(OCTOBER, time(2, 30)) + 45 * MINUTE, None), 7, time(9))
@patient
def test_moving_keeps_the_length_by_the_wall_clock(wish, ahead, clock):
    starts_at, ends_at, _ = wish
    begins, ends = moved(starts_at, ends_at, ahead, moment(date(2026, 12, 1), clock))
    assert begins < ends and hours.local(begins).date() == hours.local(starts_at).date() + timedelta(days=ahead)
    if not touch_a_change(starts_at, ends_at, begins, ends):
        assert shown(begins).time() == clock
        assert shown(ends) - shown(begins) == shown(ends_at) - shown(starts_at)


@given(wishes())
@patient
def test_a_visit_moved_by_nothing_stays_where_the_series_put_it(wish):
    starts_at, ends_at, weekly = wish
    for visit in series(starts_at, ends_at, weekly).visits:
        if not touch_a_change(*visit):
            assert moved(*visit, 0, visit[0]) == visit


@given(st.lists(wishes(), min_size=1, max_size=3), closures)
@patient
def test_dates_that_were_agreed_stay_as_they_are_and_survive_their_column(wishes, closed):
    dates = Dates(tuple((starts_at, ends_at) for starts_at, ends_at, _ in wishes))
    assert weekly_of(json.loads(json.dumps(dates.kept()))) == dates
    assert series(*dates.spans[0], dates, closed) == Series([*dates.spans], [])


@given(wishes(), closures)
@patient
def test_a_day_is_off_exactly_where_a_series_leaves_it_out(wish, closed):
    starts_at, ends_at, weekly = wish
    made = series(starts_at, ends_at, weekly, closed)
    assert not any(is_off(begins, closed) for begins, _ in made.visits)
    assert all(is_off(moment(on, LUNCH), closed) for on in made.skipped)


@pytest.mark.parametrize("when, day_of_week, later", [
    ("2026-12-01 00:30", 2, 0), ("2026-12-01 23:59", 2, 0), ("2026-11-30 23:59", 1, -1), ("2026-12-06 00:00", 7, 5),
    ("2027-03-28 00:30", 7, 117), ("2026-10-25 23:30", 7, -37),
])
def test_days_are_counted_and_named_by_the_wall_and_not_by_utc(when, day_of_week, later):
    assert weekday(at(when)) == day_of_week
    for clock in ("00:10", "23:50"):
        assert days_between(at(f"2026-12-01 {clock}"), at(when)) == later


def test_set_dates_move_with_the_first_of_them_to_its_new_hour():
    first, second = (moment(date(2026, 12, day), time(15)) for day in (7, 16))
    dates = Dates(tuple((at, at + timedelta(hours=2)) for at in (first, second)))
    to = moment(date(2026, 12, 8), time(10))
    assert begun_at(dates, first, to).spans == (
        (to, to + timedelta(hours=2)), (moment(date(2026, 12, 17), time(10)), moment(date(2026, 12, 17), time(12))))


def test_one_weekday_becomes_that_of_the_new_first_day_and_several_stay():
    monday, friday = moment(date(2026, 12, 7), time(15)), moment(date(2026, 12, 11), time(15))
    assert begun_at(Weekly((1,), times=4), monday, friday) == Weekly((5,), times=4)
    assert begun_at(Weekly((1, 3), times=4), monday, friday) == Weekly((1, 3), times=4)
    assert begun_at(None, monday, friday) is None
