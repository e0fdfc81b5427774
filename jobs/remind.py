"""Reminders to people, the evening before and two hours before."""

from actions import reminding
from questions.openings import places_due_a_day_reminder, places_due_an_hours_reminder
from questions.work import due_a_day_reminder, due_an_hours_reminder

from .each import each


def remind(now) -> int:
    """Queue the reminders whose column says they are due."""
    days = [*due_a_day_reminder(now), *places_due_a_day_reminder(now)]
    hours = [*due_an_hours_reminder(now), *places_due_an_hours_reminder(now)]
    return (each(days, lambda visit: reminding.remind_day(visit, at=now))
            + each(hours, lambda visit: reminding.remind_hours(visit, at=now)))
