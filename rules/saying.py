"""Days, hours, money and lengths as people say them, in Italian ("it") and English ("en").

Moments are aware and said in the zone of `rules.hours`. Any other language is answered in Italian.
"""

import re
from datetime import date, datetime, time, timedelta

from rules.hours import local
from rules.recurrence import Dates, Weekly

DAYS = {
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "it": ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
           "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
}
UNITS = {
    "it": {"minute": ("minuto", "minuti"), "hour": ("ora", "ore"), "day": ("giorno", "giorni")},
    "en": {"minute": ("minute", "minutes"), "hour": ("hour", "hours"), "day": ("day", "days")},
}


def day_long(on: date, lang: str) -> str:
    """`venerdì 4 dicembre`, `Friday 4 December`."""
    return f"{_in(DAYS, lang)[on.weekday()]} {on.day} {_in(MONTHS, lang)[on.month - 1]}"


def day_short(on: date, lang: str) -> str:
    """`ven 4/12`, `Fri 4/12`: day before month in both languages, as the firm's calendar has it."""
    return f"{_in(DAYS, lang)[on.weekday()][:3]} {on.day}/{on.month}"


def hour(at: datetime, lang: str) -> str:
    """`15` and `15:30` in Italian; always `15:00` in English, where a bare 15 is no hour."""
    wall = local(at)
    return f"{wall:%H:%M}" if lang == "en" else _bare(wall)


def moment_short(at: datetime, lang: str) -> str:
    """`gio 3/12 ore 12`, `Thu 3/12 at 12:00`; midnight is the end of a day: `mer 2/12 a mezzanotte`."""
    if local(at).time() == time(0):
        return f"{day_short(local(at).date() - timedelta(days=1), lang)} {'at midnight' if lang == 'en' else 'a mezzanotte'}"
    return f"{day_short(local(at).date(), lang)} {'at' if lang == 'en' else 'ore'} {hour(at, lang)}"


def span(starts: datetime, ends: datetime, lang: str) -> str:
    """`dalle 15 alle 18`, `from 15:00 to 18:00`; over midnight `dalle 21 alle 7 del giorno dopo`."""
    later = local(ends).date() > local(starts).date()
    if lang == "en":
        return f"from {hour(starts, lang)} to {hour(ends, lang)}{' the next day' if later else ''}"
    return f"{_preposed('da', local(starts))} {_preposed('a', local(ends))}{' del giorno dopo' if later else ''}"


def span_short(starts: datetime, ends: datetime) -> str:
    """`15-18`, `15:30-18`, the same in both languages."""
    return f"{_bare(local(starts))}-{_bare(local(ends))}"


def euro(cents: int, lang: str) -> str:
    """`19,80`, `1.250,00`; in English `19.80`, `1,250.00`. Without the currency's sign, which costs two in an SMS."""
    english = f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    return english if lang == "en" else english.translate(str.maketrans(",.", ".,"))


def left(delta: timedelta, lang: str) -> str:
    """How long there is still: `ancora 25 min`, `ancora 3 ore`, `ancora 2 giorni`. Rounded down."""
    minutes = delta // timedelta(minutes=1)
    if delta <= timedelta(0):
        return "time is up" if lang == "en" else "tempo scaduto"
    if minutes < 1:
        return "less than a minute left" if lang == "en" else "meno di un minuto"
    rest = _rough(minutes, lang)
    return f"{rest} left" if lang == "en" else f"ancora {rest}"


def length(minutes: int, lang: str) -> str:
    """`3 ore`, `1 ora e mezza`, `45 minuti`; in English `3 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = [_count(hours, "hour", lang)] if hours else []
    if hours and rest == 30 and lang != "en":
        parts.append("mezza")
    elif rest or not hours:
        parts.append(_count(rest, "minute", lang))
    return (" " if lang == "en" else " e ").join(parts)


def _count(number, unit, lang):
    one, many = _in(UNITS, lang)[unit]
    return f"{number} {one if number == 1 else many}"


def _rough(minutes, lang):
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return _count(minutes // 60, "hour", lang)
    return _count(minutes // (24 * 60), "day", lang)


def _preposed(preposition, wall):
    """Italian joins its prepositions: dalle 15, dall'1, da mezzanotte."""
    if (wall.hour, wall.minute) == (0, 0):
        return f"{preposition} mezzanotte"
    article = "ll'" if wall.hour == 1 else "lle "
    return f"{preposition}{article}{_bare(wall)}"


def _bare(wall):
    return f"{wall.hour}:{wall.minute:02d}" if wall.minute else str(wall.hour)


def _in(words, lang):
    return words.get(lang, words["it"])


def weekly(wish: Weekly | Dates, lang: str) -> str:
    """`ogni martedì e giovedì`, `every Tuesday and Thursday`; for single days `in queste date`, `on these dates`."""
    english = lang == "en"
    if isinstance(wish, Dates):
        return "on these dates" if english else "in queste date"
    days = [_in(DAYS, lang)[weekday - 1] for weekday in sorted(set(wish.weekdays))]
    if len(days) in (0, 7):
        return {0: "every week", 7: "every day"}[len(days)] if english else {0: "ogni settimana", 7: "ogni giorno"}[len(days)]
    and_ = " and " if english else " e "
    return f"{'every' if english else 'ogni'} {and_.join(filter(None, [', '.join(days[:-1]), days[-1]]))}"


def named(service, lang: str) -> str:
    """A service's name."""
    return service.name_en if lang == "en" else service.name


def office_hours(text: str, lang: str) -> str:
    """The hours of an office as a pilot writes them, "lun-ven 9-13", with the days said in the reader's language."""
    if lang != "en":
        return text
    short = {day[:3]: english[:3] for day, english in zip(DAYS["it"], DAYS["en"])}
    return re.sub(r"\b(lun|mar|mer|gio|ven|sab|dom)\b", lambda found: short[found[1]], text)
