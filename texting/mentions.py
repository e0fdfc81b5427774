"""The expressions of time in a text, each where it stands and what it says; which of them are told by the way."""

from datetime import datetime
from typing import NamedTuple

from texting import day_phrases, hour_phrases, refusals, relevance, weekly_phrases
from texting.clock import Clock, Hours
from texting.days import ONE_DAY, PAST, Days, number_after
from texting.grammar import Grammar, Reading
from texting.hour_phrases import same
from texting.tokens import Token

TOLD = -0.6     # how surely something is told by the way that is left out though nothing else is said
BESIDE = 0.4    # by how much more surely an hour is wanted that follows a day
NEAR = 3        # words between a month and a number of it
PART_TABLE = [
    ("<part>", same), ("di|in|la|al|nel|nella|alla|il|per|verso|durante|at <part>", same),
    ("<part> presto|tardi|fonda", same),
    ("prima|primo|tarda|tardo|in|nel|nella|di|late|early|the prima|primo|tarda|tardo? <part>", same),
    ("dopo pranzo", lambda _: "pomeriggio"), ("dopopranzo", lambda _: "pomeriggio"),
    ("dopo cena", lambda _: "sera"), ("dopocena", lambda _: "sera"),
    ("notturno|notturna|notturni|overnight", lambda _: "notte"),
    ("serale|serali", lambda _: "sera"), ("pomeridiana|pomeridiane|pomeridiani", lambda _: "pomeriggio"),
]
GREETED = [
    ("buona|buon fine settimana", lambda _: PAST), ("buon|good weekend|wekend", lambda _: PAST),
    ("buon|buona week end", lambda _: PAST), ("buona|buon domenica|sabato|natale|pasqua", lambda _: PAST),
    ("buona|buon|good sera|serata|notte|pomeriggio|mattina|mattinata|morning|evening|afternoon|night", lambda _: PAST),
]

GRAMMAR = Grammar(part_said=PART_TABLE, greeted=GREETED, **day_phrases.TABLES, **weekly_phrases.TABLES,
                  **{name: rows for name, rows in hour_phrases.TABLES.items() if name != "count"})
ORDER = ("greeted", "weekly", "range", "day_part", "day", "hours", "part_said")     # of equally long ones the first wins


class Mention(NamedTuple):
    """One expression: where it stands, and what it says."""

    begin: int
    end: int
    said: object


def mentions(row: list[Token], today) -> list[Mention]:
    """Every expression of time in a row of tokens, in order, the longest at each place."""
    return _of_their_months(_said(row, today))


def spans(row: list[Token], now: datetime) -> list:
    """Where each expression of time begins and ends in a row of tokens, and of which kind it is."""
    return [span(one) for one in _said(row, now.date())]


def span(one: Mention) -> tuple:
    """Where an expression begins and ends, and of which kind it is."""
    return one.begin, one.end, relevance.kind_of(one.said)


def _said(row, today):
    reading, found, place = Reading(GRAMMAR, row, today), [], 0
    while place < len(row):
        longest = _longest(reading, place)
        if longest is None:
            place += 1
            continue
        found.append(Mention(place, longest[1], longest[0]))
        place = longest[1]
        hour = _bare_hour(row, place, found[-1].said)
        if hour:
            found.append(Mention(place, place + 1, Hours(start=hour)))
            place += 1
    return found


def _longest(reading, place):
    found = (reading.longest(name, place) for name in ORDER)
    return max((one for one in found if one), key=lambda one: one[1], default=None)


def _bare_hour(row, place, said):
    """"domani 15.30", "oggi 17": behind a day a number is an hour, if it can be nothing else."""
    if place >= len(row) or not isinstance(said, Days) or said.first is None or row[place].before.strip(" ,"):
        return None
    reads = row[place].reads
    behind = row[place + 1] if place + 1 < len(row) else None
    if behind and (not {"counted", "month"}.isdisjoint(behind.reads) or behind.word in ("ore", "ora")):
        return None
    if "dotted" in reads and reads["dotted"][1] % 5 == 0:
        return Clock(*reads["dotted"])
    hour = reads.get("number", 0) if "digits" in reads and not said.bare and not said.last else 0
    return Clock(hour) if 13 <= hour <= 22 else None


def _of_their_months(said):
    """"spostiamo a luglio, il 6", "il 12 luglio, anzi il 13": a number is of the month that was said before it."""
    made, month, ends = [], None, 0
    for one in said:
        if isinstance(one.said, Days) and one.said.number and month and one.begin - ends <= NEAR:
            whole = month.last and month.first.replace(day=1) - ONE_DAY
            on = number_after(whole or month.since or month.first, one.said.number)
            last = one.said.last and number_after(on, one.said.last.day)
            one = one._replace(said=Days(on, last, part=one.said.part, dated=True))
            made = [other for other in made if other.said is not month or not (whole or month.since)]
        if isinstance(one.said, Days) and (one.said.dated or one.said.since or is_a_month(one.said)):
            month, ends = one.said, one.end
        made.append(one)
    return made


def is_a_month(days: Days) -> bool:
    """Whether it is a month as a whole, or what is left of it."""
    return bool(days.first and days.last and not days.weekly and (days.last + ONE_DAY).day == 1
                and days.first.month == days.last.month and days.last.day - days.first.day > 7)


# ---------------------------------------------------------------- what is told by the way

def by_the_way(row, said, stories) -> list:
    """What is told by the way; but from when a child comes out until an hour that is said is when somebody is wanted."""
    aside = [one for one in said if refusals.by_the_way(row, one)]
    past = {one.end for one in said if isinstance(one.said, Days) and one.said.past}
    aside += [one for one in said if isinstance(one.said, Hours) and one.begin in past]     # "ieri alle 5"
    others = [one.said for one in said if one not in aside and isinstance(one.said, Hours)]
    begins = len(others) == 1 and others[0].end and not others[0].start
    stories_days = [one for one in said if refusals.told(row, one)]
    if not stories or any(isinstance(one.said, Days) and one not in stories_days + aside and one.said.says_something for one in said):
        aside += stories_days
    return [one for one in aside if not (begins and refusals.of_coming_out(row, one))]


def told(row, said, aside, scores, least) -> tuple:
    """What is left aside, with what is told by the way too; and the scores of the rest, an hour that follows a day raised.
    The only day is meant, however it is told, and what is refused is no story."""
    days = [one for one in said if isinstance(one.said, Days) and one.said.says_something and one not in aside]
    patient = least < 0
    lone = patient and all(scores[one] < least for one in days)
    ends = {one.end for one in days if lone or scores[one] >= least}
    for one in said:
        stays = (lone and one in days) or (patient and one.begin in ends) or refusals.refused(row, one, said)
        if scores[one] < least and not stays and not (refusals.of_coming_out(row, one) and _begins_there(one, said, aside)):
            aside = [*aside, one]
    behind = {one.end for one in aside if isinstance(one.said, Days)}
    aside += [one for one in said if isinstance(one.said, Hours) and one.begin in behind and one not in aside]
    return aside, scores | {one: scores[one] + BESIDE for one in said if one.begin in ends}


def _begins_there(one, said, aside):
    """Whether the only other hour is an end: from when a child comes out until then somebody is wanted."""
    others = [other.said for other in said if other not in aside and other is not one and isinstance(other.said, Hours)]
    return len(others) == 1 and bool(others[0].end and not others[0].start)
