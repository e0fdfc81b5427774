"""The forms of the desk, each read in one place: another cooperative, an end with its reason, a note, an absence."""

from datetime import timedelta

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from actions.contesting import WORDS_LENGTH
from actions.delivering import planned_units
from actions.planning import Slot
from actions.proposing import mark_of
from models import Coordination, Coordinator, Referral, ServiceRequest
from questions.territory import answering_cooperatives, closed_days, covering
from rules import hours, recurrence, saying, sms

from . import languages
from .desk_words import OUTCOMES, REASONS, amount
from .fields import ClockField, DayField, MomentChecks, still_offered
from .wishes import LONGEST

LONGEST_REPLY = 240         # septets; with who writes, and how to stop, it is two segments
LONGEST_AWAY = timedelta(days=366)
ENDS = {"open": ("unfilled", "signposted", "duplicate"), "taken": ("unfilled", "signposted", "duplicate"),
        "agreed": ("cancelled_by_cooperative", "duplicate")}


class PutForm(FlaskForm):
    """To which cooperative the request goes now."""

    seen = HiddenField()          # before whom it lay when this page was drawn

    cooperative = SelectField(_l("A quale cooperativa?"), coerce=int, validate_choice=False, validators=[
        InputRequired(_l("Scegli una cooperativa.")), still_offered])


class ProposeForm(MomentChecks, FlaskForm):
    """The time that a cooperative said by telephone; who goes it decides later."""

    day = DayField(_l("Che giorno?"), validators=[InputRequired(_l("Scegli il giorno."))])
    start = ClockField(_l("A che ora si comincia?"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])
    length = SelectField(_l("Per quanto tempo?"), validate_choice=False, validators=[
        InputRequired(_l("Scegli per quanto tempo.")), still_offered])
    seen = HiddenField()          # before whom it lay and what was being proposed, when this page was drawn

    closed = frozenset()          # the days on which neither the cooperative nor the project work

    def validate_day(self, field):
        """Not gone, within a year, and a day on which they come."""
        super().validate_day(field)
        if field.data in self.closed:
            raise ValidationError(_("Quel giorno è chiuso: scegline un altro."))

    def slot(self, asked) -> Slot:
        """The time that a valid form says; what comes on one weekday comes on the new one."""
        starts_at = hours.moment(self.day.data, self.start.clock)
        ends_at = starts_at + timedelta(minutes=int(self.length.data))
        weekly = recurrence.begun_at(recurrence.weekly_of(asked.weekly), asked.starts_at, starts_at)
        first = recurrence.series(starts_at, ends_at, weekly, self.closed).visits[:1] or [(starts_at, ends_at)]
        return Slot(*first[0], weekly)


class MissForm(FlaskForm):
    """By whose side a visit did not take place."""

    side = RadioField(_l("Perché non si è svolta?"), validators=[InputRequired(_l("Scegli perché."))], choices=[
        SelectChoice("employee", _l("La persona non c'era, o non ha aperto")),
        SelectChoice("operator", _l("Dalla cooperativa non è andato nessuno"))])


class ResolveForm(FlaskForm):
    """What the desk decides about what was contested, how much of it took place, and what both sides read."""

    decision = RadioField(_l("Che cosa decidi?"), validators=[InputRequired(_l("Scegli che cosa decidi."))], choices=[
        SelectChoice("stands", _l("Resta com'è segnata")), SelectChoice("delivered", _l("È stata svolta")),
        SelectChoice("missed_employee", _l("Non svolta: mancava la persona")),
        SelectChoice("missed_operator", _l("Non svolta: dalla cooperativa non è andato nessuno"))])
    units = SelectField(_l("Se è stata svolta: quanto?"), validate_choice=False, validators=[still_offered])
    to_both = TextAreaField(_l("Che cosa scrivi a tutti e due?"), [DataRequired(_l("Scrivi due parole per la persona e per chi è andato.")), Length(
        max=WORDS_LENGTH, message=_l("Bastano 160 caratteri."))],
        description=_l("Lo leggono la persona e chi è andato: senza nomi e senza notizie di salute. Al più 160 caratteri."))


class CloseForm(FlaskForm):
    """How a request ends, and why."""

    outcome = RadioField(_l("Come finisce?"), validate_choice=False, validators=[
        InputRequired(_l("Scegli come finisce.")), still_offered])
    reason = StringField(_l("Perché?"), [DataRequired(_l("Scrivi il motivo in poche parole.")), Length(
        max=200, message=_l("Bastano 200 caratteri."))], description=_l("Senza nomi e senza notizie di salute"))


class NoteForm(FlaskForm):
    """What was said on the phone."""

    words = TextAreaField(_l("Che cosa vi siete detti?"), [DataRequired(_l("Scrivi la nota.")), Length(
        max=1000, message=_l("Bastano 1000 caratteri."))], description=_l("La legge solo chi coordina"))


class ReplyForm(FlaskForm):
    """An answer by text, in one's own words."""

    answer = TextAreaField(_l("Che cosa rispondi?"), filters=[lambda text: sms.tidy(" ".join((text or "").split()))], validators=[
        DataRequired(_l("Scrivi la risposta."))], description=_l(
            "Al massimo 240 caratteri. Niente salute, niente nomi, niente indirizzi: quello si dice a voce"))

    def validate_answer(self, field):
        """Two segments with what stands around it, of signs that every phone has."""
        if not sms.GSM.issuperset(field.data):
            raise ValidationError(_("Solo lettere e segni semplici: niente emoji."))
        if sms.length(field.data) > LONGEST_REPLY:
            raise ValidationError(_("È troppo lungo per un SMS: al massimo 240 caratteri."))


class AwayForm(FlaskForm):
    """Until when somebody is away, and who stands in."""

    until = DayField(_l("Assente fino al"))
    stand_in = SelectField(_l("Chi ti sostituisce?"), coerce=int,
                           validators=[InputRequired(_l("Scegli chi ti sostituisce."))])

    def validate_until(self, field):
        """A day from today on, within a year."""
        if field.errors:
            return
        if field.data is None:
            raise ValidationError(_("Scrivi l'ultimo giorno di assenza."))
        if not g.today <= field.data <= g.today + LONGEST_AWAY:
            raise ValidationError(_("Scegli un giorno da oggi in poi, entro un anno."))


class LanguageForm(FlaskForm):
    """In which language desk and mails speak."""

    language = RadioField(_l("In che lingua ti scriviamo?"), choices=languages.CHOICES,
                          validators=[InputRequired(_l("Scegli una lingua."))])


# ---------------------------------------------------------------- with their choices

def put_form(asked, referrals, **options) -> PutForm | None:
    """The form with the cooperatives that cover this, also those asked before; None where there is no other.

    A place in an opening is its cooperative's: nobody else is asked.
    """
    if asked.opening_id:
        return None
    before = {row.cooperative_id: row for row in referrals}
    answering = {row.id for row in answering_cooperatives()}
    choices = [SelectChoice(row.cooperative_id, _choice(row.cooperative, before.get(row.cooperative_id), answering))
               for row in covering(asked.service, asked.municipality) if not _has_it(before.get(row.cooperative_id))]
    if not choices:
        return None
    form = PutForm(seen=lies_before(asked), **options)
    form.cooperative.choices = choices
    return form


def lies_before(asked) -> str:
    """The referral that lies before a cooperative now, in a word that the form carries."""
    before = getattr(asked, "before", None)
    return str(before.id) if before else ""


def _has_it(referral):
    return referral is not None and referral.state in Referral.LIVE


def _choice(cooperative, referral, answering):
    said = [cooperative.name]
    if referral is not None:
        said.append({"declined": _("ha detto no: %(reason)s", reason=REASONS.get(referral.reason, "")),
                     "lapsed": _("non ha risposto")}.get(referral.state, _("già chiesto")))
    if cooperative.id not in answering:
        said.append(_("nessuno di turno"))
    return ", ".join(said)


def propose_form(asked, live, **options) -> ProposeForm | None:
    """The form to propose for the cooperative that has a request; None where none has it, or it is for set dates.

    `live`: what is being proposed.
    """
    before = getattr(asked, "before", None)
    if before is None or asked.state not in ServiceRequest.UNANSWERED or "dates" in (asked.weekly or {}):
        return None
    minutes = int((asked.ends_at - asked.starts_at).total_seconds() // 60)
    wall = hours.local(asked.starts_at)
    form = ProposeForm(prefix="propose-", day=wall.date(), start=f"{wall:%H:%M}", length=str(minutes),
                       seen=seen_of(asked, live), **options)
    least = max(1, asked.service.minimum) * 60
    lengths = sorted({minutes, *range(least, LONGEST * 60 + 1, 30)}) if asked.service.hourly else [minutes]
    form.length.choices = [SelectChoice(str(one), saying.length(one, g.language)) for one in lengths]
    form.closed = closed_days(asked.project, before.cooperative)
    return form


def seen_of(asked, live) -> str:
    """Before whom a request lies and what is being proposed, in a word that the form carries."""
    return f"{asked.before.id} {mark_of(live)}"


def close_form(asked, **options) -> CloseForm:
    """The form with the ends that are possible from this state."""
    form = CloseForm(**options)
    form.outcome.choices = [SelectChoice(one, OUTCOMES[one]) for one in ENDS.get(asked.state, ())]
    return form


def resolve_form(visit, **options) -> ResolveForm:
    """The form with how much may have taken place: half hours of what is paid by the hour, else units."""
    planned = planned_units(visit)
    form = ResolveForm(units=str(visit.units_delivered or planned), **options)
    by_the_hour = visit.request.service.hourly and not visit.request.opening_id
    some = {*range(30, planned + 121, 30), planned, visit.units_delivered or planned} if by_the_hour else range(1, planned + 1)
    form.units.choices = [SelectChoice(str(one), amount(visit, one)) for one in sorted(some)]
    return form


def away_form(coordination: Coordination, **options) -> AwayForm:
    """The form of one project, with the colleagues who are not away themselves."""
    away = Coordination.select(Coordination.coordinator).where(Coordination.away_until >= g.today)
    colleagues = Coordinator.select().where(
        Coordinator.left_at.is_null(), Coordinator.id != coordination.coordinator_id, Coordinator.id.not_in(away))
    form = AwayForm(prefix=f"project{coordination.project_id}-", **options)
    form.stand_in.choices = [SelectChoice(row.id, row.name) for row in colleagues.order_by(Coordinator.name)]
    return form
