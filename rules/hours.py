"""When people work and when they may be written to, right over holidays and the clock's two odd nights.

Moments are aware and come back in UTC; days and hours are those of ZONE.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Rome")  # other modules ask `local`, never keep a copy: `live_in` may change it

WORKING = time(8, 30), time(17, 30)  # Monday to Friday
OPEN = time(8), time(20)             # Monday to Saturday
LAST_CALL = time(19, 30)
NEVER = time(12), time(12)
ONE_DAY = timedelta(days=1)


class NoSuchHour(ValueError):
    """The clock never showed this hour on this day: it was skipped in March."""


def live_in(zone_name: str) -> None:
    """Set the zone everything is said and counted in; once, at the start. Raises ZoneInfoNotFoundError."""
    global ZONE
    ZONE = ZoneInfo(zone_name)
    _stretch.cache_clear()


def local(at: datetime) -> datetime:
    """`at` as the clock on the wall shows it. Raises ValueError for a moment without its zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(ZONE)


def moment(on: date, clock: time) -> datetime:
    """The moment of a local day and hour; in October's doubled hour the first. Raises NoSuchHour."""
    wall = datetime.combine(on, clock.replace(fold=0), tzinfo=ZONE)
    at = wall.astimezone(timezone.utc)
    if local(at).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise NoSuchHour(f"{on} has no {clock:%H:%M}")
    return at


def day(on: date) -> tuple[datetime, datetime]:
    """From when to when a local day lasts, in UTC: 23, 24 or 25 hours."""
    return moment(on, time(0)), moment(on + ONE_DAY, time(0))


def later(at: datetime, days: int) -> datetime:
    """The same hour on the wall so many days later; one that March skips is an hour later."""
    return _shown(_wall(at) + timedelta(days=days))


def moved_along(at: datetime, before: datetime, after: datetime) -> datetime:
    """`at` moved by as much on the wall's clock as lies between two moments; an hour that March skips is an hour later."""
    return _shown(_wall(at) + (_wall(after) - _wall(before)))


def _wall(at):
    return local(at).replace(tzinfo=None)


def _shown(wall):
    try:
        return moment(wall.date(), wall.time())
    except NoSuchHour:
        return moment(wall.date(), wall.replace(hour=wall.hour + 1).time())


def add_working(at: datetime, hours: float, closed=()) -> datetime:
    """The first moment by which so many working hours have passed since `at`.

    With negative hours the last moment from which they still pass until `at`.
    `closed` is a set of dates on which nobody works besides the national holidays.
    """
    rest, work = timedelta(hours=hours), _work(closed)
    return _go_back(at, -rest, work) if rest < timedelta(0) else _go_on(at, rest, work)


def working_between(a: datetime, b: datetime, closed=()) -> timedelta:
    """The working time between two moments; nothing, never less, when `b` is not after `a`."""
    return _between(a, b, _work(closed))


def add_open(at: datetime, hours: float) -> datetime:
    """The first moment by which so many hours have passed in which people may be written to."""
    return _go_on(at, timedelta(hours=hours), _open)


def open_between(a: datetime, b: datetime) -> timedelta:
    """The time between two moments in which people may be written to; nothing when `b` is not after `a`."""
    return _between(a, b, _open)


def add_waking(at: datetime, hours: float) -> datetime:
    """The first moment by which so many hours have passed between 8 and 20, every day: those of what is urgent."""
    return _go_on(at, timedelta(hours=hours), _waking)


def waking_between(a: datetime, b: datetime) -> timedelta:
    """The time between two moments that lies between 8 and 20 of any day; nothing when `b` is not after `a`."""
    return _between(a, b, _waking)


def is_working_day(on: date, closed=()) -> bool:
    """Whether offices answer on this day: Monday to Friday, no national holiday, not `closed`."""
    return on.weekday() < 5 and on not in closed and on not in national_holidays(on.year)


def working_day_after(on: date, closed=()) -> date:
    """The first working day after this one."""
    on += ONE_DAY
    while not is_working_day(on, closed):
        on += ONE_DAY
    return on


def working_day_before(on: date, closed=()) -> date:
    """The last working day before this one."""
    on -= ONE_DAY
    while not is_working_day(on, closed):
        on -= ONE_DAY
    return on


def next_working_morning(at: datetime, closed=()) -> datetime:
    """08:30 of the first working day after the local day of `at`."""
    return moment(working_day_after(local(at).date(), closed), WORKING[0])


def next_working(at: datetime, closed=()) -> datetime:
    """`at` itself in working hours, else the next moment at which offices answer."""
    on = local(at).date()
    while True:
        begins, ends = _work(closed)(on)
        if max(begins, at) < ends:
            return max(at.astimezone(timezone.utc), begins)
        on += ONE_DAY


def is_open(at: datetime) -> bool:
    """Whether people may be written to: 08:00 until before 20:00, Monday to Saturday, no national holiday."""
    wall = local(at)
    return _is_open_day(wall.date()) and OPEN[0] <= wall.time() < OPEN[1]


def next_open(at: datetime) -> datetime:
    """`at` itself if people may be written to then, else the next morning on which they may."""
    if is_open(at):
        return at.astimezone(timezone.utc)
    on = local(at).date()
    while not _is_open_day(on) or _stretch(on, OPEN)[0] < at:
        on += ONE_DAY
    return _stretch(on, OPEN)[0]


def is_waking(at: datetime) -> bool:
    """Whether people may be written to about what is urgent: 08:00 until before 20:00, every day."""
    return OPEN[0] <= local(at).time() < OPEN[1]


def next_waking(at: datetime) -> datetime:
    """`at` itself between 8 and 20 of any day, else the next 08:00."""
    if is_waking(at):
        return at.astimezone(timezone.utc)
    on = local(at).date()
    return _stretch(on if _stretch(on, OPEN)[0] >= at else on + ONE_DAY, OPEN)[0]


def last_open_before(at: datetime) -> datetime:
    """`at` itself if people may be written to then, else 19:30 of the last open day.

    For what must be said before a moment that falls outside. Not the very last minute: at 19:59 one
    slow answer of the carrier, one retry or a queue of reminders would push it past 20:00 and it would
    be held until the morning, when it may be too late. Half an hour is room for the first retries
    (1, 2, 4, 8 minutes).
    """
    if is_open(at):
        return at.astimezone(timezone.utc)
    on = local(at).date()
    while not _is_open_day(on) or _stretch(on, OPEN)[1] > at:
        on -= ONE_DAY
    return moment(on, LAST_CALL)


def last_waking_before(at: datetime) -> datetime:
    """`at` itself between 8 and 20 of any day, else 19:30 of the evening before it: see `last_open_before`."""
    if is_waking(at):
        return at.astimezone(timezone.utc)
    on = local(at).date()
    return moment(on if _stretch(on, OPEN)[1] <= at else on - ONE_DAY, LAST_CALL)


@lru_cache
def national_holidays(year: int) -> frozenset[date]:
    """Italy's holidays of a year, Easter and Easter Monday among them; patron saints are `closed` days."""
    from holidays.countries.italy import Italy  # 0.2 s: only when a day is first asked about
    return frozenset(Italy(years=year))


def holiday_name(on: date, lang: str) -> str:
    """What a national holiday is called, in Italian or English; nothing for any other day."""
    return _holiday_names(on.year, lang).get(on, "")


@lru_cache
def _holiday_names(year, lang):
    from holidays.countries.italy import Italy
    return dict(Italy(years=year, language="en_US" if lang == "en" else "it_IT"))


def _go_on(at, rest, stretch_of):
    at, on = at.astimezone(timezone.utc), local(at).date()
    while rest:
        begins, ends = stretch_of(on)
        begins = max(begins, at)
        if ends - begins >= rest:
            return begins + rest
        rest -= max(ends - begins, timedelta(0))
        on += ONE_DAY
    return at


def _go_back(at, rest, stretch_of):
    at, on = at.astimezone(timezone.utc), local(at).date()
    while rest:
        begins, ends = stretch_of(on)
        ends = min(ends, at)
        if ends - begins >= rest:
            return ends - rest
        rest -= max(ends - begins, timedelta(0))
        on -= ONE_DAY
    return at


def _between(a, b, stretch_of):
    on, last, total = local(a).date(), local(b).date(), timedelta(0)
    while on <= last:
        begins, ends = stretch_of(on)
        total += max(min(ends, b) - max(begins, a), timedelta(0))
        on += ONE_DAY
    return total


# From when to when a day counts, in UTC; a day that does not count is no time at all.

def _work(closed):
    return lambda on: _stretch(on, WORKING if is_working_day(on, closed) else NEVER)


def _open(on):
    return _stretch(on, OPEN if _is_open_day(on) else NEVER)


def _waking(on):
    return _stretch(on, OPEN)


def _is_open_day(on):
    return on.weekday() < 6 and on not in national_holidays(on.year)


@lru_cache(maxsize=4096)
def _stretch(on, clocks):
    """From when to when, in UTC: asked again and again for the same few weeks."""
    return moment(on, clocks[0]), moment(on, clocks[1])
