"""When: what a text says about days and hours, put together from its expressions."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from texting import clock, conflicts, refusals, relevance, series
from texting.clock import Hours
from texting.days import ONE_DAY, Days, weekday_in
from texting.mentions import TOLD, by_the_way, is_a_month, mentions, span, told
from texting.tokens import Token

TWO_WEEKS = timedelta(days=14)
class When(NamedTuple):
    """What was said about time. `choices` are days of which one is meant, to be asked; `minutes` a length alone."""

    on: date | None = None
    until: date | None = None
    start: time | None = None
    end: time | None = None
    part: str | None = None
    weekly: bool = False
    weekdays: tuple = ()
    minutes: int | None = None
    choices: tuple = ()
    unclear: bool = False       # something about time was said that must be asked again
    passed: bool = False        # what was asked for is over
    refused: bool = False       # "venerdì non posso"
    taken: frozenset = frozenset()
    early: time | None = None   # "alle 6 e 45" of what is known to be in the morning

    @property
    def says_a_time(self):
        """Whether any time is asked for."""
        return bool(self.says_a_day or self.start or self.end or self.part)

    @property
    def is_overnight(self):
        """Whether it is the night that is asked for: by its name, or from an evening to the next morning."""
        return self.part == "notte" or bool(self.start and self.end and self.end < self.start and self.start.hour >= 18)

    @property
    def is_by_day(self):
        """Whether it is hours of the day that are asked for, from a morning or an afternoon to an evening at most."""
        return bool(self.start and self.end and 6 <= self.start.hour <= self.end.hour <= 21)

    @property
    def says_a_day(self):
        """Whether any day is asked for."""
        return bool(self.on or self.until or self.weekly or self.weekdays or self.choices)


def read(row: list[Token], now: datetime, *, refusing=True, stories=True, least=TOLD, text="") -> When:
    """What a row of tokens says about time, as of a local moment; without `refusing` what is refused counts too, without
    `stories` no day that is told of something else. `least` is how surely something is wanted that counts: above 0 what is
    rather wanted than told by the way. `text` is what the row was made of."""
    said = mentions(row, now.date())
    scores = dict(zip(said, relevance.wanted(row, text, [span(one) for one in said])))
    aside, scores = told(row, said, by_the_way(row, said, stories), scores, least)
    wanted = refusals.corrected(row, refusals.outside(row, [one for one in said if one not in aside]))
    kept = [one for one in wanted if not (refusing and refusals.refused(row, one, said))]
    kept = conflicts.settled(row, kept, scores)
    when = _hours(_without(_days(kept, row, now.date()), wanted, kept), kept, now)
    since = {one.said.since for one in kept if isinstance(one.said, Days) and one.said.since}
    when = series.begun(when, now, since.pop() if len(since) == 1 else None)
    missed = any(isinstance(one.said, Hours) for one in aside) and not when.start and not when.end
    taken = frozenset(place for one in said for place in range(one.begin, one.end))
    return when._replace(taken=taken, refused=len(kept) < len(wanted), unclear=when.unclear or missed)


def _without(when, wanted, kept):
    """"tutti i giorni tranne la domenica"."""
    refused = {day for one in wanted if one not in kept and isinstance(one.said, Days) for day in _weekdays_of(one.said)}
    rest = tuple(day for day in when.weekdays if day not in refused)
    return when._replace(weekdays=rest) if when.weekly and rest else when


def _weekdays_of(days):
    return days.weekdays or ((days.first.isoweekday(),) if days.bare else ())


# ---------------------------------------------------------------- days

def _days(mentions, row, today):
    said = [one for one in mentions if isinstance(one.said, Days)]
    unclear = any(one.said.vague and not one.said.since for one in said)
    when = When(unclear=unclear, passed=any(one.said.past for one in said))
    weekly = [one for one in said if one.said.weekly]
    if weekly:
        return _weekly(when, weekly, said)
    return _single(when, [one for one in said if one.said.first or one.said.last or one.said.choices], row, today)


def _weekly(when, weekly, said):
    said_days = [set(one.said.weekdays) for one in weekly if one.said.weekdays]
    narrow = [days for days in said_days if len(days) < 7] or said_days     # "tutti i giorni dal lunedì al venerdì"
    weekdays = set().union(*narrow)
    others = [one.said for one in said if not one.said.weekly]
    if weekdays and len(weekdays) < 5:      # "di lunedì e di mercoledì ogni settimana"
        ends = {one.begin for one in weekly} | {one.begin - 1 for one in weekly}
        weekdays |= {one.said.first.isoweekday() for one in said if one.said.bare and one.end in ends}
    if not weekdays:
        weekdays = {day.first.isoweekday() for day in others if day.bare}
    plain = [day for day in others if day.first and day.last and day.last - day.first <= TWO_WEEKS]
    if len(plain) == 1 and weekdays >= set(range(1, 6)):
        return _within(when, weekdays, plain[0])
    months = [day for day in others if day.first and day.last]
    if len(months) == 1 and len(weekdays) == 7:
        return _within(when, weekdays, months[0])
    firsts = {day.first for day in others if day.first and not day.bare and not day.choices}
    lasts = {day.last for day in others if day.last}
    return when._replace(weekly=True, weekdays=tuple(sorted(weekdays)), on=firsts.pop() if len(firsts) == 1 else None,
                         until=lasts.pop() if len(lasts) == 1 else None)


def _within(when, weekdays, span):
    """"tutte le mattine la settimana prossima": those days and no more, every week is not meant."""
    days = [span.first + ONE_DAY * count for count in range((span.last - span.first).days + 1)]
    days = [day for day in days if day.isoweekday() in weekdays]
    return when._replace(on=days[0], until=days[-1]) if days else when


def _single(when, said, row, today):
    untils = [one for one in said if one.said.first is None and one.said.last]
    starts = [one for one in said if one not in untils]
    months = [one.said for one in starts if is_a_month(one.said)]
    bare = {one.said.first.isoweekday() for one in starts if one.said.bare}
    if len(months) == 1 and len(bare) == len(starts) - 1 > 1:       # "per tutto ottobre mercoledì e venerdì"
        return when._replace(weekly=True, weekdays=tuple(sorted(bare)), on=months[0].first, until=months[0].last)
    if len(starts) > 1:
        starts = _narrowed(starts, today)
    if len(untils) == 1:
        when = when._replace(until=untils[0].said.last)
    if len(starts) == 1:
        return _one(when, starts[0].said)
    return _several(when, starts, row) if starts else when


def _one(when, days):
    if days.choices:
        return when._replace(choices=days.choices, unclear=True)
    until = when.until if when.until and when.until >= days.first else None
    return when._replace(on=days.first, until=days.last or until)


def _narrowed(starts, today):
    """The same day said twice is one; a weekday within a week that is said too is that week's."""
    starts = [one for one in starts if not is_a_month(one.said)] or starts      # "dopo l'ictus di marzo"
    ranges = [one for one in starts if one.said.last]
    bare = [one for one in starts if one.said.bare]
    if len(ranges) == 1 and len(bare) == 1 == len(starts) - 1 and (ranges[0].said.last - ranges[0].said.first).days < 7:
        days = weekday_in(today, bare[0].said.first.isoweekday(), ranges[0].said)
        return [bare[0]._replace(said=days)] if days else starts
    exact = [one for one in starts if not one.said.bare and not one.said.last and one.said.first]
    if len(ranges) == 1 and exact and all(_lies_in(ranges[0].said, one.said) for one in exact):
        starts = [one for one in starts if one not in exact]        # "dal 25 al 30 marzo per Pasqua"
    if len(exact) == 1:
        starts = [one for one in starts if exact[0].said.first not in one.said.choices]
    days = {one.said.first.isoweekday() for one in [*exact, *bare]}
    if len(exact) == 1 and len(days) == 1 and not ranges:
        starts = [one for one in starts if one is exact[0] or one.said.choices]
    single, seen = [], set()
    for one in starts:
        if (one.said.first, one.said.last, one.said.choices) not in seen:
            seen.add((one.said.first, one.said.last, one.said.choices))
            single.append(one)
    return single


def _lies_in(span, day):
    return span.first <= day.first <= span.last


def _several(when, starts, row):
    """Days in a row are a range; days apart, joined by "e", are those of every week; else one of them is to be asked."""
    days = series.in_order([one.said for one in starts])
    if any(day is None for day in days) or any(one.said.last for one in starts):
        return when._replace(choices=tuple(sorted({day for day in days if day})), unclear=True)
    between = [" ".join(token.word for token in row[one.end:other.begin]) for one, other in zip(starts, starts[1:])]
    joined = all(words in ("", "e", "ed", "ed il", "e poi", "e il", "e di", "e anche", "and", "il") for words in between)
    if joined and all(later - day == ONE_DAY for day, later in zip(days, days[1:])):
        return when._replace(on=days[0], until=days[-1])
    if joined and all(one.said.bare for one in starts):
        return series.of_weekdays(when, days)
    return when._replace(choices=tuple(sorted(set(days))), unclear=True)


# ---------------------------------------------------------------- hours

def _hours(when, mentions, now):
    part = _part(mentions)
    said = [one.said for one in mentions if isinstance(one.said, Hours)]
    said = [one for one in said if not one.bare] or said
    later = [one.later for one in said if one.later]
    if later and not when.says_a_day:
        at = now + timedelta(minutes=later[0])
        return when._replace(on=at.date(), start=time(at.hour, at.minute))
    starts, ends, lengths = ({one for one in (getattr(hours, name) for hours in said) if one is not None}
                             for name in ("start", "end", "minutes"))
    if len(starts) > 1 or len(ends) > 1:
        return when._replace(part=part, unclear=True)
    when = when._replace(minutes=lengths.pop() if len(lengths) == 1 else None)
    start, end = next(iter(starts), None), next(iter(ends), None)
    return _not_over(_clocked(when, start, end, part), start, part, now)


def _clocked(when, start, end, part):
    if start and end:
        begins, ends = clock.resolve_window(start, end, part, night=part == "notte")
    else:
        begins, ends = start and clock.resolve(start, part), end and clock.resolve(end, part)
    if begins is None and ends is None:
        return when._replace(part=part, unclear=when.unclear or bool(start or end))
    if begins and end and ends == begins:
        ends = None
    if begins and not end and when.minutes:
        ends = (datetime.combine(date.min, begins) + timedelta(minutes=when.minutes)).time()
    early = begins and begins.hour == 18 and not end and start.hour == 6 and not (start.part or part)
    return when._replace(start=begins, end=ends, early=time(start.hour, start.minute) if early else None)


def _not_over(when, start, part, now):
    """An hour of today that is over: the evening's, if that may be meant; else it is asked again."""
    ahead = [hour for hour in (when.start, when.end) if hour and hour > now.time()]
    if when.on != now.date() or when.until or not when.start or ahead:
        return when
    if when.end and when.end < when.start:
        return when
    evening = start and not (start.part or start.sure or part) and 7 <= when.start.hour <= 9 and not when.end
    if evening and time(when.start.hour + 12, when.start.minute) > now.time():
        return when._replace(start=time(when.start.hour + 12, when.start.minute))
    return when._replace(start=None, end=None, unclear=True, passed=True)


def _part(mentions):
    parts = {one.said for one in mentions if isinstance(one.said, str)}
    parts |= {one.said.part for one in mentions if isinstance(one.said, Days) and one.said.part}
    if parts == {"sera", "notte"}:
        return "notte"          # "night carer for tonight"
    return parts.pop() if len(parts) == 1 else None
