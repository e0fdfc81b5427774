"""The operator's door, an opening: who is there, who leads it, how its day went, what is collected for it."""

from itertools import groupby

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import delivering, openings, planning
from actions.moves import NotAllowed
from models import Operator
from questions.opening_days import attending, crew_of, decisions_about, own_opening, to_collect, who_closed
from rules import hours

from . import locks
from .answers import first_error
from .days import Trouble
from .marking_forms import day_form, staff_form
from .operator import tell_the_count, whose_page
from .operator_cards import drawn_day, key_of_visit, refused_at
from .operator_forms import ConfirmForm
from .operator_page import busy_in_words, team
from .saying_answers import AGES
from .saying_openings import contest_in_words, heads_in_words, less_in_words, missed_in_words, point_in_words, thanks_in_words
from .turn import Turn, tally_of

door = Blueprint("turns", __name__, url_prefix="/operatore/<int:operator>/turno/<int:opening>")
door.after_request(tell_the_count)


@door.before_request
def lock():
    """Only a browser this operator trusts."""
    return locks.device_only("operator")


@door.context_processor
def in_words():
    """The words of openings, beside those of every page of this door."""
    return {**whose_page(), "heads_in_words": heads_in_words, "went_in_words": went_in_words, "AGES": AGES,
            "contest_in_words": contest_in_words}


def went_in_words(place) -> str:
    """What was not as planned for one place, once it is marked."""
    return missed_in_words(place) if place.state == "missed" else less_in_words(place, place.units, g.language)


# ---------------------------------------------------------------- found

class Room:
    """All that the page of one opening says; three queries, and one for what the desk decided, where it did."""

    def __init__(self, opening_id):
        self.opening = own_opening(g.operator.cooperative, opening_id).first() or abort(404)
        places = list(attending(self.opening))
        for place in places:
            place.opening = self.opening
        self.there = sorted((place for place in places if place.state not in ("offered", "listed")), key=_by_name)
        self.offered = sum(place.units for place in places if place.state == "offered")
        self.listed = sum(place.units for place in places if place.state == "listed")
        self.everybody = list(crew_of(self.opening))
        self.turn = Turn(self.opening, g.operator, g.at, tally_of(places))
        g.project = places[0].request.project if places else None

    @property
    def crew(self) -> list[Operator]:
        """Who may have worked there: who goes, who leads it, who did; who leads it first."""
        crew = [one for one in self.everybody if one.goes or one.id == self.opening.worker_id or one.id in self.staff]
        return sorted(crew, key=lambda one: one.id != self.opening.worker_id)

    @property
    def staff(self) -> dict[int, int]:
        """The minutes that each worked there, as it was said."""
        return {one.id: one.staffing.minutes for one in self.everybody if getattr(one, "staffing", None)}

    @property
    def to_mark(self) -> list:
        """The places that are still to be marked."""
        return [place for place in self.there if place.state == "taken"]

    def day_form(self, **kwargs):
        """How its day went, all as planned; or as it was sent."""
        return day_form(self.turn, self.crew, self.to_mark, **kwargs)

    def staff_form(self, **kwargs):
        """Who worked there, as it was said; or as it was sent."""
        return staff_form(self.turn, self.crew, self.staff, **kwargs)


def _by_name(place):
    person = place.request.employee
    return (person and person.first_name or "").casefold(), place.request.reference


def drawn(room, status=200, *, form=None, problem="", trouble=None):
    """The page. `form`: the one that was refused; `problem`: what was not done, and why."""
    turn = room.turn
    turn.trouble = trouble
    if form is None and turn.may_close:
        form = room.day_form(formdata=None)
    elif form is None and turn.may_say_staff:
        form = room.staff_form(formdata=None)
    return render_template(
        "operator/turn.html", turn=turn, opening=room.opening, room=room, form=form, problem=problem,
        leading=[one for one in room.everybody if one.goes and not one.left_at or one.id == room.opening.worker_id],
        decisions=decisions_about(room.there), thanks=thanks_in_words(turn.tally.thanked) if turn.tally.thanked else ""), status


# ---------------------------------------------------------------- the page

@door.get("")
def page(operator, opening):
    """Who is there, and how it went; made for a thumb, and for paper."""
    return drawn(Room(opening))


@door.get("/raccolta")
def collection(operator, opening):
    """What is to be collected, point by point: references and quantities, no names."""
    row = own_opening(g.operator.cooperative, opening).first()
    if row is None or not row.collection:
        abort(404)
    places = sorted(to_collect(row), key=lambda place: (point_in_words(place).casefold(), place.request.reference))
    points = [(point, list(some)) for point, some in groupby(places, key=point_in_words)]
    return render_template("operator/round.html", opening=row, points=points, total=sum(place.units for place in places))


@door.post("/chi-guida")
def lead(operator, opening):
    """Say, or change, who leads it."""
    row, form = own_opening(g.operator.cooperative, opening).first() or abort(404), ConfirmForm().among(team(), g.operator)
    if not form.validate():
        return _refused(row, first_error(form), 422, "who")
    try:
        worker = form.chosen(g.operator, team())
        if row.worker_id != (worker and worker.id):
            openings.lead(row, worker, g.operator, at=g.at)
    except NotAllowed as error:
        return _refused(row, _not_led(error.row), 409)
    except planning.Busy as busy:
        return _refused(row, busy_in_words(busy.other, hours.local(row.starts_at).date()), 422, "who")
    return redirect(_here(row), 303) if _on_its_page() else drawn_day(key_of_visit(row))


def _not_led(row):
    if isinstance(row, Operator):
        return _("Quella persona non lavora più qui: scegline un'altra.")
    return (_("Nel frattempo il turno è stato annullato.") if row.state == "cancelled"
            else _("La giornata è già chiusa: chi ha guidato resta com'è."))


def _refused(row, words, status, fold=""):
    trouble = Trouble(None, words, fold, opening=row.id)
    return drawn(Room(row.id), status, trouble=trouble) if _on_its_page() else refused_at(row, trouble, status)


def _on_its_page():
    return request.form.get("page") == "turn"


def _here(row, anchor=None):
    return url_for("turns.page", operator=g.operator.id, opening=row.id, _anchor=anchor)


# ---------------------------------------------------------------- how it went

@door.post("/svolto")
def close(operator, opening):
    """Its day is over: everybody came as planned, but for what was changed in the list; and who worked there."""
    room = Room(opening)
    if not room.turn.may_close:
        return drawn(room, 409, problem=_not_closed(room.opening))
    form = room.day_form()
    if not form.validate():
        return drawn(room, 422, form=form)
    try:
        delivering.close_day(room.opening, g.operator, form.exceptions(), form.staff(), at=g.at)
    except NotAllowed:
        return drawn(Room(opening), 409, problem=_not_closed(Room(opening).opening))
    return redirect(_here(room.opening), 303)


def _not_closed(row):
    """Why the day of an opening cannot be closed: what is true of it now."""
    if row.state == "cancelled":
        return _("Nel frattempo il turno è stato annullato: non c'è niente da segnare.")
    if row.starts_at > g.at:
        return _("Non è ancora cominciato: si segna dopo.")
    closer = who_closed(row).first()
    if closer is None or closer.id == g.operator.id:
        return _("L'hai già chiusa tu. Ecco com'è segnata.")
    return _("L'ha già chiusa %(who)s. Quello che hai scritto non è stato salvato: ecco com'è segnata.", who=closer.name)


@door.post("/chi-ha-lavorato")
def say_staff(operator, opening):
    """Who worked there, and how long, said again."""
    room = Room(opening)
    if not room.turn.may_say_staff:
        return drawn(room, 409, problem=_not_said(room.turn))
    form = room.staff_form()
    if not form.validate():
        return drawn(room, 422, form=form)
    try:
        delivering.say_staff(room.opening, g.operator, form.staff(), at=g.at)
    except NotAllowed:
        return drawn(Room(opening), 409, problem=_not_said(room.turn))
    return redirect(_here(room.opening, "staff"), 303)


def _not_said(turn):
    if turn.may_close:
        return _("La giornata non è ancora chiusa: le ore si scrivono chiudendola.")
    return _("È passato più di un mese: le ore le corregge il progetto. Chiamalo.")
