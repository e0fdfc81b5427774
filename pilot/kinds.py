"""How one cell is read: each kind turns its text into a value, and says in words what it expects."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Callable

from actions.places import FIRM, MOST_POINTS, POINT_LENGTH
from rules import hours, numbers, references, sms

MUST_BE_FILLED = object()
KEEP = object()           # an empty cell, or no column at all, leaves what is kept already
SHORT, LONG = 255, 4000   # characters that a column of the database, or a list, can hold
SMS_NAME_LENGTH = 16
SMS_WORDS_LENGTH = 60     # what an SMS has room for beside its own words
NO_MOBILE = {"landline": "un numero fisso", "foreign": "un numero estero", "invalid": "non è un numero"}


class Odd(ValueError):
    """What is odd about a cell, in Italian, where that helps; any other ValueError only says that it cannot be read."""


@dataclass(frozen=True)
class Kind:
    """`read(text, known)` gives the value or raises ValueError; `expected` says in Italian what belongs there."""

    expected: str
    read: Callable[[str, Any], Any]
    empty: Any = MUST_BE_FILLED
    longest: int = SHORT


def or_empty(kind, value=""):
    """The same kind, of which an empty cell means `value`."""
    return replace(kind, empty=value)


# ---------------------------------------------------------------- reading

def _matching(pattern, value):
    """A reader of texts that look like `pattern`; `value` makes what is kept of them."""
    def read(text, known):
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        return value(text)
    return read


def _cents(text):
    euro, _, cents = text.replace(",", ".").partition(".")
    return int(euro) * 100 + int(cents.ljust(2, "0"))


def _date(text, known):
    """A day of the calendar; days from today are for demonstrations, which must always lie around now.

    `+14` is in fourteen days, whatever day that is; `+14f` that day or the first working day after it.
    """
    if known.today and re.fullmatch(r"[+-]\d{1,4}f?", text, re.ASCII):
        on = known.today + timedelta(days=int(text.removesuffix("f")))
        return on if text[-1] != "f" or hours.is_working_day(on) else hours.working_day_after(on)
    form = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
    on = datetime.strptime(text, form).date()
    if not 2000 <= on.year < 2100:  # 0026 and 2206 are slips of the finger, not dates
        raise ValueError
    return on


def _clock(text, known=None):
    return datetime.strptime(text.replace(".", ":"), "%H:%M").time()


def _day_and_hour(text, known):
    """A day, or a day and an hour; a day alone lasts until it is over."""
    day, _, hour = text.replace("T", " ").partition(" ")
    return _date(day, known), _clock(hour) if hour else time.max


def _mobile(text, known):
    try:
        return numbers.italian_mobile(text)
    except numbers.NotMobile as why:
        raise Odd(NO_MOBILE[why.why]) from None


def _join_code(text, known):
    if not references.is_join_code(text):
        raise ValueError
    return text


def _in_an_sms(most):
    """A reader of texts of at most so many cheap characters."""
    def read(text, known):
        if sms.length(text) > most:
            raise Odd(f"{sms.length(text)} caratteri")
        if not sms.fits(text):
            raise Odd("ha caratteri che un SMS semplice non ha")
        return text
    return read


def _words(text, known):
    return [word.strip() for word in text.split(";") if word.strip()]


def _points(text, known):
    points = list(dict.fromkeys(FIRM if word.lower() == FIRM else word for word in _words(text, known)))
    if len(points) > MOST_POINTS:
        raise Odd(f"{len(points)} punti")
    if any(len(point) > POINT_LENGTH for point in points):
        raise Odd(f"un punto ha più di {POINT_LENGTH} caratteri")
    return points


# ---------------------------------------------------------------- the kinds

def between(low, high):
    """A whole number of a range, its ends included."""
    def read(text, known):
        if not (re.fullmatch(r"\d{1,6}", text, re.ASCII) and low <= int(text) <= high):
            raise ValueError
        return int(text)
    return Kind(f"un numero intero da {low} a {high}", read)


TEXT = Kind("un testo", lambda text, known: text)
WORDS = Kind("parole separate da ;", _words, longest=LONG)
POINTS = Kind(f"al più {MOST_POINTS} punti di raccolta separati da ; (azienda = l'azienda di chi prenota), "
              f"di al più {POINT_LENGTH} caratteri",
              _points, longest=LONG)
MONEY = Kind("euro con la virgola o il punto e senza separatore delle migliaia, come 1250,50",
             _matching(r"\d{1,7}([.,]\d{1,2})?", _cents))
PERCENT = between(0, 100)
COUNT = Kind("un numero intero, zero o più", _matching(r"\d{1,6}", int))
AMOUNT = Kind("un numero intero, uno o più", _matching(r"0*[1-9]\d{0,5}", int))
DATE = Kind("una data che esiste, come 2026-12-08 o 08/12/2026", _date)
CLOCK = Kind("un'ora, come 08:30", _clock)
DAY_AND_HOUR = Kind("una data come 2026-12-08, anche con l'ora: 2026-12-08 12:00", _day_and_hour)
YES_NO = Kind("si o no", _matching("si|no", "si".__eq__))
EMAIL = Kind("un indirizzo e-mail, come nome@example.org",
             _matching(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", str.lower))
MOBILE = Kind("un cellulare italiano, come 333 0000101", _mobile)
ANY_PHONE = Kind("un numero di telefono, come 035 0000000", _matching(r"\+?[\d /.()-]{3,40}", str))
ISTAT = Kind("un codice ISTAT di sei cifre, come 016183", _matching(r"\d{6}", str))
JOIN_CODE = Kind("un codice di adesione con la sua cifra di controllo, come 48291", _join_code)
SMS_NAME = Kind(f"al più {SMS_NAME_LENGTH} caratteri semplici, che stiano in un SMS", _in_an_sms(SMS_NAME_LENGTH))
SMS_WORDS = Kind(f"al più {SMS_WORDS_LENGTH} caratteri semplici, che stiano in un SMS", _in_an_sms(SMS_WORDS_LENGTH))


def one_of(*words):
    """One word of a list."""
    return Kind(f"uno di: {', '.join(words)}", lambda text, known: words[words.index(text)])


def some_of(*words):
    """Words of a list, separated by semicolons."""
    return Kind(f"nessuno o più di: {', '.join(words)}; separati da ;",
                lambda text, known: [words[words.index(word)] for word in _words(text, known)])


# ---------------------------------------------------------------- what stands in another file

@dataclass(frozen=True)
class Reference(Kind):
    """A code of another file; `known` answers for the files and for what is loaded already."""

    to: str = ""


def code_of(file):
    """A code that stands in another file, or is loaded already."""
    return Reference(f"un codice di {file}.csv, o già caricato", lambda text, known: known.code(file, text), to=file)


COMUNE = Reference("un comune di comuni.csv (nome o codice ISTAT), o già caricato",
                   lambda text, known: known.comune(text), to="comuni")
TERRITORIES = Reference("comuni (nomi o codici ISTAT) o ambito:NOME, separati da ;",
                        lambda text, known: known.territories(_words(text, known)), longest=LONG, to="comuni")
