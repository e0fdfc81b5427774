"""The coordinators' mail: in the morning from Monday to Friday, each once, also after a stop; not after noon."""

from actions import digesting
from questions.desk import digests_due
from rules import hours

from .each import each

MONDAY, FRIDAY = 0, 4


def digest(now) -> int:
    """Make the digests of this morning that are not made yet. Returns how many."""
    wall = hours.local(now)
    if wall.weekday() > FRIDAY or not digesting.READY <= wall.time() < digesting.NOON:
        return 0
    period = digesting.period_of(wall.date())
    made = []
    each(digests_due(weekly=wall.weekday() == MONDAY), lambda part: made.append(digesting.make(part, period, at=now)))
    return sum(row is not None for row in made)
