"""The forms of the desk, each read in one place: another cooperative, an end with its reason, a note, an absence."""

from datetime import timedelta

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from models import Coordination, Coordinator, Referral
from questions.territory import answering_cooperatives, covering

from . import languages
from .desk_words import OUTCOMES, REASONS
from .wishes import DayField

LONGEST_AWAY = timedelta(days=366)
ENDS = {"open": ("unfilled", "signposted", "duplicate"), "taken": ("unfilled", "signposted", "duplicate"),
        "agreed": ("cancelled_by_cooperative", "duplicate")}


class PutForm(FlaskForm):
    """To which cooperative the request goes now."""

    cooperative = SelectField(_l("A quale cooperativa?"), coerce=int,
                              validators=[InputRequired(_l("Scegli una cooperativa."))])


class CloseForm(FlaskForm):
    """How a request ends, and why."""

    outcome = RadioField(_l("Come finisce?"), validators=[InputRequired(_l("Scegli come finisce."))])
    reason = StringField(_l("Perché?"), [DataRequired(_l("Scrivi il motivo in poche parole.")), Length(
        max=200, message=_l("Bastano 200 caratteri."))], description=_l("Senza nomi e senza notizie di salute"))


class NoteForm(FlaskForm):
    """What was said on the phone."""

    words = TextAreaField(_l("Che cosa vi siete detti?"), [DataRequired(_l("Scrivi la nota.")), Length(
        max=1000, message=_l("Bastano 1000 caratteri."))], description=_l("La legge solo chi coordina"))


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
    """The form with the cooperatives that cover this, also those asked before; None where there is no other."""
    before = {row.cooperative_id: row for row in referrals}
    answering = {row.id for row in answering_cooperatives()}
    choices = [SelectChoice(row.cooperative_id, _choice(row.cooperative, before.get(row.cooperative_id), answering))
               for row in covering(asked.service, asked.municipality) if not _has_it(before.get(row.cooperative_id))]
    if not choices:
        return None
    form = PutForm(**options)
    form.cooperative.choices = choices
    return form


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


def close_form(asked, **options) -> CloseForm:
    """The form with the ends that are possible from this state."""
    form = CloseForm(**options)
    form.outcome.choices = [SelectChoice(one, OUTCOMES[one]) for one in ENDS.get(asked.state, ())]
    return form


def away_form(coordination: Coordination, **options) -> AwayForm:
    """The form of one project, with the colleagues who are not away themselves."""
    away = Coordination.select(Coordination.coordinator).where(Coordination.away_until >= g.today)
    colleagues = Coordinator.select().where(
        Coordinator.left_at.is_null(), Coordinator.id != coordination.coordinator_id, Coordinator.id.not_in(away))
    form = AwayForm(prefix=f"project{coordination.project_id}-", **options)
    form.stand_in.choices = [SelectChoice(row.id, row.name) for row in colleagues.order_by(Coordinator.name)]
    return form
