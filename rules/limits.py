"""How long a cooperative has to answer, and until when a person may cancel without it counting as late."""

from datetime import datetime, timedelta
from typing import NamedTuple

from rules.hours import add_working, working_between

HOUR = timedelta(hours=1)
AT_LEAST = 1  # working hour: less is no chance to answer


class Policy(NamedTuple):
    """A project's limits in working hours since a request was put before a cooperative."""

    reminder: float = 4
    coordinator: float = 8
    next: float = 24


class Limits(NamedTuple):
    """When the operators are reminded, the coordinator is told, and the next cooperative is asked."""

    remind_at: datetime
    tell_at: datetime
    due_at: datetime


def cut(put_at: datetime, starts_at: datetime, notice_hours: float, left: int, policy: Policy, closed=()) -> Limits:
    """The limits of one referral: the project's, cut so that every cooperative left still gets its turn.

    A turn is the working time from `put_at` until `notice_hours` (clock hours) before the start, divided by
    the cooperatives `left`, this one included, but never under one working hour; nothing is after the start.
    In a cut turn the reminder comes at half time: together with the end it would remind of nothing.
    """
    turn = _turn(put_at, starts_at - notice_hours * HOUR, left, closed)
    due = max(min(policy.next, turn), AT_LEAST)
    tell = max(min(policy.coordinator, due), AT_LEAST)
    remind = max(min(policy.reminder, due / 2, tell), AT_LEAST)
    return Limits(*(min(add_working(put_at, hours, closed), starts_at) for hours in (remind, tell, due)))


def free_until(starts_at: datetime, notice_hours: float, free_hours: float = 24, closed=()) -> datetime:
    """Until when cancelling is free: the later of `free_hours` working and `notice_hours` clock hours before."""
    return max(add_working(starts_at, -free_hours, closed), starts_at - notice_hours * HOUR)


def _turn(put_at, last_at, left, closed):
    """A cooperative's turn in working hours."""
    return working_between(put_at, last_at, closed) / max(left, 1) / HOUR
