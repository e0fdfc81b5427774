"""The grammar of hours: "alle 4 e mezza", "dalle 15 alle 18", "dopo le 17", "per due ore dalle 14"."""

from datetime import time
from typing import NamedTuple

EARLIEST_AM = 7     # "alle 3" of a visit is in the afternoon: care comes between 7 and 22


class Clock(NamedTuple):
    """An hour as said: `part` said with it, `sure` if only the twenty-four-hour clock writes it so."""

    hour: int
    minute: int = 0
    sure: bool = False
    part: str | None = None


class Hours(NamedTuple):
    """What an expression says about the time of day; `minutes` is a length, `later` a time counted from now."""

    start: Clock | None = None
    end: Clock | None = None
    minutes: int | None = None
    later: int | None = None
    bare: bool = False          # "15-18": hours only if nothing says otherwise


# ---------------------------------------------------------------- what the phrases make

def exact(_, clock):
    """"8:30"."""
    return Clock(*clock)


def number(_, hour):
    """"8"; no hour above 24."""
    return Clock(hour) if hour <= 24 else None


def sure_number(_, hour):
    """"08" is the morning's."""
    return Clock(hour, 0, True) if hour <= 24 else None


def plus(minutes):
    """A maker: "8 e mezza", "8 e un quarto"."""
    return lambda _, hour, *more: Clock(hour, minutes) if hour <= 24 else None


def minus(minutes):
    """A maker: "8 meno un quarto"."""
    return lambda _, hour: Clock(hour - 1, 60 - minutes) if 1 <= hour <= 24 else None


def and_minutes(_, hour, minutes):
    """"8 e 20"; "8 e 3" is no hour."""
    return Clock(hour, minutes) if hour <= 24 and minutes < 60 and (minutes >= 10 or minutes == 5) else None


def less_minutes(_, hour, minutes):
    """"8 meno 10"."""
    return Clock(hour - 1, 60 - minutes) if 1 <= hour <= 24 and 0 < minutes < 60 else None


def with_part(_, clock, part):
    """"8 di sera"."""
    return clock._replace(part=part)


def morning(_, clock):
    """"9 am"."""
    return clock._replace(part="am")


def afternoon(_, clock):
    """"3 pm"."""
    return clock._replace(part="pm")


def fixed(hour, minute=0):
    """A maker: mezzogiorno."""
    return lambda *_: Clock(hour, minute, True)


def starting(_, clock):
    """"alle 15", "dopo le 17"."""
    return Hours(start=clock)


def ending(_, clock):
    """"entro le 12", "prima delle 10"."""
    return Hours(end=clock)


def window(_, start, end):
    """"dalle 15 alle 18"; morning or afternoon said at the end holds for both."""
    if end.part and not start.part and not start.sure and start.hour <= 12:
        start = start._replace(part=_part_before(start, end))
    return Hours(start=start, end=end)


def _part_before(start, end):
    """"dalle 3 alle 6 del pomeriggio": of the afternoon both; "dalle 11 alle 2 pm": not the eleven."""
    if end.part in ("pm", "pomeriggio", "sera"):
        later = start.hour % 12 > end.hour % 12 or (start.hour % 12 == end.hour % 12 and start.minute >= end.minute)
        return None if later else end.part if end.part != "sera" or start.hour >= 5 else "pomeriggio"
    return end.part if end.part != "notte" else None


def spanned(_, span):
    """"15-18"."""
    return Hours(start=Clock(*span[0]), end=Clock(*span[1]))


def bare_span(_, span):
    """"15-18" with nothing around it that says hours."""
    return Hours(start=Clock(*span[0]), end=Clock(*span[1]), bare=True)


def spanned_part(part=None):
    """A maker: "3-6pm"."""
    return lambda _, span, *said: window(_, Clock(*span[0]), Clock(*span[1])._replace(part=part or said[0]))


def hours_long(_, count):
    """"per 3 ore"."""
    return Hours(minutes=60 * count) if 0 < count <= 24 else None


def hours_and_half(_, count):
    """"due ore e mezza"."""
    return Hours(minutes=60 * count + 30) if 0 < count <= 24 else None


def minutes_long(_, count):
    """"45 minuti"."""
    return Hours(minutes=count) if 0 < count <= 600 else None


def together(_, one, other):
    """"per due ore dalle 14", "dalle 14 per due ore"."""
    return Hours(start=one.start or other.start, end=one.end or other.end, minutes=one.minutes or other.minutes)


def in_hours(_, length):
    """"tra due ore"."""
    return Hours(later=length.minutes)


# ---------------------------------------------------------------- what an hour said means

def resolve(clock: Clock, part: str | None = None) -> time | None:
    """The hour of the wall clock; with nothing said of morning or evening the plausible one for a visit."""
    hour, part = clock.hour, clock.part or part
    if hour > 24 or clock.minute > 59 or (hour == 24 and clock.minute):
        return None
    if hour in (0, 24):
        return time(0, clock.minute)
    if hour > 12 or clock.sure:
        return time(hour, clock.minute)
    made = _OF_PART.get(part, _plausible)(hour)
    return None if made is None else time(made, clock.minute)


def _plausible(hour):
    return hour if hour >= EARLIEST_AM else hour + 12


_OF_PART = {
    "am": lambda hour: hour % 12,
    "pm": lambda hour: hour % 12 + 12,
    "mattina": lambda hour: hour if hour >= 4 else None,
    "pomeriggio": lambda hour: hour if hour == 12 else hour + 12 if hour <= 8 else None,
    "sera": lambda hour: 12 if hour == 12 else hour + 12 if hour >= 5 else None,
    "notte": lambda hour: 0 if hour == 12 else hour if hour <= 6 else hour + 12 if hour >= 8 else None,
}


def resolve_window(start: Clock, end: Clock, part: str | None = None, night=False) -> tuple:
    """Start and end of a window; what is not said of either is taken from the other. (None, None) if it cannot be."""
    begins = resolve(start, _part_for(start, part))
    if begins is None:
        return None, None
    if end.part or end.sure or end.hour > 12 or end.hour == 0:
        ends = resolve(end)
        if ends and _half_day(start, part) and begins >= ends > time(start.hour % 12, start.minute) and ends.hour > 12:
            begins = time(start.hour, start.minute)     # "dalle 6 alle 13": of the morning
        return begins, ends
    return _next_reading(begins, end, night or part == "notte", start.hour > 12)


def _half_day(clock, part):
    return not (clock.part or clock.sure or clock.hour > 12 or part)


def _part_for(start, part):
    """"domani mattina dalle 9 alle 5": the morning is the start's."""
    return None if part == "sera" and start.hour < 5 else part


def _next_reading(begins, end, night, whole_day):
    """The first time after the start at which a twelve-hour clock shows the end; at night the morning's."""
    if end.hour > 24 or end.minute > 59:
        return None, None
    early, late = time(end.hour % 12, end.minute), time(end.hour % 12 + 12, end.minute)
    if night and begins.hour >= 17 and early < begins:
        return begins, early
    if begins < early:
        return begins, early
    if begins >= late or begins.hour >= 20:
        overnight = begins.hour >= 19 and early.hour <= 10 and (late <= begins or late.hour < 22)
        return begins, early if overnight else late if late > begins else None
    if whole_day and begins.hour >= 17 and late.hour < begins.hour + 1 + (end.hour <= 8):
        return begins, None         # "dalle 18 alle 7": an hour, or a night? To be asked
    return begins, late
