"""The lists of who goes: tomorrow's in the evening, today's in the morning, and whether all went as planned."""

from datetime import timedelta

from actions import delivering, reminding
from questions.work import unmarked, workers_with_visits
from rules import hours

from .each import each

DAYS_AHEAD = 4      # the evening before a holiday weekend carries the days until it ends


def evening_lists(now) -> int:
    """By text, to who goes tomorrow; where tomorrow's eve is not open, on the last open evening before."""
    today = hours.local(now).date()
    count = 0
    for on in (today + timedelta(days=n) for n in range(1, DAYS_AHEAD + 1)):
        eve = hours.last_open_before(hours.moment(on - timedelta(days=1), reminding.EVENING))
        if hours.local(eve).date() == today:
            count += each(workers_with_visits(*hours.day(on)),
                          lambda worker: reminding.list_day(worker, on, "sms", at=now))
    return count


def morning_lists(now) -> int:
    """By mail, to who goes today and has an address."""
    on = hours.local(now).date()
    workers = [worker for worker in workers_with_visits(*hours.day(on)) if worker.email]
    return each(workers, lambda worker: reminding.list_day(worker, on, "mail", at=now))


def ask_for_marks(now) -> int:
    """To who went since last evening and has not said how it was."""
    on = hours.local(now).date()
    return each(unmarked(delivering.since_last_evening(now), now),
                lambda worker: delivering.ask_for_marks(worker, on, at=now))
