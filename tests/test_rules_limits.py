"""How long a cooperative has, and until when cancelling is free."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules import hours
from rules.hours import add_open, moment, next_open, open_between, waking_between, working_between
from rules.limits import Limits, Policy, answer_to_proposal, cut, cut_urgent, free_until, is_urgent

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DEFAULT = Policy(reminder=4, coordinator=8, next=24)
minutes = st.integers(0, 40 * 24 * 60)
starts = st.builds(lambda on, extra: moment(on, time(0)) + timedelta(minutes=extra),
                   st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 24 * 60))
policies = st.builds(Policy, *[st.integers(1, 60)] * 3)
odd_policies = st.builds(Policy, *[st.floats(0, 100)] * 3)  # in any order, and with no time at all
closures = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 3, 1)), max_size=20) | st.just(
    frozenset(date(2026, 12, 1) + timedelta(days=n) for n in range(60)))
# around the nights on which the clock jumps, Christmas, and 8 December
tricky = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2026, 12, 25),
                          date(2026, 12, 8)]).flatmap(
    lambda on: st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda count: moment(on, time(0)) + count * MINUTE))
moments = starts | tricky
soon = st.integers(0, 3 * 24 * 60)
patient = settings(deadline=None)


def at(day, clock):
    """A moment of December 2026: day of the month, hour and minute."""
    return moment(date(2026, 12, day), time(*clock))


def when(text):
    """A local hour such as `2026-12-04 15:30` as a moment."""
    wall = datetime.fromisoformat(text)
    return moment(wall.date(), wall.time())


def by_day(limit):
    """Whether the clock shows 8 to 20, the end included."""
    return time(8) <= hours.local(limit).time() <= time(20)


def test_with_time_enough_the_limits_are_the_projects():
    put = at(1, (9, 0))
    assert cut(put, at(23, (15, 0)), 48, 2, DEFAULT) == Limits(at(1, (13, 0)), at(1, (17, 0)), at(3, (15, 0)))


def test_the_time_that_is_left_is_divided_among_the_cooperatives_left():
    # Tuesday 09:00 to Wednesday 15:00, less the notice: 8.5 + 6.5 working hours for three
    limits = cut(at(1, (9, 0)), at(4, (15, 0)), 48, 3, DEFAULT)
    assert limits == Limits(at(1, (11, 30)), at(1, (14, 0)), at(1, (14, 0)))


def test_a_cut_turn_is_still_reminded_before_it_ends():
    limits = cut(at(1, (9, 0)), at(4, (15, 0)), 48, 5, DEFAULT)
    assert limits.remind_at < limits.due_at == at(1, (12, 0))


def test_inside_the_notice_there_is_one_working_hour():
    limits = cut(at(1, (9, 0)), at(2, (9, 0)), 48, 3, DEFAULT)
    assert set(limits) == {at(1, (10, 0))}


def test_nothing_is_due_after_the_start():
    limits = cut(at(1, (16, 30)), at(1, (17, 0)), 48, 1, DEFAULT)
    assert set(limits) == {at(1, (17, 0))}


def test_a_closure_is_no_time_to_answer():
    open_day, closed_day = (cut(at(1, (16, 30)), at(23, (9, 0)), 0, 1, DEFAULT, closed)
                            for closed in ((), {date(2026, 12, 2)}))
    assert open_day.remind_at == at(2, (11, 30))
    assert closed_day.remind_at == at(3, (11, 30))


@given(starts, minutes, st.integers(0, 120), st.integers(1, 7), policies)
@patient
def test_reminded_then_told_then_due_and_never_after_the_start(put, ahead, notice, left, policy):
    start = put + timedelta(minutes=ahead)
    limits = cut(put, start, notice, left, policy)
    assert put <= limits.remind_at <= limits.tell_at <= limits.due_at <= start


@given(starts, minutes, st.integers(0, 120), st.integers(1, 7), policies)
@patient
def test_there_is_an_hour_for_everything_where_there_is_room(put, ahead, notice, left, policy):
    start = put + timedelta(minutes=ahead)
    if working_between(put, start) >= HOUR:
        assert all(working_between(put, limit) >= HOUR for limit in cut(put, start, notice, left, policy))


@given(starts, minutes, st.integers(0, 120), st.integers(1, 7), policies)
@patient
def test_every_cooperative_left_has_its_turn_before_the_notice(put, ahead, notice, left, policy):
    start = put + timedelta(minutes=ahead)
    last = start - notice * HOUR
    if working_between(put, last) >= left * HOUR:
        now = put
        for still in range(left, 0, -1):
            now = cut(now, start, notice, still, policy).due_at
        assert now <= last + timedelta(seconds=1)  # floats of hours


@given(moments, minutes, st.integers(0, 400), st.integers(-1, 9), odd_policies, closures)
@patient
def test_limits_keep_their_order_whatever_the_project_asks_and_whoever_is_closed(put, ahead, notice, left, policy, closed):
    start = put + ahead * MINUTE
    limits = cut(put, start, notice, left, policy, closed)
    assert put <= limits.remind_at <= limits.tell_at <= limits.due_at <= start


@given(moments, minutes, st.integers(0, 400), st.integers(1, 9), odd_policies, closures)
@patient
def test_every_cooperative_left_has_an_hour_before_the_start(put, ahead, notice, left, policy, closed):
    start = put + ahead * MINUTE
    if working_between(put, start, closed) >= left * HOUR:
        for still in range(left, 0, -1):
            limits = cut(put, start, notice, still, policy, closed)
            assert working_between(put, limits.due_at, closed) >= HOUR - MINUTE / 60  # floats of hours
            put = limits.due_at


@given(moments, minutes, st.integers(0, 120), st.integers(1, 7), policies)
@patient
def test_a_start_that_is_over_makes_limits_that_are_over(put, late, notice, left, policy):
    start = put - late * MINUTE
    assert set(cut(put, start, notice, left, policy)) == set(cut_urgent(put, start, left)) == {start}


# ---------------------------------------------------------------- cancelling

def test_cancelling_is_free_until_the_later_of_working_and_clock_hours():
    friday = at(18, (15, 0))
    assert free_until(friday, notice_hours=120) == at(16, (9, 0))       # 24 working hours are later
    assert free_until(friday, notice_hours=12) == at(18, (3, 0))        # 12 clock hours are later


@given(moments, st.integers(0, 200), st.integers(0, 60), closures)
@patient
def test_cancelling_is_never_free_after_the_start(start, notice, free, closed):
    until = free_until(start, notice, free, closed)
    assert start - notice * HOUR <= until <= start
    assert working_between(until, start, closed) <= free * HOUR


# ---------------------------------------------------------------- urgent

@pytest.mark.parametrize("starts, answer_by, urgent", [
    ("2026-12-03 09:00", None, True), ("2026-12-03 09:01", None, False), ("2026-12-02 03:00", None, True),
    ("2026-12-20 09:00", "2026-12-03 09:00", True), ("2026-12-20 09:00", "2026-12-03 09:01", False),
    ("2026-12-03 09:00", "2026-12-20 09:00", True), ("2026-12-01 08:00", None, True),
])
def test_urgent_is_a_start_or_an_answer_wanted_within_two_days(starts, answer_by, urgent):
    assert is_urgent(when(starts), answer_by and when(answer_by), when("2026-12-01 09:00")) is urgent


def test_two_days_are_hours_of_a_clock_that_october_does_not_stop():
    saturday = when("2026-10-24 09:00")
    assert is_urgent(when("2026-10-26 08:00"), None, saturday) and not is_urgent(when("2026-10-26 08:01"), None, saturday)
    assert is_urgent(when("2026-10-26 08:01"), None, saturday, within_hours=72)


@pytest.mark.parametrize("put, until, left, remind, due", [
    ("2026-12-01 09:00", "2026-12-01 18:00", 3, "2026-12-01 09:15", "2026-12-01 09:30"),
    ("2026-12-01 09:00", "2026-12-01 10:00", 3, "2026-12-01 09:10", "2026-12-01 09:20"),   # divided
    ("2026-12-01 09:00", "2026-12-01 09:15", 3, "2026-12-01 09:05", "2026-12-01 09:10"),   # never under ten minutes
    ("2026-12-01 09:10", "2026-12-01 09:15", 2, "2026-12-01 09:15", "2026-12-01 09:15"),   # never past the start
    ("2026-12-01 19:50", "2026-12-02 18:00", 3, "2026-12-02 08:05", "2026-12-02 08:20"),   # stands still at night
    ("2026-12-01 22:00", "2026-12-02 18:00", 3, "2026-12-02 08:15", "2026-12-02 08:30"),
    ("2026-12-06 15:00", "2026-12-07 18:00", 3, "2026-12-06 15:15", "2026-12-06 15:30"),   # but not on a Sunday
    ("2026-12-25 15:00", "2026-12-26 18:00", 3, "2026-12-25 15:15", "2026-12-25 15:30"),
    ("2026-12-01 22:00", "2026-12-02 03:00", 3, "2026-12-02 03:00", "2026-12-02 03:00"),   # nobody is awake before it
    ("2026-12-01 09:00", "2026-12-01 18:00", 0, "2026-12-01 09:15", "2026-12-01 09:30"),
    ("2026-10-24 19:50", "2026-10-25 18:00", 2, "2026-10-25 08:05", "2026-10-25 08:20"),   # the hour doubled
    ("2026-03-28 19:50", "2026-03-29 18:00", 2, "2026-03-29 08:05", "2026-03-29 08:20"),   # the hour skipped
])
def test_what_is_urgent_waits_half_an_hour_by_day_on_any_day(put, until, left, remind, due):
    assert cut_urgent(when(put), when(until), left) == Limits(when(remind), when(due), when(due))


@given(moments, soon, st.integers(0, 9), st.floats(0, 300))
@patient
def test_urgent_limits_keep_their_order_and_fall_by_day_or_at_the_start(put, ahead, left, lasts):
    until = put + ahead * MINUTE
    limits = cut_urgent(put, until, left, lasts)
    assert put <= limits.remind_at <= limits.tell_at <= limits.due_at <= until
    assert all(by_day(limit) or limit == until for limit in limits)
    assert waking_between(put, limits.due_at) <= max(lasts, 10) * MINUTE + MINUTE / 60


@given(moments, soon, st.integers(1, 9), st.floats(0, 300))
@patient
def test_every_cooperative_left_has_ten_minutes_before_an_urgent_start(put, ahead, left, lasts):
    until = put + ahead * MINUTE
    if waking_between(put, until) >= left * 10 * MINUTE:
        for still in range(left, 0, -1):
            limits = cut_urgent(put, until, still, lasts)
            assert waking_between(put, limits.due_at) >= 10 * MINUTE - MINUTE / 60  # floats of hours
            assert put < limits.remind_at < limits.due_at
            put = limits.due_at


# ---------------------------------------------------------------- a person's answer

@pytest.mark.parametrize("sent, starts, remind, due", [
    ("2026-12-01 10:00", "2026-12-23 09:00", "2026-12-03 10:00", "2026-12-05 10:00"),   # four open days
    ("2026-12-03 10:00", "2026-12-23 09:00", "2026-12-05 10:00", "2026-12-09 10:00"),   # a Sunday and a holiday do not count
    ("2026-12-01 10:00", "2026-12-02 18:00", "2026-12-01 19:00", "2026-12-02 16:00"),   # two hours before the start
    ("2026-12-01 22:00", "2026-12-02 15:00", "2026-12-02 10:30", "2026-12-02 13:00"),   # the night does not count
    ("2026-12-01 10:00", "2026-12-01 11:00", "2026-12-01 10:15", "2026-12-01 10:30"),   # at least half an hour
    ("2026-12-01 10:00", "2026-12-01 10:20", "2026-12-01 10:10", "2026-12-01 10:20"),   # but never past the start
    ("2026-10-23 10:00", "2026-11-20 09:00", "2026-10-26 10:00", "2026-10-28 10:00"),   # the hour doubled
    ("2027-03-26 10:00", "2027-04-20 09:00", "2027-03-30 10:00", "2027-04-01 10:00"),   # Easter, and the hour skipped
])
def test_a_proposal_waits_two_days_of_open_hours_and_ends_before_its_start(sent, starts, remind, due):
    assert answer_to_proposal(when(sent), when(starts)) == (when(remind), when(due))


@pytest.mark.parametrize("sent, starts, remind, due", [
    ("2026-12-01 10:00", "2026-12-03 09:00", "2026-12-01 12:00", "2026-12-01 14:00"),
    ("2026-12-06 10:00", "2026-12-08 09:00", "2026-12-06 12:00", "2026-12-06 14:00"),   # a Sunday counts
    ("2026-12-07 17:00", "2026-12-09 09:00", "2026-12-07 19:00", "2026-12-08 09:00"),   # and a holiday, not the night
    ("2026-12-01 10:00", "2026-12-01 14:00", "2026-12-01 11:00", "2026-12-01 12:00"),
])
def test_an_urgent_proposal_waits_four_hours_of_any_day(sent, starts, remind, due):
    assert answer_to_proposal(when(sent), when(starts), 4, urgent=True) == (when(remind), when(due))


@given(moments, minutes, st.floats(0, 100), st.floats(0, 100), st.booleans())
@patient
def test_a_proposal_is_sent_then_reminded_then_due_and_never_after_the_start(sent, ahead, lasts, before, urgent):
    start = sent + ahead * MINUTE
    remind, due = answer_to_proposal(sent, start, lasts, before, urgent=urgent)
    assert sent <= remind <= due <= start
    assert due >= min(sent + 30 * MINUTE, start)
    between = waking_between if urgent else open_between
    assert abs(between(sent, remind) * 2 - between(sent, due)) < MINUTE / 60  # half time


@given(moments, st.integers(1, 3 * 24 * 60), st.booleans())
@example(at(3, (10, 0)), 60, False)
@patient
def test_what_is_sent_after_the_start_is_over_before_anybody_is_reminded(sent, late, urgent):
    start = sent - late * MINUTE
    assert answer_to_proposal(sent, start, urgent=urgent) == (start, start)


@given(moments, st.integers(1, 60))
@patient
def test_a_person_has_as_long_whether_it_came_at_night_or_the_next_morning(sent, lasts):
    far = sent + timedelta(days=60)
    at_night, in_the_morning = (answer_to_proposal(came, far, lasts) for came in (sent, next_open(sent)))
    assert at_night == in_the_morning
    for limit in at_night:
        on = hours.local(limit).date()
        assert by_day(limit) and on.weekday() < 6 and on not in hours.national_holidays(on.year)


@given(moments, minutes, st.integers(1, 60), st.integers(0, 10))
@patient
def test_a_later_start_never_leaves_less_time_to_answer(sent, ahead, lasts, before):
    start = sent + ahead * MINUTE
    soon, later = (answer_to_proposal(sent, until, lasts, before) for until in (start, start + HOUR))
    assert soon[0] <= later[0] and soon[1] <= later[1]
    assert later[1] <= max(add_open(sent, lasts), sent + 30 * MINUTE)
