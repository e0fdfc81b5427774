"""A person's answers: to what is proposed, to a reminder; a planned visit moved or called off."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import agreeing, changing, ending, proposing, reminding
from actions.moves import Actor, NotAllowed
from models import Appointment, Proposal, ServiceRequest
from questions.work import proposals_to, visits_of

from . import employee
from .employee_cards import card_of, request_page, too_late
from .visit_forms import call_off_form, counter_form, following, move_form

door = Blueprint("visits", __name__, url_prefix="/io/<int:link>")
door.before_request(employee.lock)
door.context_processor(employee.whom_to_call)
door.register_error_handler(NotAllowed, too_late)


def _me():
    return Actor("employee", g.employee.id)


def _to_request(row):
    """Where the request that this row is about is seen."""
    reference = ServiceRequest.get_by_id(row.request_id).reference
    return redirect(url_for("employee.one", link=g.link.id, reference=reference), 303)


# ---------------------------------------------------------------- what is proposed

def _proposed(proposal) -> Proposal:
    return proposals_to(g.employee).where(Proposal.id == proposal).first() or abort(404)


@door.get("/proposte/<int:proposal>/<any(accettazione, controproposta, rifiuto, telefonata):noun>")
def proposed(link, proposal, noun):
    """Reloading the address that an answer was sent to."""
    return _to_request(_proposed(proposal))


@door.post("/proposte/<int:proposal>/accettazione")
def accept(link, proposal):
    """Yes to what is proposed."""
    row = _proposed(proposal)
    agreeing.accept(row, by=_me(), at=g.at)
    return _to_request(row)


@door.post("/proposte/<int:proposal>/controproposta")
def counter(link, proposal):
    """Another time instead."""
    row = _waiting(proposal)
    form = counter_form(row)
    if not form.validate():
        return request_page(card_of(row), 422, form=form)
    try:
        agreeing.counter(row, form.moment(), by=_me(), at=g.at)
    except proposing.NoMoreRounds:
        return request_page(card_of(row), 409, sorry=_("Hai già chiesto un altro orario: adesso è meglio parlarne."))
    return _to_request(row)


def _waiting(proposal):
    """A proposal that waits for an answer; of an old one what is true now is drawn, whatever was typed."""
    row = _proposed(proposal)
    if row.state != "waiting":
        raise NotAllowed(row)
    return row


@door.post("/proposte/<int:proposal>/rifiuto")
def decline(link, proposal):
    """No to what is proposed."""
    row = _proposed(proposal)
    agreeing.decline(row, by=_me(), at=g.at)
    return _to_request(row)


@door.post("/proposte/<int:proposal>/telefonata")
def talk(link, proposal):
    """Rather by voice: someone calls, and what is proposed goes on waiting."""
    agreeing.ask_to_talk(_waiting(proposal), by=_me(), at=g.at)
    return redirect(url_for("employee.calling", link=link), 303)


# ---------------------------------------------------------------- a planned visit

def _visit(visit) -> Appointment:
    return visits_of(g.employee, g.at).where(Appointment.id == visit).first() or abort(404)


def _to_come(visit):
    """A visit about which something can still be done, and how many there are of its request from it on."""
    row = _visit(visit)
    if row.state != "planned" or row.starts_at <= g.at:
        raise NotAllowed(row)
    card = card_of(row)
    return row, card, sum(one.starts_at >= row.starts_at for one in card.coming) > 1


@door.post("/visite/<int:visit>/conferma")
def say_yes(link, visit):
    """Yes to a reminder; to a visit that was moved since its page was drawn, it is too late."""
    row = _visit(visit)
    if request.form.get("sequence", str(row.sequence)) != str(row.sequence):
        raise NotAllowed(row)
    reminding.say_yes(row, by=_me(), at=g.at)
    return _to_request(row)


@door.get("/visite/<int:visit>/conferma")
def said_yes(link, visit):
    """Reloading the address that a yes was sent to."""
    return _to_request(_visit(visit))


@door.get("/visite/<int:visit>/spostamento")
def ask_to_move(link, visit):
    """When else?"""
    row, card, several = _movable(visit)
    return _moving(row, card, move_form(row, several, formdata=None))


@door.post("/visite/<int:visit>/spostamento")
def move(link, visit):
    """Ask the cooperative for another time."""
    row, card, several = _movable(visit)
    form = move_form(row, several)
    if not form.validate():
        return _moving(row, card, form), 422
    try:
        changing.ask_change(row, form.moment(), following=following(form), by=_me(), at=g.at)
    except proposing.NoMoreRounds:
        return _moving(row, card, form), 409
    return _to_request(row)


def _movable(visit):
    row, card, several = _to_come(visit)
    if card.proposal:
        raise NotAllowed(row)
    return row, card, several


def _moving(row, card, form):
    rounds_left = proposing.rounds_used(row.referral, row) < card.request.project.counter_rounds
    return render_template("employee/move.html", visit=row, card=card, form=form, rounds_left=rounds_left)


@door.get("/visite/<int:visit>/annullamento")
def ask_to_call_off(link, visit):
    """What calling it off means now, and the button."""
    row, card, several = _to_come(visit)
    return _calling_off(row, card, call_off_form(several, formdata=None))


@door.post("/visite/<int:visit>/annullamento")
def call_off(link, visit):
    """Call off one visit, or it and those after it."""
    row, card, several = _to_come(visit)
    form = call_off_form(several)
    if not form.validate():
        return _calling_off(row, card, form), 422
    ending.cancel_visit(row, following=following(form), by=_me(), at=g.at, reason=form.reason.data)
    return _to_request(row)


def _calling_off(row, card, form):
    free_until = ending.free_until(card.request, row.starts_at)
    return render_template("employee/call_off.html", visit=row, card=card, form=form, free_until=free_until)
