"""The forms of a place in an opening: the few questions before booking, and before taking what was offered."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from actions.places import FIRM, Seat

from .fields import CountField, still_offered
from .saying_answers import ages_of
from .wishes import name_field

AT_THE_FIRM = _l("Nella tua azienda: chi lavora con te può vederlo")
HOW_MANY = {"pasto": _l("Quanti pasti?"), "cesto": _l("Quanti cesti?"), "consegna": _l("Quante consegne?")}


class SeatForm(FlaskForm):
    """What the page showed; the questions are added by what the opening and the person need."""

    ask_key = HiddenField()
    shown = HiddenField()       # the worker's share in cents
    sequence = HiddenField()    # how often the opening had been moved when its page was drawn
    wait = HiddenField()        # the waiting list was offered


def place_form(opening, **kwargs) -> SeatForm:
    """The questions of an opening for this person."""
    fields = {"number": number_field(opening.places, opening.service), **_questions(opening, {}, "")}
    return _form(fields, sequence=opening.sequence, **kwargs)


def taking_form(place, answers: dict, **kwargs) -> SeatForm:
    """What is still to be said before an offered place is taken; often nothing."""
    return _form(_questions(place.opening, answers, place.collection), sequence=place.sequence, **kwargs)


def questions_of(form) -> list:
    """The fields that a person sees."""
    return [form[name] for name in ("number", "age", "collection", "first_name") if name in form]


def _form(fields, **kwargs):
    return type("ThisSeatForm", (SeatForm,), fields)(**kwargs)


def _questions(opening, answers, collection):
    fields = {}
    if "eta" in opening.service.questions and not answers.get("eta"):
        fields["age"] = RadioField(
            _l("Che età?"), choices=[SelectChoice(*pair) for pair in ages_of(opening.service).items()],
            description=_l("Se vengono in più d'uno, quella del più piccolo: le altre le chiede la cooperativa."),
            validate_choice=False, validators=[InputRequired(_l("Scegli un'età.")), still_offered])
    if opening.collection and not collection and opening.collection != _the_only_point(opening):
        fields["collection"] = RadioField(_l("Dove consegni e ritiri?"), choices=_points(opening), validate_choice=False,
                                          validators=[InputRequired(_l("Scegli dove.")), still_offered])
    if not g.employee.first_name:
        fields["first_name"] = name_field(_l("Come ti chiama la cooperativa?"))
    return fields


def _the_only_point(opening):
    """The points, where there is nothing to choose: one, and not the person's own firm."""
    return [point for point in opening.collection[:1] if point != FIRM]


def _points(opening):
    return [SelectChoice(point, AT_THE_FIRM if point == FIRM else point) for point in opening.collection]


def number_field(most: int, service, default=1):
    """How many, up to all there are."""
    children = _l("Quanti bambini?") if "eta" in service.questions else _l("Quanti posti?")

    def enough(form, field):
        if not isinstance(field.data, int) or field.data < 1:
            raise ValidationError(_("Scrivi un numero da %(least)s a %(most)s.", least=1, most=most))
        if field.data > most:
            raise ValidationError(_("Scrivi al massimo %(most)s: di più non ce ne sono.", most=most))

    return CountField(HOW_MANY.get(service.unit, children), default=default, validators=[enough])


def seat_of(form, opening) -> Seat:
    """The seat that a valid form says."""
    return Seat(opening, form.number.data, answers_of(form), collection_of(form, opening))


def answers_of(form) -> dict:
    """The closed answers that a valid form says."""
    return {"eta": form.age.data} if "age" in form else {}


def collection_of(form, opening) -> str:
    """Where things are handed in: as was chosen, or at the only point there is."""
    return form.collection.data if "collection" in form else "".join(_the_only_point(opening)[:1])
