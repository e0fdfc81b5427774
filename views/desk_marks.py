"""How it went, decided at the desk: what nobody marked, and what was contested."""

from flask import Blueprint, abort, g
from flask_babel import gettext as _

from actions import allowances, contesting, delivering
from actions.moves import Actor, NotAllowed
from questions.desk import visit_of

from . import desk
from .desk_forms import MissForm, resolve_form
from .desk_pages import page

door = Blueprint("desk_marks", __name__, url_prefix="/banco/<int:coordinator>")
door.before_request(desk.lock)
door.url_defaults(desk.of_this_coordinator)
door.register_error_handler(NotAllowed, desk.too_late)


@door.post("/<name>/<int:thing>/svolta")
def deliver(coordinator, name, thing):
    """What nobody marked took place as planned: one visit, or the whole day of an opening."""
    item = _unmarked(name, thing)
    if item.opening_id:
        delivering.close_day_by_desk(item.opening, by=_me(), at=g.at)
        return desk.done(name, thing, _("Giornata chiusa: tutto svolto come previsto."))
    delivering.deliver(item.appointment, None, by=_me(), at=g.at)
    return desk.done(name, thing, _("Segnata come svolta."))


@door.post("/<name>/<int:thing>/mancata")
def miss(coordinator, name, thing):
    """It did not take place, by one side or the other."""
    item, form = _unmarked(name, thing), MissForm()
    if not form.validate():
        return page(name, thing, form, 422)
    if item.opening_id:
        delivering.close_day_by_desk(item.opening, by=_me(), at=g.at, missed_by=form.side.data)
        return desk.done(name, thing, _("Giornata chiusa: non svolta."))
    delivering.miss(item.appointment, form.side.data, by=_me(), at=g.at)
    return desk.done(name, thing, _("Segnata come non svolta."))


def _unmarked(name, thing):
    item = desk.item_of(name, thing)
    return item if item.kind == "unmarked" else abort(404)


@door.post("/<name>/<int:thing>/decisione")
def resolve(coordinator, name, thing):
    """The desk decides what was contested, with words to both sides."""
    item = desk.item_of(name, thing)
    visit = visit_of(item) if item.kind == "contested" else abort(404)
    form = resolve_form(visit)
    if not visit.contested_at or visit.resolved_at or visit.settled_at:
        raise NotAllowed(visit)
    if not form.validate():
        return page(name, thing, form, 422)
    units = int(form.units.data) if form.decision.data == "delivered" else None
    try:
        contesting.resolve(visit, form.decision.data, " ".join(form.to_both.data.split()), by=_me(), at=g.at, units=units)
    except allowances.NotEnough:
        form.decision.errors = [_("Quello che il progetto aveva messo da parte è già andato ad altri: non basta per pagarla. "
                                  "Decidi diversamente, o senti chi amministra il progetto.")]
        return page(name, thing, form, 422)
    except delivering.TooMuch:
        form.units.errors = [_("È più di quanto era prenotato: scegli di meno.")]
        return page(name, thing, form, 422)
    return desk.done(name, thing, _("Deciso: lo sapranno la persona e chi è andato."))


def _me():
    return Actor("coordinator", g.coordinator.id)
