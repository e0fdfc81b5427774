"""School bridges: the same days that somebody with a calendar and a pencil would find."""

from datetime import date, timedelta

from dateutil.easter import easter
from hypothesis import given
from hypothesis import strategies as st

from rules.bridges import bridges
from rules.opening_days import by_week, single, week_of, weekdays_between

ONE = timedelta(days=1)
FIXED = ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26))


# ---------------------------------------------------------------- the witness

def is_holiday(on):
    """Italy's holidays, counted by hand."""
    fixed = (*FIXED, (10, 4)) if on.year >= 2026 else FIXED
    return (on.month, on.day) in fixed or on in (easter(on.year), easter(on.year) + ONE)


def works(on):
    """Whether parents work on that day."""
    return on.weekday() < 5 and not is_holiday(on)


def why_closed(on, closures):
    """Why schools are closed on a working day: what the pilot says, or the holiday beside it."""
    if not works(on):
        return None
    if on in closures:
        return closures[on]
    if on.weekday() == 0 and is_holiday(on + ONE):
        return on + ONE
    if on.weekday() == 4 and is_holiday(on - ONE):
        return on - ONE
    return None


def witness(begins, ends, closures):
    """Day by day with a pencil: begin a run at a day whose reason the last working day before it has not."""
    found, on = [], begins
    while on < ends:
        reason = why_closed(on, closures)
        before = on - ONE
        while not works(before):
            before -= ONE
        if reason and why_closed(before, closures) != reason:
            run, later = [on], on + ONE
            while not works(later) or why_closed(later, closures) == reason:
                run += [later] if works(later) else []
                later += ONE
            found.append((tuple(run), reason))
        on += ONE
    return found


days = st.dates(date(2025, 1, 1), date(2031, 1, 1))
# a school is closed for a few weeks in a row at most, as long as anybody looks around
closed = st.lists(st.tuples(days, st.integers(1, 12), st.sampled_from(["Natale", "Carnevale", "Elezioni"])), max_size=6)


@given(begins=days, length=st.integers(1, 200), stretches=closed)
def test_bridges_are_those_somebody_with_a_pencil_finds(begins, length, stretches):
    closures = {first + n * ONE: name for first, count, name in stretches for n in range(count)}
    ends = begins + length * ONE
    found = [(one.days, one.name or one.holiday) for one in bridges(begins, ends, closures)]
    short = [(run, reason) for run, reason in witness(begins, ends, closures) if run[-1] - run[0] < timedelta(days=18)]
    assert [one for one in found if one[0][-1] - one[0][0] < timedelta(days=18)] == short


def test_the_monday_before_a_tuesday_s_holiday_and_the_friday_after_a_thursday_s():
    assert [(one.days, one.holiday) for one in bridges(date(2026, 12, 1), date(2026, 12, 20), {})] == [
        ((date(2026, 12, 7),), date(2026, 12, 8))]
    assert [one.days for one in bridges(date(2028, 6, 1), date(2028, 6, 5), {})] == []      # 2 June 2028 is a Friday
    assert [one.days for one in bridges(date(2033, 6, 1), date(2033, 6, 5), {})] == [(date(2033, 6, 3),)]


def test_days_of_one_name_stay_together_over_weekends_and_holidays():
    christmas = {date(2026, 12, day): "Natale" for day in (23, 24, 28, 29)}
    assert [one.days for one in bridges(date(2026, 12, 20), date(2026, 12, 31), christmas)] == [tuple(sorted(christmas))]
    assert bridges(date(2026, 12, 24), date(2026, 12, 31), christmas) == [], "it began before"


def test_a_sunday_on_which_schools_are_closed_is_no_bridge():
    assert bridges(date(2026, 11, 1), date(2026, 11, 30), {date(2026, 11, 15): "x", date(2026, 11, 1): "x"}) == []


# ---------------------------------------------------------------- the days of a series

@given(begins=days, length=st.integers(0, 400), weekdays=st.sets(st.integers(1, 7)))
def test_weekdays_until_a_day_are_all_of_them_and_no_others(begins, length, weekdays):
    ends = begins + length * ONE
    found = weekdays_between(begins, ends, weekdays)
    assert found == sorted(found) and all(begins <= on <= ends and on.isoweekday() in weekdays for on in found)
    assert len(found) == sum((begins + n * ONE).isoweekday() in weekdays for n in range(length + 1))


@given(on=days, closures=st.sets(st.integers(0, 4)))
def test_a_week_is_one_opening_and_no_day_of_it_is_lost(on, closures):
    week = week_of(on)
    shut = {week[n] for n in closures}
    [span] = by_week(week, shut)
    off = [day for day in week if day in shut or not works(day)]
    if len(off) == 5:
        assert (span.first, span.last, span.without) == (week[0], week[-1], ())
    else:
        assert span.without == tuple(off)
        assert works(span.first) and works(span.last) and span.first not in shut and span.last not in shut


def test_days_of_several_weeks_are_an_opening_of_each():
    days = week_of(date(2027, 7, 7)) + week_of(date(2027, 7, 12))
    assert [(span.first.day, span.last.day) for span in by_week(days)] == [(5, 9), (12, 16)]
    assert [span.first for span in single(days)] == days
