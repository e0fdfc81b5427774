"""How long a cooperative has to answer, and until when a person may cancel without it counting as late."""

from datetime import datetime, timedelta
from typing import NamedTuple

from rules.hours import add_open, add_waking, add_working, open_between, waking_between, working_between

HOUR = timedelta(hours=1)
OFFER_HOURS = 4  # open hours for which a place is held for who waited for it
AT_LEAST = 1  # working hour: less is no chance to answer
BREATH = timedelta(minutes=30)  # the least that a person has to answer a proposal
MOMENT = timedelta(minutes=10)  # the least that a cooperative has to answer what is urgent


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


def is_urgent(starts_at: datetime, answer_by: datetime | None, at: datetime, within_hours: float = 48) -> bool:
    """Whether a start or an answer is wanted within so many clock hours."""
    return min(starts_at, answer_by or starts_at) - at <= within_hours * HOUR


def cut_urgent(put_at: datetime, until: datetime, left: int, minutes: float = 30) -> Limits:
    """The limits of an urgent referral: so many minutes between 8 and 20 of any day, the reminder at half time.

    Cut so that every cooperative left still gets its turn before `until`, never under ten minutes, never past `until`.
    The coordinator, who knows of it from the start, hears again when it goes on to the next.
    """
    turn = min(minutes / 60, waking_between(put_at, until) / max(left, 1) / HOUR)
    turn = max(turn, MOMENT / HOUR)
    remind, due = (min(add_waking(put_at, hours), until) for hours in (turn / 2, turn))
    return Limits(remind, due, due)


def answer_to_proposal(sent_at: datetime, starts_at: datetime, open_hours: float = 48, before_hours: float = 2, *,
                       urgent: bool = False) -> tuple[datetime, datetime]:
    """When a person is reminded of a proposal, at half time, and until when it waits.

    So many open hours since the carrier took it (for what is urgent, hours between 8 and 20 of any day), at the latest
    `before_hours` clock hours before its start; at least half an hour, but never past the start.
    """
    add, between = (add_waking, waking_between) if urgent else (add_open, open_between)
    due = min(add(sent_at, open_hours), starts_at - before_hours * HOUR)
    due = max(due, min(sent_at + BREATH, starts_at))
    return min(add(sent_at, between(sent_at, due) / 2 / HOUR), due), due


def answer_to_offer(sent_at: datetime, last_at: datetime, open_hours: float = OFFER_HOURS) -> datetime:
    """Until when a place offered to who waits for it is held: so many open hours since it was sent, never past `last_at`."""
    return min(add_open(sent_at, open_hours), last_at)


def free_until(starts_at: datetime, notice_hours: float, free_hours: float = 24, closed=()) -> datetime:
    """Until when cancelling is free: the later of `free_hours` working and `notice_hours` clock hours before."""
    return max(add_working(starts_at, -free_hours, closed), starts_at - notice_hours * HOUR)


def _turn(put_at, last_at, left, closed):
    """A cooperative's turn in working hours."""
    return working_between(put_at, last_at, closed) / max(left, 1) / HOUR
