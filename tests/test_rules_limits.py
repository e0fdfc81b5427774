"""How long a cooperative has, and until when cancelling is free."""

from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.hours import moment, working_between
from rules.limits import Limits, Policy, cut, free_until

HOUR = timedelta(hours=1)
DEFAULT = Policy(reminder=4, coordinator=8, next=24)
minutes = st.integers(0, 40 * 24 * 60)
starts = st.builds(lambda on, extra: moment(on, time(0)) + timedelta(minutes=extra),
                   st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 24 * 60))
policies = st.builds(Policy, *[st.integers(1, 60)] * 3)
patient = settings(deadline=None)


def at(day, clock):
    """A moment of December 2026: day of the month, hour and minute."""
    return moment(date(2026, 12, day), time(*clock))


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


def test_cancelling_is_free_until_the_later_of_working_and_clock_hours():
    friday = at(18, (15, 0))
    assert free_until(friday, notice_hours=120) == at(16, (9, 0))       # 24 working hours are later
    assert free_until(friday, notice_hours=12) == at(18, (3, 0))        # 12 clock hours are later
