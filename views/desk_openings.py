"""The desk's openings: what comes and how full it is, one of them, and its changes, each with a page that says who will be told."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from actions import openings
from actions.moves import Actor, NotAllowed
from models import Opening
from questions.desk_openings import (
    coming,
    history_of,
    one_managed_in,
    over,
    people_told,
    people_waiting_for_the_group,
    places_at_desk,
)
from questions.openings import units_by_opening, units_taken
from rules import hours

from . import desk, desk_trail, opening_words
from .desk_pages import lists_of_desk, lists_without_counts
from .opening_forms import MoveForm, ResizeForm, moment

door = Blueprint("desk_openings", __name__, url_prefix="/banco/<int:coordinator>/turni")
door.before_request(desk.lock)
door.url_defaults(desk.of_this_coordinator)


@door.errorhandler(NotAllowed)
def too_late(error):
    """It was cancelled, moved or opened meanwhile: the opening as it is now."""
    flash(_what_is_true(error.row))
    return _one(error.row.id), 409


def _what_is_true(opening):
    if opening.state == "cancelled":
        return _("Questo turno è già annullato.")
    if opening.starts_at <= g.at:
        return _("Questo turno è già cominciato: da qui non si cambia più.")
    return _("Nel frattempo è cambiato: ecco com'è ora.")


# ---------------------------------------------------------------- pages

@door.get("/")
def home(coordinator):
    """What comes: first those short of their minimum that close soonest, then the others; what is over is folded."""
    rows, past = list(coming(g.projects, g.at)), list(over(g.projects, g.at))
    short = sorted(filter(opening_words.is_short, rows), key=lambda row: (row.closes_at, row.id))
    return render_template(
        "desk/openings.html", lists=lists_of_desk(), units=units_by_opening([*rows, *past]), words=opening_words,
        short=short, others=[row for row in rows if row not in short], past=past)


@door.get("/<int:opening>/")
def one(coordinator, opening):
    """One opening: its figures, its places by reference, what happened."""
    return _one(opening)


def _one(opening):
    found = one_managed_in(g.projects, opening) or abort(404)
    places, mine = list(places_at_desk(found)), {project.id for project in g.projects}
    here = [place for place in places if place.request.project_id in mine]
    return render_template(
        "desk/opening.html", opening=found, lists=lists_without_counts(), words=opening_words, places=here,
        figures=_figures(found, places), elsewhere=_elsewhere(places, here), trail=desk_trail.of_opening(history_of(found)),
        may_change=found.state != "cancelled" and found.starts_at > g.at)


def _figures(opening, places):
    """Units by what they are: taken for sure, offered, waiting; counted over all projects."""
    count = {"taken": 0, "offered": 0, "listed": 0}
    for place in places:
        name = "taken" if place.state in place.MARKED else place.state
        count[name] = count.get(name, 0) + place.units
    return count | {"free": opening.room}


def _elsewhere(places, here):
    """The live units of people of projects that are not this desk's: a number, and no more."""
    return sum(place.units for place in places if place.state in place.LIVE) - sum(
        place.units for place in here if place.state in place.LIVE)


# ---------------------------------------------------------------- open it all the same

@door.get("/<int:opening>/apertura")
def ask_to_confirm(coordinator, opening):
    """Before opening it all the same: who will hear of it."""
    found = _changeable(opening)
    return _page("confirm", _unconfirmed(found), told=people_waiting_for_the_group(found), taken=units_taken(found))


@door.post("/<int:opening>/apertura")
def confirm(coordinator, opening):
    """Apri lo stesso."""
    openings.confirm(_unconfirmed(_changeable(opening)), by=_me(), at=g.at)
    return _done(opening, _("Il turno si fa. Chi aspettava il gruppo riceve un messaggio."))


def _unconfirmed(opening):
    if opening.confirmed_at or opening.state != "open":
        raise NotAllowed(opening)
    return opening


# ---------------------------------------------------------------- move

@door.get("/<int:opening>/spostamento")
def ask_to_move(coordinator, opening):
    """Another time or place, with who will hear of it."""
    found = _changeable(opening)
    return _move_page(found, _move_form(found, formdata=None))


@door.post("/<int:opening>/spostamento")
def move(coordinator, opening):
    """Sposta."""
    found = _changeable(opening)
    form = _move_form(found)
    if form.seen.data != str(found.sequence):
        raise NotAllowed(found)
    if not form.validate():
        return _move_page(found, form), 422
    starts_at, ends_at = moment(form.day.data, form.start.clock), moment(form.day.data + _days_long(found), form.end.clock)
    try:
        openings.move_to(found, starts_at, ends_at, " ".join(form.place.data.split()), by=_me(), at=g.at)
    except openings.OtherYear:
        form.day.errors = [_("In un altro anno è un turno nuovo: annulla questo e aprine un altro.")]
        return _move_page(found, form), 422
    return _done(opening, _("Turno spostato. Chi ha prenotato riceve un messaggio."))


def _move_form(opening, **options):
    begins, ends = hours.local(opening.starts_at), hours.local(opening.ends_at)
    return MoveForm(seen=str(opening.sequence), day=begins.date(), start=f"{begins:%H:%M}", end=f"{ends:%H:%M}",
                    place=opening.place, **options)


def _move_page(opening, form):
    return _page("move", opening, form=form, told=people_told(opening), days=_days_long(opening).days + 1)


def _days_long(opening):
    return hours.local(opening.ends_at).date() - hours.local(opening.starts_at).date()


# ---------------------------------------------------------------- places and minimum

@door.get("/<int:opening>/posti")
def ask_to_resize(coordinator, opening):
    """Other places and another minimum, with who may hear of it."""
    found = _open(opening)
    return _resize_page(found, _resize_form(found, formdata=None))


@door.post("/<int:opening>/posti")
def resize(coordinator, opening):
    """Cambia posti e minimo."""
    found = _open(opening)
    form = _resize_form(found)
    if form.seen.data != _sizes(found):
        raise NotAllowed(found)
    if not form.validate():
        return _resize_page(found, form), 422
    try:
        openings.resize(found, form.places.data, form.minimum.data, by=_me(), at=g.at)
    except openings.FewerThanTaken as fewer:
        form.places.errors = [ngettext("%(num)s è già preso: non può essere di meno.",
                                       "%(num)s sono già presi: non possono essere di meno.", fewer.taken)]
        return _resize_page(found, form), 422
    return _done(opening, _("Posti e minimo cambiati."))


def _resize_form(opening, **options):
    return ResizeForm(seen=_sizes(opening), places=opening.places, minimum=opening.minimum, **options)


def _sizes(opening):
    return f"{opening.minimum}/{opening.places}"


def _resize_page(opening, form):
    return _page("resize", opening, form=form, taken=units_taken(opening), told=people_waiting_for_the_group(opening),
                 listed=units_by_opening([opening])[opening.id][1])


# ---------------------------------------------------------------- cancel

@door.get("/<int:opening>/annullamento")
def ask_to_cancel(coordinator, opening):
    """Before cancelling it: who will hear of it."""
    found = _changeable(opening)
    return _page("cancel", found, told=people_told(found))


@door.post("/<int:opening>/annullamento")
def cancel(coordinator, opening):
    """Annulla il turno."""
    openings.cancel(_changeable(opening), by=_me(), at=g.at)
    return _done(opening, _("Turno annullato. Chi aveva un posto, o lo aspettava, riceve un messaggio."))


# ---------------------------------------------------------------- common to all

def _find(opening) -> Opening:
    return one_managed_in(g.projects, opening) or abort(404)


def _changeable(opening):
    """An opening that is still to come; else it is too late, also to be asked."""
    found = _find(opening)
    if found.state == "cancelled" or found.starts_at <= g.at:
        raise NotAllowed(found)
    return found


def _open(opening):
    found = _changeable(opening)
    if found.state != "open":
        raise NotAllowed(found)
    return found


def _page(what, opening, form=None, **more):
    return render_template("desk/opening_change.html", what=what, opening=opening, form=form, words=opening_words,
                           lists=lists_of_desk(), **more)


def _done(opening, words):
    flash(words)
    return redirect(url_for(".one", opening=opening), 303)


def _me():
    return Actor("coordinator", g.coordinator.id)
