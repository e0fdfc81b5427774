"""Which days a weekly wish means: by the clock on the wall, without the days on which nobody comes."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.rrule import WEEKLY, rrule

from rules import hours

MOST = 60                       # visits of one request
A_YEAR = timedelta(days=366)    # nobody plans further


class Weekly(NamedTuple):
    """Every week on these ISO weekdays (1 is Monday; none: the first day's), until a date included, or so many times."""

    weekdays: tuple[int, ...]
    until: date | None = None
    times: int | None = None

    def kept(self) -> dict:
        """As it is kept in a column."""
        return {"weekdays": list(self.weekdays), "until": self.until and self.until.isoformat(), "times": self.times}


class Dates(NamedTuple):
    """These visits and no others, as (start, end) in UTC: what is left of a series."""

    spans: tuple[tuple[datetime, datetime], ...]

    def kept(self) -> dict:
        """As it is kept in a column."""
        return {"dates": [[start.isoformat(), end.isoformat()] for start, end in self.spans]}


class Series(NamedTuple):
    """The visits as (start, end) in UTC, and the days that were left out because nobody comes."""

    visits: list[tuple[datetime, datetime]]
    skipped: list[date]


def weekly_of(kept: dict | None) -> Weekly | Dates | None:
    """What a column kept."""
    if not kept:
        return None
    if "dates" in kept:
        return Dates(tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in kept["dates"]))
    return Weekly(tuple(kept["weekdays"]), kept["until"] and date.fromisoformat(kept["until"]), kept["times"])


def series(starts_at: datetime, ends_at: datetime, weekly: Weekly | Dates | None, closed=()) -> Series:
    """The visits of a wish: one, or one on each of its days from that of `starts_at` on.

    National holidays and the days of `closed` are left out; "so many times" counts the visits that are left, so that
    four times are four. Hours are those of the wall clock, whatever the clocks do; an hour that March skips is an hour
    later, start and end. At most MOST visits within a year. One visit alone is never left out: who asks for Christmas
    means it; nor are Dates.
    """
    if weekly is None:
        return Series([(starts_at, ends_at)], [])
    if isinstance(weekly, Dates):
        return Series(list(weekly.spans), [])
    first, length = hours.local(starts_at), _length(starts_at, ends_at)
    kept, skipped = [], []
    for at in rrule(WEEKLY, byweekday=[day - 1 for day in weekly.weekdays] or None, cache=False,
                    dtstart=datetime.combine(first.date(), datetime.min.time()), until=_until(first, weekly)):
        on = at.date()
        if len(kept) >= min(weekly.times or MOST, MOST):
            break
        if _is_off(on, closed):
            skipped.append(on)
        else:
            kept.append(_visit(on, first.time(), length))
    return Series(kept, skipped)


def is_off(at: datetime, closed=()) -> bool:
    """Whether nobody comes on the local day of this moment: a national holiday, or one of `closed`."""
    return _is_off(hours.local(at).date(), closed)


def _is_off(on, closed):
    return on in closed or on in hours.national_holidays(on.year)


def _until(first, weekly):
    return datetime.combine(min(weekly.until or date.max, first.date() + A_YEAR), datetime.max.time())


def moved(starts_at: datetime, ends_at: datetime, days: int, to: datetime) -> tuple[datetime, datetime]:
    """A visit moved by so many days to the wall clock's hour of `to`, as long as it was by the clock on the wall."""
    on = hours.local(starts_at).date() + timedelta(days=days)
    return _visit(on, hours.local(to).time(), _length(starts_at, ends_at))


def begun_at(weekly: Weekly | Dates | None, starts_at: datetime, to: datetime) -> Weekly | Dates | None:
    """The same repetition from another first visit: dates move with it; what comes on one weekday comes on the new one."""
    if isinstance(weekly, Dates):
        days = days_between(starts_at, to)
        return Dates(tuple(moved(*span, days, to) for span in weekly.spans))
    if weekly and len(weekly.weekdays) == 1:
        return weekly._replace(weekdays=(weekday(to),))
    return weekly


def weekday(at: datetime) -> int:
    """The ISO weekday of a moment by the clock on the wall."""
    return hours.local(at).isoweekday()


def days_between(a: datetime, b: datetime) -> int:
    """How many local days later `b` is than `a`."""
    return (hours.local(b).date() - hours.local(a).date()).days


def _length(starts_at, ends_at):
    """As the clock on the wall shows it; within October's doubled hour, where it may show none, as long as it lasts."""
    shown = _shown(ends_at) - _shown(starts_at)
    return shown if shown > timedelta(0) else ends_at - starts_at


def _visit(on, clock, length):
    """An hour later if March skips its start, so that it ends after it."""
    begins = _at(datetime.combine(on, clock))
    return begins, _at(_shown(begins) + length)


def _at(wall):
    try:
        return hours.moment(wall.date(), wall.time())
    except hours.NoSuchHour:
        return hours.moment(wall.date(), (wall + timedelta(hours=1)).time())


def _shown(at):
    return hours.local(at).replace(tzinfo=None)
