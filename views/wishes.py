"""The form of a wish: where, when, how long, the service's closed questions; read in one place, errors beside fields."""

from datetime import timedelta

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from actions.asking import Wish
from models import Municipality
from rules import hours, saying

from .fields import ClockField, CountField, DayField, MomentChecks, today
from .saying_answers import AGES, INDEPENDENCE
from .weekly_wish import first_day_of, forget_weekly, weekly_fields, weekly_of

LONGEST = 12            # hours of one visit
MOST = 60               # units of one request
MOST_CHILDREN = 10      # whom one person goes to
JOINER = "\u200d"       # makes one family of four emoji


class WishForm(MomentChecks, FlaskForm):
    """What every service asks; `wish_form` adds what this service and this person need."""

    ask_key = HiddenField()
    shown = HiddenField()
    place = SelectField(_l("In che comune serve?"), validators=[InputRequired(_l("Scegli il comune."))],
                        description=_l("Quello dove si svolge il servizio, anche se abiti altrove."))
    day = DayField(_l("Che giorno?"), validators=[InputRequired(_l("Scegli il giorno."))])
    start = ClockField(_l("A che ora si comincia?"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])
    answer_by = DayField(_l("Ti serve una risposta entro un giorno preciso?"), validators=[Optional()],
                         description=_l("Se non importa, lascia vuoto."))

    def validate(self, extra_validators=None):
        """What is asked about weeks counts only for who wants every week."""
        forget_weekly(self)
        return super().validate(extra_validators)

    def first_day(self):
        """The day of the first visit."""
        return first_day_of(self)

    def validate_answer_by(self, field):
        """Between today and the day itself."""
        if field.data and field.data < today():
            raise ValidationError(_("Questo giorno è già passato."))
        if field.data and self.day.data and not self.day.errors and field.data > self.first_day():
            raise ValidationError(_("È dopo il giorno che chiedi: scegli un giorno prima."))


def wish_form(service, employee, **kwargs) -> WishForm:
    """The form of this service for this person."""
    fields = dict(_length(service))
    if service.unit != "settimana":
        fields |= weekly_fields()
    if "numero" in service.questions:
        fields["number"] = _number(service)
    if "eta" in service.questions:
        fields["age"] = RadioField(_l("Che età?"), choices=_choices(AGES.items()),
                                   validators=[InputRequired(_l("Scegli un'età."))])
    if "autonomia" in service.questions:
        fields["independence"] = RadioField(_l("La persona da assistere…"), choices=_choices(INDEPENDENCE.items()),
                                            validators=[InputRequired(_l("Scegli una risposta."))])
    if not employee.first_name:
        fields["first_name"] = name_field(_l("Come ti chiama la cooperativa?"))
    form = type("ThisWishForm", (WishForm,), fields)(**kwargs)
    form.place.choices = places()
    return form


def name_field(label):
    """The question for a name or nickname, put to who has given none yet."""
    return StringField(
        label, description=_l("Un nome o un soprannome; lo chiediamo una volta sola."),
        validators=[DataRequired(_l("Scrivi un nome o un soprannome.")),
                    Length(max=40, message=_l("Bastano 40 caratteri."))],
        filters=[_visible])


def _visible(text):
    """What was typed without what nobody sees: control signs, and those that turn the words around it."""
    return " ".join("".join(sign for sign in text or "" if sign.isprintable() or sign.isspace() or sign == JOINER).split())


def _length(service):
    if not service.hourly:
        return
    halves = range(max(1, service.minimum) * 2, LONGEST * 2 + 1)
    choices = _choices((str(half * 30), saying.length(half * 30, g.language)) for half in halves)
    yield "length", SelectField(_l("Per quanto tempo?"), choices=choices, default=choices[0].value,
                                validators=[InputRequired(_l("Scegli per quanto tempo."))])


def _number(service):
    least, most = (1, MOST_CHILDREN) if service.hourly else (max(1, service.minimum), MOST)
    label = {"pasto": _l("Quanti pasti?"), "cesto": _l("Quanti cesti?")}.get(service.unit, _l("Quanti bambini?"))

    def enough(form, field):
        if not isinstance(field.data, int) or not least <= field.data <= most:
            raise ValidationError(_("Scrivi un numero da %(least)s a %(most)s.", least=least, most=most))

    return CountField(label, default=least, validators=[enough])


def places():
    """The comuni to choose from, by Ambito."""
    rows = Municipality.select(Municipality.istat, Municipality.name, Municipality.ambito).order_by(
        Municipality.ambito, Municipality.name)
    return [SelectChoice("", _("Scegli…"))] + [
        SelectChoice(istat, name, optgroup=_("Ambito di %(name)s", name=ambito)) for istat, name, ambito in rows.tuples()]


def _choices(pairs):
    return [SelectChoice(value, label) for value, label in pairs]


def wish_of(form: WishForm, service) -> Wish:
    """The wish a valid form says."""
    starts_at = hours.moment(form.first_day(), form.start.clock)
    quantity = form.number.data if "number" in form and not service.hourly else 1
    minutes = int(form.length.data) if "length" in form else (service.duration_min or 60)
    return Wish(service=service, municipality=Municipality.get(Municipality.istat == form.place.data),
                starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), quantity=quantity,
                answers=_answers(form, service), answer_by=_answer_by(form, starts_at), weekly=weekly_of(form))


def _answers(form, service):
    said = {"eta": "age", "autonomia": "independence"}
    answers = {key: form[name].data for key, name in said.items() if name in form}
    if "number" in form and service.hourly:
        answers["numero"] = form.number.data
    return answers


def _answer_by(form, starts_at):
    """By the end of that working day; on the day itself, by the start."""
    if not form.answer_by.data:
        return None
    return min(hours.moment(form.answer_by.data, hours.WORKING[1]), starts_at)
