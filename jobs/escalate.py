"""Nothing waits forever: limits begin, reminders, the coordinator, the next cooperative, the end at the start."""

from actions import agreeing, answering, delivering, ending, proposing, putting
from questions.openings import openings_unmarked_too_long
from questions.work import (
    due_a_reminder,
    lapsing,
    late,
    not_started,
    proposals_due_a_reminder,
    proposals_lapsing,
    proposals_not_started,
    unagreed_at_start,
    undecided,
    unmarked_too_long,
)

from .each import each


def escalate(now) -> int:
    """What limits ask for by now."""
    return sum(each(rows, lambda row: verb(row, at=now)) for rows, verb in _due(now))


def _due(now):
    yield not_started(now), putting.start
    yield proposals_not_started(now), proposing.start
    yield proposals_lapsing(now), agreeing.lapse
    yield unagreed_at_start(now), ending.lapse          # after it: one whose own start passed while a later time was proposed
    yield lapsing(now), answering.lapse
    yield late(now), answering.tell_late
    yield due_a_reminder(now), answering.remind
    yield proposals_due_a_reminder(now), proposing.remind
    yield undecided(now), answering.tell_undecided
    yield unmarked_too_long(now), delivering.tell_unmarked
    yield openings_unmarked_too_long(now), delivering.tell_opening_unmarked
