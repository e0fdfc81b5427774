"""A cooperative's appointments as the days of a page: what is still to be marked, today, tomorrow, what comes after."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from actions import planning
from actions.proposing import mark_of
from models import Appointment, Operator, Proposal
from questions.operators import visits
from rules import hours, saying

LOOK_BACK = timedelta(days=30)    # what nobody marked stays in sight for a month
AHEAD = timedelta(days=400)       # further than anybody may ask
EACH_DAY = 14                     # days that have a heading of their own; the rest is "Più avanti"


class Trouble(NamedTuple):
    """What went wrong with the last press on a visit, and where it was pressed."""

    appointment: int
    words: str
    fold: str = ""                # who, move or back: what stays open
    form: FlaskForm | None = None


@dataclass
class Visit:
    """One appointment as one operator sees it."""

    appointment: Appointment
    operator: Operator
    at: datetime
    live: Proposal | None = None  # what is being proposed about its request
    many: bool = False            # later visits of its request are planned too
    trouble: Trouble | None = None

    @property
    def planned(self) -> bool:
        """Whether it may still be marked, or given to somebody else."""
        return self.appointment.state == "planned"

    @property
    def over(self) -> bool:
        """Whether it can be marked."""
        return self.planned and self.appointment.ends_at <= self.at

    @property
    def to_come(self) -> bool:
        """Whether it has not begun: it may be moved or given back."""
        return self.planned and self.appointment.starts_at > self.at

    @property
    def mine(self) -> bool:
        """Whether this operator vouches for it: who went; for one who never goes, everybody's."""
        return self.appointment.worker_id == self.operator.id or not self.operator.goes

    @property
    def problem(self) -> str:
        """What went wrong with the last press."""
        return self.trouble.words if self.trouble else ""

    @property
    def fold(self) -> str:
        """Which fold stays open."""
        return self.trouble.fold if self.trouble else ""

    @property
    def seen(self) -> str:
        """What is being proposed about its request, as a form remembers it."""
        return mark_of(self.live)

    @property
    def wished(self) -> bool:
        """Whether the person asks to move this visit, or another of its request, and that is answered first."""
        return bool(self.live) and self.live.state == "countered"

    @property
    def proposed(self) -> planning.Visit | None:
        """The time that is being proposed for it."""
        if not self.live or self.live.state != "waiting":
            return None
        moves = map(planning.Visit.of, self.live.visits)
        return next((move for move in moves if move.appointment == self.appointment.id), None)


@dataclass
class Day:
    """Some visits under one heading. `key` is its place on the page: a date, `unmarked` or `later`."""

    key: str
    title: str
    visits: list = field(default_factory=list)
    problem: str = ""             # what went wrong with a visit that is not here any more

    @property
    def to_mark(self) -> list:
        """What one press of "tutto svolto come previsto" marks."""
        return [visit for visit in self.visits if visit.over and visit.mine]


def days_of(operator: Operator, at: datetime, language: str, live=None, trouble: Trouble | None = None) -> dict[str, Day]:
    """The days of this operator's cooperative by their keys, in order; one query. `live`: what is being proposed, by request."""
    today = hours.local(at).date()
    begins = hours.moment(today, time(0)) - LOOK_BACK
    rows, found = list(visits(operator.cooperative, begins, at + AHEAD)), {}
    last = {row.request_id: row.starts_at for row in rows if row.state == "planned"}
    for row in rows:
        key = key_of(row, today)
        if key == "unmarked" and row.state != "planned":
            continue
        day = found.setdefault(key, Day(key, _title(key, today, language)))
        day.visits.append(Visit(row, operator, at, (live or {}).get(row.request_id),
                                row.state == "planned" and last[row.request_id] > row.starts_at,
                                trouble if trouble and trouble.appointment == row.id else None))
    _undecided_first(found.get((today + hours.ONE_DAY).isoformat()))
    return found


def _undecided_first(tomorrow):
    """The desk hears at noon the day before of what nobody goes to."""
    if tomorrow:
        tomorrow.visits.sort(key=lambda visit: not visit.planned or visit.appointment.worker_id is not None)


def key_of(appointment: Appointment, today: date) -> str:
    """Under which heading an appointment stands."""
    on = hours.local(appointment.starts_at).date()
    if on < today:
        return "unmarked"
    return on.isoformat() if (on - today).days < EACH_DAY else "later"


def day_of(key: str, operator: Operator, at: datetime, language: str, live=None, trouble: Trouble | None = None) -> Day:
    """One of them, to be drawn again; empty when there is nothing under that heading any more."""
    today = hours.local(at).date()
    day = days_of(operator, at, language, live, trouble).get(key) or Day(key, _title(key, today, language))
    if trouble and not any(visit.trouble for visit in day.visits):
        day.problem = trouble.words
    return day


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
