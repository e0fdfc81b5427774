"""The operator's door, on a trusted device: what is to be answered, the days in order, who goes, what was done."""

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import answering, delivering, planning, trusting
from actions.moves import Actor, NotAllowed
from questions.people import first_project
from rules import hours

from . import locks
from .answers import first_error
from .days import Trouble, day_of, days_of, is_key
from .marking_forms import went_form
from .operator_cards import attempt, drawn_day, key_of_visit, own_card, own_visit, refused, refused_visit
from .operator_forms import (
    NOT_COMING,
    AssignForm,
    ConfirmForm,
    DeclineForm,
    DutyForm,
    HandOverForm,
    KnowinglyInstead,
)
from .operator_page import (
    asked_in_words,
    busy_in_words,
    change_form,
    heading,
    home_page,
    live_by_request,
    move_form,
    propose_form,
    team,
    then,
    to_answer,
    visit_went_form,
    waiting_cards,
)
from .saying_slots import visit_in_words
from .turn import Turn

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
    """Every page says whose it is, and whom to call: of the project that it is about (`g.project`), if it is about one."""
    if "operator" not in g:
        return {}
    project = g.get("project") or first_project()
    return {"me": g.operator, "current_person_line": project.whom_to_call if project else None,
            "asked_in_words": asked_in_words, "visit_in_words": visit_in_words, "not_coming": NOT_COMING,
            "propose_form": propose_form, "move_form": move_form, "change_form": change_form, "went_form": visit_went_form}


@door.after_request
def tell_the_count(response):
    """After a press over htmx the number at the top of the page is asked for again."""
    if request.method == "POST" and current_app.htmx:
        response.headers["HX-Trigger"] = "answered"
    return response


# ---------------------------------------------------------------- the page

@door.get("/")
def home(operator):
    """What is to be answered, the earliest limit first; then the days. `?visita=`: a later one whose fold is open."""
    opened = request.args.get("visita", type=int)
    return home_page(trouble=Trouble(opened, "", "who") if opened else None)


@door.get("/da-rispondere")
def count(operator):
    """The line at the top alone, after something was answered."""
    return render_template("operator/_count.html", heading=heading(to_answer(waiting_cards(live_by_request()))),
                           then=then(days_of(g.operator, g.at, g.language)))


# ---------------------------------------------------------------- answering

@door.post("/invio/<int:referral>/conferma")
def confirm(operator, referral):
    """Confirm as asked, with who goes."""
    form = ConfirmForm().among(team(), g.operator)
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
    visit = own_visit(appointment)
    return attempt(lambda: own_card(visit.referral_id), lambda: answering.undo(visit, g.operator, at=g.at))


def _act(referral_id, form, verb, said=str):
    """Say the verb on one card, and draw how it stands then."""
    card = own_card(referral_id)
    if not form.validate():
        return refused(card, first_error(form))

    def act():
        card.must_be_free(form.instead_of.data, form.seen.data)
        verb(card)

    return attempt(lambda: own_card(referral_id), act, said)


# ---------------------------------------------------------------- the days

@door.post("/appuntamento/<int:appointment>/chi-va")
def assign(operator, appointment):
    """Say, or change, who goes: to this visit, or also to those after it."""
    visit, form = own_visit(appointment), AssignForm().among(team(), g.operator)
    if not form.validate():
        return refused_visit(visit, first_error(form), fold="who")
    worker = form.chosen(g.operator, team())
    if visit.worker_id == (worker and worker.id) and not form.following:
        return drawn_day(key_of_visit(visit))   # as it was
    try:
        answering.assign(visit, worker, g.operator, at=g.at, following=form.following)
    except NotAllowed:
        return refused_visit(visit, _("È già chiuso: chi è andato resta com'è."), 409)
    except planning.Busy as busy:
        return refused_visit(visit, busy_in_words(busy.other, hours.local(visit.starts_at).date()), fold="who")
    return drawn_day(key_of_visit(visit))


@door.post("/appuntamento/<int:appointment>/svolto")
def deliver(operator, appointment):
    """It took place as planned."""
    return _mark(own_visit(appointment), None)


@door.post("/appuntamento/<int:appointment>/andata")
def mark(operator, appointment):
    """How it went, when not as planned."""
    visit = own_visit(appointment)
    form = went_form(visit)
    if not form.validate():
        return refused_visit(visit, "", fold="went", form=form)
    return _mark(visit, form.exception())


def _mark(visit, exception):
    """Mark one visit, once it is known who went."""
    if visit.worker_id is None and visit.state == "planned" and exception not in delivering.EXCEPTIONS:
        if visit.starts_at <= g.at:
            return refused_visit(visit, _("Prima scegli chi è andato: serve per le ore."), fold="who")
    try:
        delivering.mark(visit, exception, g.operator, at=g.at)
    except NotAllowed as error:
        return refused_visit(visit, _not_marked(error.row), 409)
    return drawn_day(key_of_visit(visit))


def _not_marked(row):
    return {"planned": _("Non è ancora cominciato: si segna dopo."),
            "delivered": _("È già segnata come svolta. Per correggerla chiama il progetto."),
            "missed": _("È già segnata come non svolta. Per correggerla chiama il progetto."),
            }.get(row.state, _("Nel frattempo è stato annullato."))


@door.post("/giorno/<key>/svolto")
def deliver_day(operator, key):
    """"Tutto svolto come previsto": what was shown as over and is this operator's, in one press."""
    if not is_key(key):
        abort(404)
    shown = {name: set(request.form.getlist(name)) for name in ("appointment", "opening")}
    rows = day_of(key, g.operator, g.at, g.language).to_mark
    turns = [row for row in rows if isinstance(row, Turn) and str(row.opening.id) in shown["opening"]]
    visits = [row.appointment for row in rows if not isinstance(row, Turn)]
    delivering.deliver_day([visit for visit in visits if str(visit.id) in shown["appointment"]], g.operator, at=g.at)
    for turn in turns:
        _close(turn)
    return drawn_day(key)


def _close(turn):
    """The day of an opening that a colleague closed meanwhile is as she said."""
    try:
        delivering.close_day(turn.opening, g.operator, {}, turn.as_planned, at=g.at)
    except NotAllowed:
        pass


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
