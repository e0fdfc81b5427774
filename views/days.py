"""A cooperative's appointments and openings as the days of a page: what is to be marked, today, tomorrow, what comes after."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from actions import delivering, planning
from actions.proposing import mark_of
from models import Appointment, Operator, Proposal
from questions.opening_days import Tally, decisions_about, tallies
from questions.openings import openings_on
from questions.operators import visits
from rules import hours, saying

from .saying_openings import contest_in_words, less_in_words, missed_in_words, thanks_in_words
from .turn import Turn

LOOK_BACK = timedelta(days=30)    # what nobody marked stays in sight for a month
AHEAD = timedelta(days=400)       # further than anybody may ask
EACH_DAY = 14                     # days that have a heading of their own; the rest is "Più avanti"


class Trouble(NamedTuple):
    """What went wrong with the last press on a visit, or an opening, and where it was pressed."""

    appointment: int | None
    words: str
    fold: str = ""                # who, move, back or went: what stays open
    form: FlaskForm | None = None
    opening: int | None = None


@dataclass
class Visit:
    """One appointment as one operator sees it."""

    appointment: Appointment
    operator: Operator
    at: datetime
    live: Proposal | None = None  # what is being proposed about its request
    many: bool = False            # later visits of its request are planned too
    trouble: Trouble | None = None
    decision: str = ""            # the desk's words, where it was contested

    template = "operator/_visit.html"

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return self.appointment.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.appointment.ends_at

    @property
    def undecided(self) -> bool:
        """Whether nobody goes yet."""
        return self.planned and self.appointment.worker_id is None

    @property
    def ahead(self) -> bool:
        """Whether it is planned and not over yet."""
        return self.planned and self.appointment.ends_at > self.at

    @property
    def begun(self) -> bool:
        """Whether it can be said how it went."""
        return self.planned and self.appointment.starts_at <= self.at

    @property
    def in_one_press(self) -> bool:
        """Whether "tutto svolto come previsto" marks it: it is over, and who went is known."""
        return self.over and self.mine and self.appointment.worker_id is not None

    @property
    def how_it_went(self) -> str:
        """What was not as planned, once it is marked."""
        planned = delivering.planned_units(self.appointment)
        return missed_in_words(self.appointment) if self.appointment.state == "missed" else less_in_words(
            self.appointment, planned, g.language)

    @property
    def contested(self) -> str:
        """That the person says otherwise, or what the desk decided."""
        return contest_in_words(self.appointment) if self.appointment.contested_at else ""

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
    """Some visits and openings under one heading. `key` is its place on the page: a date, `unmarked`, `later` or `after`."""

    key: str
    title: str
    rows: list = field(default_factory=list)    # Visits and Turns, in order
    problem: str = ""             # what went wrong with a visit that is not here any more
    thanked: int = 0              # how many families wrote thank you to this operator

    @property
    def to_mark(self) -> list:
        """What one press of "tutto svolto come previsto" marks."""
        return [row for row in self.rows if row.in_one_press]

    @property
    def thanks(self) -> str:
        """That somebody wrote thank you."""
        return thanks_in_words(self.thanked) if self.thanked else ""


def days_of(operator: Operator, at: datetime, language: str, live=None, trouble: Trouble | None = None) -> dict[str, Day]:
    """The days of this operator's cooperative by their keys, in order. `live`: what is being proposed, by request.

    One query for visits, one for openings, and where there are any one for who is in them, one for what the desk decided.
    """
    today, found = hours.local(at).date(), {}
    begins = hours.moment(today, time(0)) - LOOK_BACK
    rows = [*_visits(operator, begins, at, live or {}, trouble), *_turns(operator, begins, at, trouble)]
    for row in sorted(rows, key=lambda row: row.starts_at):
        key, shown = _where(row, at)
        thanked = _thanked(row)
        if shown or thanked:
            day = found.setdefault(key, Day(key, _title(key, today, language)))
            day.rows += [row] if shown else []
            day.thanked += thanked
    _undecided_first(found.get((today + hours.ONE_DAY).isoformat()))
    return found | ({"after": found.pop("after")} if "after" in found else {})


def _visits(operator, begins, at, live, trouble):
    rows = list(visits(operator.cooperative, begins, at + AHEAD))
    last = {row.request_id: row.starts_at for row in rows if row.state == "planned"}
    decisions = decisions_about(rows)
    for row in rows:
        yield Visit(row, operator, at, live.get(row.request_id),
                    row.state == "planned" and last[row.request_id] > row.starts_at,
                    trouble if trouble and trouble.appointment == row.id else None, decisions.get(row.id, ""))


def _turns(operator, begins, at, trouble):
    rows = list(openings_on(operator.cooperative, begins, at + AHEAD))
    standing = tallies(rows) if rows else {}
    for row in rows:
        yield Turn(row, operator, at, standing.get(row.id, Tally()),
                   trouble if trouble and trouble.opening == row.id else None)


def _where(row, at):
    """Under which heading a visit or an opening stands, and whether it does: of what is over, what is still to be done or said."""
    key = key_of(row, at)
    if key != "unmarked":
        return key, True
    if isinstance(row, Turn):
        return (key, True) if row.to_mark else ("after", row.tally.contested > 0)
    return (key, True) if row.planned else ("after", row.appointment.contested_at is not None)


def _thanked(row):
    """How many thanked this operator."""
    if not row.mine:
        return 0
    return row.tally.thanked if isinstance(row, Turn) else int(row.appointment.thanked_at is not None)


def _undecided_first(tomorrow):
    """The desk hears at noon the day before of what nobody goes to."""
    if tomorrow:
        tomorrow.rows.sort(key=lambda row: not row.undecided)


def key_of(row, at: datetime) -> str:
    """Under which heading an appointment, or an opening, stands by its day; what is going on stands under today."""
    on, today = hours.local(row.starts_at).date(), hours.local(at).date()
    if on < today and row.ends_at > at:
        on = today
    if on < today:
        return "unmarked"
    return on.isoformat() if (on - today).days < EACH_DAY else "later"


def day_of(key: str, operator: Operator, at: datetime, language: str, live=None, trouble: Trouble | None = None) -> Day:
    """One of them, to be drawn again; empty when there is nothing under that heading any more."""
    today = hours.local(at).date()
    day = days_of(operator, at, language, live, trouble).get(key) or Day(key, _title(key, today, language))
    if trouble and not any(row.trouble for row in day.rows):
        day.problem = trouble.words
    return day


def is_key(text: str) -> bool:
    """Whether a heading could be called this."""
    try:
        return text in ("unmarked", "later", "after") or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _title(key, today, language):
    if key == "unmarked":
        return _("Da segnare")
    if key == "later":
        return _("Più avanti")
    if key == "after":
        return _("Com'è andata, negli ultimi 30 giorni")
    on = date.fromisoformat(key)
    return {0: _("Oggi"), 1: _("Domani")}.get((on - today).days) or saying.day_long(on, language)
