"""The operator's door, on a trusted device: what is to be answered, the days in order, who goes, what was done."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import answering, delivering, trusting
from actions.moves import Actor, NotAllowed
from models import Appointment, Referral
from questions.operators import agreed_on, appointments_by, referrals_of, waiting_for
from questions.people import first_project
from rules import hours

from . import locks
from .answers import answer, first_error
from .days import day_of, days_of, is_key, key_of
from .operator_forms import ConfirmForm, DeclineForm, DutyForm, HandOverForm, KnowinglyInstead
from .operator_page import (
    asked_in_words,
    busy_in_words,
    confirmed_cards,
    heading,
    standing_of,
    team,
    then,
    waiting_cards,
)

door = Blueprint("operator", __name__, url_prefix="/operatore/<int:operator>")
OPEN = {"closed"}


# ---------------------------------------------------------------- lock

@door.before_request
def lock():
    """Only a browser this operator trusts; but whoever has just closed it may read that it is closed."""
    if request.endpoint.removeprefix("operator.") in OPEN:
        return None
    return locks.device_only("operator")


@door.context_processor
def whose_page():
    """Every page says whose it is, and whom to call."""
    if "operator" not in g:
        return {}
    project = first_project()
    return {"me": g.operator, "current_person_line": project.whom_to_call if project else None,
            "asked_in_words": asked_in_words}


@door.after_request
def tell_the_count(response):
    """After a press over htmx the number at the top of the page is asked for again."""
    if request.method == "POST" and current_app.htmx:
        response.headers["HX-Trigger"] = "answered"
    return response


# ---------------------------------------------------------------- the page

@door.get("/")
def home(operator):
    """What is to be answered, the earliest limit first; then the days."""
    return _home()


def _home(status=200, card_problem=None, visit_problem=None):
    waiting, confirmed = waiting_cards(card_problem), confirmed_cards()
    days = days_of(g.operator, g.at, g.language, visit_problem)
    return render_template("operator/home.html", waiting=waiting, confirmed=confirmed, days=days.values(),
                           team=team(), heading=heading(len(waiting)), then=then(days)), status


@door.get("/da-rispondere")
def count(operator):
    """The line at the top alone, after something was answered."""
    waiting = waiting_for(g.operator.cooperative).count() if g.operator.answers else 0
    return render_template("operator/_count.html", heading=heading(waiting),
                           then=then(days_of(g.operator, g.at, g.language)))


# ---------------------------------------------------------------- answering

@door.post("/invio/<int:referral>/conferma")
def confirm(operator, referral):
    """Confirm as asked, with who goes."""
    form = ConfirmForm().among(team())
    return _act(referral, form, lambda card: answering.confirm(
        card.referral, g.operator, form.chosen(g.operator, team()), at=g.at))


@door.post("/invio/<int:referral>/presa")
def take(operator, referral):
    """Take it first, decide later."""
    return _act(referral, KnowinglyInstead(), lambda card: answering.take(card.referral, g.operator, at=g.at))


@door.post("/invio/<int:referral>/rifiuto")
def decline(operator, referral):
    """"Non possiamo", with a reason."""
    form = DeclineForm()
    return _act(referral, form, lambda card: answering.decline(card.referral, g.operator, form.reason.data, at=g.at))


@door.post("/invio/<int:referral>/passaggio")
def hand_over(operator, referral):
    """Pass it to a colleague, who gets a text of her own."""
    form = HandOverForm().among(team(), g.operator)
    return _act(referral, form, lambda card: answering.hand_over(
        card.referral, g.operator, team()[int(form.colleague.data)], at=g.at),
        said=lambda: _("%(who)s riceve un SMS con la richiesta.", who=team()[int(form.colleague.data)].name))


@door.post("/appuntamento/<int:appointment>/ripensamento")
def undo(operator, appointment):
    """Take back a confirmation, within ten minutes."""
    visit = _own_visit(appointment)
    try:
        answering.undo(visit, g.operator, at=g.at)
    except NotAllowed:
        return _too_late(_card(visit.referral_id))
    return _drawn(_card(visit.referral_id))


def _act(referral_id, form, verb, said=str):
    """Say the verb on one card, and draw how it stands then."""
    card = _card(referral_id)
    if not form.validate():
        return _refused(card, first_error(form))
    try:
        card.must_be_free(form.instead_of.data)
        verb(card)
    except NotAllowed:
        return _too_late(_card(referral_id))
    except answering.Busy as busy:
        return _refused(_card(referral_id), busy_in_words(busy.appointment))
    return _drawn(_card(referral_id), said())


def _card(referral_id):
    """One referral of the visitor's own cooperative as it stands now."""
    referral = referrals_of(g.operator.cooperative).where(Referral.id == referral_id).first()
    if referral is None or not g.operator.answers:
        abort(404)
    return standing_of(referral, agreed_on(referral).first())


def _drawn(card, said=""):
    if said and not current_app.htmx:
        flash(said)   # the page that the 303 leads to says it
    return answer("operator/_referral.html", _at_card(card), card=card, team=team(), said=said)


def _refused(card, words):
    """422: the same card, with what went wrong on it."""
    card.problem = words
    return (answer("operator/_referral.html", _at_card(card), 422, card=card, team=team())
            or _home(422, card_problem=(card.referral.id, words)))


def _too_late(card):
    """409: how it stands now."""
    return (answer("operator/_referral.html", _at_card(card), 409, card=card, team=team())
            or (render_template("operator/too_late.html", card=card, team=team()), 409))


def _at_card(card):
    return url_for(".home", operator=g.operator.id, _anchor=f"referral-{card.referral.id}")


# ---------------------------------------------------------------- the days

@door.post("/appuntamento/<int:appointment>/chi-va")
def assign(operator, appointment):
    """Say, or change, who goes."""
    visit, form = _own_visit(appointment), ConfirmForm().among(team())
    if not form.validate():
        return _refused_visit(visit, first_error(form))
    worker = form.chosen(g.operator, team())
    if visit.worker_id == (worker and worker.id):
        return _drawn_day(_key(visit))   # as it was
    try:
        answering.assign(visit, worker, g.operator, at=g.at)
    except NotAllowed:
        return _refused_visit(visit, _("È già chiuso: chi è andato resta com'è."), 409)
    except answering.Busy as busy:
        return _refused_visit(visit, busy_in_words(busy.appointment))
    return _drawn_day(_key(visit))


@door.post("/appuntamento/<int:appointment>/svolto")
def deliver(operator, appointment):
    """It took place as planned."""
    visit = _own_visit(appointment)
    try:
        delivering.deliver(visit, g.operator, at=g.at)
    except NotAllowed as error:
        return _refused_visit(visit, _not_delivered(error.row), 409)
    return _drawn_day(_key(visit))


def _not_delivered(row):
    return {"planned": _("Non è ancora cominciato: si segna dopo."), "delivered": _("L'ha già segnato una collega."),
            }.get(row.state, _("Nel frattempo è stato annullato."))


@door.post("/giorno/<key>/svolto")
def deliver_day(operator, key):
    """"Tutto svolto come previsto": what was shown as over and is this operator's, in one press."""
    if not is_key(key):
        abort(404)
    shown = set(request.form.getlist("appointment"))
    day = day_of(key, g.operator, g.at, g.language)
    delivering.deliver_day([visit.appointment for visit in day.to_mark if str(visit.appointment.id) in shown],
                           g.operator, at=g.at)
    return _drawn_day(key)


def _own_visit(appointment_id):
    """One appointment of the visitor's own cooperative."""
    return appointments_by(g.operator.cooperative).where(Appointment.id == appointment_id).first() or abort(404)


def _key(visit):
    return key_of(visit, hours.local(g.at).date())


def _drawn_day(key):
    day = day_of(key, g.operator, g.at, g.language)
    return answer("operator/_day.html", _at_day(key), day=day, team=team())


def _refused_visit(visit, words, status=422):
    key, problem = _key(visit), (visit.id, words)
    day = day_of(key, g.operator, g.at, g.language, problem)
    return (answer("operator/_day.html", _at_day(key), status, day=day, team=team())
            or _home(status, visit_problem=problem))


def _at_day(key):
    return url_for(".home", operator=g.operator.id, _anchor=f"day-{key}")


# ---------------------------------------------------------------- duty and device

@door.post("/turno")
def be_on_duty(operator):
    """On duty or not: whether a text comes when somebody asks."""
    form = DutyForm()
    if not form.validate():
        abort(422)
    answering.be_on_duty(g.operator, form.on_duty.data == "yes", at=g.at)
    return redirect(url_for(".home", operator=operator), 303)


@door.post("/dispositivo/chiusura")
def close_device(operator):
    """"Esci da questo dispositivo": it is trusted no more, and forgets every link of this operator."""
    trusting.close_device(g.device, by=Actor("operator", operator), at=g.at)
    locks.forget_all("operator", operator)
    return locks.drop_device(redirect(url_for(".closed", operator=operator), 303), "operator", operator)


@door.get("/uscita")
def closed(operator):
    """This browser opens nothing any more; the same words for anybody who comes by."""
    return render_template("operator/closed.html")
