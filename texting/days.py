"""The grammar of days: one day, a week, from one day to another, every Tuesday."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from rules import hours
from texting.feasts import bridge, next_feast

ONE_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
FRESH_PAST = timedelta(days=31)     # "30/11" said on 1 December is a slip, not next year's
FARTHEST = timedelta(days=800)


class Days(NamedTuple):
    """What an expression says about days; `choices` where it may mean several, `past` where it asks for nothing."""

    first: date | None = None
    last: date | None = None
    part: str | None = None
    weekdays: tuple = ()
    weekly: bool = False
    choices: tuple = ()
    past: bool = False
    vague: bool = False
    bare: bool = False          # a weekday alone, which may be one of several
    since: date | None = None   # from when on, too vague for one visit: "dopo Natale"
    number: int | None = None   # "il 6": of which month, what was said before may say
    dated: bool = False         # its month was said
    next_year: date | None = None   # what it would be, were it not just gone


    @property
    def says_something(self):
        """Whether any day is asked for, however vaguely."""
        return bool(self.first or self.last or self.weekly or self.choices or self.vague)


PAST, VAGUE = Days(past=True), Days(vague=True)


# ---------------------------------------------------------------- one day

def after(days, part=None):
    """A maker: so many days from today."""
    return lambda today, *_: Days(today + timedelta(days=days), part=part)


def coming(today, weekday):
    """The next such weekday; said on a Tuesday, "martedì" is in a week."""
    return Days(today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1), bare=True)


def week_after_coming(today, weekday):
    """"Saturday week" is a week after the next one."""
    return Days(coming(today, weekday).first + A_WEEK)


def that_weekday(today, weekday):
    """"il mercoledì": the next one, though it may mean every one."""
    return coming(today, weekday)


def next_weekday(today, weekday, *parts):
    """"venerdì prossimo": sure when this week's has passed or is near, else this week's or next week's: to be asked."""
    day = coming(today, weekday).first
    part = next((one for one in parts if one), None)
    if day - today <= ONE_DAY * 2 and day.isocalendar()[1] == today.isocalendar()[1]:
        return Days(day + A_WEEK, part=part)    # one would have said domani, dopodomani
    if day.isocalendar()[1] != today.isocalendar()[1]:
        return Days(day, part=part)
    return Days(choices=(day, day + A_WEEK), part=part)


def weekday_in(today, weekday, week):
    """"venerdì della settimana prossima"."""
    monday = week.first - ONE_DAY * week.first.weekday()
    day = monday + ONE_DAY * (weekday - 1)
    return Days(day) if day >= today else None


def weekday_in_turned(today, week, weekday):
    """"la settimana prossima di venerdì"."""
    return weekday_in(today, weekday, week)


def weekday_on(today, weekday, day):
    """"venerdì 4 dicembre": weekday and date must agree, else neither is believed."""
    return day if day.first and day.first.isoweekday() == weekday else VAGUE


def weekday_numbered(today, weekday, number):
    """"venerdì 4"; today itself only if its weekday is said with it."""
    day = Days(today) if number == today.day else _numbered(today, number)
    return weekday_on(today, weekday, day._replace(number=None)) if day else None


def weekdays_numbered(today, weekday, number, next_one, next_number):
    """"giovedì 3 e venerdì 4"."""
    first = weekday_numbered(today, weekday, number)
    if not first or not first.first or number_after(first.first, next_number).isoweekday() != next_one:
        return VAGUE
    last = number_after(first.first, next_number)
    return Days(first.first, last) if last - first.first == ONE_DAY else Days(choices=(first.first, last))


def weekday_after(today, weekday, day):
    """"il martedì dopo Pasquetta"."""
    end = day.last or day.first
    return Days(end + ONE_DAY * ((weekday - end.isoweekday() - 1) % 7 + 1)) if end else VAGUE


def weekday_before(today, weekday, day):
    """"il venerdì prima di Pasqua"."""
    made = day.first and day.first - ONE_DAY * ((day.first.isoweekday() - weekday - 1) % 7 + 1)
    return Days(made) if made and made >= today else VAGUE


def day_before(today, day):
    """"il giorno prima di Ognissanti"."""
    return Days(day.first - ONE_DAY) if day.first and day.first > today else VAGUE


def day_behind(today, day):
    """"il giorno dopo Natale"."""
    return Days(day.first + ONE_DAY) if day.first else VAGUE


def dated(today, day, month, year=None):
    """"4 dicembre": this year's if it is to come, else next year's; one just gone is not next year's."""
    if year:
        return _whole(today, day, month, year)
    made = next(filter(None, (_date(today.year + later, month, day) for later in range(4))), None)
    if made is None:
        return VAGUE if day <= 31 else None
    next_year = _date(made.year + 1, month, day) if made < today else None
    if made < today and today - made < FRESH_PAST:
        return Days(vague=True, next_year=next_year)
    made = next_year or made
    return Days(made, dated=True) if made >= today else VAGUE


def month_dated(today, month, day, year=None):
    """"December 15"."""
    return dated(today, day, month, year)


def digits_dated(today, day_month):
    """"15/12"."""
    return dated(today, *day_month) if 1 <= day_month[1] <= 12 else None


def whole_dated(today, day_month_year):
    """"15/12/2026"."""
    return _whole(today, *day_month_year)


def _whole(today, day, month, year):
    made = _date(year, month, day) if 1 <= month <= 12 else None
    if made is None:
        return VAGUE
    return PAST if made < today else Days(made) if made - today < FARTHEST else VAGUE


def numbered(today, number):
    """"il 15": the next fifteenth. Today's own number is not said of today."""
    return _numbered(today, number)


def numbered_next_month(today, number):
    """"il 20 del mese prossimo"."""
    first = month_of(today, 1)
    made = _date(first.year, first.month, number)
    return Days(made) if made else VAGUE


def _numbered(today, number):
    if not 1 <= number <= 31:
        return None
    if number == today.day:
        return VAGUE
    months = (month_of(today, ahead) for ahead in range(4))
    days = (_date(first.year, first.month, number) for first in months)
    return Days(next(day for day in days if day and day > today), number=number)


def number_after(day, number):
    """The next day of this number after a day."""
    months = (month_of(day, ahead) for ahead in range(4))
    return next(made for made in (_date(first.year, first.month, number) for first in months) if made and made > day)


def in_days(today, number):
    """"tra 10 giorni"."""
    return Days(today + ONE_DAY * number) if 0 < number < 400 else None


def in_weeks(today, number):
    """"tra due settimane"."""
    return in_days(today, 7 * number)


def in_months(today, number):
    """"tra un mese"."""
    first = month_of(today, number) if number < 25 else None
    return first and Days(first.replace(day=min(today.day, length_of(first))))


def ordinal_weekday(today, ordinal, weekday, month):
    """"il primo venerdì di luglio", "l'ultimo lunedì del mese"."""
    days = [month.first.replace(day=day) for day in range(1, length_of(month.first) + 1)]
    days = [day for day in days if day.isoweekday() == weekday]
    place = ordinal - 1 if ordinal > 0 else -1
    return Days(days[place]) if place < len(days) and days[place] >= today else None


def later_than(today, day):
    """"dopo l'Epifania": too vague for one visit, the beginning of what comes every week."""
    end = day.last or day.first
    return Days(vague=True, since=end and end + ONE_DAY)


def feast(when):
    """A maker: the next such feast."""
    return lambda today, *_: Days(next_feast(today, when))


def new_year(today, *_):
    """"a Capodanno": its eve, or its day? To be asked."""
    day = next_feast(today, (1, 1))
    return Days(choices=(day - ONE_DAY, day))


def bridge_of(today, day):
    """"il ponte dell'Immacolata": the day between, where there is one."""
    made = day.first and (bridge(day.first) or _long_weekend(day.first))
    return Days(made) if made and made >= today else VAGUE


def _long_weekend(day):
    """All Souls' on a Monday: the day itself, where it is no holiday."""
    return day if day.isoweekday() in (1, 5) and day not in hours.national_holidays(day.year) else None


def with_part(today, day, part):
    """"domani mattina"."""
    return day._replace(part=part)


def night_between(today, weekday, next_one):
    """"la notte tra sabato e domenica" is Saturday's."""
    return coming(today, weekday)._replace(part="notte", bare=False) if next_one == weekday % 7 + 1 else None


def night_dated(today, weekday, number, next_one, next_number):
    """"la notte tra sabato 22 e domenica 23"."""
    first, second = weekday_numbered(today, weekday, number), weekday_numbered(today, next_one, next_number)
    said = first and second and first.first and second.first == first.first + ONE_DAY
    return Days(first.first, part="notte") if said else VAGUE


def night_numbered(today, number, next_number, month):
    """"la notte tra il 25 e il 26 giugno"."""
    first, second = dated(today, number, month), dated(today, next_number, month)
    said = first.first and second.first == first.first + ONE_DAY
    return Days(first.first, part="notte", dated=True) if said else None


def today_part(today, part):
    """"stasera"."""
    return Days(today, part=part)


# ---------------------------------------------------------------- the calendar

def month_of(today, ahead):
    """The first of the month so many months ahead."""
    months = today.year * 12 + today.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def length_of(first):
    """How many days the month of this day has."""
    return calendar.monthrange(first.year, first.month)[1]


def _date(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None
