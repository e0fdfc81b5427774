"""The grammar of days, continued: from one day to another, and every week."""

from datetime import timedelta

from texting.days import (
    A_WEEK,
    ONE_DAY,
    PAST,
    VAGUE,
    Days,
    dated,
    numbered,
    numbered_next_month,
    weekday_in,
)
from texting.weeks import (
    named_month,
)


FARTHEST_BEGIN, LIKELY_PAST = 4, 6     # months ahead


def between(today, first, last):
    """"dal 4 dicembre al 9 gennaio", "da venerdì a domenica"."""
    if first.first and last.next_year and last.next_year > first.first:
        return Days(first.first, last.next_year)        # "dal 30 agosto al 3 settembre", said in October
    if first.first is None or last.first is None:
        return VAGUE
    end = last.last or last.first
    while last.bare and end < first.first:
        end += A_WEEK
    return Days(first.first, end) if end >= first.first else VAGUE


def weekdays_of(today, week, first, last):
    """"la prossima settimana dal lunedì al mercoledì"."""
    begins, ends = weekday_in(today, first, week), weekday_in(today, last, week)
    return between(today, begins, ends) if begins and ends else VAGUE


def numbers_between(today, first, last, month, year=None):
    """"dal 4 al 9 dicembre"."""
    return between(today, dated(today, first, month, year), dated(today, last, month, year)) if first < last else None


def span_of(today, span, month, year=None):
    """"4-9 dicembre"."""
    return numbers_between(today, span[0][0], span[1][0], month, year) if not span[0][1] and not span[1][1] else None


def span_dated(today, span):
    """"il 15-12" is a date, and no hours."""
    (day, *_), (month, minute, _) = span
    return dated(today, day, month) if 1 <= month <= 12 and 1 <= day <= 31 and not minute else VAGUE


def span_of_turned(today, month, span, year=None):
    """"dicembre 4-9"."""
    return span_of(today, span, month, year)


def numbers_next(today, first, last):
    """"dal 4 al 9": both to come."""
    if not (1 <= first <= 31 and 1 <= last <= 31):
        return None
    begins = numbered(today, first)
    if begins.first is None:
        return VAGUE
    return between(today, begins, numbered(begins.first, last))._replace(number=first) if last != first else None


def numbers_next_month(today, first, last):
    """"dal 4 al 23 del mese prossimo"."""
    return between(today, numbered_next_month(today, first), numbered_next_month(today, last))


def span_next_month(today, span):
    """"dal 4-23 nel prossimo mese"."""
    return numbers_next_month(today, span[0][0], span[1][0])


def from_day(today, day):
    """"dal 9 dicembre", "da lunedì"."""
    return Days(day.first, vague=day.vague, choices=day.choices, since=day.since)


def until_day(today, day):
    """"fino a Natale", "entro venerdì"."""
    last = day.last or day.first
    return Days(last=last) if last else VAGUE


def day_lasting(days):
    """A maker: "dal 5 luglio per due settimane"."""
    def made(today, day, count):
        return Days(day.first, day.first + timedelta(days=days * count - 1)) if day.first and 0 < count < 60 else None
    return made


def lasting_day(days):
    """A maker: "due settimane dal 5 luglio"."""
    return lambda today, count, day: day_lasting(days)(today, day, count)


def two_months(today, first, last):
    """"luglio e agosto"."""
    return between(today, named_month(today, first), named_month(today, last))


def from_month(today, month):
    """"da gennaio"; "da agosto" in October is since when, and asks for nothing."""
    ahead = (month - today.month) % 12
    if ahead > FARTHEST_BEGIN:
        return PAST if ahead > LIKELY_PAST else VAGUE
    return Days(named_month(today, month).first)


def two_numbers(today, first, second, month, year=None):
    """"7 e 8 dicembre": both, if they follow each other; else which of them is to be asked."""
    days = [dated(today, number, month, year).first for number in (first, second)]
    if None in days or days[0] >= days[1]:
        return VAGUE
    return Days(*days) if days[1] - days[0] == ONE_DAY else Days(choices=tuple(days))


def named_two(today, first, number, second, other, month, year=None):
    """"lun 7 e mar 8 giugno": believed if the weekdays are theirs."""
    days = dated(today, number, month, year).first, dated(today, other, month, year).first
    agree = all(day and name in (None, day.isoweekday()) for day, name in zip(days, (first, second)))
    return two_numbers(today, number, other, month, year) if agree else VAGUE


def named_between(today, first, number, second, other, month, year=None):
    """"da giovedì 13 a martedì 18 aprile": believed if the weekdays are theirs."""
    days = [dated(today, number, month, year).first, dated(today, other, month, year).first]
    agree = all(day and day.isoweekday() == name for day, name in zip(days, (first, second)))
    return Days(*days, dated=True) if agree and days[0] < days[1] else VAGUE


def month_from(today, month, number):
    """"giugno dal 14"."""
    return from_day(today, dated(today, number, month))


def slash_of(today, days, month, year=None):
    """"4/5 dicembre"."""
    return two_numbers(today, *days, month, year)


def number_to_date(today, number, last):
    """"dal 4 al 6/12"."""
    return between(today, dated(today, number, last.first.month, last.first.year), last) if last.first else VAGUE


def three_numbers(today, first, second, third, month):
    """"7, 8 e 9 dicembre"."""
    return numbers_between(today, first, third, month) if second == first + 1 == third - 1 else VAGUE


# ---------------------------------------------------------------- every week

EVERY_DAY, WORKDAYS = tuple(range(1, 8)), tuple(range(1, 6))


def more_weekdays(today, weekday, more):
    """"lunedì, mercoledì e venerdì"."""
    return tuple(sorted({weekday, *more}))


def one_weekday(today, weekday):
    """A row of one."""
    return (weekday,)


def weekly(today, weekdays=(), *_):
    """"ogni martedì"."""
    return Days(weekly=True, weekdays=weekdays)


def weekly_one(today, weekday):
    """"on Mondays", "le domeniche"."""
    return weekly(today, (weekday,))


def weekly_two(today, one, other):
    """"on Mondays and Thursdays"."""
    return weekly(today, tuple(sorted({one, other})))


def weekly_on(*weekdays):
    """A maker: every week on these."""
    return lambda today, *_: Days(weekly=True, weekdays=weekdays)


def weekly_part(today, part):
    """"tutte le mattine"."""
    return Days(weekly=True, weekdays=EVERY_DAY, part=part)


def weekly_times_part(today, times, part):
    """"due pomeriggi a settimana"."""
    return Days(weekly=True, part=part)


def weekly_between(today, first, last):
    """"dal lunedì al venerdì"."""
    return Days(weekly=True, weekdays=tuple(range(first, last + 1))) if first < last else None


def weekly_pair(today, first, more):
    """"il martedì e il giovedì"."""
    return weekly(today, more_weekdays(today, first, more))
