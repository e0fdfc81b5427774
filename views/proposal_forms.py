"""The form of another time: day, hour, length, who goes; read in one place, errors beside the fields."""

from datetime import timedelta

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from actions.planning import Slot
from rules import hours, recurrence, saying

from .fields import ChecksField, ClockField, DayField, MomentChecks
from .operator_forms import LATER, ScopeForm, WhoGoesForm
from .wishes import LONGEST

AN_HOUR = timedelta(hours=1)      # what the person needs at least to read of it and answer


class ProposalForm(MomentChecks, WhoGoesForm):
    """When, how long, who. Made by `proposal_form`, which adds what this service needs."""

    day = DayField(_l("Che giorno?"), validators=[InputRequired(_l("Scegli il giorno."))])
    start = ClockField(_l("A che ora si comincia?"), validators=[InputRequired(_l("Scrivi l'ora di inizio."))])

    asked: Slot                   # what it would change
    closed = frozenset            # asked when it is read: when the cooperative and the project are closed

    def first_day(self):
        """The local day of the first visit: of a series, the first of its weekdays from the day that was typed on."""
        chosen = set(self.weekdays.data or ()) if "weekdays" in self else set()
        days = (self.day.data + timedelta(days=later) for later in range(7))
        return next((day for day in days if str(day.isoweekday()) in chosen), self.day.data)

    def validate_day(self, field):
        """Not gone, not beyond what anybody plans, and a day on which they come."""
        super().validate_day(field)
        if field.data and "weekdays" not in self and field.data in self.closed():
            raise ValidationError(_("Quel giorno è chiuso: scegline un altro."))

    def validate_start(self, field):
        """An hour to come that the clock shows on that day, and not so soon that nobody could answer."""
        super().validate_start(field)
        if not field.errors and self.day.data and not self.day.errors:
            if hours.moment(self.first_day(), field.clock) < g.at + AN_HOUR:
                raise ValidationError(_("Manca meno di un'ora: chiama la persona."))

    def slot(self) -> Slot:
        """The time that a valid form says; of a series, that of its first visit."""
        starts_at = hours.moment(self.first_day(), self.start.clock)
        minutes = int(self.length.data) if "length" in self else _minutes(self.asked)
        slot = Slot(starts_at, starts_at + timedelta(minutes=minutes), self._weekly(starts_at, minutes))
        first = recurrence.series(slot.starts_at, slot.ends_at, slot.weekly, self.closed()).visits[:1]
        return Slot(*first[0], slot.weekly) if first else slot

    def _weekly(self, starts_at, minutes):
        weekly = self.asked.weekly
        if isinstance(weekly, recurrence.Dates):
            days = recurrence.days_between(self.asked.starts_at, starts_at)
            return recurrence.Dates(tuple(
                recurrence.moved(start, start + timedelta(minutes=minutes), days, starts_at)
                for start, _end in weekly.spans))
        return weekly and weekly._replace(weekdays=tuple(sorted(map(int, self.weekdays.data))))


class MoveForm(ProposalForm, ScopeForm):
    """Another time for a planned visit, or for it and those after it."""


def proposal_form(kind, key, service, asked: Slot, team, *, begin: Slot | None = None, worker=None, closed=frozenset,
                  **kwargs):
    """A form of this kind for one card or visit, filled in with `begin`; `key` keeps its fields apart from others'.

    `asked` is what it would change; `worker` who would go; `closed()` the days on which nobody comes. What is
    sent is read unless `formdata=None` is given.
    """
    begin, fields = begin or asked, {}
    if service.hourly:
        fields["length"] = _length(service, {_minutes(asked), _minutes(begin)})
    if isinstance(asked.weekly, recurrence.Weekly):
        fields["weekdays"] = ChecksField(
            _l("In quali giorni?"),
            choices=[SelectChoice(str(number), saying.DAYS[g.language][number - 1]) for number in range(1, 8)],
            validators=[InputRequired(_l("Scegli almeno un giorno della settimana."))])
    form = type("This" + kind.__name__, (kind,), fields)(**_filled(begin, worker), **kwargs).among(team, g.operator)
    form.asked, form.closed = asked, closed
    for field in form:
        field.id = field.label.field_id = f"{field.name}-{key}"
    return form


def _filled(begin, worker):
    wall = hours.local(begin.starts_at)
    weekdays = [str(day) for day in begin.weekly.weekdays] if isinstance(begin.weekly, recurrence.Weekly) else []
    return dict(day=wall.date(), start=f"{wall:%H:%M}", length=str(_minutes(begin)), weekdays=weekdays,
                worker=_who(worker))


def _who(worker):
    if worker is None:
        return LATER
    return "me" if worker == g.operator.id else str(worker)


def _minutes(slot):
    return int((slot.ends_at - slot.starts_at).total_seconds() // 60)


def _length(service, usual):
    """From the service's minimum on, by half hours; and as long as it is now."""
    least = max(1, service.minimum) * 60
    choices = sorted({*range(least, LONGEST * 60 + 1, 30), *usual})

    def long_enough(form, field):
        if field.data not in map(str, choices):
            raise ValidationError(_("Scegli quanto dura: almeno %(least)s.", least=saying.length(least, g.language)))

    return SelectField(_l("Per quanto tempo?"), validate_choice=False, validators=[long_enough],
                       choices=[SelectChoice(str(minutes), saying.length(minutes, g.language)) for minutes in choices])
