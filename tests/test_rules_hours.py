"""Working hours, open hours, holidays and the two nights on which the clock jumps."""

from datetime import date, datetime, time, timedelta, timezone
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import hours
from rules.hours import (add_open, add_waking, add_working, is_open, is_waking, is_working_day, moment, next_open,
                         next_waking, open_between, waking_between, working_between)

HOUR = timedelta(hours=1)
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
CHANGES = [date(2026, 3, 29), AUTUMN, SPRING, date(2027, 10, 31)]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(timezone.utc))
# around the nights on which the clock jumps, Christmas, Easter and a bridge
tricky = st.sampled_from([*CHANGES, date(2026, 12, 25), date(2027, 3, 29), date(2026, 12, 7)]).flatmap(
    lambda on: st.integers(-5 * 24 * 60, 5 * 24 * 60).map(lambda minutes: moment(on, time(0)) + minutes * HOUR / 60))
any_moment = moments | tricky
quarters = st.integers(0, 60 * 4).map(lambda count: count / 4)
closures = st.frozensets(st.dates(date(2025, 1, 1), date(2029, 12, 31)), max_size=5) | st.just(
    frozenset({date(2026, 12, 24), date(2026, 12, 31), date(2027, 3, 30)}))
kinds = st.sampled_from([(add_open, open_between), (add_waking, waking_between)]) | closures.map(
    lambda closed: (partial(add_working, closed=closed), partial(working_between, closed=closed)))
patient = settings(deadline=None)  # the first question of a year loads the holidays


def at(text):
    """A local hour such as `2026-12-04 15:30` as a moment."""
    wall = datetime.fromisoformat(text)
    return moment(wall.date(), wall.time())


def minute_by_minute(a, b, closed):
    """Working time the slow way, as an independent witness."""
    count, now = 0, a
    while now < b:
        wall = now.astimezone(hours.ZONE)
        count += is_working_day(wall.date(), closed) and time(8, 30) <= wall.time() < time(17, 30)
        now += timedelta(minutes=1)
    return timedelta(minutes=count)


# ---------------------------------------------------------------- holidays

def test_easter_monday_is_no_working_day_in_any_year():
    mondays = [date(2026, 4, 6), date(2027, 3, 29), date(2028, 4, 17), date(2029, 4, 2), date(2030, 4, 22)]
    assert all(on.weekday() == 0 and not is_working_day(on) for on in mondays)


def test_the_immaculate_conception_is_a_holiday_and_the_day_before_is_not():
    assert not is_working_day(date(2026, 12, 8))
    assert is_working_day(date(2026, 12, 7))


def test_a_patron_saint_closes_only_where_it_is_configured():
    saint_alexander = date(2026, 8, 26)
    assert is_working_day(saint_alexander)
    assert not is_working_day(saint_alexander, {saint_alexander})


def test_saturday_is_open_but_nobody_works():
    assert not is_working_day(date(2026, 12, 5))
    assert is_open(at("2026-12-05 10:00"))


def test_every_year_has_the_holidays_of_the_law():
    fixed = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
    for year in range(2024, 2040):
        assert fixed <= {(on.month, on.day) for on in hours.national_holidays(year)}


# ---------------------------------------------------------------- local time

def test_an_hour_skipped_in_march_does_not_exist():
    with pytest.raises(hours.NoSuchHour):
        moment(SPRING, time(2, 30))


def test_the_hour_doubled_in_october_means_the_first():
    assert moment(AUTUMN, time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)
    assert moment(AUTUMN, time(2, 30, fold=1)) == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)


def test_nine_o_clock_stays_nine_o_clock_when_the_clock_changes():
    for on in (SPRING, AUTUMN):
        for day in (on - hours.ONE_DAY, on, on + hours.ONE_DAY):
            assert hours.local(moment(day, time(9))).time() == time(9)


def test_a_moment_without_its_zone_is_refused():
    for ask in (hours.local, is_open, next_open, is_waking, next_waking, lambda bare: add_working(bare, 1),
                lambda bare: add_open(bare, 1), lambda bare: add_waking(bare, 1),
                lambda bare: waking_between(bare, at("2026-12-01 09:00"))):
        with pytest.raises(ValueError):
            ask(datetime(2026, 12, 1, 9))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.times())
@patient
def test_a_local_hour_survives_the_way_there_and_back(on, clock):
    try:
        wall = hours.local(moment(on, clock))
    except hours.NoSuchHour:
        return
    assert (wall.date(), wall.time()) == (on, clock.replace(fold=0))


def test_another_zone_can_be_lived_in():
    try:
        hours.live_in("Europe/Lisbon")
        assert moment(date(2026, 12, 4), time(9)) == datetime(2026, 12, 4, 9, tzinfo=timezone.utc)
        assert add_working(moment(date(2026, 12, 4), time(0)), 1) == moment(date(2026, 12, 4), time(9, 30))
    finally:
        hours.live_in("Europe/Rome")
    assert moment(date(2026, 12, 4), time(9)) == datetime(2026, 12, 4, 8, tzinfo=timezone.utc)


# ---------------------------------------------------------------- working hours

@pytest.mark.parametrize("start, count, end", [
    ("2026-12-01 09:00", 4, "2026-12-01 13:00"),
    ("2026-12-01 16:30", 1, "2026-12-01 17:30"),      # the end of a day is still that day
    ("2026-12-01 16:30", 1.5, "2026-12-02 09:00"),
    ("2026-12-01 20:00", 1, "2026-12-02 09:30"),
    ("2026-12-04 17:00", 4, "2026-12-07 12:00"),      # over a weekend
    ("2026-12-07 17:00", 1, "2026-12-09 09:00"),      # over 8 December
    ("2026-12-24 17:00", 1, "2026-12-28 09:00"),      # over Christmas
    ("2027-03-26 17:00", 1, "2027-03-30 09:00"),      # over Easter Monday and the hour skipped
    ("2026-10-23 17:00", 1, "2026-10-26 09:00"),      # over the hour doubled
    ("2026-12-05 11:00", 0, "2026-12-05 11:00"),
    ("2026-12-07 12:00", -4, "2026-12-04 17:00"),
    ("2026-12-04 15:00", -24, "2026-12-02 09:00"),
])
def test_working_hours_pass_only_while_offices_are_open(start, count, end):
    assert add_working(at(start), count) == at(end)


@given(any_moment, quarters, closures)
@patient
def test_going_back_and_on_again_ends_at_the_last_work_before(start, count, closed):
    back = add_working(start, -count, closed)
    again = add_working(back, count, closed)
    assert back <= again <= start
    assert working_between(back, start, closed) == count * HOUR
    assert working_between(again, start, closed) == timedelta(0)


@given(tricky, st.integers(0, 4 * 24 * 60), closures)
@settings(deadline=None, max_examples=30)
def test_counting_minute_by_minute_says_the_same(start, minutes, closed):
    end = start + timedelta(minutes=minutes)
    assert working_between(start, end, closed) == minute_by_minute(start, end, closed)


def test_a_week_of_the_clock_change_has_as_many_working_hours_as_any():
    for sunday in (date(2026, 10, 25), date(2028, 3, 26), date(2026, 11, 15)):
        start = moment(sunday, time(0)) - 2 * hours.ONE_DAY
        assert working_between(start, start + 7 * hours.ONE_DAY) == 45 * HOUR


@pytest.mark.parametrize("start, morning", [
    ("2026-12-01 00:10", "2026-12-02 08:30"),
    ("2026-12-04 18:00", "2026-12-07 08:30"),
    ("2026-12-07 10:00", "2026-12-09 08:30"),
    ("2027-03-27 10:00", "2027-03-30 08:30"),
])
def test_the_next_working_morning_is_never_today(start, morning):
    assert hours.next_working_morning(at(start)) == at(morning)


def test_the_next_working_morning_skips_a_closure():
    assert hours.next_working_morning(at("2026-12-01 10:00"), {date(2026, 12, 2)}) == at("2026-12-03 08:30")


@pytest.mark.parametrize("when, answered", [
    ("2026-12-01 07:00", "2026-12-01 08:30"), ("2026-12-01 08:30", "2026-12-01 08:30"),
    ("2026-12-01 17:29", "2026-12-01 17:29"), ("2026-12-01 17:30", "2026-12-02 08:30"),
    ("2026-12-04 18:00", "2026-12-07 08:30"), ("2026-12-07 18:00", "2026-12-09 08:30"),
])
def test_offices_answer_now_or_when_they_open_next(when, answered):
    assert hours.next_working(at(when)) == at(answered)


@given(any_moment, closures)
@patient
def test_no_working_time_passes_until_offices_answer(start, closed):
    answered = hours.next_working(start, closed)
    assert start <= answered and working_between(start, answered, closed) == timedelta(0)
    assert add_working(start, 1, closed) == add_working(answered, 1, closed)
    assert working_between(answered, answered + timedelta(minutes=1), closed) > timedelta(0)


# ---------------------------------------------------------------- open hours

@pytest.mark.parametrize("when, open_then", [
    ("2026-12-01 07:59", False), ("2026-12-01 08:00", True), ("2026-12-01 19:59", True), ("2026-12-01 20:00", False),
    ("2026-12-05 12:00", True), ("2026-12-06 12:00", False), ("2026-12-08 12:00", False),
])
def test_people_are_written_to_from_eight_to_eight_but_not_on_sundays(when, open_then):
    assert is_open(at(when)) is open_then


@pytest.mark.parametrize("when, before, after", [
    ("2026-12-01 12:00", "2026-12-01 12:00", "2026-12-01 12:00"),
    ("2026-12-01 19:45", "2026-12-01 19:45", "2026-12-01 19:45"),
    ("2026-12-01 20:00", "2026-12-01 19:30", "2026-12-02 08:00"),
    ("2026-12-01 07:00", "2026-11-30 19:30", "2026-12-01 08:00"),
    ("2026-12-06 18:00", "2026-12-05 19:30", "2026-12-07 08:00"),   # a Sunday
    ("2026-12-08 18:00", "2026-12-07 19:30", "2026-12-09 08:00"),   # a holiday
    ("2027-03-29 18:00", "2027-03-27 19:30", "2027-03-30 08:00"),   # Easter, and the hour skipped
])
def test_outside_open_hours_there_is_a_last_call_before_and_a_morning_after(when, before, after):
    assert hours.last_open_before(at(when)) == at(before)
    assert next_open(at(when)) == at(after)


@given(any_moment)
@patient
def test_the_open_moments_beside_any_moment_are_open_and_nothing_open_is_skipped(when):
    before, after = hours.last_open_before(when), next_open(when)
    assert before <= when <= after
    assert is_open(before) and is_open(after)
    if not is_open(when):
        middle = before + HOUR / 2 + (after - before - HOUR / 2) / 2
        assert not is_open(before + HOUR / 2) and not is_open(middle) and not is_open(after - HOUR / 3600)


# ---------------------------------------------------------------- hours of every kind: working, open, waking

@given(kinds, any_moment, quarters, quarters)
@patient
def test_hours_add_up_however_they_are_cut_and_never_run_backwards(kind, start, some, more):
    add, _ = kind
    once = add(start, some)
    assert start <= once <= add(once, more) == add(start, some + more)


@given(kinds, any_moment, any_moment, quarters)
@patient
def test_who_starts_later_never_ends_earlier(kind, one, other, count):
    add, _ = kind
    assert add(min(one, other), count) <= add(max(one, other), count)


@given(kinds, any_moment, quarters)
@patient
def test_what_was_added_lies_between(kind, start, count):
    add, between = kind
    assert between(start, add(start, count)) == count * HOUR


@given(kinds, any_moment, any_moment, any_moment)
@patient
def test_time_between_is_the_sum_of_its_parts(kind, one, two, three):
    (_, between), (a, b, c) = kind, sorted((one, two, three))
    assert between(a, b) + between(b, c) == between(a, c) <= c - a
    assert between(c, a) == timedelta(0)


# ---------------------------------------------------------------- open and waking hours that pass

@pytest.mark.parametrize("start, count, open_end, waking_end", [
    ("2026-12-01 09:00", 4, "2026-12-01 13:00", "2026-12-01 13:00"),
    ("2026-12-01 19:30", 0.5, "2026-12-01 20:00", "2026-12-01 20:00"),   # the end of a day is still that day
    ("2026-12-01 19:30", 1, "2026-12-02 08:30", "2026-12-02 08:30"),
    ("2026-12-01 23:00", 0, "2026-12-01 23:00", "2026-12-01 23:00"),
    ("2026-12-01 03:00", 1, "2026-12-01 09:00", "2026-12-01 09:00"),
    ("2026-12-05 19:00", 2, "2026-12-07 09:00", "2026-12-06 09:00"),     # a Saturday: only what is urgent knows Sunday
    ("2026-12-07 19:00", 2, "2026-12-09 09:00", "2026-12-08 09:00"),     # 8 December
    ("2026-12-24 19:00", 2, "2026-12-28 09:00", "2026-12-25 09:00"),     # Christmas, Saint Stephen's, a Sunday
    ("2026-12-01 10:00", 48, "2026-12-05 10:00", "2026-12-05 10:00"),
    ("2026-03-28 19:00", 2, "2026-03-30 09:00", "2026-03-29 09:00"),     # the hour skipped
    ("2026-03-29 01:30", 1, "2026-03-30 09:00", "2026-03-29 09:00"),
    ("2026-10-24 19:00", 2, "2026-10-26 09:00", "2026-10-25 09:00"),     # the hour doubled
    ("2027-03-27 19:00", 2, "2027-03-30 09:00", "2027-03-28 09:00"),     # Easter besides
    ("2027-10-30 19:00", 2, "2027-11-02 09:00", "2027-10-31 09:00"),     # All Saints' on the Monday after
])
def test_a_persons_hours_pass_from_eight_to_eight_and_urgent_ones_on_sundays_too(start, count, open_end, waking_end):
    assert add_open(at(start), count) == at(open_end)
    assert add_waking(at(start), count) == at(waking_end)


@given(any_moment, any_moment)
@patient
def test_work_is_within_open_hours_and_these_are_within_waking_ones(one, other):
    a, b = sorted((one, other))
    assert working_between(a, b) <= open_between(a, b) <= waking_between(a, b)


@pytest.mark.parametrize("sunday", CHANGES)
def test_every_day_has_twelve_waking_hours_even_when_the_clock_changes(sunday):
    for on in (sunday - hours.ONE_DAY, sunday, sunday + hours.ONE_DAY):
        assert waking_between(*hours.day(on)) == 12 * HOUR
        assert open_between(*hours.day(on)) == (12 * HOUR if is_open(moment(on, time(12))) else timedelta(0))


@given(any_moment)
@patient
def test_a_moment_counts_exactly_while_people_may_be_written_to(when):
    when = when.replace(second=0, microsecond=0)
    a_minute_later = when + timedelta(minutes=1)
    assert (open_between(when, a_minute_later) > timedelta(0)) == is_open(when)
    assert (waking_between(when, a_minute_later) > timedelta(0)) == is_waking(when)


@pytest.mark.parametrize("when, waking, after", [
    ("2026-12-01 07:59", False, "2026-12-01 08:00"), ("2026-12-01 08:00", True, "2026-12-01 08:00"),
    ("2026-12-01 19:59", True, "2026-12-01 19:59"), ("2026-12-01 20:00", False, "2026-12-02 08:00"),
    ("2026-12-06 12:00", True, "2026-12-06 12:00"), ("2026-12-25 21:00", False, "2026-12-26 08:00"),
    ("2026-03-29 01:30", False, "2026-03-29 08:00"), ("2026-10-25 02:30", False, "2026-10-25 08:00"),
])
def test_what_is_urgent_waits_for_the_morning_and_for_nothing_else(when, waking, after):
    assert is_waking(at(when)) is waking
    assert next_waking(at(when)) == at(after)


@given(any_moment)
@patient
def test_the_next_waking_moment_skips_no_waking_minute_and_is_never_after_the_open_one(when):
    after = next_waking(when)
    assert when <= after <= next_open(when) and is_waking(after)
    assert waking_between(when, after) == timedelta(0)


@pytest.mark.parametrize("when, before", [
    ("2026-12-01 19:59", "2026-12-01 19:59"), ("2026-12-01 20:00", "2026-12-01 19:30"),
    ("2026-12-02 07:59", "2026-12-01 19:30"), ("2026-12-06 23:00", "2026-12-06 19:30"),     # a Sunday too
    ("2026-12-02 00:00", "2026-12-01 19:30"), ("2026-03-29 03:30", "2026-03-28 19:30"),
])
def test_the_last_waking_moment_before_a_night_leaves_half_an_hour_for_what_must_be_said(when, before):
    assert hours.last_waking_before(at(when)) == at(before)
