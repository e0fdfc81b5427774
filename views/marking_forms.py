"""The forms by which a cooperative says how it went: of a visit, of everybody in an opening, and who worked there."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from actions.delivering import EXCEPTIONS, LONGEST, planned_units
from rules import saying

from .fields import CountField
from .saying_answers import units_in_words
from .saying_openings import heads_in_words

SOME = "some"               # it took place, for another time, or with other units, than planned
AS_PLANNED = ""
REASONS = [("absent", _l("La persona non c'era")), ("refused", _l("Non ci ha fatto entrare")),
           ("nobody_came", _l("Nessuno di noi è andato"))]


# ---------------------------------------------------------------- a length, in hours and minutes

def minutes_of(hours_field, minutes_field, most=LONGEST) -> int:
    """The minutes that two fields say together. Raises ValidationError in words; nothing typed is no minute."""
    typed = [field for field in (hours_field, minutes_field) if (field.raw_data or [""])[0].strip()]
    if any(field.data is None for field in typed):
        raise ValidationError(_("Scrivi ore e minuti con le cifre, per esempio 2 e 30."))
    hours, minutes = hours_field.data or 0, minutes_field.data or 0
    if hours < 0 or not 0 <= minutes <= 59:
        raise ValidationError(_("I minuti vanno da 0 a 59, e le ore da 0 in su."))
    if hours * 60 + minutes > most:
        raise ValidationError(_("Al massimo %(most)s.", most=saying.length(most, g.language)))
    return hours * 60 + minutes


# ---------------------------------------------------------------- one visit

class WentForm(FlaskForm):
    """How a visit went, when not as planned. Made by `went_form`, which adds how long, or how many."""

    how = RadioField(_l("Com'è andata?"), validate_choice=False)

    visit = None

    def validate_how(self, field):
        """One of those that were shown."""
        if field.data not in [choice.value for choice in field.iter_choices()]:
            raise ValidationError(_("Scegli com'è andata."))

    def validate(self, extra_validators=None):
        """Also how long, or how many, where that was chosen."""
        valid = super().validate(extra_validators)
        if valid and self.how.data == SOME:
            try:
                self.amount()
            except ValidationError as wrong:
                self.asked_field.errors = [str(wrong)]
                return False
        return valid

    @property
    def asked_field(self):
        """The field beside which it is said what is wrong with how long, or how many."""
        return self.hours if "hours" in self else self.units

    def amount(self) -> int:
        """How long in minutes, or how many units. Raises ValidationError in words."""
        if "hours" in self:
            minutes = minutes_of(self.hours, self.minutes)
            if minutes == 0:
                raise ValidationError(_("Zero non va: se non è stata fatta, scegli un altro motivo."))
            return minutes
        return units_of(self.units, planned_units(self.visit))

    def exception(self):
        """What `delivering.mark` is told by a valid form."""
        return self.amount() if self.how.data == SOME else self.how.data


def units_of(field, most: int) -> int:
    """How many units came. Raises ValidationError in words."""
    if field.data is None:
        raise ValidationError(_("Scrivi quanti con le cifre."))
    if field.data < 1:
        raise ValidationError(_("Zero non va: se non è stata fatta, scegli un altro motivo."))
    if field.data > most:
        raise ValidationError(_("Al massimo %(most)s: di più non erano prenotati.", most=most))
    return field.data


def went_form(visit, **kwargs) -> WentForm:
    """The form on one appointment, with what was sent unless `formdata=None` is given."""
    planned, service = planned_units(visit), visit.request.service
    fields, some = {}, []
    if service.hourly:
        hours, minutes = divmod(planned, 60)
        fields = {"hours": CountField(_l("Ore"), default=hours), "minutes": CountField(_l("Minuti"), default=minutes)}
        some = [(SOME, _("Fatta, ma è durata di più o di meno"))]
    elif planned > 1:
        fields = {"units": CountField(_("Quanti, invece di %(planned)s?", planned=units_in_words(service.unit, planned)))}
        some = [(SOME, _("Fatta, ma erano di meno"))]
    form = type("ThisWentForm", (WentForm,), fields)(**kwargs)
    form.visit = visit
    form.how.choices = [SelectChoice(value, words) for value, words in (*some, *REASONS)]
    for field in form:
        field.id = field.label.field_id = f"{field.name}-w{visit.id}"
    return form


# ---------------------------------------------------------------- who worked at an opening

class StaffForm(FlaskForm):
    """Who worked at an opening, and how long. Made by `staff_form`."""

    crew = ()           # everybody who may have
    longest = LONGEST   # minutes of one person

    def of(self, one):
        """The two fields of one person."""
        return self[f"h{one.id}"], self[f"m{one.id}"]

    def worked_by(self, one) -> int:
        """The minutes of one person. Raises ValidationError in words."""
        return minutes_of(*self.of(one), self.longest)

    def anybody(self, some) -> bool:
        """Whether something is said of one of these people."""
        return any(field.data or field.errors for one in some for field in self.of(one))

    def validate(self, extra_validators=None):
        """Also each length, and that somebody was there where somebody had to be."""
        valid = super().validate(extra_validators)
        for one in self.crew:
            try:
                self.worked_by(one)
            except ValidationError as wrong:
                self.of(one)[0].errors = [str(wrong)]
                valid = False
        if valid and self.needs_somebody() and not self.staff():
            self.form_errors.append(_("Scrivi chi ha lavorato: almeno una persona, con le sue ore."))
            return False
        return valid

    def needs_somebody(self) -> bool:
        """Whether somebody has worked for sure."""
        return True

    def staff(self) -> dict[int, int]:
        """The minutes of each, by operator id, that a valid form says."""
        minutes = {one.id: self.worked_by(one) for one in self.crew}
        return {operator_id: worked for operator_id, worked in minutes.items() if worked}


class DayForm(StaffForm):
    """How the day of an opening went: of each place, and who worked. Made by `day_form`."""

    places = ()         # those to be marked

    def place(self, place):
        """The field of one place."""
        return self[f"p{place.id}"]

    def needs_somebody(self) -> bool:
        """Not where nobody of us came for anybody."""
        return not self.places or any(self.place(place).data != "nobody_came" for place in self.places)

    def exceptions(self) -> dict:
        """By place id what `delivering.close_day` is told by a valid form."""
        said = {place.id: self.place(place).data for place in self.places}
        return {place_id: how if how in EXCEPTIONS else int(how) for place_id, how in said.items() if how != AS_PLANNED}


def staff_form(turn, crew, said=None, **kwargs) -> StaffForm:
    """Who worked, filled in with `said`: minutes by operator id."""
    return _filled(StaffForm, {}, turn, crew, said or {}, **kwargs)


def day_form(turn, crew, places, **kwargs) -> DayForm:
    """The day of an opening, filled in as planned: everybody came, and who leads it worked from beginning to end."""
    fields = {f"p{place.id}": _place_field(place) for place in places}
    form = _filled(DayForm, fields, turn, crew, turn.as_planned, **kwargs)
    form.places = places
    return form


def _filled(kind, fields, turn, crew, said, **kwargs):
    for one in crew:
        hours, minutes = divmod(said.get(one.id, 0), 60)
        fields[f"h{one.id}"] = CountField(_l("Ore"), default=hours if one.id in said else None)
        fields[f"m{one.id}"] = CountField(_l("Minuti"), default=minutes if one.id in said else None)
    form = type(f"This{kind.__name__}", (kind,), fields)(**kwargs)
    form.crew, form.longest = crew, turn.longest
    return form


def _place_field(place):
    service = place.opening.service
    fewer = [(str(units), _("Meno: %(units)s", units=heads_in_words(service, units)))
             for units in range(place.units - 1, 0, -1)]
    choices = [(AS_PLANNED, _("C'era, come previsto") if place.units == 1 else
                _("Come previsto: %(units)s", units=heads_in_words(service, place.units))), *fewer,
               ("absent", _("Non c'era")), ("refused", _("Non ci ha fatto entrare")), ("nobody_came", _("Nessuno di noi c'era"))]
    return SelectField(_("Com'è andata"), default=AS_PLANNED, validate_choice=False, validators=[_possible],
                       choices=[SelectChoice(value, words) for value, words in choices])


def _possible(form, field):
    """One of those that were shown; what came without the page's choices is said in words."""
    offered = [choice.value for choice in field.iter_choices()]
    if field.data in offered:
        return
    most = max((int(value) for value in offered if value.isdecimal()), default=0) + 1
    try:
        units = int(field.data)
    except (TypeError, ValueError):
        raise ValidationError(_("Scegli com'è andata.")) from None
    if units == most:
        field.data = AS_PLANNED
    elif units > most:
        raise ValidationError(_("Al massimo %(most)s: di più non erano prenotati.", most=most))
    else:
        raise ValidationError(_("Zero non va: se non è venuto nessuno, scegli perché."))
