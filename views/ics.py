"""A calendar as text (RFC 5545) out of appointments and openings: reference, hours and comune, and nothing of anybody.

Hours are in UTC, so that no rule about clock changes has to come along; calendar programs show them in the local zone.
"""

from datetime import datetime, timedelta, timezone

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from models import Opening

NEVER_CHANGED = datetime(2026, 1, 1, tzinfo=timezone.utc)    # an opening as it was opened: what did not change reads the same


def feed(rows) -> bytes:
    """What a calendar program subscribes to, and is asked to read again every hour."""
    calendar = _calendar(rows)
    for name in ("NAME", "X-WR-CALNAME"):    # what the standard says now, and what programs read before it did
        calendar.add(name, "Welfare Lynx")
    calendar.add("REFRESH-INTERVAL", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    return calendar.to_ical()


def file(appointments) -> bytes:
    """What a person puts into a calendar once; a later file with the same ids takes its place."""
    return _calendar(appointments).to_ical()


def _calendar(rows):
    calendar = Calendar()
    for name, text in (("VERSION", "2.0"), ("PRODID", "-//Welfare Lynx//Welfare Lynx//IT"), ("CALSCALE", "GREGORIAN"),
                       ("METHOD", "PUBLISH")):
        calendar.add(name, text)
    for row in rows:
        calendar.add_component(_event(row))
    if not calendar.subcomponents:
        calendar.add_component(_utc())    # a calendar must hold something (RFC 5545, 3.4), and some programs insist
    return calendar


def _event(row):
    cancelled, opening = row.state == "cancelled", isinstance(row, Opening)
    reference, municipality = (row.code, row.municipality) if opening else (row.request.reference, row.request.municipality)
    changed_at = (row.changed_at or NEVER_CHANGED).replace(microsecond=0)    # not now: what did not change reads the same
    event = Event()
    for name, value in {
        "UID": f"{row.id}-{reference}@welfarelynx", "SEQUENCE": row.sequence, "DTSTAMP": changed_at,
        "LAST-MODIFIED": changed_at, "DTSTART": row.starts_at, "DTEND": row.ends_at,
        "SUMMARY": f"WelfareLynx {reference}", "LOCATION": municipality.name,
        "STATUS": "CANCELLED" if cancelled else "CONFIRMED", "TRANSP": "TRANSPARENT" if cancelled else "OPAQUE",
        "CLASS": "PRIVATE",
    }.items():
        event.add(name, value)
    return event


def _utc():
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("TZID", "Etc/UTC")
    standard.add("DTSTART", datetime(1970, 1, 1))
    standard.add("TZOFFSETFROM", timedelta(0))
    standard.add("TZOFFSETTO", timedelta(0))
    zone.add_component(standard)
    return zone
