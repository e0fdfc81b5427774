"""A cooperative's appointments as the days of a page: what is still to be marked, today, tomorrow, what comes after."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from models import Appointment, Operator
from questions.operators import visits
from rules import hours, saying

LOOK_BACK = timedelta(days=30)    # what nobody marked stays in sight for a month
AHEAD = timedelta(days=400)       # further than anybody may ask
EACH_DAY = 14                     # days that have a heading of their own; the rest is "Più avanti"


@dataclass
class Visit:
    """One appointment as one operator sees it."""

    appointment: Appointment
    operator: Operator
    at: datetime
    problem: str = ""             # what went wrong with the last press

    @property
    def planned(self) -> bool:
        """Whether it may still be marked, or given to somebody else."""
        return self.appointment.state == "planned"

    @property
    def over(self) -> bool:
        """Whether it can be marked."""
        return self.planned and self.appointment.ends_at <= self.at

    @property
    def mine(self) -> bool:
        """Whether this operator vouches for it: who went; for one who never goes, everybody's."""
        return self.appointment.worker_id == self.operator.id or not self.operator.goes


@dataclass
class Day:
    """Some visits under one heading. `key` is its place on the page: a date, `unmarked` or `later`."""

    key: str
    title: str
    visits: list = field(default_factory=list)

    @property
    def to_mark(self) -> list:
        """What one press of "tutto svolto come previsto" marks."""
        return [visit for visit in self.visits if visit.over and visit.mine]


def days_of(operator: Operator, at: datetime, language: str, problem=None) -> dict[str, Day]:
    """The days of this operator's cooperative by their keys, in order; one query. `problem`: (appointment id, words)."""
    today = hours.local(at).date()
    begins = hours.moment(today, time(0)) - LOOK_BACK
    found = {}
    for appointment in visits(operator.cooperative, begins, at + AHEAD):
        key = key_of(appointment, today)
        if key == "unmarked" and appointment.state != "planned":
            continue
        day = found.setdefault(key, Day(key, _title(key, today, language)))
        words = problem[1] if problem and problem[0] == appointment.id else ""
        day.visits.append(Visit(appointment, operator, at, words))
    return found


def key_of(appointment: Appointment, today: date) -> str:
    """Under which heading an appointment stands."""
    on = hours.local(appointment.starts_at).date()
    if on < today:
        return "unmarked"
    return on.isoformat() if (on - today).days < EACH_DAY else "later"


def day_of(key: str, operator: Operator, at: datetime, language: str, problem=None) -> Day:
    """One of them, to be drawn again; empty when there is nothing under that heading any more."""
    today = hours.local(at).date()
    return days_of(operator, at, language, problem).get(key) or Day(key, _title(key, today, language))


def is_key(text: str) -> bool:
    """Whether a heading could be called this."""
    try:
        return text in ("unmarked", "later") or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _title(key, today, language):
    if key == "unmarked":
        return _("Da segnare")
    if key == "later":
        return _("Più avanti")
    on = date.fromisoformat(key)
    return {0: _("Oggi"), 1: _("Domani")}.get((on - today).days) or saying.day_long(on, language)
