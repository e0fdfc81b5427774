"""The part of a wish that says how often: once, or every week on some days, until a day or so many times."""

from datetime import date

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from rules import hours, recurrence, saying
from rules.hours import ONE_DAY

from .fields import A_YEAR, ChecksField, CountField, DayField, today

ONCE, WEEKLY = "once", "weekly"
LEAST, MOST = 2, 52         # how many times one may ask for, every week


def weekly_fields() -> dict:
    """How often, on which weekdays, until when: fields that only count once "every week" is chosen."""
    return {
        "repeats": RadioField(_l("Quante volte ti serve?"), default=ONCE, choices=[
            SelectChoice(ONCE, _l("Una volta sola")), SelectChoice(WEEKLY, _l("Ogni settimana"))]),
        "weekdays": ChecksField(_l("In quali giorni della settimana?"), choices=_weekdays(), validators=[_some_day],
                                description=_l("Si comincia dal primo di questi giorni, a partire da quello scritto sopra.")),
        "until": DayField(_l("Fino al giorno"), validators=[_one_end, _within_a_year],
                          description=_l("Scrivi l'ultimo giorno, oppure qui sotto per quante volte.")),
        "times": CountField(_l("Oppure: per quante volte?"), validators=[_so_many]),
    }


def _weekdays():
    names = saying.DAYS.get(g.language, saying.DAYS["it"])
    return [SelectChoice(str(number), name) for number, name in enumerate(names, 1)]


def is_weekly(form) -> bool:
    """Whether this form wishes for something every week."""
    return "repeats" in form and form.repeats.data == WEEKLY


def forget_weekly(form):
    """What was typed about weeks is no error while it is for once: those fields are not even seen."""
    for name in ("weekdays", "until", "times"):
        if name in form and not is_weekly(form):
            form[name].process_errors = []


def first_day_of(form) -> date | None:
    """The first of the chosen weekdays on or after the day that was typed; that day itself, for once."""
    chosen = {int(day) for day in form.weekdays.data or () if day in "1234567"} if is_weekly(form) else set()
    on = form.day.data
    while chosen and on and on.isoweekday() not in chosen:
        on += ONE_DAY
    return on


def weekly_of(form) -> recurrence.Weekly | None:
    """The rule that a valid form says; None for once."""
    if not is_weekly(form):
        return None
    return recurrence.Weekly(tuple(sorted(map(int, form.weekdays.data))), form.until.data, form.times.data)


def days_fit(form, series: recurrence.Series) -> bool:
    """Whether what a valid form asks for is a series; if not, its field says why."""
    weekly = weekly_of(form)
    name, wrong = _wrong_with(weekly, series) if weekly else ("", "")
    if wrong:
        form[name].errors = [wrong]
    return not wrong


def _wrong_with(weekly, series):
    end, count = "until" if weekly.until else "times", len(series.visits)
    if not count and series.skipped:
        return "weekdays", _("Sono tutti giorni di festa o di chiusura: scegline altri.")
    if weekly.times and count < weekly.times:
        return end, _("In un anno ce ne stanno %(most)s: scrivi un numero più piccolo.", most=count)
    if count < LEAST:
        return end, _("Fino a quel giorno non sono almeno due volte: scegli un giorno più lontano, o «Una volta sola».")
    if weekly.until and count == recurrence.MOST and _goes_on(weekly, series):
        return end, _("Sono più di %(most)s volte: scegli un giorno più vicino.", most=recurrence.MOST)
    return "", ""


def _goes_on(weekly, series):
    last = hours.local(series.visits[-1][0]).date()
    return any((last + n * ONE_DAY).isoweekday() in weekly.weekdays for n in range(1, 8)
               if last + n * ONE_DAY <= weekly.until)


# ---------------------------------------------------------------- beside each field

def _typed(field):
    return bool(field.raw_data and field.raw_data[0].strip())


def _some_day(form, field):
    if is_weekly(form) and not field.data:
        raise ValidationError(_("Scegli almeno un giorno della settimana."))


def _one_end(form, field):
    if not is_weekly(form) or field.errors:
        return
    if not _typed(field) and not _typed(form.times):
        raise ValidationError(_("Scrivi fino a che giorno, oppure per quante volte."))
    if _typed(field) and _typed(form.times):
        raise ValidationError(_("Scrivi una cosa sola: il giorno, oppure per quante volte."))


def _within_a_year(form, field):
    if not is_weekly(form) or not field.data:
        return
    if form.day.data and field.data < form.day.data:
        raise ValidationError(_("È prima del giorno in cui si comincia."))
    if field.data > today() + A_YEAR:
        raise ValidationError(_("È troppo lontano: scegli un giorno entro un anno da oggi."))


def _so_many(form, field):
    if is_weekly(form) and _typed(field) and not (isinstance(field.data, int) and LEAST <= field.data <= MOST):
        raise ValidationError(_("Scrivi un numero da %(least)s a %(most)s.", least=LEAST, most=MOST))
