"""The form of an opening, or of an idea for one: what, where, for how many, by when, on which days; and of its changes."""

from datetime import timedelta

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from actions.openings import Draft
from actions.places import FIRM, MOST_POINTS, POINT_LENGTH
from models import Cooperative, Municipality, Service
from questions.desk_openings import offers_by_opening, school_closures
from rules import hours, saying
from rules.bridges import bridges
from rules.opening_days import MONDAY_TO_FRIDAY, Span, by_week, single, week_of, weekdays_between

from . import opening_words
from .fields import A_YEAR, ChecksField, ClockField, CountField, DayField, MomentChecks, still_offered, today

ONE, WEEKLY, WEEKS, BRIDGE = "one", "weekly", "weeks", "bridge"
MOST_PLACES, MOST_DAYS_BEFORE, PLACE_LENGTH = 500, 60, 120
WEEK = "settimana"


def _count_between(least, most):
    """A number of a range; of a number that is none, the same sentence."""
    def check(form, field):
        if not isinstance(field.data, int) or not least <= field.data <= most:
            raise ValidationError(_("Scrivi un numero da %(least)s a %(most)s.", least=least, most=most))
    return check


class SizeForm(FlaskForm):
    """For how many: places, and the least that it takes."""

    places = CountField(_l("Quanti posti ci sono?"), validators=[_count_between(1, MOST_PLACES)])
    minimum = CountField(_l("Da quanti posti prenotati si fa?"), validators=[_count_between(1, MOST_PLACES)],
                         description=_l("Si contano i posti di tutte le aziende insieme."))

    def validate_minimum(self, field):
        """Not more than there are places."""
        if isinstance(self.places.data, int) and isinstance(field.data, int) and field.data > self.places.data:
            raise ValidationError(_("Non può essere più dei posti."))


class OpeningForm(SizeForm):
    """All that makes an opening, and on which days."""

    offer = SelectField(_l("Quale servizio, e chi lo offre?"), validate_choice=False,
                        validators=[InputRequired(_l("Scegli il servizio.")), still_offered])
    municipality = SelectField(_l("In quale comune?"), validate_choice=False,
                               validators=[InputRequired(_l("Scegli il comune.")), still_offered])
    place = StringField(_l("Dove, di preciso?"), [DataRequired(_l("Scrivi il luogo.")), Length(
        max=PLACE_LENGTH, message=_l("Bastano 120 caratteri."))], description=_l("Lo legge chi prenota: per esempio Sala civica, via Roma."))
    collection = TextAreaField(_l("Punti di raccolta, uno per riga"), description=_l(
        "Solo per quello che si consegna e si ritira. La parola «azienda» vuol dire l'azienda di chi prenota."))
    start = ClockField(_l("Dalle"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])
    end = ClockField(_l("Alle"), validators=[InputRequired(_l("Scrivi l'ora di fine."))])
    closes_days = CountField(_l("Le prenotazioni chiudono quanti giorni prima?"),
                             validators=[_count_between(0, MOST_DAYS_BEFORE)])
    closes_hour = ClockField(_l("A che ora chiudono?"), validators=[InputRequired(_l("Scrivi l'ora di chiusura."))])
    days = RadioField(_l("In quali giorni?"), default=ONE, validators=[InputRequired(_l("Scegli in quali giorni."))], choices=[
        SelectChoice(ONE, _l("Un giorno solo")), SelectChoice(WEEKLY, _l("Ogni settimana, in alcuni giorni")),
        SelectChoice(WEEKS, _l("Settimane intere, da lunedì a venerdì")), SelectChoice(BRIDGE, _l("Un ponte o una chiusura delle scuole"))])
    day = DayField(_l("Che giorno, o da quale giorno?"))
    weekdays = ChecksField(_l("In quali giorni della settimana?"))
    until = DayField(_l("Fino a quale giorno?"))
    bridge = SelectField(_l("Quale ponte?"), validate_choice=False)
    bridges = {}        # those that can be chosen, by their first day

    def validate(self, extra_validators=None):
        """What is asked about days that were not chosen is not even seen."""
        for field, wanted in ((self.day, (ONE, WEEKLY, WEEKS)), (self.until, (WEEKLY, WEEKS))):
            if self.days.data not in wanted:
                field.process_errors = []
        return super().validate(extra_validators)

    # ------------------------------------------------------------ beside each field

    def validate_place(self, field):
        """One line of words."""
        field.data = " ".join(field.data.split())

    def validate_collection(self, field):
        """A few points with short names."""
        points = self.points()
        if len(points) > MOST_POINTS:
            raise ValidationError(_("Bastano %(most)s punti.", most=MOST_POINTS))
        if any(len(point) > POINT_LENGTH for point in points):
            raise ValidationError(_("Ogni punto può avere al più %(most)s caratteri.", most=POINT_LENGTH))

    def validate_end(self, field):
        """After the start, on the same day."""
        if not field.errors and not self.start.errors and field.data <= self.start.data:
            raise ValidationError(_("Deve essere dopo l'ora di inizio."))

    def validate_closes_hour(self, field):
        """Not after the start."""
        if self.closes_days.data == 0 and not field.errors and not self.start.errors and field.data > self.start.data:
            raise ValidationError(_("Il giorno stesso le prenotazioni chiudono prima dell'inizio."))

    def validate_days(self, field):
        """What is paid by the week is opened by the week."""
        if field.data == WEEKLY and self.service and self.service.unit == WEEK:
            raise ValidationError(_("Questo servizio si offre a settimane: scegli «Settimane intere»."))

    def validate_day(self, field):
        """A day to come, within a year."""
        if self.days.data == BRIDGE or field.errors:
            return
        if not field.data:
            raise ValidationError(_("Scegli il giorno."))
        _in_time(field.data)

    def validate_weekdays(self, field):
        """One at least, for every week."""
        if self.days.data == WEEKLY and not field.data:
            raise ValidationError(_("Scegli almeno un giorno della settimana."))

    def validate_until(self, field):
        """From the first day on, within a year."""
        if self.days.data not in (WEEKLY, WEEKS) or field.errors:
            return
        if not field.data:
            raise ValidationError(_("Scrivi l'ultimo giorno."))
        if self.day.data and field.data < self.day.data:
            raise ValidationError(_("È prima del giorno in cui si comincia."))
        _in_time(field.data)

    def validate_bridge(self, field):
        """One of those to come."""
        if self.days.data == BRIDGE and field.data not in self.bridges:
            raise ValidationError(_("Scegli uno dei ponti."))

    # ------------------------------------------------------------ what a valid form says

    @property
    def service(self) -> Service | None:
        """The service that was chosen."""
        return self.offers.get(self.offer.data, (None, None))[0]

    @property
    def cooperative(self) -> Cooperative | None:
        """Who offers it."""
        return self.offers.get(self.offer.data, (None, None))[1]

    def points(self) -> list[str]:
        """The collection points, each once."""
        lines = [" ".join(line.split()) for line in (self.collection.data or "").splitlines()]
        return list(dict.fromkeys(FIRM if line.lower() == FIRM else line for line in lines if line))

    def spans(self, closed) -> list[Span]:
        """On which days, whether somebody works then or not; a service by the week has one opening of each week."""
        return by_week(self.all_days(), closed) if self.service.unit == WEEK else single(self.all_days())

    def all_days(self):
        """The days themselves."""
        if self.days.data == BRIDGE:
            return list(self.bridges[self.bridge.data].days)
        if self.days.data == ONE:
            return week_of(self.day.data) if self.service.unit == WEEK else [self.day.data]
        weekdays = {int(one) for one in self.weekdays.data} if self.days.data == WEEKLY else MONDAY_TO_FRIDAY
        return weekdays_between(self.day.data, self.until.data, weekdays)

    def draft(self, span: Span) -> Draft:
        """The opening of these days."""
        starts_at = moment(span.first, self.start.clock)
        closes_at = moment(span.first - timedelta(days=self.closes_days.data), self.closes_hour.clock)
        return Draft(self.service, self.cooperative, self.comunes[self.municipality.data], self.place.data, starts_at,
                     moment(span.last, self.end.clock), min(closes_at, starts_at), self.places.data,
                     self.minimum.data, tuple(self.points()))


def _in_time(on):
    if on < today():
        raise ValidationError(_("Questo giorno è già passato."))
    if on > today() + A_YEAR:
        raise ValidationError(_("È troppo lontano: scegli un giorno entro un anno da oggi."))


def moment(on, clock):
    """A local day and hour as a moment; an hour that March skips is an hour later."""
    try:
        return hours.moment(on, clock)
    except hours.NoSuchHour:
        return hours.moment(on, clock.replace(hour=clock.hour + 1))


class IdeaForm(OpeningForm):
    """The same, of an idea: of which project's people it asks."""

    project = SelectField(_l("A chi la proponi?"), validate_choice=False, validators=[
        InputRequired(_l("Scegli il progetto.")), still_offered])


class MoveForm(MomentChecks, FlaskForm):
    """Another day, hour or place."""

    seen = HiddenField()        # how often it had been moved when this page was drawn
    day = DayField(_l("Che giorno?"), validators=[InputRequired(_l("Scegli il giorno."))])
    start = ClockField(_l("Dalle"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])
    end = ClockField(_l("Alle"), validators=[InputRequired(_l("Scrivi l'ora di fine."))])
    place = StringField(_l("Dove?"), [DataRequired(_l("Scrivi il luogo.")), Length(
        max=PLACE_LENGTH, message=_l("Bastano 120 caratteri."))])

    def validate_end(self, field):
        """After the start, on the same day of the week."""
        if not field.errors and not self.start.errors and field.data <= self.start.data:
            raise ValidationError(_("Deve essere dopo l'ora di inizio."))


class ResizeForm(SizeForm):
    """Another number of places, another minimum."""

    seen = HiddenField()        # both as they were when this page was drawn


class CopyForm(FlaskForm):
    """Which of last year's openings come again, by the days on which they would be now."""

    service = SelectField(_l("Quale servizio?"), validate_choice=False, validators=[still_offered])
    day = DayField(_l("Da quale giorno?"), validators=[InputRequired(_l("Scegli il giorno."))],
                   description=_l("I giorni di quest'anno: i turni di 52 settimane prima tornano nello stesso giorno della settimana."))
    until = DayField(_l("Fino a quale giorno?"), validators=[InputRequired(_l("Scrivi l'ultimo giorno."))])

    def validate_day(self, field):
        """A day to come, within a year."""
        if field.data and not field.errors:
            _in_time(field.data)

    def validate_until(self, field):
        """From the first day on, within a year."""
        if field.data and not field.errors and self.day.data and field.data < self.day.data:
            raise ValidationError(_("È prima del giorno in cui si comincia."))
        if field.data and not field.errors:
            _in_time(field.data)


# ---------------------------------------------------------------- with their choices

def with_choices(form: OpeningForm) -> OpeningForm:
    """The form with what can be chosen at this desk."""
    form.offers = {f"{service.id}:{one.id}": (service, one) for service, one in offers_by_opening(g.projects)}
    form.offer.choices = [SelectChoice("", _("Scegli"))] + [
        SelectChoice(value, f"{saying.named(service, g.language)} · {one.name}") for value, (service, one) in form.offers.items()]
    form.comunes = {str(row.id): row for row in Municipality.select().order_by(Municipality.name)}
    form.municipality.choices = [SelectChoice("", _("Scegli"))] + [
        SelectChoice(number, row.name) for number, row in form.comunes.items()]
    form.weekdays.choices = [SelectChoice(str(number), name) for number, name in enumerate(
        saying.DAYS.get(g.language, saying.DAYS["it"]), 1)]
    form.bridges = {row.days[0].isoformat(): row for row in coming_bridges()}
    form.bridge.choices = [SelectChoice("", _("Scegli"))] + [
        SelectChoice(first, opening_words.bridge(row)) for first, row in form.bridges.items()]
    return form


def idea_form(**options) -> IdeaForm:
    """The form of an idea; who has one project is not asked which."""
    form = with_choices(IdeaForm(**options))
    form.project.choices = [SelectChoice(str(row.id), row.name) for row in g.projects]
    if len(form.project.choices) == 1:
        del form.project
    return form


def coming_bridges():
    """The school bridges of the year to come."""
    return bridges(today() + hours.ONE_DAY, today() + A_YEAR, school_closures())


def copy_form(**options) -> CopyForm:
    """The form with the services that this desk has by opening."""
    form = CopyForm(**options)
    services = {service.id: service for service, _one in offers_by_opening(g.projects)}
    form.service.choices = [SelectChoice("", _("Tutti"))] + [
        SelectChoice(str(row.id), saying.named(row, g.language)) for row in services.values()]
    return form
