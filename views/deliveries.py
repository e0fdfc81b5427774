"""The door after a delivery, of a visit or a place: what is otherwise, how it was, a thank you, a word about oneself."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from actions import contesting, rating
from actions.moves import Actor, NotAllowed
from models import Appointment, Place, ServiceRequest
from questions.seen import places_held_by
from questions.work import visits_of

from . import employee
from .employee_cards import card_of, too_late
from .fields import still_offered
from .how_it_went import WHY, HowItWent

door = Blueprint("deliveries", __name__, url_prefix="/io/<int:link>")
door.before_request(employee.lock)
door.context_processor(employee.whom_to_call)
door.register_error_handler(NotAllowed, too_late)

WORDS_LENGTH = 500
OTHERWISE = {"delivered": ("less", "nobody_came", "other"), "missed": ("was_there", "nobody_came", "other")}
GENDERS = {"f": _l("Donna"), "m": _l("Uomo"), "x": _l("Altro")}
AGES = {"18-29": _l("da 18 a 29 anni"), "30-44": _l("da 30 a 44 anni"), "45-59": _l("da 45 a 59 anni"),
        "60+": _l("60 anni o più")}


class ContestForm(FlaskForm):
    """What was otherwise, and a word for the desk alone."""

    why = RadioField(_l("Che cosa non torna?"), validate_choice=False,
                     validators=[InputRequired(_l("Scegli che cosa non torna.")), still_offered])
    words = TextAreaField(_l("Vuoi aggiungere qualcosa?"), validators=[
        Optional(), Length(max=WORDS_LENGTH, message=_l("Bastano 500 caratteri."))],
        description=_l("Lo legge solo chi coordina il progetto. Niente notizie sulla salute, per favore."))


class AboutOneselfForm(FlaskForm):
    """Two closed questions; either may stay empty."""

    gender = RadioField(_l("Sei…"), choices=[SelectChoice(*pair) for pair in GENDERS.items()], validators=[Optional()])
    age_band = RadioField(_l("Quanti anni hai?"), choices=[SelectChoice(*pair) for pair in AGES.items()],
                          validators=[Optional()])


def _me():
    return Actor("employee", g.employee.id)


def _told(visit, place) -> Appointment | Place:
    """A visit, or a place, of this person."""
    if place is not None:
        return places_held_by(g.employee).where(Place.id == place).first() or abort(404)
    return visits_of(g.employee, g.at).where(Appointment.id == visit).first() or abort(404)


def _to_request(row):
    return redirect(url_for("employee.one", link=g.link.id, reference=row.request.reference), 303)


# ---------------------------------------------------------------- it was otherwise

@door.get("/visite/<int:visit>/contestazione")
@door.get("/posti/<int:place>/contestazione")
def ask_to_contest(link, visit=None, place=None):
    """What was marked, and what is otherwise."""
    row = _contestable(visit, place)
    return _contesting(row, _contest_form(row, formdata=None))


@door.post("/visite/<int:visit>/contestazione")
@door.post("/posti/<int:place>/contestazione")
def contest(link, visit=None, place=None):
    """Say that it was otherwise; pressed twice, it is said once."""
    row = _told(visit, place)
    if row.contested_at and row.contested_why == request.form.get("why"):
        return _to_request(row)
    row = _contestable(visit, place)
    form = _contest_form(row)
    if not form.validate():
        return _contesting(row, form), 422
    contesting.contest(row, form.why.data, words=form.words.data or "", by=_me(), at=g.at)
    return _to_request(row)


def _contestable(visit, place):
    row = _told(visit, place)
    if not contesting.may_contest(row, g.at):
        raise NotAllowed(row)
    return row


def _contest_form(row, **kwargs):
    form = ContestForm(**kwargs)
    form.why.choices = [SelectChoice(why, WHY[why]) for why in OTHERWISE[row.state]]
    return form


def _contesting(row, form):
    return render_template("employee/contest.html", visit=row, went=HowItWent(row), form=form, card=card_of(row))


# ---------------------------------------------------------------- how it was

@door.get("/visite/<int:visit>/<any(voto, grazie):noun>")
@door.get("/posti/<int:place>/<any(voto, grazie):noun>")
def said(link, noun, visit=None, place=None):
    """Reloading the address that an answer was sent to."""
    return _to_request(_told(visit, place))


@door.post("/visite/<int:visit>/voto")
@door.post("/posti/<int:place>/voto")
def rate(link, visit=None, place=None):
    """How it was, 1 to 5, in one tap; the same tap again changes nothing."""
    row, score = _told(visit, place), request.form.get("score", "")
    if score not in map(str, rating.SCORES):
        abort(400)
    if row.score != int(score):
        rating.rate(row, int(score), by=_me(), at=g.at)
    return _to_request(row)


@door.post("/visite/<int:visit>/grazie")
@door.post("/posti/<int:place>/grazie")
def thank(link, visit=None, place=None):
    """A thank you for who went, without a name; once."""
    row = _told(visit, place)
    if not row.thanked_at:
        rating.thank(row, by=_me(), at=g.at)
    return _to_request(row)


# ---------------------------------------------------------------- about oneself

@door.get("/su-di-te/<reference>")
def ask_about_oneself(link, reference):
    """The two questions, and why we ask."""
    return _asking(_own(reference), AboutOneselfForm(formdata=None))


@door.post("/su-di-te/<reference>")
def say_about_oneself(link, reference):
    """Gender and age band, or rather not; then back to the request one came from."""
    row, form = _own(reference), AboutOneselfForm()
    rather_not = "rather_not" in request.form
    if not form.validate():
        return _asking(row, form), 422
    if not rather_not and not (form.gender.data or form.age_band.data):
        form.gender.errors = [_("Scegli almeno una risposta, oppure tocca «Preferisco non dirlo».")]
        return _asking(row, form), 422
    gender, age_band = (None, None) if rather_not else (form.gender.data or None, form.age_band.data or None)
    rating.say_about_oneself(g.employee, gender=gender, age_band=age_band, at=g.at)
    return redirect(url_for("employee.one", link=g.link.id, reference=row.reference), 303)


def _own(reference):
    return ServiceRequest.get_or_none(ServiceRequest.reference == reference.upper(),
                                      ServiceRequest.employee == g.employee) or abort(404)


def _asking(row, form):
    return render_template("employee/about_oneself.html", row=row, form=form)
