"""Fields that read what people type: a day, an hour, a number, several boxes; what is wrong is said in words."""

import re
from datetime import date, datetime, time, timedelta

from flask import g
from flask_babel import gettext as _
from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TimeInput

from rules import hours

A_YEAR = timedelta(days=366)
DATE_SHAPES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y")


class DayField(DateField):
    """A local day, from the browser's picker or as typed: 2026-12-04, 4/12/2026. A day that does not exist is said."""

    widget = DateInput()

    def process_formdata(self, values):
        """Read the day, or say in words what is wrong with it."""
        text = (values[0] if values else "").strip()
        self.raw_data = [text]
        if not text:
            return
        for shape in DATE_SHAPES:
            try:
                self.data = datetime.strptime(text, shape).date()
                return
            except ValueError:
                continue
        self.data = None
        raise ValueError(_("Questo giorno non esiste: controlla la data, per esempio 4/12/2026."))


class ClockField(StringField):
    """An hour of the day: 15, 15:30, 15.30."""

    widget = TimeInput()

    def process_formdata(self, values):
        """Read the hour, or say in words what is wrong with it."""
        text = (values[0] if values else "").strip()
        self.data = text
        if not text:
            return
        found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.,h]?([0-5]\d))?", text, re.ASCII)
        if not found:
            raise ValueError(_("Scrivi un'ora, per esempio 15:30."))
        self.data = f"{int(found[1]):02d}:{found[2] or '00'}"

    @property
    def clock(self):
        """The hour as a time."""
        return time.fromisoformat(self.data)


class CountField(IntegerField):
    """How many. What is no number leaves nothing, and the validator says what to type: one sentence, not two."""

    def process_formdata(self, values):
        """Read the number, if it is one."""
        try:
            super().process_formdata(values)
        except ValueError:
            self.data = None


class ChecksField(SelectMultipleField):
    """Several of a few, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentChecks:
    """What every form with a `day` and a `start` asks of them: a moment still to come, which the clock will show."""

    def first_day(self) -> date | None:
        """The local day on which it begins."""
        return self.day.data

    def validate_day(self, field):
        """Not gone, and not beyond what anybody plans."""
        if field.data and field.data < today():
            raise ValidationError(_("Questo giorno è già passato."))
        if field.data and field.data > today() + A_YEAR:
            raise ValidationError(_("È troppo lontano: scegli un giorno entro un anno da oggi."))

    def validate_start(self, field):
        """An hour the clock shows on that day, and still to come."""
        if field.errors or not self.day.data or self.day.errors:
            return
        try:
            starts_at = hours.moment(self.first_day(), field.clock)
        except hours.NoSuchHour:
            raise ValidationError(_("Quella notte cambia l'ora e questo orario non c'è: scegline un altro.")) from None
        if starts_at <= g.at:
            raise ValidationError(_("Questo orario è già passato."))


def still_offered(form, field):
    """A validator for a choice (with `validate_choice=False`): what a page offered a moment ago may be gone by now."""
    if field.data not in [choice.value for choice in field.iter_choices()]:
        raise ValidationError(_("Questa scelta non c'è più: scegline un'altra."))


def today() -> date:
    """The local day of this visit."""
    return hours.local(g.at).date()
