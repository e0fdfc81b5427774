"""Reminders to people, the evening before and two hours before."""

from actions import reminding
from questions.work import due_a_day_reminder, due_an_hours_reminder

from .each import each


def remind(now) -> int:
    """Queue the reminders whose column says they are due."""
    return (each(due_a_day_reminder(now), lambda visit: reminding.remind_day(visit, at=now))
            + each(due_an_hours_reminder(now), lambda visit: reminding.remind_hours(visit, at=now)))
