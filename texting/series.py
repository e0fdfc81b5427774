"""When a visit that comes again every week comes first."""

from datetime import date, datetime, time

from texting.days import ONE_DAY

BEGINS = {"mattina": time(8), "pomeriggio": time(13), "sera": time(18), "notte": time(21)}


def begun(when, now: datetime, since: date | None = None):
    """What was said of every week, with its first day: from the day that was said on, else from this moment on."""
    if not when.weekly or not when.weekdays:
        return when
    first = _first(when, max(when.on or since or now.date(), now.date()), now)
    return when._replace(on=first, until=when.until if when.until and when.until >= first else None)


def _first(when, day, now):
    begins = when.start or BEGINS.get(when.part)
    if day == now.date() and begins and begins <= now.time():
        day += ONE_DAY
    while day.isoweekday() not in when.weekdays:
        day += ONE_DAY
    return day
