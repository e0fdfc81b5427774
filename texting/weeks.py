"""The grammar of days, continued: weeks, weekends and months."""

from datetime import date

from texting.days import A_WEEK, ONE_DAY, VAGUE, Days, length_of, month_of


def week(ahead):
    """A maker: Monday to Sunday of the week so many weeks ahead; of this one what is left."""
    def made(today, *_):
        monday = today - ONE_DAY * today.weekday() + A_WEEK * ahead
        return Days(max(monday, today), monday + ONE_DAY * 6)
    return made


def week_of(today, day):
    """"la settimana del 6 luglio"."""
    if day.first is None:
        return None
    monday = day.first - ONE_DAY * day.first.weekday()
    return Days(max(monday, today), monday + ONE_DAY * 6)


def ordinal_week(today, ordinal, month):
    """"la prima settimana di luglio": of the weeks whose Monday is in the month."""
    return ordinal_weeks(today, ordinal, 1, month)


def week_of_month(today, month, ordinal):
    """"luglio, prima settimana"."""
    return ordinal_week(today, ordinal, named_month(today, month))


def ordinal_weeks(today, ordinal, count, month):
    """"le prime due settimane di luglio"."""
    if count < 1:
        return VAGUE
    mondays = _mondays(month.first)
    if ordinal < 0 and mondays[-1].day + 3 > length_of(month.first):
        mondays.pop()       # most of that week is the next month's
    first = len(mondays) - count if ordinal < 0 else ordinal - 1
    if not 0 <= first <= len(mondays) - count or mondays[first] + ONE_DAY * 6 < today:
        return VAGUE
    return Days(mondays[first], mondays[first] + A_WEEK * count - ONE_DAY)


def two_weeks(today, one, other, month):
    """"la seconda e terza settimana di luglio"."""
    return ordinal_weeks(today, one, 2, month) if other == one + 1 and one > 0 else VAGUE


def _mondays(first):
    days = [first.replace(day=day) for day in range(1, length_of(first) + 1)]
    return [day for day in days if day.weekday() == 0]


def weekend(ahead):
    """A maker: Saturday and Sunday of the week so many weeks ahead."""
    def made(today, *_):
        saturday = today - ONE_DAY * today.weekday() + A_WEEK * ahead + ONE_DAY * 5
        return Days(max(saturday, today), saturday + ONE_DAY)
    return made


def weekend_of(today, day):
    """"il weekend di Pasqua"."""
    saturday = day.first and day.first + ONE_DAY * (5 - day.first.weekday())
    return Days(max(saturday, today), saturday + ONE_DAY) if saturday and saturday + ONE_DAY >= today else VAGUE


def next_weekend(today, *_):
    """"il prossimo weekend": this week's or next week's, to be asked; on a weekend itself the one after it."""
    this, next_ = weekend(0)(today), weekend(1)(today)
    return next_ if today.weekday() >= 5 else Days(choices=(this.first, next_.first))


def named_month(today, month):
    """"a luglio": the whole month, or what is left of it."""
    first = date(today.year + (month < today.month), month, 1)
    return Days(max(first, today), first.replace(day=length_of(first)))


def this_month(today, *_):
    """"questo mese", "del mese"."""
    return named_month(today, today.month)


def next_month(today, *_):
    """"il mese prossimo"."""
    first = month_of(today, 1)
    return Days(first, first.replace(day=length_of(first)))


def next_days(unit):
    """A maker: "i prossimi tre giorni", from tomorrow on."""
    return lambda today, number: Days(today + ONE_DAY, today + ONE_DAY * unit * number) if 0 < number < 60 else None
