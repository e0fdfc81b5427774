"""Which days a row of weekdays means, and when a visit that comes again every week comes first."""

from datetime import date, datetime, time

from texting.days import A_WEEK, ONE_DAY

BEGINS = {"mattina": time(8), "pomeriggio": time(13), "sera": time(18), "notte": time(21)}


def begun(when, now: datetime, since: date | None = None):
    """What was said of every week, with its first day: from the day that was said on, else from this moment on."""
    if not when.weekly or not when.weekdays:
        return when
    first = _first(when, max(when.on or since or now.date(), now.date()), now)
    return when._replace(on=first, until=when.until if when.until and when.until >= first else None)


def _first(when, day, now):
    begins = when.start or BEGINS.get(when.part)
    if day == now.date() and not (begins and begins > now.time()):
        day += ONE_DAY
    while day.isoweekday() not in when.weekdays:
        day += ONE_DAY
    return day


def in_order(said):
    """The days, each weekday of a row behind the one before it: on a Tuesday "lunedì, martedì" are next week's."""
    days = []
    for one in said:
        day = one.first
        while one.bare and days and days[-1] and day < days[-1]:
            day += A_WEEK
        days.append(day)
    return days


def of_weekdays(when, days):
    """"lunedì e giovedì" are every week's; of "venerdì e domenica" it is asked: once, or every week?"""
    weekdays = tuple(sorted({day.isoweekday() for day in days}))
    if weekdays[0] >= 5 and len(weekdays) == 2:
        return when._replace(choices=tuple(sorted(days)), unclear=True)
    return when._replace(weekly=True, weekdays=weekdays)
