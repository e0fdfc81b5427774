"""Feasts and bridges by name: which day "Natale" is next, which "il ponte dell'Immacolata"."""

from datetime import date, timedelta

from dateutil.easter import easter

from rules import hours

ONE_DAY = timedelta(days=1)

# How each feast is called, and when it is: a month and a day, or days after Easter.
FEASTS = [
    ("giorno? di? del? natale", (12, 25)), ("christmas day?", (12, 25)),
    ("vigilia di? natale?", (12, 24)), ("vigilia di pasqua", -1), ("giovedi santo", -3), ("mercoledi santo", -4),
    ("holy thursday", -3), ("maundy thursday", -3), ("easter eve", -1), ("vigilia di capodanno", (12, 31)),
    ("vigilia dell immacolata", (12, 7)), ("christmas eve", (12, 24)),
    ("santo? stefano", (12, 26)), ("s stefano", (12, 26)), ("boxing day", (12, 26)),
    ("giorno|pranzo di capodanno", (1, 1)), ("notte|sera|cena|veglione|festa di capodanno", (12, 31)),
    ("notte di natale", (12, 24)), ("new years? s? day", (1, 1)), ("primo dell anno", (1, 1)),
    ("ultimo dell anno", (12, 31)), ("san? silvestro", (12, 31)), ("new years? s? eve", (12, 31)),
    ("epifania|befana", (1, 6)), ("epiphany", (1, 6)),
    ("festa? della? liberazione", (4, 25)), ("festa del lavoro|lavoratori", (5, 1)), ("festa dei lavoratori", (5, 1)),
    ("festa della repubblica", (6, 2)), ("ferragosto", (8, 15)), ("assunta", (8, 15)),
    ("ognissanti", (11, 1)), ("tutti i santi", (11, 1)), ("i santi", (11, 1)), ("santi", (11, 1)),
    ("morti", (11, 2)), ("i morti", (11, 2)), ("festa? della? immacolata", (12, 8)), ("festa dell immacolata", (12, 8)),
    ("giorno? di? santa lucia", (12, 13)), ("s lucia", (12, 13)), ("san|s valentino", (2, 14)), ("san|s giuseppe", (3, 19)),
    ("sant|santo|s ambrogio", (12, 7)), ("festa della donna|donne", (3, 8)), ("festa del papa", (3, 19)),
    ("halloween", (10, 31)),
    ("re magi", (1, 6)), ("venerdi santo", -2), ("good friday", -2), ("martedi grasso", -47), ("giovedi grasso", -52),
    ("valentine s? day", (2, 14)), ("sabato santo", -1), ("domenica delle palme", -7),
    ("pasqua", 0), ("easter sunday?", 0), ("pasquetta", 1), ("lunedi dell angelo", 1), ("easter monday", 1),
]


def next_feast(today: date, when: tuple | int) -> date:
    """The first day from today on that is this feast."""
    return next(day for day in (_in_year(year, when) for year in (today.year, today.year + 1)) if day >= today)


def _in_year(year, when):
    return easter(year) + timedelta(days=when) if isinstance(when, int) else date(year, *when)


def bridge(feast: date) -> date | None:
    """The one working day between this holiday and a weekend; None when there is none, or no single one."""
    days = {1: feast - ONE_DAY, 3: feast + ONE_DAY}     # a Tuesday's is Monday, a Thursday's Friday
    day = days.get(feast.weekday())
    return day if day and day not in hours.national_holidays(day.year) else None
