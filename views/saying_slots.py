"""When a visit, or a series of visits, is: in words that fit into a sentence or a heading."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from actions.planning import Slot
from rules import hours, recurrence, saying


def slot_in_words(slot: Slot, language: str) -> str:
    """ "lun 7/12 dalle 16 alle 19"; of a series "ogni lunedì da lun 7/12, dalle 16 alle 19", or of so many visits."""
    day = saying.day_short(hours.local(slot.starts_at).date(), language)
    span = saying.span(slot.starts_at, slot.ends_at, language)
    if slot.weekly is None:
        return f"{day} {span}"
    if isinstance(slot.weekly, recurrence.Dates):
        return ngettext("una visita da %(day)s, %(hours)s", "%(num)s visite da %(day)s, %(hours)s",
                        len(slot.weekly.spans), day=day, hours=span)
    return _("%(weekly)s da %(day)s, %(hours)s", weekly=saying.weekly(slot.weekly, language), day=day, hours=span)


def series_in_words(spans, weekly, language: str) -> str:
    """A heading: "venerdì 4 dicembre, dalle 15 alle 18", or "8 visite: ogni martedì e giovedì, dalle 15 alle 18"."""
    starts_at, ends_at = spans[0]
    span = saying.span(starts_at, ends_at, language)
    if weekly is None and len(spans) == 1:
        return f"{saying.day_long(hours.local(starts_at).date(), language)}, {span}"
    if isinstance(weekly, recurrence.Dates):
        return slot_in_words(Slot(starts_at, ends_at, recurrence.Dates(tuple(spans))), language)
    days = saying.weekly(weekly or days_of_week(spans), language)
    return ngettext("Una visita: %(days)s, %(hours)s", "%(num)s visite: %(days)s, %(hours)s", len(spans),
                    days=days, hours=span)


def days_of_week(spans) -> recurrence.Weekly:
    """On which weekdays these visits are."""
    return recurrence.Weekly(tuple(sorted({recurrence.weekday(starts_at) for starts_at, _end in spans})))


def visit_in_words(starts_at: datetime, ends_at: datetime, language: str) -> str:
    """ "mer 9/12 15-18": one visit in a row of the list."""
    return f"{saying.day_short(hours.local(starts_at).date(), language)} {saying.span_short(starts_at, ends_at)}"
