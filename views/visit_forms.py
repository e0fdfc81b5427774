"""The forms by which a person answers: another time, moving a visit, calling one off; read in one place."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from questions.territory import closed_days
from rules import hours, recurrence, saying

from .fields import ClockField, DayField, MomentChecks

FOLLOWING = "following"
REASONS = [SelectChoice("no_need", _l("Non serve più")), SelectChoice("ill", _l("Malattia")),
           SelectChoice("busy", _l("Un altro impegno")), SelectChoice("other", _l("Altro"))]


class TimeForm(MomentChecks, FlaskForm):
    """Another time, as long as the one it stands for."""

    day = DayField(_l("Che giorno?"), validators=[InputRequired(_l("Scegli il giorno."))])
    start = ClockField(_l("A che ora si comincia?"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])

    closed = frozenset()    # local dates on which nobody comes
    now = None              # the time it stands for
    weekly = None           # of a series on several days of the week: another hour is asked on one of those days

    def validate_day(self, field):
        """Not gone, not too far, and not a day on which the cooperative is closed."""
        super().validate_day(field)
        if field.data in self.closed:
            raise ValidationError(_("Quel giorno la cooperativa è chiusa: scegline un altro."))
        if field.data and self.weekly and field.data.isoweekday() not in self.weekly.weekdays:
            raise ValidationError(_("Le visite sono %(days)s: scegli uno di questi giorni.",
                                    days=saying.weekly(self.weekly, g.language)))

    def validate_start(self, field):
        """A moment to come, and another one than now."""
        super().validate_start(field)
        if not self.day.errors and not field.errors and self.day.data and self.moment() == self.now:
            raise ValidationError(_("È già questo l'orario: scegline un altro."))

    def moment(self):
        """The moment that a valid form says."""
        return hours.moment(self.day.data, self.start.clock)


class ReasonForm(FlaskForm):
    """Why, if one likes to say."""

    reason = RadioField(_l("Vuoi dirci perché? Puoi anche lasciare vuoto."), choices=REASONS, validators=[Optional()])


def _scope(words):
    return RadioField(words, default="one", choices=[
        SelectChoice("one", _l("Solo questa")), SelectChoice(FOLLOWING, _l("Questa e le seguenti"))])


def counter_form(proposal, **kwargs) -> TimeForm:
    """Another time instead of what is proposed."""
    form, weekly = _about(TimeForm, proposal, **kwargs), recurrence.weekly_of(proposal.weekly)
    if isinstance(weekly, recurrence.Weekly) and len(weekly.weekdays) > 1:
        form.weekly = weekly
    for field in form:                      # several proposals may stand on one page
        field.id = field.label.field_id = f"{field.name}-{proposal.id}"
    return form


def move_form(visit, several: bool, **kwargs) -> TimeForm:
    """Another time for a planned visit; of a series, for those after it too."""
    fields = {"scope": _scope(_l("Quali visite sposti?"))} if several else {}
    return _about(type("MoveForm", (TimeForm,), fields), visit, **kwargs)


def _about(kind, row, **kwargs):
    wall = hours.local(row.starts_at)
    form = kind(day=wall.date(), start=f"{wall:%H:%M}", **kwargs)
    form.now = row.starts_at
    if "formdata" not in kwargs:            # it was sent, not only drawn
        form.closed = closed_days(row.request.project_id, row.referral.cooperative_id)
    return form


def call_off_form(several: bool, **kwargs) -> ReasonForm:
    """Calling off a planned visit; of a series, those after it too."""
    fields = {"scope": _scope(_l("Quali visite disdici?"))} if several else {}
    return type("CallOffForm", (ReasonForm,), fields)(**kwargs)


def following(form) -> bool:
    """Whether it is about the visits after it too."""
    return "scope" in form and form.scope.data == FOLLOWING
