"""On which days the openings of a series fall: weekdays until a day, whole weeks; days of one week as one opening."""

from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from rules.hours import ONE_DAY, is_working_day, local

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)


class Span(NamedTuple):
    """One opening: its first and its last day, and which of the days between it does without."""

    first: date
    last: date
    without: tuple[date, ...] = ()


def weekdays_between(begins: date, ends: date, weekdays) -> list[date]:
    """The days of these ISO weekdays from one date to another, both included."""
    days = (begins + n * ONE_DAY for n in range((ends - begins).days + 1))
    return [on for on in days if on.isoweekday() in weekdays]


def week_of(on: date) -> list[date]:
    """Monday to Friday of the week in which a day lies."""
    monday = on - (on.isoweekday() - 1) * ONE_DAY
    return weekdays_between(monday, monday + 4 * ONE_DAY, MONDAY_TO_FRIDAY)


def single(days) -> list[Span]:
    """Each day for itself."""
    return [Span(on, on) for on in days]


def by_week(days, closed=()) -> list[Span]:
    """The days of one week as one opening, from its first day that is not off to its last; those off between are named.

    A week of which every day is off stays as it is: whoever looks at it decides.
    """
    return [_span(list(week), closed) for _week, week in groupby(sorted(days), lambda on: on.isocalendar()[:2])]


def days_of(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The local days of one opening: of a single one itself, of several those between on which people work."""
    first, last = local(starts_at).date(), local(ends_at).date()
    days = weekdays_between(first, last, MONDAY_TO_FRIDAY)
    return [first] if first == last else [on for on in days if is_working_day(on)] or days or [first]


def minutes_of(starts_at: datetime, ends_at: datetime) -> int:
    """How long one opening lasts: of several days each counts from its first hour to its last, and no night does."""
    begins, ends = (local(at).replace(tzinfo=None) for at in (starts_at, ends_at))
    if begins.date() == ends.date() or ends.time() <= begins.time():
        return int((ends_at - starts_at).total_seconds() // 60)
    a_day = datetime.combine(begins.date(), ends.time()) - begins
    return int(a_day.total_seconds() // 60) * len(days_of(starts_at, ends_at))


def _span(week, closed):
    on = [day for day in week if is_working_day(day, closed)] or week
    return Span(on[0], on[-1], tuple(day for day in week if day not in on))
