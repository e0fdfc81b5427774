"""School bridges: working weekdays on which schools are closed, between a holiday and a weekend or as the pilot says."""

from datetime import date, timedelta
from typing import NamedTuple

from rules import hours

ONE_DAY = timedelta(days=1)
LOOK_AROUND = timedelta(days=21)    # a run that began before, or ends after, what is asked about is not cut in two


class Bridge(NamedTuple):
    """Days in a row on which parents work and schools are closed; their name, or the holiday that makes the bridge."""

    days: tuple[date, ...]
    name: str = ""
    holiday: date | None = None


def bridges(begins: date, ends: date, closures: dict[date, str]) -> list[Bridge]:
    """The bridges whose first day lies in [begins, ends), in order. `closures`: the days schools are closed, with why.

    A single working day between a national holiday and a weekend counts though nobody named it: the Monday before a
    Tuesday's holiday, the Friday after a Thursday's. Days of one name ("vacanze di Natale") stay together over the
    weekends and holidays between them.
    """
    days, on = [], begins - LOOK_AROUND
    while on < ends + LOOK_AROUND:
        why = hours.is_working_day(on) and (closures.get(on) or _holiday_beside(on))
        if why:
            days.append((on, why))
        on += ONE_DAY
    return [_bridge(run) for run in _runs(days) if begins <= run[0][0] < ends]


def _holiday_beside(on):
    """The holiday between which and a weekend this weekday lies, if it does."""
    beside = {0: on + ONE_DAY, 4: on - ONE_DAY}.get(on.weekday())
    return beside if beside and beside in hours.national_holidays(beside.year) else None


def _bridge(run):
    days, why = tuple(on for on, _why in run), run[0][1]
    return Bridge(days, name=why) if isinstance(why, str) else Bridge(days, holiday=why)


def _runs(days):
    """Days of one reason that follow each other, with no working day between them, as one run."""
    runs = []
    for on, why in days:
        if runs and why == runs[-1][-1][1] and hours.working_day_after(runs[-1][-1][0]) == on:
            runs[-1].append((on, why))
        else:
            runs.append([(on, why)])
    return runs
