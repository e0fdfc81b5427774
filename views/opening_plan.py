"""The preview of openings to be: each date with what speaks against it, and whether it is ticked. Nothing is written here."""

from typing import NamedTuple

from flask import g, request
from flask_babel import gettext as _

from actions import openings
from actions.openings import LAST_YEAR_DAYS, Draft
from models import Opening
from questions.desk_openings import closed_with_names, to_copy
from rules import hours, saying
from rules.hours import ONE_DAY

from .opening_forms import ONE

MOST = 60       # openings saved at once


class Row(NamedTuple):
    """One date of a preview. `state`: new, off (a holiday or closure, as `why` says), there (already), gone (too late)."""

    key: str
    draft: Draft
    state: str
    why: str = ""
    there: Opening | None = None
    ticked: bool = False

    @property
    def may(self):
        """Whether it can be saved."""
        return self.state in ("new", "off")


class TooMany(Exception):
    """More dates than are saved at once; `count` says how many."""

    def __init__(self, count):
        super().__init__(f"{count} dates")
        self.count = count


# ---------------------------------------------------------------- from a form

def series(form, twins_of=openings.twins_of) -> list[Row]:
    """The dates that a valid form says. Raises TooMany."""
    closed = _closed(form.cooperative, *_from_to(form))
    spans = form.spans(closed)
    if len(spans) > MOST:
        raise TooMany(len(spans))
    drafts = [form.draft(span) for span in spans]
    there, alone = twins_of(drafts), form.days.data == ONE
    return _ticked([_row(span.first.isoformat(), draft, _without(span, closed), there.get(draft), alone,
                         wholly=span.without == () or span.first in closed)
                    for span, draft in zip(spans, drafts)])


def _from_to(form):
    on = form.all_days() or [hours.local(g.at).date()]
    return on[0] - 7 * ONE_DAY, on[-1] + 7 * ONE_DAY


def _without(span, closed):
    """The days off of an opening with why each is."""
    days = span.without or tuple(_each_day(span))
    return [(on, closed[on]) for on in days if on in closed]


def _each_day(span):
    return (span.first + n * ONE_DAY for n in range((span.last - span.first).days + 1))


def _closed(cooperative, begins, ends):
    """Holidays and closures between two dates, with their names."""
    found = closed_with_names(g.projects, cooperative, begins, ends)
    national = {begins + n * ONE_DAY: hours.holiday_name(begins + n * ONE_DAY, g.language)
                for n in range((ends - begins).days + 1)}
    return {**found, **{on: name for on, name in national.items() if name}}


# ---------------------------------------------------------------- from last year

def copies(form) -> list[Row]:
    """Last year's openings as they would come again. Raises TooMany."""
    begins, ends = (hours.later(hours.day(on)[0], -LAST_YEAR_DAYS) for on in (form.day.data, form.until.data + ONE_DAY))
    service = int(form.service.data) if form.service.data else None
    rows = [row for row in to_copy(g.projects, service, begins, ends) if not row.cooperative.left_at]
    if len(rows) > MOST:
        raise TooMany(len(rows))
    drafts = [Draft.of(row).later(LAST_YEAR_DAYS) for row in rows]
    there = openings.twins_of(drafts)
    closed = {row.cooperative_id: _closed(row.cooperative, form.day.data - ONE_DAY, form.until.data + 8 * ONE_DAY)
              for row in {row.cooperative_id: row for row in rows}.values()}
    return _ticked([_row(str(row.id), draft, _off(draft, closed[row.cooperative_id]), there.get(draft))
                    for row, draft in zip(rows, drafts)])


def _off(draft, closed):
    first = hours.local(draft.starts_at).date()
    return [(first, closed[first])] if first in closed else []


# ---------------------------------------------------------------- one date

def _row(key, draft, off, there, alone=False, wholly=True):
    if there:
        return Row(key, draft, "there", there=there)
    if draft.closes_at <= g.at:
        return Row(key, draft, "gone")
    if off and wholly:
        return Row(key, draft, "off", why=", ".join(dict.fromkeys(name for _on, name in off)), ticked=alone)
    return Row(key, draft, "new", why=_said_without(off), ticked=True)


def _said_without(off):
    """Which days a week does without."""
    named = [f"{saying.day_long(on, g.language)} ({name})" for on, name in off]
    return _("senza %(days)s", days=", ".join(named)) if named else ""


def _ticked(rows):
    """As the form came back, if it had ticks already."""
    if "previewed" not in request.form:
        return rows
    ticks = set(request.form.getlist("on"))
    return [row._replace(ticked=row.key in ticks) for row in rows]


def chosen(rows) -> list[Draft]:
    """The drafts of the dates that are ticked and can be saved."""
    return [row.draft for row in rows if row.ticked and row.may]


def carried(form) -> list[tuple]:
    """What was typed, for the next form to carry: pairs of name and value."""
    names = {field.name for field in form} - {"csrf_token"}
    return [(name, value) for name, value in request.form.items(multi=True) if name in names]
